"""Finding a member at the till, joining a new one, and giving a card to the chat whose code the customer shows."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from typing import Annotated

import msgspec
from sqlalchemy.engine import Connection

from locales import Language
from loyalty import ledger, vouchers
from loyalty.till import guesses
from loyalty.till.guesses import TooManyGuesses
from loyalty.till.presses import Done, KeyTaken, Press, Step, once
from store import cards, members, till
from store.members import Gone, HasCard, UnknownCode
from store.till import Person
from talk.reading.contact_points import read_phone


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member as the till shows them: `balance` can be spent now, `pending` later, `debt` is repaid first.

    `vouchers` is how many they can use, `tier` its name in the cashier's language.
    """

    id: str
    name: str
    number: str
    tier: str
    balance: int
    vouchers: int
    pending: int = 0
    debt: int = 0
    in_chat: bool = False


class NoMember(msgspec.Struct, frozen=True, tag=True):
    """There is no such member."""


class BadPhone(msgspec.Struct, frozen=True, tag=True):
    """That is no phone number."""


class PhoneKnown(msgspec.Struct, frozen=True, tag=True):
    """The members who have this phone number already; nobody was joined."""

    members: tuple[Member, ...]


class Newcomer(msgspec.Struct, frozen=True):
    """A new member: a name, and perhaps a phone number. `anyway` joins them though others have that number."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    language: Language = "en"
    anyway: bool = False


def find(connection: Connection, typed: str, region: str, now: dt.datetime, language: str) -> tuple[Member, ...]:
    """Who is meant by what was scanned or typed: a card, a member's number, or a phone number that several have.

    `region` is where a phone number without a country code belongs; tiers are named in `language`.
    """
    typed = typed.strip()
    contact_id = cards.by_card(connection, typed) or (members.find(connection, number=typed) if typed else None)
    if contact_id is not None:
        found = till.person(connection, contact_id)
        return (_shown(connection, found, now, language),) if found else ()
    phone = read_phone(typed, region)
    people = till.by_phone(connection, phone) if phone else []
    return tuple(_shown(connection, one, now, language) for one in people)


def member_of(connection: Connection, public_id: str, now: dt.datetime, language: str) -> Member | NoMember:
    """The member with this public id, as they are now."""
    found = till.by_public_id(connection, public_id)
    return _shown(connection, found, now, language) if found else NoMember()


def join(
    connection: Connection, press: Press, newcomer: Newcomer, region: str
) -> Done | KeyTaken | BadPhone | PhoneKnown:
    """Make somebody a member and give them a card."""
    wanted = newcomer.phone.strip()
    phone = read_phone(wanted, region) if wanted else None
    if wanted and phone is None:
        return BadPhone()
    return once(connection, press, "join", newcomer, partial(_join, connection, press, newcomer, phone))


def _join(connection: Connection, press: Press, newcomer: Newcomer, phone: str | None) -> Step | PhoneKnown:
    others = till.by_phone(connection, phone) if phone and not newcomer.anyway else []
    if others:
        return PhoneKnown(tuple(_shown(connection, one, press.now, press.staff.language) for one in others))
    public_id, name = secrets.token_urlsafe(12), newcomer.name.strip()
    contact_id = till.enrol(connection, public_id, name, phone, newcomer.language, press.now)
    ledger.open_accounts(connection, {contact_id: press.now})
    return Step(contact_id, public_id)


def link(
    connection: Connection, press: Press, member: str, code: str
) -> Done | KeyTaken | NoMember | TooManyGuesses | UnknownCode | HasCard | Gone:
    """Give a member's card to the chat that shows `code`."""
    if (locked := guesses.locked(connection, press)) is not None:
        return locked
    return once(connection, press, "link", (member, code), partial(_link, connection, press, member, code))


def _link(
    connection: Connection, press: Press, member: str, code: str
) -> Step | NoMember | UnknownCode | HasCard | Gone:
    found = till.by_public_id(connection, member)
    if found is None:
        return NoMember()
    linked = members.link_at_till(connection, press.secret, code.strip(), found.id, press.now)
    if isinstance(linked, UnknownCode):
        guesses.count(connection, press)
    if not isinstance(linked, members.Linked):
        return linked
    balance = ledger.account_of(connection, linked.contact_id, press.now).balance
    return Step(linked.contact_id, member, balance=balance)


def _shown(connection: Connection, person: Person, now: dt.datetime, language: str) -> Member:
    account = ledger.account_of(connection, person.id, now, language)
    return Member(
        id=person.public_id,
        name=person.name,
        number=person.number,
        tier=account.tier,
        balance=account.balance,
        vouchers=len(vouchers.mine(connection, person.id, now, language)),
        pending=account.pending,
        debt=account.debt,
        in_chat=person.in_chat,
    )
