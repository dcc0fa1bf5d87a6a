"""Contacts who may be one person: the same phone number, e-mail address, or name and birthday.

What staff called two people is left out. A look costs what it examines: a contact's own, or some of the newest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import people_words
from store.anniversaries import BIRTHDAY
from store.tables import anniversaries, contacts, distinct_contacts

Why: TypeAlias = Literal["phone", "email", "birthday"]
EXAMINED = 300  # contacts, for one page of pairs


class Alike(msgspec.Struct, frozen=True):
    """Two contacts, the one who came first first, and what they have in common."""

    first: int
    second: int
    why: tuple[Why, ...]


def of(connection: Connection, contact_id: int) -> list[Alike]:
    """Those who may be the same person as this contact."""
    return _alike(connection, [contact_id])


def newest(connection: Connection, before: int | None) -> tuple[list[Alike], int | None]:
    """Pairs of which one is among the newest contacts below the id `before`, and where to look further."""
    live = contacts.c.merged_into.is_(None), contacts.c.erased_at.is_(None)
    some = sa.select(contacts.c.id).where(*live).order_by(contacts.c.id.desc()).limit(EXAMINED)
    ids = connection.scalars(some if before is None else some.where(contacts.c.id < before)).all()
    return _alike(connection, ids, earlier=True), (ids[-1] if len(ids) == EXAMINED else None)


def _alike(connection: Connection, ids: Sequence[int], *, earlier: bool = False) -> list[Alike]:
    why: dict[tuple[int, int], set[Why]] = {}
    columns: tuple[tuple[Why, sa.Column[str]], ...] = (("phone", contacts.c.phone), ("email", contacts.c.email))
    for name, column in columns:
        for pair in _sharing(connection, column, ids):
            why.setdefault(pair, set()).add(name)
    for contact_id in ids:
        for pair in _namesakes(connection, contact_id):
            why.setdefault(pair, set()).add("birthday")
    examined = set(ids)
    known = _distinct(connection, why)
    # Of two who are both examined now, or later, the pair is told with the newer one.
    shown = (pair for pair in why if pair not in known and (not earlier or pair[1] in examined))
    return [Alike(*pair, tuple(sorted(why[pair]))) for pair in sorted(shown, reverse=True)]


def _live(of: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
    return of.c.merged_into.is_(None), of.c.erased_at.is_(None)


def _sharing(connection: Connection, column: sa.Column[str], ids: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of live contacts with the same value; one of each is among `ids`."""
    other = contacts.alias("other")
    same = (
        sa.select(contacts.c.id, other.c.id)
        .join(other, other.c[column.name] == column)
        .where(contacts.c.id.in_(ids), column.is_not(None), other.c.id != contacts.c.id)
        .where(*_live(contacts), *_live(other))
    )
    return [(min(one, two), max(one, two)) for one, two in connection.execute(same)]


def _namesakes(connection: Connection, contact_id: int) -> list[tuple[int, int]]:
    """Pairs of this contact with those of whose name its words are, and who were born on the same day."""
    born = sa.select(contacts.c.name, anniversaries.c.month_day, anniversaries.c.year).join(
        anniversaries, anniversaries.c.contact_id == contacts.c.id
    )
    mine = connection.execute(
        born.where(contacts.c.id == contact_id, anniversaries.c.occasion == BIRTHDAY, *_live(contacts))
    ).one_or_none()
    match = people_words.matching(connection, mine.name) if mine is not None and mine.name else None
    if mine is None or match is None:
        return []
    on_the_day = sa.exists().where(
        anniversaries.c.contact_id == match.id,
        anniversaries.c.occasion == BIRTHDAY,
        anniversaries.c.month_day == mine.month_day,
        sa.or_(anniversaries.c.year.is_(None), anniversaries.c.year == (mine.year or anniversaries.c.year)),
    )
    found = sa.select(match.id).select_from(match.source).where(match.condition, on_the_day, *_live(contacts))
    others = connection.scalars(found.where(match.id != contact_id))
    return [(min(contact_id, other), max(contact_id, other)) for other in others]


def _distinct(connection: Connection, pairs: dict[tuple[int, int], set[Why]]) -> set[tuple[int, int]]:
    """Those of the pairs that staff called two people."""
    if not pairs:
        return set()
    first, second = distinct_contacts.c.first_id, distinct_contacts.c.second_id
    rows = connection.execute(
        sa.select(first, second).where(first.in_({pair[0] for pair in pairs}), second.in_({p[1] for p in pairs}))
    )
    return {(row[0], row[1]) for row in rows}
