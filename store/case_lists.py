"""Lists of cases as the team reads them: filtered, paged and counted; and what was said of whom.

What is owed stands first, by when it was promised; then what was answered and is still open. Cases that are not
open come by when they were told, the latest first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import people_words
from store.cases import Kind, State
from store.tables import (
    Utc,
    branches,
    case_lines,
    cases,
    contacts,
    products,
    staff,
    survey_responses,
    surveys,
)
from talk.reading.codes import read_code

View: TypeAlias = Literal["open", "mine", "free", "late", "urgent", "noted", "closed"]
VIEWS: tuple[View, ...] = get_args(View)
FEW = 500  # customers by whose names cases are looked for
MOST_COUNTED = 1000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are wanted: a view of a member of staff, and what they must be like (empty: whatever)."""

    view: View
    staff_id: int
    now: dt.datetime
    kind: str = ""
    touchpoint: str = ""
    department: str = ""
    branch_id: int | None = None
    typed: str = ""


class Place(NamedTuple):
    """After which case a page begins: whether it was answered, when it is due or was told, and its id."""

    answered: bool
    at: dt.datetime
    id: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list; `words` is what the customer said first, `contact` their public id."""

    id: int
    public_id: str
    number: str
    kind: Kind
    state: State
    urgent: str
    stars: int | None
    reopened: int
    touchpoint: str
    department: str
    promised_at: dt.datetime | None
    answered_at: dt.datetime | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    solved: bool | None
    praised: str
    contact: str
    name: str
    staff: str
    branch: str
    product: str
    words: str

    def late(self, now: dt.datetime) -> bool:
        """Whether an answer is owed that was promised for before."""
        owed = self.state == "open" and self.answered_at is None
        return owed and self.promised_at is not None and self.promised_at < now


_C = cases.c
_OPEN: sa.ColumnElement[bool] = sa.literal_column("cases.state = 'open'")  # in the words of the partial indexes
_OWED = sa.and_(_OPEN, _C.answered_at.is_(None))
_WORDS = (
    sa.select(case_lines.c.text)
    .where(case_lines.c.case_id == _C.id, case_lines.c.kind == "words", case_lines.c.by == "customer")
    # Of what was answered to a survey, the words tell more than the numbers before them.
    .order_by(
        sa.case((case_lines.c.details.is_not(None), -sa.func.length(case_lines.c.text)), else_=0), case_lines.c.id
    )
    .limit(1)
    .scalar_subquery()
)
_PRAISED = staff.alias("praised")
_OWN = Row.__struct_fields__[: Row.__struct_fields__.index("praised")]


def _rows() -> sa.Select[Any]:
    return (
        sa.select(
            *(_C[name] for name in _OWN),
            sa.func.coalesce(_PRAISED.c.name, _C.praised).label("praised"),
            contacts.c.public_id.label("contact"),
            sa.func.coalesce(sa.func.nullif(contacts.c.name, ""), contacts.c.call_me).label("name"),
            sa.func.coalesce(staff.c.name, "").label("staff"),
            sa.func.coalesce(branches.c.name, "").label("branch"),
            sa.func.coalesce(products.c.name, "").label("product"),
            sa.func.coalesce(_WORDS, "").label("words"),
        )
        .select_from(cases)
        .join(contacts, contacts.c.id == _C.contact_id)
        .outerjoin(staff, staff.c.id == _C.staff_id)
        .outerjoin(_PRAISED, _PRAISED.c.id == _C.praised_id)
        .outerjoin(branches, branches.c.id == _C.branch_id)
        .outerjoin(products, products.c.id == _C.product_id)
    )


def page(connection: Connection, wanted: Wanted, after: Place | None, size: int) -> tuple[list[Row], Place | None]:
    """At most `size` cases after a place, and where to go on, if anywhere."""
    found = _rows().where(*_such(connection, wanted))
    by_promise = wanted.view not in ("noted", "closed")
    if by_promise:
        answered, due = _C.answered_at.is_not(None), sa.func.coalesce(_C.promised_at, _C.opened_at, type_=Utc())
        order = [answered, due, _C.id]
        if after is not None:
            bound = (sa.literal(after.answered, sa.Boolean()), sa.literal(after.at, Utc()), sa.literal(after.id))
            found = found.where(sa.tuple_(answered, due, _C.id) > sa.tuple_(*bound))
    else:
        order = [_C.opened_at.desc(), _C.id.desc()]
        if after is not None:
            place = sa.tuple_(sa.literal(after.at, Utc()), sa.literal(after.id))
            found = found.where(sa.tuple_(_C.opened_at, _C.id) < place)
    rows = [Row(**row._mapping) for row in connection.execute(found.order_by(*order).limit(size + 1))]
    return rows[:size], _place(rows[size - 1], by_promise=by_promise) if len(rows) > size else None


def count(connection: Connection, wanted: Wanted) -> int:
    """How many cases there are, at most MOST_COUNTED."""
    some = sa.select(_C.id).select_from(cases).where(*_such(connection, wanted)).limit(MOST_COUNTED).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def pressing(connection: Connection, staff_ids: Collection[int], now: dt.datetime) -> dict[int, int]:
    """How many open cases each of these should look at: urgent or late ones, and their own in which one is owed."""
    late = _C.promised_at < sa.literal(now, Utc())
    hurried = sa.and_(_OWED, sa.or_(_C.urgent != "", late))
    everybodys = connection.scalar(sa.select(sa.func.count()).select_from(cases).where(hurried)) or 0
    own = connection.execute(
        sa.select(_C.staff_id, sa.func.count())
        .where(_OWED, _C.staff_id.in_(staff_ids), ~hurried)
        .group_by(_C.staff_id)
    )
    counted = {row[0]: row[1] for row in own}
    return {one: everybodys + counted.get(one, 0) for one in staff_ids}


def of_contact(connection: Connection, contact_ids: Collection[int], most: int) -> list[Row]:
    """What these contacts told: what is open first, then the latest."""
    mine = _rows().where(_C.contact_id.in_(contact_ids))
    is_open = sa.case((_OPEN, 0), else_=1)
    found = mine.order_by(is_open, _C.opened_at.desc(), _C.id.desc()).limit(most)
    return [Row(**row._mapping) for row in connection.execute(found)]


def praise(
    connection: Connection, praised_id: int | None, after: Place | None, size: int
) -> tuple[list[Row], Place | None]:
    """What was said of a colleague, or (None) of anybody or nobody by name; the latest first."""
    found = _rows().where(_C.kind == "praise")
    if praised_id is not None:
        found = found.where(_C.praised_id == praised_id)
    if after is not None:
        place = sa.tuple_(sa.literal(after.at, Utc()), sa.literal(after.id))
        found = found.where(sa.tuple_(_C.opened_at, _C.id) < place)
    ordered = found.order_by(_C.opened_at.desc(), _C.id.desc()).limit(size + 1)
    rows = [Row(**row._mapping) for row in connection.execute(ordered)]
    return rows[:size], _place(rows[size - 1], by_promise=False) if len(rows) > size else None


def praised_since(connection: Connection, staff_id: int, since: dt.datetime) -> int:
    """How often somebody was praised by name since a moment."""
    theirs = _C.praised_id == staff_id, _C.kind == "praise", _C.opened_at >= sa.literal(since, Utc())
    return connection.scalar(sa.select(sa.func.count()).select_from(cases).where(*theirs)) or 0


def _place(row: Row, *, by_promise: bool) -> Place:
    if not by_promise:
        return Place(answered=False, at=row.opened_at, id=row.id)
    return Place(answered=row.answered_at is not None, at=row.promised_at or row.opened_at, id=row.id)


def _such(connection: Connection, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    views: dict[View, list[sa.ColumnElement[bool]]] = {
        "open": [_OPEN],
        "mine": [_OPEN, _C.staff_id == wanted.staff_id],
        "free": [_OPEN, _C.staff_id.is_(None)],
        "late": [_OWED, _C.promised_at < sa.literal(wanted.now, Utc())],
        "urgent": [_OPEN, _C.urgent != ""],
        "noted": [_C.state == "noted"],
        "closed": [_C.state == "closed"],
    }
    such = views[wanted.view]
    for name in ("kind", "touchpoint", "department", "branch_id"):
        if value := getattr(wanted, name):
            such.append(_C[name] == value)
    return [*such, _found(connection, wanted.typed)] if wanted.typed else such


def _found(connection: Connection, typed: str) -> sa.ColumnElement[bool]:
    """By its number, by words that were said in it, or by who told it."""
    said = sa.exists().where(
        case_lines.c.case_id == _C.id, sa.func.lower(case_lines.c.text).contains(typed.lower(), autoescape=True)
    )
    ways: list[sa.ColumnElement[bool]] = [said]
    if code := read_code(typed.lstrip("#")):
        ways.append(_C.number.startswith(code))
    people = people_words.matching(connection, typed)
    if people is not None:
        found = sa.select(people.id).select_from(people.source).where(people.condition).limit(FEW)
        ways.append(_C.contact_id.in_(found))
    return sa.or_(*ways)


def survey_of(connection: Connection, response_id: int | None) -> tuple[str, dict[str, str]] | None:
    """Public id and names of the survey that a response answers."""
    found = (
        sa.select(surveys.c.public_id, surveys.c.names)
        .select_from(survey_responses.join(surveys, surveys.c.id == survey_responses.c.survey_id))
        .where(survey_responses.c.id == response_id)
    )
    row = connection.execute(found).first()
    return (row.public_id, row.names) if row else None


def numbers(connection: Connection, case_ids: Collection[int]) -> dict[int, tuple[str, str, Kind]]:
    """Number, public id and kind of these cases, by their ids."""
    found = sa.select(_C.id, _C.number, _C.public_id, _C.kind).where(_C.id.in_(case_ids))
    return {row.id: (row.number, row.public_id, row.kind) for row in connection.execute(found)}
