"""Cases: what customers tell the business, who answers for it, and by when the customer hears.

A complaint, a question, a low score and a review of one or two stars are open until somebody closes them, with an
answer promised; praise and suggestions are noted. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from service import case_hours, touchpoints
from store import cases
from store.cases import Case, Kind
from store.staff import SERVING
from talk.reading.codes import new_code

LENGTH = 6  # letters of a case's number
LONGEST = 4000  # characters of a line
LOW = 2  # stars at which a review is a complaint
CUSTOMER, RULE = "customer", "rule"
OPENING = frozenset({"complaint", "question", "survey"})
URGENT = ("injury", "fraud", "theft")
Changes: TypeAlias = Mapping[str, Any]  # columns of a case
CHANGEABLE = frozenset({"kind", "touchpoint", "department", "branch_id", "product_id", "urgent", "praised_id"})


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody tells. `photos` are public ids of the contact's own files, `happened_on` a day.

    Without a `department` it is the touchpoint's. `praised` is whom they named, `praised_id` who that is.
    """

    kind: Kind
    language: str
    text: str = ""
    photos: tuple[str, ...] = ()
    urgent: Literal["", "injury", "fraud", "theft"] = ""
    touchpoint: str = ""
    department: str = ""
    branch_id: int | None = None
    product_id: int | None = None
    stars: int | None = None
    order_number: str = ""
    happened_on: dt.date | None = None
    praised: str = ""
    praised_id: int | None = None
    response_id: int | None = None
    conversation_id: int | None = None
    staff_id: int | None = None


class Asked(msgspec.Struct, frozen=True):
    """One answer of a survey, in words: what was asked, and what was answered."""

    question: str
    answer: str


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The case stands under this number; `promised_at` by when the customer hears, None where no answer is due.

    `again`: it was open before, and what is new was added to it.
    """

    public_id: str
    number: str
    promised_at: dt.datetime | None
    again: bool = False


class Added(msgspec.Struct, frozen=True, tag=True):
    """It stands in the case; `promised_at` by when the customer hears, if an answer is due."""

    promised_at: dt.datetime | None


class NotOpen(msgspec.Struct, frozen=True, tag=True):
    """Nothing changed: the case is closed (or stands as `state` says)."""

    state: str


def open_new(connection: Connection, contact_id: int, new: NewCase, *, key: str, now: dt.datetime) -> Opened:
    """Open or note what a contact tells; the same key again opens nothing and gives the same answer.

    `now` is on the clock on which an answer is promised.
    """
    if (before := cases.by_key(connection, key)) is not None:
        return _opened(before, now)
    opens = new.kind in OPENING or bool(new.urgent) or (new.stars is not None and new.stars <= LOW)
    due = case_hours.owed(connection, new.urgent, new.language, now) if opens else {}
    values = {
        **{name: getattr(new, name) for name in _COLUMNS},
        "key": key,
        "contact_id": contact_id,
        "state": "open" if opens else "noted",
        "department": new.department or touchpoints.department_of(connection, new.touchpoint),
        "happened_on": new.happened_on.isoformat() if new.happened_on else "",
        "opened_at": now,
        "moved_at": now,
        **due,
    }
    while True:  # once in many years the number is taken
        case_id = cases.add(connection, number=new_code(LENGTH), **values)
        if case_id is not None:
            break
        if (before := cases.by_key(connection, key)) is not None:
            return _opened(before, now)
        if new.kind == "survey" and (other := cases.open_survey(connection, contact_id)) is not None:
            return msgspec.structs.replace(_opened(other, now), again=True)
    if new.text:
        cases.add_line(connection, case_id, "words", key=f"{key}:words", by=CUSTOMER, text=_cut(new.text), at=now)
    _add_photos(connection, case_id, contact_id, new.photos, key=key, by=CUSTOMER, now=now)
    return _opened(cases.by_id(connection, case_id), now)


def from_survey(
    connection: Connection,
    contact_id: int,
    response_id: int | None,
    answers: Sequence[Asked],
    *,
    key: str,
    now: dt.datetime,
    language: str,
    touchpoint: str = "",
    department: str = "",
    branch_id: int | None = None,
    product_id: int | None = None,
) -> Opened:
    """Open a case of a low score with what was answered; while one of the contact's is open, add to that one.

    The same key again changes nothing.
    """
    new = NewCase(
        kind="survey",
        language=language,
        touchpoint=touchpoint,
        department=department,
        branch_id=branch_id,
        product_id=product_id,
        response_id=response_id,
    )
    opened = open_new(connection, contact_id, new, key=key, now=now)
    case = cases.find(connection, opened.public_id)
    assert case is not None
    added = [
        cases.add_line(
            connection,
            case.id,
            "words",
            key=f"{key}:{place}",
            by=CUSTOMER,
            text=_cut(each.answer),
            details={"asked": each.question},
            at=now,
        )
        for place, each in enumerate(answers)
    ]
    if opened.again and any(added):
        cases.change(connection, case.id, now)
    return opened


def add_words(
    connection: Connection, case: Case, text: str, *, by: str, key: str, now: dt.datetime
) -> Added | NotOpen:
    """Add what a customer says to a case that is not closed; after an answer, another one is promised."""
    return _add(connection, case, text, (), by=by, key=key, now=now)


def add_photos(
    connection: Connection, case: Case, photos: tuple[str, ...], *, by: str, key: str, now: dt.datetime
) -> Added | NotOpen:
    """Add files of the contact's (public ids) to a case that is not closed, each once."""
    return _add(connection, case, "", photos, by=by, key=key, now=now)


def note(connection: Connection, case: Case, text: str, *, by: str, key: str, now: dt.datetime) -> None:
    """Add a note of the team's, which the customer never sees."""
    if cases.add_line(connection, case.id, "note", key=key, by=by, text=_cut(text), at=now):
        cases.change(connection, case.id, now)


def answer(connection: Connection, case: Case, text: str, *, by: str, key: str, now: dt.datetime) -> bool:
    """Add what the team answers; the promise is kept by it. False when this answer stands there already."""
    if not cases.add_line(connection, case.id, "reply", key=key, by=by, text=_cut(text), at=now):
        return False
    cases.change(connection, case.id, now, answered_at=now, look_at=None)
    return True


def assign(
    connection: Connection, case: Case, staff_id: int | None, name: str, *, by: str, now: dt.datetime
) -> None:
    """Let somebody answer for a case (None: nobody in particular); `name` is theirs, for its lines."""
    if case.staff_id != staff_id:
        cases.change(connection, case.id, now, staff_id=staff_id)
        _changed(connection, case, {"staff": [case.staff_name, name]}, by=by, now=now)


def change(connection: Connection, case: Case, changes: Changes, *, by: str, now: dt.datetime) -> Changes:
    """Change columns (`CHANGEABLE`) of a case; those that differ, each with what stood before and after.

    Another touchpoint brings its department, where none is named beside it. Raises ValueError for another column.
    """
    if strange := changes.keys() - CHANGEABLE:
        raise ValueError(f"A case's {', '.join(sorted(strange))} cannot be changed.")
    wanted = dict(changes)
    if wanted.get("touchpoint", case.touchpoint) != case.touchpoint:
        wanted.setdefault("department", touchpoints.department_of(connection, wanted["touchpoint"]))
    differs = {name: [getattr(case, name), value] for name, value in wanted.items() if getattr(case, name) != value}
    if differs:
        cases.change(connection, case.id, now, **{name: after for name, (_before, after) in differs.items()})
        _changed(connection, case, differs, by=by, now=now)
    return differs


def close(
    connection: Connection, case: Case, outcome: str, *, by: str, staff_id: int | None, now: dt.datetime
) -> bool:
    """Close a case with what came of it, in the customer's language; False when it was closed before."""
    if case.state == "closed":
        return False
    done: dict[str, Any] = {"state": "closed", "closed_at": now, "closed_by": staff_id, "outcome": _cut(outcome)}
    done |= {"answered_at": now, "look_at": None, "asked_at": None, "solved": None}
    cases.change(connection, case.id, now, **done)
    _changed(connection, case, {"state": [case.state, "closed"]}, by=by, now=now, text=outcome)
    return True


def reopen(connection: Connection, case: Case, *, by: str, key: str, now: dt.datetime, why: str = "") -> Opened:
    """Open a case again, or one that was only noted; it goes back to whoever had it, and an answer is promised.

    One of a survey is not opened beside another that is open: `why` is added to that one.
    """
    if case.state == "open":
        return _opened(case, now)
    if case.kind == "survey" and (other := cases.open_survey(connection, case.contact_id)) is not None:
        add_words(connection, other, why, by=by, key=key, now=now)
        return msgspec.structs.replace(_opened(other, now), again=True)
    owed = case_hours.owed(connection, case.urgent, case.language, now)
    keeper = case.staff_id if cases.serves(connection, case.staff_id, SERVING) else None
    back = {"state": "open", "closed_at": None, "closed_by": None, "staff_id": keeper, "answered_at": None}
    again = case.reopened + (case.state == "closed")
    solved = False if by == CUSTOMER else None
    cases.change(connection, case.id, now, **back, **owed, reopened=again, solved=solved)
    _changed(connection, case, {"state": [case.state, "open"]}, by=by, now=now)
    if why:
        cases.add_line(connection, case.id, "words", key=key, by=by, text=_cut(why), at=now)
    return _opened(cases.by_id(connection, case.id), now)


def say_solved(connection: Connection, case: Case, now: dt.datetime) -> None:
    """Note that the customer says it is solved; a case that is still open is closed by that."""
    if case.state == "closed":
        cases.change(connection, case.id, now, solved=True)
        return
    done = {"state": "closed", "closed_at": now, "closed_by": None, "answered_at": now, "look_at": None}
    cases.change(connection, case.id, now, **done, solved=True)
    _changed(connection, case, {"state": [case.state, "closed"]}, by=CUSTOMER, now=now)


_COLUMNS = (
    *("kind", "language", "urgent", "touchpoint", "branch_id", "product_id", "stars", "order_number", "praised"),
    *("praised_id", "response_id", "conversation_id", "staff_id"),
)


def _add(
    connection: Connection, case: Case, text: str, photos: tuple[str, ...], *, by: str, key: str, now: dt.datetime
) -> Added | NotOpen:
    if case.state == "closed":
        return NotOpen(case.state)
    added = _add_photos(connection, case.id, case.contact_id, photos, key=key, by=by, now=now)
    if text:
        added += cases.add_line(connection, case.id, "words", key=key, by=by, text=_cut(text), at=now)
    due = case.promised_at if case.answered_at is None else None
    if added and case.state == "open" and case.answered_at is not None:
        owed = case_hours.owed(connection, case.urgent, case.language, now)
        cases.change(connection, case.id, now, answered_at=None, **owed)
        due = owed["promised_at"]
    elif added:
        cases.change(connection, case.id, now)
    return Added(due.astimezone(now.tzinfo) if due else None)


def _add_photos(
    connection: Connection,
    case_id: int,
    contact_id: int,
    photos: tuple[str, ...],
    *,
    key: str,
    by: str,
    now: dt.datetime,
) -> int:
    added = 0
    for public_id in photos:
        file = cases.file_of(connection, contact_id, public_id)
        if file is not None and not cases.has_photo(connection, case_id, file):
            line_key = f"{key}:{public_id}"
            added += cases.add_line(connection, case_id, "photo", key=line_key, by=by, media_id=file, at=now)
    return added


def _changed(
    connection: Connection, case: Case, details: Changes, *, by: str, now: dt.datetime, text: str = ""
) -> None:
    key = f"{case.public_id}:{cases.count_lines(connection, case.id)}"
    plain = msgspec.to_builtins(details)
    cases.add_line(connection, case.id, "change", key=key, by=by, text=_cut(text), details=plain, at=now)


def _opened(case: Case, now: dt.datetime) -> Opened:
    due = case.promised_at.astimezone(now.tzinfo) if case.promised_at and case.answered_at is None else None
    return Opened(case.public_id, case.number, due)


def _cut(text: str) -> str:
    return text.strip()[:LONGEST]
