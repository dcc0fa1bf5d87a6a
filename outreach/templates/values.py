"""What a template may say of each customer, read for some hundred of them at a time.

Only what the texts name is looked for. Who wants nothing personal gets what everybody gets: the `shared` values of
the registry and no others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec
from sqlalchemy.engine import Connection

from locales import LANGUAGES
from loyalty import programme
from outreach.clock import zone_of
from outreach.templates.content import Content
from outreach.templates.grammar import names_of
from outreach.templates.reading import SORTS, Batch, house, shared
from outreach.templates.registry import BY_NAME
from store import template_values as rows


class Values(msgspec.Struct, frozen=True):
    """What is known of a customer, by the names of the registry; what is not there is not known.

    `language` and `digits` are the contact's own, `public_id` is theirs.
    """

    contact_id: int
    public_id: str
    language: str
    digits: str
    known: dict[str, object]


def of(
    connection: Connection,
    contact_ids: Collection[int],
    now: dt.datetime,
    zone: str,
    content: Content | None = None,
) -> dict[int, Values]:
    """What is known at `now` of these contacts by their ids, some hundred at most; who is not there is left out.

    Days are on each contact's clock, by the business's `zone` where theirs is unknown. With `content` only what its
    texts name is read, and its gift is known.
    """
    wanted = named_in(content) if content else frozenset(BY_NAME)
    batch = Batch(connection, rows.people(connection, list(contact_ids)), now, zone, wanted)
    shared(batch, content.gift if content else None)
    for names, read in SORTS:
        if not names.isdisjoint(wanted):
            read(batch)
    return {
        each.id: Values(each.id, each.public_id, each.language, each.digits, batch.known[each.id])
        for each in batch.people
    }


def shared_by_all(connection: Connection, now: dt.datetime, zone: str, content: Content) -> dict[str, object]:
    """What is known of everybody who gets this at `now`, by the business's clock."""
    found = house(connection, programme.read(connection), content.gift)
    return {**found, "today": now.astimezone(zone_of(zone, zone)).date()}


def named_in(content: Content) -> frozenset[str]:
    """The values that any of its texts names."""
    texts = ((text.text, language) for language, text in content.texts.items() if language in LANGUAGES)
    return frozenset().union(*(names_of(text, language) for text, language in texts))
