"""Contacts by the business's own customer numbers: met by purchases, filled in by a list of customers."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import contacts

# What a list of customers may fill in; anything else about a contact comes from the customer.
FILLED = ("name", "call_me", "phone", "email", "city", "timezone", "language")


class Known(NamedTuple):
    """A contact as it is kept: whether the customer chose the language, and what a list may fill in."""

    id: int
    language_chosen: bool
    name: str
    call_me: str
    phone: str | None
    email: str | None
    city: str
    timezone: str
    language: str
    marketing: str


# A contact that was merged into another stands for that one.
_NUMBERED = sa.select(contacts.c.number, sa.func.coalesce(contacts.c.merged_into, contacts.c.id)).where(
    among(contacts.c.number, "numbers")
)
_IDS = Prepared(_NUMBERED)
# Locked, so that a member's card is not given to another contact between finding them and adding to them.
_LOCK_IDS = Prepared(_NUMBERED.order_by(contacts.c.id).with_for_update(key_share=True))
_listed = contacts.alias("listed")
_KNOWN = Prepared(
    sa.select(_listed.c.number, *(contacts.c[name] for name in Known._fields))
    .select_from(_listed.join(contacts, contacts.c.id == sa.func.coalesce(_listed.c.merged_into, _listed.c.id)))
    .where(among(_listed.c.number, "numbers"))
)
_MEET = Prepared(
    insert_given(contacts, "public_id", "number", "language", "created_at").on_conflict_do_nothing(
        index_elements=["number"]
    )
)
_FILL = Prepared(
    contacts.update()
    .where(contacts.c.id == sa.bindparam("contact_id"))
    .values({name: sa.bindparam(f"new_{name}", type_=contacts.c[name].type) for name in FILLED})
)


def ids_by_number(connection: Connection, numbers: Collection[str]) -> dict[str, int]:
    """The contacts with these customer numbers."""
    return dict(_IDS.rows(connection, numbers=numbers))


def meet_numbers(
    connection: Connection, numbers: Collection[str], language: str, now: dt.datetime
) -> tuple[dict[str, int], int]:
    """The contacts with these customer numbers, locked, made where there was none; and how many were made."""
    found: dict[str, int] = dict(_LOCK_IDS.rows(connection, numbers=numbers))
    missing = sorted(number for number in numbers if number not in found)
    if not missing:
        return found, 0
    at = moment_text(now)
    made = _MEET.run(connection, given=[(secrets.token_urlsafe(12), number, language, at) for number in missing])
    return found | ids_by_number(connection, missing), made


def known(connection: Connection, numbers: Collection[str]) -> dict[str, Known]:
    """What is kept of the contacts with these customer numbers."""
    return {row[0]: Known(*row[1:]) for row in _KNOWN.rows(connection, numbers=numbers)}


def fill(connection: Connection, filled: Collection[tuple[int, dict[str, Any]]]) -> None:
    """Set everything in FILLED of these contacts."""
    _FILL.run_many(
        connection,
        [
            {"contact_id": contact_id, **{f"new_{name}": values[name] for name in FILLED}}
            for contact_id, values in filled
        ],
    )
