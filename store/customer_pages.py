"""Customers as staff look for them: by words, by filters, in pages, the newest first; and one of them whole.

However many there are, a page costs what it shows: words go by the index of words (`store.people_words`), filters
by their own indexes, pages by the last one's id, and counting stops at MOST_COUNTED.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store import people_words
from store.tables import accounts, contact_tags, contacts, conversations, identities
from talk.reading.normal import unify

MOST_COUNTED = 10_000
MOST_SOURCES = 50


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers are wanted; empty: all of them. `held` is for those whose conversation the team has."""

    typed: str = ""
    tag: str = ""
    language: str = ""
    tier: str = ""
    consent: str = ""
    kind: str = ""
    source: str = ""
    held: bool = False


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A customer in a list; `balance` is None for one without a card, `talk` how their open conversation stands."""

    id: int
    public_id: str
    number: str | None
    name: str
    call_me: str
    phone: str | None
    email: str | None
    language: Language
    kind: str
    marketing: str
    deceased: bool
    created_at: dt.datetime
    tier: str | None
    balance: int | None
    tags: str | None
    talk: str | None


class Page(msgspec.Struct, frozen=True):
    """Some customers, and the public id after which the next ones come; empty when these were the last."""

    rows: tuple[Listed, ...]
    after: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is kept of a customer in one row of their own."""

    id: int
    public_id: str
    number: str | None
    name: str
    call_me: str
    language: Language
    timezone: str
    phone: str | None
    email: str | None
    city: str
    kind: str
    owner: str
    owner_until: dt.datetime | None
    marketing: str
    card: str | None
    joined_from: str
    deceased: bool
    seen_at: dt.datetime | None
    created_at: dt.datetime


class Way(msgspec.Struct, frozen=True):
    """A chat in which the customer can, or can no longer, be written to."""

    channel: str
    reachable: bool
    since: dt.datetime


_OWN = Listed.__struct_fields__[:-4]
_THERE = (contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None))
_TAGS = (
    sa.select(sa.func.aggregate_strings(contact_tags.c.tag, ", "))
    .where(contact_tags.c.contact_id == contacts.c.id)
    .correlate(contacts)
    .scalar_subquery()
)
_OPEN = conversations.c.state != sa.literal_column("'closed'", sa.String())  # written out, as the index says it
_TALK = (
    sa.select(conversations.c.state)
    .where(conversations.c.contact_id == contacts.c.id, _OPEN)
    .correlate(contacts)
    .scalar_subquery()
)
_OF_THE_FEW = contacts.c.kind != sa.literal_column("'customer'", sa.String())


_of_tier = accounts.alias("of_tier")


def search_people(connection: Connection, typed: str, limit: int) -> list[Listed]:
    """At most `limit` customers whom the typed words may mean: who has just that number, phone, address or card
    first, then the newest first.
    """
    exact = _rows(connection, contacts, contacts.c.id, [_exactly(typed)], limit) if typed.strip() else []
    seen = {each.id for each in exact}
    more = page(connection, Filters(typed=typed), "", limit).rows if typed.strip() else ()
    return [*exact, *(each for each in more if each.id not in seen)][:limit]


def page(connection: Connection, wanted: Filters, after: str, size: int) -> Page:
    """The customers wanted, at most `size` after the one with the public id `after` (empty: the first)."""
    found = _wanted(connection, wanted)
    if found is None:
        return Page((), "")
    source, key, conditions = found
    if after:
        place = connection.scalar(sa.select(contacts.c.id).where(contacts.c.public_id == after))
        conditions = [*conditions, key < (place or 0)]
    rows = _rows(connection, source, key, conditions, size + 1)
    return Page(tuple(rows[:size]), rows[size - 1].public_id if len(rows) > size else "")


def count(connection: Connection, wanted: Filters) -> int:
    """How many customers are wanted; one more than MOST_COUNTED says that there are more."""
    found = _wanted(connection, wanted)
    if found is None:
        return 0
    source, key, conditions = found
    some = sa.select(key).select_from(source).where(*conditions, *_THERE).limit(MOST_COUNTED + 1)
    return connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Person | None:
    """The customer with this public id, or whoever took them over; None for one who was erased or never there."""
    shown = contacts.alias("shown")
    columns = (contacts.c[name] for name in Person.__struct_fields__)
    meant = contacts.c.id == sa.func.coalesce(shown.c.merged_into, shown.c.id)
    found = (
        sa.select(*columns).select_from(shown.join(contacts, meant)).where(shown.c.public_id == public_id, *_THERE)
    )
    row = connection.execute(found.with_for_update(of=contacts, key_share=True) if lock else found).one_or_none()
    return Person(**row._mapping) if row else None


def by_id(connection: Connection, contact_id: int) -> Person:
    """The customer with this id."""
    columns = (contacts.c[name] for name in Person.__struct_fields__)
    return Person(**connection.execute(sa.select(*columns).where(contacts.c.id == contact_id)).one()._mapping)


def ways(connection: Connection, contact_id: int) -> list[Way]:
    """The customer's chats, those that can be reached first."""
    mine = sa.select(identities.c.channel, identities.c.reachable, identities.c.created_at)
    found = mine.where(identities.c.contact_id == contact_id)
    return [Way(*row) for row in connection.execute(found.order_by(identities.c.reachable.desc(), identities.c.id))]


def sources(connection: Connection) -> list[str]:
    """Where customers came from, by name, at most MOST_SOURCES: one look into the index for each."""
    found: list[str] = []
    while len(found) < MOST_SOURCES:
        later = contacts.c.joined_from > (found[-1] if found else "")
        if (source := connection.scalar(sa.select(sa.func.min(contacts.c.joined_from)).where(later))) is None:
            break
        found.append(source)
    return found


def _wanted(
    connection: Connection, wanted: Filters
) -> tuple[sa.FromClause, sa.ColumnElement[int], list[sa.ColumnElement[bool]]] | None:
    conditions = list(_conditions(wanted))
    if wanted.typed.strip():
        match = people_words.matching(connection, wanted.typed)
        return (match.source, match.id, [*conditions, match.condition]) if match else None
    # The rarest of what is asked for leads, in the order of its index, so that a page of many costs as one of few.
    if wanted.tag:
        leading: sa.FromClause = contact_tags
    elif wanted.tier:
        leading = _of_tier
    else:
        return contacts, contacts.c.id, conditions
    key: sa.ColumnElement[int] = leading.c.contact_id
    column, value = (leading.c.tag, wanted.tag) if wanted.tag else (leading.c.tier, wanted.tier)
    return leading.join(contacts, contacts.c.id == key), key, [*conditions, column == value]


def _conditions(wanted: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.tag and wanted.typed.strip():
        tagged = sa.select(contact_tags.c.contact_id).where(contact_tags.c.tag == wanted.tag)
        conditions.append(contacts.c.id.in_(tagged))
    if wanted.tier and (wanted.tag or wanted.typed.strip()):
        conditions.append(contacts.c.id.in_(sa.select(accounts.c.contact_id).where(accounts.c.tier == wanted.tier)))
    if wanted.held:
        conditions.append(contacts.c.id.in_(sa.select(conversations.c.contact_id).where(_OPEN)))
    if wanted.kind:
        conditions.append(contacts.c.kind == wanted.kind)
        if wanted.kind != "customer":
            conditions.append(_OF_THE_FEW)
    for column, value in (
        (contacts.c.language, wanted.language),
        (contacts.c.marketing, wanted.consent),
        (contacts.c.joined_from, wanted.source),
    ):
        if value:
            conditions.append(column == value)
    return conditions


def _rows(
    connection: Connection,
    source: sa.FromClause,
    key: sa.ColumnElement[int],
    conditions: list[sa.ColumnElement[bool]],
    limit: int,
) -> list[Listed]:
    columns: list[sa.ColumnElement[Any]] = [contacts.c[name] for name in _OWN]
    more = (accounts.c.tier, accounts.c.balance, _TAGS.label("tags"), _TALK.label("talk"))
    joined = source.outerjoin(accounts, accounts.c.contact_id == contacts.c.id)
    found = sa.select(*columns, *more).select_from(joined).where(*conditions, *_THERE)
    return [Listed(**row._mapping) for row in connection.execute(found.order_by(key.desc()).limit(limit))]


def _exactly(typed: str) -> sa.ColumnElement[bool]:
    text = unify(typed).strip()
    spellings = list(dict.fromkeys((text, text.upper(), text.lower())))
    digits = "+" + "".join(letter for letter in text if letter.isdigit())
    return sa.or_(
        contacts.c.number.in_(spellings),
        contacts.c.email.in_(spellings),
        contacts.c.card == text.upper(),
        contacts.c.phone == digits,
    )
