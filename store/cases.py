"""Cases: what customers told the business, what became of it, and every line that was said in one."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import branches, case_lines, cases, contacts, media, products, staff

Kind: TypeAlias = Literal["praise", "complaint", "suggestion", "review", "question", "survey"]
State: TypeAlias = Literal["open", "noted", "closed"]
LineKind: TypeAlias = Literal["words", "photo", "note", "reply", "change"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its row says. `number` is what the customer is told; `promised_at` by when they were to hear.

    `staff_id` answers for it; `answered_at` is None while an answer is owed. `asked_at` is when they were asked
    whether it was solved, `solved` what they said. The last fields are of the rows beside it: public ids of the
    contact and of whoever answers, and names.
    """

    id: int
    public_id: str
    number: str
    contact_id: int
    kind: Kind
    state: State
    urgent: str
    language: str
    touchpoint: str
    department: str
    branch_id: int | None
    product_id: int | None
    stars: int | None
    order_number: str
    happened_on: str
    praised: str
    praised_id: int | None
    response_id: int | None
    conversation_id: int | None
    staff_id: int | None
    promised_at: dt.datetime | None
    answered_at: dt.datetime | None
    look_at: dt.datetime | None
    escalated_at: dt.datetime | None
    opened_at: dt.datetime
    moved_at: dt.datetime
    closed_at: dt.datetime | None
    closed_by: int | None
    outcome: str
    asked_at: dt.datetime | None
    solved: bool | None
    reopened: int
    contact: str
    staff: str
    staff_name: str
    closer: str
    branch: str
    product: str
    product_names: Mapping[str, str] | None


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case. `by` is customer, rule, or staff:PUBLIC_ID; `name` is that person's.

    `details` of a change are its fields with what stood before and after; of an answer to a survey, under `asked`,
    the question. `picture` is the public id of a photo, and `picture_state` whether it is kept.
    """

    id: int
    kind: LineKind
    by: str
    name: str
    text: str
    details: Any
    picture: str
    picture_state: str
    at: dt.datetime


_closer = staff.alias("closer")
_OWN = Case.__struct_fields__[:-7]
_READ = (
    sa.select(
        *(cases.c[name] for name in _OWN),
        contacts.c.public_id.label("contact"),
        sa.func.coalesce(staff.c.public_id, "").label("staff"),
        sa.func.coalesce(staff.c.name, "").label("staff_name"),
        sa.func.coalesce(_closer.c.name, "").label("closer"),
        sa.func.coalesce(branches.c.name, "").label("branch"),
        sa.func.coalesce(products.c.name, "").label("product"),
        products.c.names.label("product_names"),
    )
    .select_from(cases)
    .join(contacts, contacts.c.id == cases.c.contact_id)
    .outerjoin(staff, staff.c.id == cases.c.staff_id)
    .outerjoin(_closer, _closer.c.id == cases.c.closed_by)
    .outerjoin(branches, branches.c.id == cases.c.branch_id)
    .outerjoin(products, products.c.id == cases.c.product_id)
)
_LINES = (
    sa.select(
        case_lines.c.id,
        case_lines.c.kind,
        case_lines.c.by,
        sa.func.coalesce(staff.c.name, "").label("name"),
        case_lines.c.text,
        case_lines.c.details,
        sa.func.coalesce(media.c.public_id, "").label("picture"),
        sa.func.coalesce(media.c.state, "").label("picture_state"),
        case_lines.c.at,
    )
    .select_from(case_lines)
    .outerjoin(media, media.c.id == case_lines.c.media_id)
    .outerjoin(staff, sa.literal("staff:").concat(staff.c.public_id) == case_lines.c.by)
)
_OPEN = sa.text("cases.state = 'open'")  # in the words of the partial indexes


def add(connection: Connection, **values: object) -> int | None:
    """Keep a new case; its id. None when its key or number is taken, or one of a survey's is open already."""
    new = insert(cases).values({"public_id": secrets.token_urlsafe(12), **values})
    added: int | None = connection.scalar(new.on_conflict_do_nothing().returning(cases.c.id))
    return added


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Case | None:
    """The case with this public id, locked until the transaction ends if asked."""
    if lock:
        held = sa.select(cases.c.id).where(cases.c.public_id == public_id).with_for_update()
        connection.execute(held).all()
    return _first(connection, cases.c.public_id == public_id)


def by_key(connection: Connection, key: str) -> Case | None:
    """The case that was opened under this key."""
    return _first(connection, cases.c.key == key)


def by_id(connection: Connection, case_id: int) -> Case:
    """The case with this id. Raises LookupError when there is none."""
    found = _first(connection, cases.c.id == case_id)
    if found is None:
        raise LookupError(f"There is no case {case_id}.")
    return found


def open_survey(connection: Connection, contact_id: int) -> Case | None:
    """The contact's open case that came from a survey, locked; there is at most one."""
    held = sa.select(cases.c.public_id).where(
        cases.c.contact_id == contact_id, sa.text("cases.kind = 'survey' AND cases.state = 'open'")
    )
    public_id = connection.scalar(held.with_for_update())
    return find(connection, public_id) if public_id is not None else None


def open_of(connection: Connection, contact_id: int, *, urgent: str = "") -> list[Case]:
    """A contact's open cases, the oldest first; only those of an urgent kind where it is named."""
    mine = _READ.where(cases.c.contact_id == contact_id, _OPEN)
    if urgent:
        mine = mine.where(cases.c.urgent == urgent)
    return _many(connection, mine.order_by(cases.c.opened_at, cases.c.id).limit(50))


def of_contact(
    connection: Connection, contact_id: int, since: dt.datetime | None = None, most: int = 50
) -> list[Case]:
    """What a contact told: what is open first, then what moved last; with `since` only what moved since."""
    mine = _READ.where(cases.c.contact_id == contact_id)
    if since is not None:
        mine = mine.where(sa.or_(cases.c.state == "open", cases.c.moved_at >= since))
    is_open = sa.case((cases.c.state == "open", 0), else_=1)
    return _many(connection, mine.order_by(is_open, cases.c.moved_at.desc(), cases.c.id.desc()).limit(most))


def has_open(connection: Connection, contact_id: int) -> bool:
    """Whether a case of the contact's is open."""
    mine = sa.select(cases.c.id).where(cases.c.contact_id == contact_id, _OPEN)
    return connection.scalar(mine.limit(1)) is not None


def change(connection: Connection, case_id: int, now: dt.datetime, **values: object) -> None:
    """Change columns of a case; it moved `now`."""
    connection.execute(cases.update().where(cases.c.id == case_id).values(moved_at=now, **values))


def link(connection: Connection, contact_id: int, urgent: str, conversation_id: int) -> None:
    """Note in which conversation with the team an urgent case of the contact's is talked about."""
    theirs = cases.c.contact_id == contact_id, cases.c.urgent == urgent, _OPEN, cases.c.conversation_id.is_(None)
    connection.execute(cases.update().where(*theirs).values(conversation_id=conversation_id))


def put_off(connection: Connection, case_id: int, until: dt.datetime | None) -> None:
    """Look at a case again at `until`, or never; nothing in it moved."""
    connection.execute(cases.update().where(cases.c.id == case_id).values(look_at=until))


def ready(connection: Connection, now: dt.datetime, most: int) -> list[tuple[str, str, int]]:
    """Public id of the contact, public id and id of the cases whose moment has come, the longest past first."""
    found = (
        sa.select(contacts.c.public_id, cases.c.public_id, cases.c.id)
        .select_from(cases.join(contacts, contacts.c.id == cases.c.contact_id))
        .where(cases.c.look_at <= now)
        .order_by(cases.c.look_at)
    )
    return [tuple(row) for row in connection.execute(found.limit(most))]


def add_line(
    connection: Connection,
    case_id: int,
    kind: LineKind,
    *,
    key: str,
    by: str,
    at: dt.datetime,
    text: str = "",
    details: Any = None,
    media_id: int | None = None,
) -> bool:
    """Add a line to a case; False when there is one under this key already."""
    new = insert(case_lines).values(
        key=key, case_id=case_id, kind=kind, by=by, text=text, details=details, media_id=media_id, at=at
    )
    return connection.scalar(new.on_conflict_do_nothing().returning(case_lines.c.id)) is not None


def lines(connection: Connection, case_id: int) -> list[CaseLine]:
    """What was said and done in a case, in order."""
    found = _LINES.where(case_lines.c.case_id == case_id).order_by(case_lines.c.id)
    return [CaseLine(**row._mapping) for row in connection.execute(found)]


def line_of(connection: Connection, case_id: int, key: str) -> CaseLine | None:
    """The line of a case with this key."""
    row = connection.execute(_LINES.where(case_lines.c.case_id == case_id, case_lines.c.key == key)).first()
    return CaseLine(**row._mapping) if row is not None else None


def count_lines(connection: Connection, case_id: int) -> int:
    """How many lines a case has."""
    mine = sa.select(sa.func.count()).select_from(case_lines).where(case_lines.c.case_id == case_id)
    return connection.scalar(mine) or 0


def file_of(connection: Connection, contact_id: int, public_id: str) -> int | None:
    """The id of a contact's own file with this public id."""
    mine = media.c.public_id == public_id, media.c.contact_id == contact_id
    return connection.scalar(sa.select(media.c.id).where(*mine))


def serves(connection: Connection, staff_id: int | None, serving: tuple[str, ...]) -> bool:
    """Whether this member of staff is there and has a role that serves customers."""
    them = sa.select(staff.c.id).where(staff.c.id == staff_id, staff.c.active, staff.c.role.in_(serving))
    return connection.scalar(them) is not None


def without_keeper(connection: Connection, serving: tuple[str, ...]) -> list[int]:
    """The ids of those who serve customers no more and have cases open."""
    left = sa.or_(staff.c.active.is_(sa.false()), staff.c.role.not_in(serving))
    owing = sa.exists().where(cases.c.staff_id == staff.c.id, _OPEN)
    return list(connection.scalars(sa.select(staff.c.id).where(left, owing).order_by(staff.c.id)))


def give_to(connection: Connection, staff_id: int, heir_id: int) -> int:
    """Let somebody else answer for all open cases of a member of staff's; how many there were."""
    theirs = cases.update().where(cases.c.staff_id == staff_id, _OPEN)
    return connection.execute(theirs.values(staff_id=heir_id)).rowcount


def has_photo(connection: Connection, case_id: int, media_id: int) -> bool:
    """Whether this file stands in a case already."""
    same = case_lines.c.case_id == case_id, case_lines.c.media_id == media_id
    return connection.scalar(sa.select(case_lines.c.id).where(*same).limit(1)) is not None


def _first(connection: Connection, *where: sa.ColumnElement[bool]) -> Case | None:
    row = connection.execute(_READ.where(*where).limit(1)).first()
    return Case(**row._mapping) if row else None


def _many(connection: Connection, statement: sa.Select[Any]) -> list[Case]:
    return [Case(**row._mapping) for row in connection.execute(statement)]
