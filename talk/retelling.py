"""What a session has heard so far: its questions as they were asked, with their answers.

The journal keeps keys and plain answers; the questions stand in the dialogue. So it is run once more over its
journal, on a host that does nothing, up to the question it is parked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from locales import Text
from talk.engine import Book, Event, Host, Talk
from talk.journal import ParkedAt, Record
from talk.messages import Inbound
from talk.prompts.base import Prompt
from talk.stops import Diverged, Parked

END = "@end"


class Asked(msgspec.Struct, frozen=True):
    """A question of a dialogue: its key, how it was put, and how it is read.

    `answer` is as the prompt gave it to the dialogue (`talk.engine.LATE` when its deadline passed); of an `open`
    question there is none.
    """

    key: str
    text: Text
    values: dict[str, object]
    prompt: Prompt[Any]
    answer: Any = None
    open: bool = False


def retell(record: Record, book: Book, language: str, now: dt.datetime) -> list[Asked] | None:
    """The questions of a session in their order, the open one last; None when its code has changed too much.

    One that has ended is told up to its end. `language` is the customer's, for dialogues may ask otherwise in
    another. The record stays as it is.
    """
    if record.flow not in book:
        return None
    copy = msgspec.json.decode(msgspec.json.encode(record), type=Record)
    if copy.parked is None:
        copy.parked = ParkedAt(END, "ask", 0)  # no dialogue comes to it, so it is run as far as the journal goes
    retelling = _Retelling(copy, 0, book, _Nobody(now, language), None)
    try:
        retelling._run()
    except Diverged:
        return None if record.parked else retelling.asked
    return retelling.asked


class _Retelling(Talk):
    def __init__(self, record: Record, session: int, book: Book, host: Host, event: Event) -> None:
        super().__init__(record, session, book, host, event)
        self.asked: list[Asked] = []

    async def ask(
        self, key: str, text: Text, prompt: Prompt[Any], *, within: dt.timedelta | None = None, **values: object
    ) -> Any:
        about = (key, text, dict(values), prompt)
        try:
            answer = await super().ask(key, text, prompt, within=within, **values)
        except Parked:
            self.asked.append(Asked(*about, open=True))
            raise
        self.asked.append(Asked(*about, answer=answer))
        return answer


class _Nobody(msgspec.Struct, frozen=True):
    """A host on which nothing happens: what was done before stands in the journal."""

    now: dt.datetime
    language: str
    region: Literal[""] = ""

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def perform(self, key: str, effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise Diverged

    def elsewhere(self, inbound: Inbound) -> str | None:
        return None
