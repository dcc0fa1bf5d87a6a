"""Tags: short words by which the team sorts customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import contact_tags, contacts
from talk.reading.normal import unify

LONGEST = 40
MOST = 30  # of one customer
_LAST = "\U0010ffff"


def clean(typed: str) -> str:
    """A tag as it is kept: lower case, single spaces, at most 40 characters; empty for one that says nothing."""
    return " ".join(unify(typed).replace(",", " ").casefold().split())[:LONGEST].strip()


def of(connection: Connection, contact_id: int) -> tuple[str, ...]:
    """The customer's tags, by name."""
    mine = sa.select(contact_tags.c.tag).where(contact_tags.c.contact_id == contact_id)
    return tuple(connection.scalars(mine.order_by(contact_tags.c.tag)))


def add(connection: Connection, contact_id: int, tag: str, now: dt.datetime) -> bool:
    """Give the customer a tag, as `clean` returned it; False when they have it, or have as many as can be."""
    if len(of(connection, contact_id)) >= MOST:
        return False
    new = insert(contact_tags).values(contact_id=contact_id, tag=tag, at=now)
    return connection.execute(new.on_conflict_do_nothing().returning(contact_tags.c.tag)).first() is not None


def add_to_many(connection: Connection, contact_ids: Collection[int], tag: str, now: dt.datetime) -> int:
    """Give customers a tag, but for those who have as many as can be, and those who are gone; how many got it."""
    there = contacts.c.id.in_(contact_ids), contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None)
    held = sa.select(contacts.c.id).where(*there).order_by(contacts.c.id).with_for_update(key_share=True)
    theirs = sa.select(contact_tags.c.contact_id).where(contact_tags.c.contact_id.in_(contact_ids))
    full = set(connection.scalars(theirs.group_by(contact_tags.c.contact_id).having(sa.func.count() >= MOST)))
    rows = [{"contact_id": one, "tag": tag, "at": now} for one in connection.scalars(held) if one not in full]
    if not rows:
        return 0
    new = insert(contact_tags).values(rows).on_conflict_do_nothing().returning(contact_tags.c.contact_id)
    return len(connection.execute(new).all())


def remove_from_many(connection: Connection, tag: str, most: int) -> int:
    """Take a tag off at most so many of those who have it; how many there were."""
    some = sa.select(contact_tags.c.contact_id).where(contact_tags.c.tag == tag)
    some = some.order_by(contact_tags.c.contact_id).limit(most)
    these = contact_tags.c.tag == tag, contact_tags.c.contact_id.in_(some.scalar_subquery())
    return connection.execute(contact_tags.delete().where(*these)).rowcount


class Bearer(NamedTuple):
    """A contact who has a tag."""

    id: int
    public_id: str
    name: str


def bearers(connection: Connection, tag: str, most: int) -> list[Bearer]:
    """The first contacts who have the tag, so many at most, without those who are gone."""
    found = (
        sa.select(*(contacts.c[name] for name in Bearer._fields))
        .join(contact_tags, contact_tags.c.contact_id == contacts.c.id)
        .where(
            contact_tags.c.tag == tag,
            contacts.c.erased_at.is_(None),
            contacts.c.merged_into.is_(None),
            contacts.c.deceased.is_(sa.false()),
        )
        .order_by(contacts.c.id)
        .limit(most)
    )
    return [Bearer(*row) for row in connection.execute(found)]


def borne_by(connection: Connection, tag: str, most: int) -> int:
    """How many customers have the tag, counted up to `most`."""
    some = sa.select(contact_tags.c.contact_id).where(contact_tags.c.tag == tag).limit(most)
    return connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def remove(connection: Connection, contact_id: int, tag: str) -> bool:
    """Take a tag away; False when the customer has it not."""
    this = sa.and_(contact_tags.c.contact_id == contact_id, contact_tags.c.tag == tag)
    return connection.execute(contact_tags.delete().where(this)).rowcount == 1


def beginning(connection: Connection, prefix: str, limit: int) -> list[str]:
    """At most `limit` of all tags that begin so, by name: one look into the index for each."""
    found: list[str] = []
    after = prefix
    while len(found) < limit:
        first = sa.select(sa.func.min(contact_tags.c.tag))
        later = contact_tags.c.tag > after if found else contact_tags.c.tag >= after
        tag = connection.scalar(first.where(later, contact_tags.c.tag <= prefix + _LAST))
        if tag is None:
            break
        found.append(tag)
        after = tag
    return found
