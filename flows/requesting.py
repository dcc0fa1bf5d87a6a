"""Effects of requests, as customers call what they told: seeing them, adding to them, saying what is solved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from flows import telling
from locales import Text, _, formats, render
from service import cases as service
from service.cases import Added, NotOpen
from store import cases, media
from store.cases import Case, CaseLine
from talk.engine import Act, lookup

LATELY = dt.timedelta(days=90)  # for how long what is closed is still listed
MOST = 8
LINES = 6  # the last ones, shown of a request
NO, YES = "n", "y"  # before a case's public id, on a button that says whether it is solved
KINDS: Mapping[str, Text] = {
    "praise": _("Praise"),
    "complaint": _("Complaint"),
    "suggestion": _("Suggestion"),
    "review": _("Review"),
    "question": _("Question"),
    "survey": _("Survey"),
}
State: TypeAlias = Literal["due", "late", "answered", "noted", "closed"]


class Request(msgspec.Struct, frozen=True):
    """A case as its customer sees it: its kind in their language, and days on their clock.

    `until` is by when they hear (due), or when it was closed. `label` tells it from the others on a button.
    """

    about: str
    number: str
    kind: str
    state: State
    day: dt.date
    until: dt.date | None
    label: str


class Line(msgspec.Struct, frozen=True):
    """Something said in a case: by the customer, or by the colleague of this name; without words it is a photo."""

    name: str
    words: str
    day: dt.date


class Gone(msgspec.Struct, frozen=True, tag=True):
    """There is no such case of this customer's."""


class NotKept(msgspec.Struct, frozen=True, tag=True):
    """None of the photos could be kept."""


class Solved(msgspec.Struct, frozen=True, tag=True):
    """The customer says that it is solved."""


class Reopened(msgspec.Struct, frozen=True, tag=True):
    """It is open; `until` by when the customer hears, on their clock."""

    about: str
    number: str
    until: dt.date | None


class Told(msgspec.Struct, frozen=True):
    """What the team says of a case: who, to which number, and what."""

    name: str
    number: str
    words: str


class Late(msgspec.Struct, frozen=True):
    """An answer that was promised and is late."""

    number: str
    until: dt.date


@lookup
def mine(act: Act) -> tuple[Request, ...]:
    """What the customer told us: what is open, then what moved lately."""
    found = cases.of_contact(act.connection, act.contact_id, act.now - LATELY, MOST)
    return tuple(_request(act, each) for each in found)


@lookup
def has_several(act: Act) -> bool:
    """Whether the customer told us more than one thing."""
    return len(cases.of_contact(act.connection, act.contact_id, act.now - LATELY, 2)) > 1


@lookup
def one(act: Act, about: str) -> Request | None:
    """A case of the customer's as it stands now."""
    found = _case(act, about)
    return _request(act, found) if found is not None else None


@lookup
def said(act: Act, about: str) -> tuple[Line, ...]:
    """What was said in a case, the last lines of it; nothing of what only the team sees."""
    found = _case(act, about)
    if found is None:
        return ()
    lines = (_line(act, found, each) for each in cases.lines(act.connection, found.id))
    return tuple(line for line in lines if line is not None)[-LINES:]


def add_words(act: Act, about: str, words: str) -> Added | NotOpen | Gone:
    """Add what the customer says."""
    found = _case(act, about, lock=True)
    if found is None:
        return Gone()
    key = f"chat:{act.key}"
    return service.add_words(act.connection, found, words, by=service.CUSTOMER, key=key, now=act.now)


def add_photos(act: Act, about: str, refs: tuple[str, ...]) -> Added | NotOpen | NotKept | Gone:
    """Add photos, by the platform's names for them."""
    found = _case(act, about, lock=True)
    if found is None:
        return Gone()
    key, photos = f"chat:{act.key}", telling.files(act, refs)
    if not photos:
        return NotKept()
    return service.add_photos(act.connection, found, photos, by=service.CUSTOMER, key=key, now=act.now)


def not_solved(act: Act, about: str) -> Reopened | Gone:
    """Open a case again that the customer says is not solved, and let the team hear; one that is open stays so."""
    found = _case(act, about, lock=True)
    if found is None:
        return Gone()
    key = f"chat:{act.key}"
    opened = service.reopen(act.connection, found, by=service.CUSTOMER, key=key, now=act.now)
    if found.state != "open":
        act.tell("case_reopened", {"kind": found.kind})
    return Reopened(opened.public_id, opened.number, opened.promised_at.date() if opened.promised_at else None)


def solved(act: Act, about: str) -> Solved | Gone:
    """Note that the customer says it is solved."""
    found = _case(act, about, lock=True)
    if found is None:
        return Gone()
    service.say_solved(act.connection, found, act.now)
    return Solved()


def outcome(act: Act, about: str) -> Told | None:
    """What came of a case, for its customer, who is asked now whether it was solved; None if it is open again."""
    found = _case(act, about, lock=True)
    if found is None or found.state != "closed" or not found.outcome:
        return None
    cases.change(act.connection, found.id, act.now, asked_at=act.now)
    return Told(found.closer, found.number, found.outcome)


@lookup
def answer(act: Act, about: str, line: str) -> Told | None:
    """What somebody answered within a case; `line` is its key."""
    found = _case(act, about)
    words = cases.line_of(act.connection, found.id, line) if found is not None else None
    return Told(words.name, found.number, words.text) if found is not None and words is not None else None


@lookup
def late(act: Act, about: str, due: str) -> Late | None:
    """An answer that was `due` and has not come; None when it came, or another day was promised meanwhile."""
    found = _case(act, about)
    promised = dt.datetime.fromisoformat(due)
    if found is None or found.state != "open" or found.answered_at is not None or found.promised_at != promised:
        return None
    return Late(found.number, promised.astimezone(act.now.tzinfo).date())


@lookup
def open_one(act: Act) -> Request | None:
    """The open case that moved last."""
    found = cases.of_contact(act.connection, act.contact_id, most=1)
    return _request(act, found[0]) if found and found[0].state == "open" else None


@lookup
def newest_photo(act: Act) -> str:
    """The photo that the customer sent last; empty when it could not be noted."""
    return media.newest_photo(act.connection, act.contact_id) or ""


def _case(act: Act, about: str, *, lock: bool = False) -> Case | None:
    found = cases.find(act.connection, about, lock=lock) if about else None
    return found if found is not None and found.contact_id == act.contact_id else None


def _request(act: Act, case: Case) -> Request:
    zone = act.now.tzinfo
    kind, day = render(KINDS[case.kind], act.language), case.opened_at.astimezone(zone).date()
    state, until = _state(case, act.now)
    label = f"{kind} · {formats.date(day, act.language)}"
    there = until.astimezone(zone).date() if until else None
    return Request(case.public_id, case.number, kind, state, day, there, label)


def _state(case: Case, now: dt.datetime) -> tuple[State, dt.datetime | None]:
    if case.state == "closed":
        return "closed", case.closed_at
    if case.state == "noted" or case.promised_at is None:
        return "noted", None
    if case.answered_at is not None:
        return "answered", None
    return ("late" if case.promised_at <= now else "due"), case.promised_at


def _line(act: Act, case: Case, line: CaseLine) -> Line | None:
    day = line.at.astimezone(act.now.tzinfo).date()
    if line.kind in ("words", "photo") and line.by == service.CUSTOMER:
        return Line("", line.text, day)
    if line.kind == "reply":
        return Line(line.name, line.text, day)
    closed = line.kind == "change" and line.text and "state" in (line.details or {})
    return Line(line.name, line.text, day) if closed else None
