"""What the bot was doing when people took over: what it had heard so far, and how it may go on.

While people have a conversation the flow stands where it stood, on the contact's stack of sessions. When the
conversation is given back it is resumed, restarted, or dropped.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from locales import Text, _, n_, render
from locales.text import fill
from store import desk
from store.desk import Conversation
from talk.conversation import Session
from talk.engine import LATE, TRIES, Book
from talk.journal import Record, key_of
from talk.prompts import Option, PhoneNumber, Photo, Photos, Postponable, Prompt, Skippable
from talk.prompts.yes_no import NO, YES
from talk.retelling import Asked, retell
from talk.split import plain

How: TypeAlias = Literal["resume", "restart", "drop", "step"]
FRESH = dt.timedelta(days=1)  # a question that stood longer is not asked out of the blue

SKIPPED = _("Left out")
TOO_LATE = _("No answer in time")
PICTURES = n_("{count} picture", "{count} pictures", "count")


class Heard(msgspec.Struct, frozen=True):
    """A question that the customer answered, in the agent's language; only its `key` where the code has changed."""

    key: str
    question: str
    answer: str


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that stands still: what it heard so far, in its order, and the `question` it waits at.

    A flow that ended by asking for a person waits at none. `failed`: the customer's answers could not be read.
    `behind` are the keys of the questions to which the customer may be sent back, the last one first. `acted`: the
    flow did something already, so it cannot begin anew.
    """

    flow: str
    step: str
    question: str
    failed: bool
    heard: tuple[Heard, ...]
    behind: tuple[str, ...]
    acted: bool


def look(record: Record, book: Book, *, customer: str, agent: str, now: dt.datetime) -> Parked:
    """A record as the agent is shown it, parked or handed over; `customer` and `agent` are their languages."""
    asked = retell(record, book, customer, now)
    parked = record.parked
    return Parked(
        flow=record.flow,
        step=key_of(parked.step) if parked else "",
        question=next((_put(each, agent) for each in asked or () if each.open), ""),
        failed=failed(record),
        heard=_by_key(record) if asked is None else _answers(asked, agent),
        behind=behind(record),
        acted=record.acted,
    )


def behind(record: Record) -> tuple[str, ...]:
    """The keys of the questions to which the customer may be sent back, the last one first."""
    return tuple(dict.fromkeys(key_of(step) for step in record.behind))


def failed(record: Record) -> bool:
    """Whether the customer's answers to the open question could not be read, so often that a person was offered."""
    return record.parked is not None and record.parked.tries >= TRIES


def usual(
    connection: Connection, conversation: Conversation | None, session: Session | None, now: dt.datetime
) -> How:
    """How a flow goes on by rule when the conversation is given back.

    A question that still stands is asked again. One that could not be read begins anew, unless the team has
    answered meanwhile: then people did what the flow was to do. So does one of more than a day ago. A flow that did
    something already cannot begin anew, and is dropped.
    """
    if session is None:
        return "drop"
    unread = failed(session.record)
    if unread and conversation is not None and conversation.first_replied_at is not None:
        return "drop"
    since = desk.left_the_bot(connection, conversation.id) if conversation is not None else None
    stale = since is not None and now - since > FRESH
    if unread or stale:
        return "drop" if session.record.acted else "restart"
    return "resume"


def _by_key(record: Record) -> tuple[Heard, ...]:
    return tuple(Heard(key_of(each.step), "", str(each.value)) for each in record.journal if each.kind == "ask")


def _answers(asked: list[Asked], language: str) -> tuple[Heard, ...]:
    closed = [each for each in asked if not each.open]
    return tuple(Heard(one.key, _put(one, language), _shown(one.prompt, one.answer, language)) for one in closed)


def _put(asked: Asked, language: str) -> str:
    return plain(render(asked.text, language, asked.values))


def _shown(prompt: Prompt[Any], answer: Any, language: str) -> str:
    """An answer as it would be shown to whoever gave it, in this language."""
    while isinstance(prompt, Skippable | Postponable):
        prompt = prompt.prompt
    if isinstance(prompt, Photo | Photos) and answer:
        count = 1 if isinstance(answer, str) else len(answer)
        return plain(render(PICTURES, language, {"count": count}))
    labels = {option.key: option.label for row in prompt.options(None) for option in row}
    return plain(fill("{answer}", language, {"answer": _in_words(answer, labels)}))


def _in_words(answer: Any, labels: dict[str, Text]) -> Any:
    if isinstance(answer, tuple):
        return tuple(_in_words(each, labels) for each in answer)
    if isinstance(answer, Option):
        return answer.label
    if isinstance(answer, bool):
        return (YES if answer else NO).label
    if isinstance(answer, PhoneNumber):
        return answer.number
    if answer is None or answer is LATE:
        return TOO_LATE if answer is LATE else SKIPPED
    return labels.get(str(answer), answer)
