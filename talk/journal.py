"""What a session remembers between turns: its journal of steps and the one question (or wait) it is parked at.

All of it is plain data that goes to JSON and back between every two turns.
"""

from __future__ import annotations

import datetime as dt
from itertools import takewhile
from typing import Any, Literal, TypeAlias

import msgspec

StepKind: TypeAlias = Literal["ask", "late", "do", "look", "wait", "now"]
ARGS = "@args"  # the end of a step that keeps what a flow was given when it replaced itself


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One step that happened. `step` is its sub-flow path, key and occurrence: `rewards#1/next#2`."""

    step: str
    kind: StepKind
    value: Any = None


class ParkedAt(msgspec.Struct, omit_defaults=True):
    """Where a session stands still.

    `token` names this asking of the question: buttons, deadlines and due rows carry it, and any other is stale.
    `tries` counts answers that could not be taken; `draft` is what a several-choice question has collected.
    `until` is its deadline or the end of the wait, `passed` that it has come while something else was asked.
    `request` is what the question asks the platform for ("phone").
    """

    step: str
    kind: Literal["ask", "wait"]
    token: int
    tries: int = 0
    draft: Any = None
    until: dt.datetime | None = None
    passed: bool = False
    request: str = ""


class Record(msgspec.Struct, omit_defaults=True):
    """A session's whole state.

    `asked` is the last token given; `round` counts how often a flow replaced itself, so that an effect of a later
    round is not taken for one of an earlier round. `carried` holds the steps known before a fresh start.
    """

    flow: str
    revision: str
    args: dict[str, Any] = {}
    journal: list[Entry] = []
    parked: ParkedAt | None = None
    asked: int = 0
    round: int = 0
    carried: list[Entry] = []

    def fresh(self, revision: str) -> Record:
        """The same session from the top of its flow, with what is known carried along."""
        known = {entry.step: entry for entry in (*self.carried, *self.journal)}
        return Record(
            flow=self.flow,
            revision=revision,
            args=self.args,
            asked=self.asked,
            round=self.round,
            carried=[entry for entry in known.values() if not entry.step.endswith(ARGS)],
        )

    @property
    def acted(self) -> bool:
        """Whether the session did something that asking again does not undo."""
        return any(entry.kind == "do" for entry in (*self.journal, *self.carried))

    @property
    def behind(self) -> list[str]:
        """The steps of the answered questions to which the session can go back, the last one first."""
        if any(entry.kind == "do" for entry in self.carried):
            return []
        since = takewhile(lambda entry: entry.kind != "do", reversed(self.journal))
        return [entry.step for entry in since if entry.kind == "ask"]

    def rewind(self, key: str | None = None) -> bool:
        """Park the session again at the last answered question (with this key); False when that is refused.

        It is refused across an effect, which cannot be undone by asking again, and where there is no such
        question.
        """
        step = next((step for step in self.behind if key in (None, key_of(step))), None)
        if step is None:
            return False
        place = max(number for number, entry in enumerate(self.journal) if entry.step == step)
        self.asked += 1
        self.parked = ParkedAt(step, "ask", self.asked)
        del self.journal[place:]
        return True


def to_plain(value: Any) -> Any:
    """The value as it comes back from JSON, so that nothing differs before and after a restart."""
    return msgspec.json.decode(msgspec.json.encode(value))


def key_of(step: str) -> str:
    """The key a dialogue gave its step."""
    return step.rpartition("/")[2].rpartition("#")[0]
