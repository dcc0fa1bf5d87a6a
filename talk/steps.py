"""The steps of one run of a dialogue: what is known of them, which the run has come by, and what it writes down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from talk.journal import ARGS, Entry, ParkedAt, Record, StepKind
from talk.stops import Diverged, FlowError

T = TypeVar("T")
P = ParamSpec("P")

JOURNAL_STEPS = 2_000


class Nothing:
    """What a step gives that has not happened."""


NOTHING: Final = Nothing()


class Steps:
    """A record's journal while a run goes by it.

    The run is live where it has passed everything that was recorded; what it comes by is then new, or carried along
    from before a fresh start.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self._known = {entry.step: entry for entry in record.journal}
        self._carried = {entry.step: entry for entry in record.carried}
        self._met: set[str] = set()  # the journal's steps that the run has come by
        self._counts: dict[str, int] = {}

    @property
    def live(self) -> bool:
        """Whether the run is past the waiting question."""
        return self.record.parked is None

    @property
    def carried(self) -> list[Entry]:
        """What was known before a fresh start and has not been come by since."""
        return list(self._carried.values())

    def carry(self, path: str, answers: Mapping[str, Any]) -> None:
        """Know these answers from before, where the run is live; what is carried along already is newer."""
        if self.live:
            steps = {f"{path}{key}#1": answer for key, answer in answers.items()}
            known = {step: Entry(step, "ask", answer) for step, answer in steps.items()}
            self._carried = known | self._carried

    def name(self, path: str, key: str) -> str:
        """The name of the step that a dialogue now comes to: its path, key and occurrence."""
        name = f"{path}{key}"
        count = self._counts[name] = self._counts.get(name, 0) + 1
        return f"{name}#{count}"

    def recall(
        self, step: str, load: Callable[Concatenate[Entry, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | Nothing:
        """What the step gave when it happened, or nothing when it has not, or when that no longer fits the code."""
        live = self.record.parked is None
        entry = (self._carried if live else self._known).get(step)
        if entry is None:
            return NOTHING
        try:
            value = load(entry, *args, **kwargs)
        except ValueError:
            if live:
                return NOTHING
            raise Diverged from None
        if live:
            self.write(step, entry.kind, entry.value)
        else:
            self._met.add(step)
        return value

    def given(self, path: str) -> dict[str, Any] | None:
        """What the flow was given when it replaced itself, if it had."""
        replaced = None if self.live else self._known.get(f"{path}{ARGS}")
        if replaced is None:
            return None
        self._met.add(replaced.step)
        args: dict[str, Any] = replaced.value
        return args

    def write(self, step: str, kind: StepKind, value: Any) -> Entry:
        """Note that the step happened. Raises FlowError when the journal is full."""
        if len(self.record.journal) >= JOURNAL_STEPS:
            raise FlowError(
                f"The flow {self.record.flow!r} took {JOURNAL_STEPS} steps; let it replace itself by `go`."
            )
        entry = Entry(step, kind, value)
        self.record.journal.append(entry)
        self._carried.pop(step, None)
        return entry

    def park(self, step: str, kind: Literal["ask", "wait"], until: dt.datetime | None) -> None:
        """Stand still at this step, under a new token."""
        self.record.asked += 1
        self.record.parked = ParkedAt(step, kind, self.record.asked, until=until)

    def settle(self, step: str, kind: StepKind, value: Any) -> None:
        """Go on from the step at which the record was parked: from here the run is live."""
        self.record.parked = None
        if len(self._met) < len(self.record.journal):
            self._set_aside()
        self.write(step, kind, value)

    def _set_aside(self) -> None:
        """Carry along what the code, having changed, did not come by: it may come by later."""
        journal = self.record.journal
        self.record.journal = [entry for entry in journal if entry.step in self._met]
        left = [entry for entry in journal if entry.step not in self._met and not entry.step.endswith(ARGS)]
        self._carried.update((entry.step, entry) for entry in left)

    def fold(self, step: str, result: Any) -> None:
        """Keep a finished sub-flow as one entry; it counts as an effect when it had one."""
        self._replace(f"{step}/", step, result)

    def begin_anew(self, path: str, args: dict[str, Any]) -> None:
        """Drop what a flow that replaces itself had recorded; the next round's effects are not this one's."""
        self._carried = {step: entry for step, entry in self._carried.items() if not step.startswith(path)}
        self.record.round += 1
        if path:
            self._replace(path, f"{path}{ARGS}", args)
        else:
            self._forget(path)
            self.record.args = args

    def _replace(self, path: str, step: str, value: Any) -> None:
        effects = self._forget(path)
        self.write(step, "do" if effects else "look", value)

    def _forget(self, path: str) -> bool:
        """Drop a flow's steps; whether there was an effect among them."""
        journal = self.record.journal
        self.record.journal = [entry for entry in journal if not entry.step.startswith(path)]
        self._counts = {step: count for step, count in self._counts.items() if not step.startswith(path)}
        return any(entry.kind == "do" for entry in journal if entry.step.startswith(path))
