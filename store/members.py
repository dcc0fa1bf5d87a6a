"""Member cards: whether a contact has one, and giving it to the contact who proves that it is theirs."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import absorption, cards, codes, due, ledger
from store.contacts_import import ids_by_number
from store.tables import accounts, contacts, entries, erasures, holds, identities

TOLD = "card_linked"  # the dialogue by which the chats that had the card hear of it


class Linked(msgspec.Struct, frozen=True, tag=True):
    """The card is this contact's now."""

    contact_id: int


class HasCard(msgspec.Struct, frozen=True, tag=True):
    """The contact has a card with points of its own; two cards are joined by people."""


class Gone(msgspec.Struct, frozen=True, tag=True):
    """There is no such card to give: it was linked to another chat just now, or one of them is being forgotten."""


class UnknownCode(msgspec.Struct, frozen=True, tag=True):
    """Nobody shows this code at the till: it is mistyped, used, or older than ten minutes."""


Refusal: TypeAlias = HasCard | Gone


def has_account(connection: Connection, contact_id: int) -> bool:
    """Whether the contact has a points account."""
    return bool(connection.scalar(sa.select(sa.exists().where(accounts.c.contact_id == contact_id))))


def link_phone(connection: Connection, contact_id: int, phone: str) -> bool:
    """Give the contact the card of the member who has this proven number; whether it has one now.

    Only a member who has never been in a chat is taken over so: two people's conversations are not joined by a
    number that a family shares.
    """
    if holds_points(connection, contact_id):
        return _phone_of(connection, contact_id) == phone
    silent = _meant(contacts.c.phone == phone, ~sa.exists().where(identities.c.contact_id == contacts.c.id))
    found = connection.scalars(silent).all()
    if len(found) != 1 or _refusal(connection, found[0], contact_id) is not None:
        return False
    absorption.absorb(connection, found[0], contact_id)
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(phone=phone))
    return True


def find(connection: Connection, *, phone: str = "", number: str = "") -> int | None:
    """The one member meant by a phone number (+60123456789), the business's number, or the code of their card.

    None when there is none, and when several have the phone number.
    """
    if phone:
        found = connection.scalars(_meant(contacts.c.phone == phone)).all()
        return found[0] if len(found) == 1 else None
    spellings = dict.fromkeys((number, number.upper(), number.lower()))
    known = ids_by_number(connection, list(spellings))
    return next((known[one] for one in spellings if one in known), None) or cards.by_card(connection, number)


def link(connection: Connection, contact_id: int, member_id: int, now: dt.datetime) -> Linked | Refusal:
    """Give the contact the card of a member who was proven to be the same person, and have their old chats told.

    Both are locked. Two chats link one card at once: one wins. A member's own contact is linked already.
    """
    if contact_id == member_id:
        return Linked(contact_id)
    refusal = _refusal(connection, member_id, contact_id)
    if refusal is not None:
        return refusal
    told = connection.scalars(sa.select(identities.c.id).where(identities.c.contact_id == member_id)).all()
    absorption.give_conversation(connection, member_id, contact_id, now)
    absorption.absorb(connection, member_id, contact_id)
    ledger.lock_accounts(connection, {contact_id: now})  # one who never bought anything becomes a member too
    for identity_id in told:
        key = f"linked:{identity_id}:{secrets.token_hex(8)}"
        due.plan(connection, contact_id, TOLD, {"identity": identity_id}, key=key, at=now)
    return Linked(contact_id)


def link_at_till(
    connection: Connection, secret: bytes, code: str, member_id: int, now: dt.datetime
) -> Linked | UnknownCode | Refusal:
    """Give a member's card to the contact whose chat shows `code`, which a cashier typed.

    The code is used up, whatever the answer: a customer whose chat has a card needs people, not another try.
    """
    contact_id = codes.take_at_till(connection, secret, code, now)
    if contact_id is None:
        return UnknownCode()
    return link(connection, contact_id, member_id, now)


def holds_points(connection: Connection, contact_id: int) -> bool:
    """Whether the contact has an account that was ever moved: one nobody may replace by another."""
    mine = sa.exists().where(accounts.c.contact_id == contact_id, _moved())
    return bool(connection.scalar(sa.select(mine)))


def _moved() -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.exists().where(entries.c.debit_id == accounts.c.id, entries.c.debit_id > 0),
        sa.exists().where(entries.c.credit_id == accounts.c.id, entries.c.credit_id > 0),
        sa.exists().where(holds.c.account_id == accounts.c.id),  # of a reward that costs nothing
    )


def _meant(*where: sa.ColumnElement[bool]) -> sa.Select[int]:
    """The ids of members: they have a card or a number of the business's, and nobody took them over."""
    member = sa.or_(contacts.c.number.is_not(None), sa.exists().where(accounts.c.contact_id == contacts.c.id))
    return sa.select(contacts.c.id).where(*where, contacts.c.merged_into.is_(None), member).limit(2)


def _refusal(connection: Connection, member_id: int, contact_id: int) -> Refusal | None:
    """Why the member's card cannot be given; both contacts are locked, and the member seen as they are then."""
    both = contacts.c.id.in_((member_id, contact_id))
    locked = sa.select(contacts.c.id, contacts.c.merged_into, contacts.c.deceased, contacts.c.erased_at)
    rows = {row.id: row for row in connection.execute(locked.where(both).order_by(contacts.c.id).with_for_update())}
    member = rows.get(member_id)
    if member is None or member.merged_into is not None or member.deceased or member.erased_at is not None:
        return Gone()
    leaving = sa.exists().where(erasures.c.contact_id.in_((member_id, contact_id)), erasures.c.done_at.is_(None))
    if connection.scalar(sa.select(leaving)) or rows[contact_id].merged_into is not None:
        return Gone()
    ledger.read_account(connection, contact_id, lock=True)  # whoever books to it now is seen, or waits
    return HasCard() if holds_points(connection, contact_id) else None


def _phone_of(connection: Connection, contact_id: int) -> str | None:
    return connection.scalar(sa.select(contacts.c.phone).where(contacts.c.id == contact_id))
