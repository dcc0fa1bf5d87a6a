"""Contacts that staff found to be one person: joined, parted again; and pairs that only look alike."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import contacts, distinct_contacts, erasures, merges, staff


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A joining: `gone_id` went into `kept_id`. `moved` is what is needed to part them again."""

    id: int
    public_id: str
    kept_id: int
    gone_id: int
    moved: dict[str, Any]
    at: dt.datetime
    undone_at: dt.datetime | None
    staff: str


_MERGE = sa.select(
    *(merges.c[name] for name in Merge.__struct_fields__[:-1]), staff.c.name.label("staff")
).select_from(merges.join(staff, staff.c.id == merges.c.staff_id))


class Side(msgspec.Struct, frozen=True):
    """A contact as one of two that are to be joined."""

    id: int
    public_id: str
    merged_into: int | None
    erased_at: dt.datetime | None
    leaving: bool


_LEAVING = sa.exists().where(erasures.c.contact_id == contacts.c.id, erasures.c.done_at.is_(None))


def lock(connection: Connection, contact_ids: tuple[int, int]) -> dict[int, Side]:
    """The two contacts, locked in one order until the transaction ends."""
    found = (
        sa.select(*(contacts.c[name] for name in Side.__struct_fields__[:-1]), _LEAVING.label("leaving"))
        .where(contacts.c.id.in_(contact_ids))
        .order_by(contacts.c.id)
        .with_for_update(of=contacts, key_share=True)
    )
    return {row.id: Side(**row._mapping) for row in connection.execute(found)}


def id_of(connection: Connection, public_id: str) -> int | None:
    """The id of the contact with this public id, unless it is forgotten or taken over."""
    there = contacts.c.public_id == public_id, contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None)
    return connection.scalar(sa.select(contacts.c.id).where(*there))


def add(
    connection: Connection,
    kept_id: int,
    gone_id: int,
    *,
    staff_id: int,
    public_id: str,
    moved: object,
    now: dt.datetime,
) -> None:
    """Note a joining."""
    values = {"kept_id": kept_id, "gone_id": gone_id, "staff_id": staff_id, "public_id": public_id, "at": now}
    connection.execute(merges.insert().values(moved=moved, **values))


def new_id() -> str:
    """A public id for a joining that is about to be made."""
    return secrets.token_urlsafe(12)


def find(connection: Connection, public_id: str) -> Merge | None:
    """The joining with this public id."""
    row = connection.execute(_MERGE.where(merges.c.public_id == public_id)).one_or_none()
    return Merge(**row._mapping) if row else None


def of(connection: Connection, contact_id: int) -> list[Merge]:
    """The joinings into a contact, the newest first."""
    rows = connection.execute(_MERGE.where(merges.c.kept_id == contact_id).order_by(merges.c.id.desc()))
    return [Merge(**row._mapping) for row in rows]


def has_later(connection: Connection, merge: Merge) -> bool:
    """Whether either of the two was joined with somebody else since, and still is."""
    both = (merge.kept_id, merge.gone_id)
    involved = sa.or_(merges.c.kept_id.in_(both), merges.c.gone_id.in_(both))
    later = sa.exists().where(merges.c.id > merge.id, merges.c.undone_at.is_(None), involved)
    return bool(connection.scalar(sa.select(later)))


def note_undone(connection: Connection, merge_id: int, staff_id: int, now: dt.datetime) -> bool:
    """Note that a joining was undone; False when it was before."""
    this = merges.update().where(merges.c.id == merge_id, merges.c.undone_at.is_(None))
    return connection.execute(this.values(undone_at=now, undone_by=staff_id)).rowcount == 1


def take_up_again(connection: Connection, merge_id: int) -> None:
    """A joining was not undone after all."""
    connection.execute(merges.update().where(merges.c.id == merge_id).values(undone_at=None, undone_by=None))


def mark_distinct(connection: Connection, first: int, second: int, staff_id: int, now: dt.datetime) -> None:
    """Note that two contacts who look alike are two people."""
    low, high = sorted((first, second))
    pair = insert(distinct_contacts).values(first_id=low, second_id=high, staff_id=staff_id, at=now)
    connection.execute(pair.on_conflict_do_nothing())


def unmark_distinct(connection: Connection, first: int, second: int) -> None:
    """Take that back."""
    low, high = sorted((first, second))
    pair = distinct_contacts.c.first_id == low, distinct_contacts.c.second_id == high
    connection.execute(distinct_contacts.delete().where(*pair))
