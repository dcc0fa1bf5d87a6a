"""Tags: short words by which the team sorts customers."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import contact_tags
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
