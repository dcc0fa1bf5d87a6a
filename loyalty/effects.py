"""What dialogues may ask of the loyalty programme: `talk.do("account", effects.account_of)`."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
import sqlalchemy as sa
from msgspec import structs

from locales.formats import Money
from loyalty import explained, ledger, pictures, programme, rewards, vouchers
from loyalty.explained import Facts
from loyalty.freezing import Frozen
from loyalty.ledger import Account, HistoryPage, Refused
from loyalty.opening import Opening, openings
from loyalty.rewards import Donated, Lapsed, NotForYou, OutOfStock, Reserved, Reward
from loyalty.vouchers import Cancelled, NotCancellable, Voucher
from store import cards, ledger_freezing
from store import rewards as reservations
from store import vouchers as kept
from store.tables import contacts
from talk.engine import Act, lookup

CUSTOMER = "customer"
HISTORY_PAGE = 5
REWARDS_PAGE = 4
VOUCHERS_PAGE = 6

NotReserved: TypeAlias = OutOfStock | NotForYou | Refused | Frozen


@lookup
def is_customer(act: Act) -> bool:
    """Whether the contact is a customer; suppliers, investors and others collect no points."""
    return act.connection.scalar(sa.select(contacts.c.kind).where(contacts.c.id == act.contact_id)) == CUSTOMER


def become_member(act: Act) -> None:
    """Open a points account for the contact, unless they have one."""
    ledger.open_accounts(act.connection, {act.contact_id: act.now})


@lookup
def account_of(act: Act) -> Account:
    """The customer's points, what expires next and their tier."""
    return ledger.account_of(act.connection, act.contact_id, act.now, act.language)


class Rate(msgspec.Struct, frozen=True):
    """The points that a whole unit of the currency earns."""

    points: int
    amount: Money


@lookup
def earning_rate(act: Act) -> Rate:
    """What a purchase earns in this programme."""
    rules = programme.read(act.connection)
    return Rate(rules.earn.points, explained.unit_of(rules))


@lookup
def rules_explained(act: Act) -> Facts:
    """How points work in this programme, as it is told to a customer."""
    return explained.facts(act.connection, act.now.date(), act.language)


@lookup
def history_page(act: Act, page: int) -> HistoryPage:
    """A page of the customer's entries, newest first, on the customer's clock; page 1 is the newest."""
    found = ledger.history(act.connection, act.contact_id, page, HISTORY_PAGE)
    lines = (structs.replace(line, at=line.at.astimezone(act.now.tzinfo)) for line in found.lines)
    return structs.replace(found, lines=tuple(lines))


@lookup
def opening_hours(act: Act) -> tuple[Opening, ...]:
    """When the shops are open."""
    return openings(act.connection, act.now)


# The card


class Card(msgspec.Struct, frozen=True):
    """A member's card: its picture's name, and what stands beside it, empty where there is none."""

    picture: str
    name: str
    tier: str
    number: str


def card_of(act: Act) -> Card:
    """The customer's card; its code is made when it is first shown."""
    cards.card_of(act.connection, act.contact_id)
    found = act.connection.execute(
        sa.select(contacts.c.public_id, contacts.c.name, contacts.c.call_me, contacts.c.number).where(
            contacts.c.id == act.contact_id
        )
    ).one()
    return Card(
        picture=pictures.card_ref(found.public_id),
        name=found.name or found.call_me,
        tier=account_of(act).tier,
        number=found.number or "",
    )


# Rewards


class RewardsPage(msgspec.Struct, frozen=True):
    """A page of rewards, the least points first; pages count from 1."""

    rewards: tuple[Reward, ...]
    more: bool


@lookup
def rewards_page(act: Act, page: int) -> RewardsPage:
    """What the customer may choose from now."""
    found = rewards.available(act.connection, act.contact_id, act.now, act.language)
    start, end = (page - 1) * REWARDS_PAGE, page * REWARDS_PAGE
    return RewardsPage(found[start:end], len(found) > end)


@lookup
def has_reserved(act: Act) -> bool:
    """Whether something is set aside for the customer."""
    return bool(reservations.open_of(act.connection, act.contact_id))


def leave(act: Act) -> None:
    """Put back what is set aside for the customer, who chooses anew."""
    for key in reservations.open_of(act.connection, act.contact_id):
        rewards.give_up(act.connection, key, act.now)


def reserve(act: Act, code: str) -> Reserved | NotReserved:
    """Set a reward and its points aside for a while, or say why not."""
    return rewards.reserve(act.connection, act.contact_id, code, key=f"chat:{act.key}", now=act.now)


def confirm(act: Act, reservation: str) -> Voucher | Donated | Lapsed | Frozen:
    """Take what was reserved, unless it is too late."""
    return rewards.confirm(act.connection, act.secret, reservation, act.now, act.language)


def give_up(act: Act, reservation: str) -> None:
    """Put back what was reserved."""
    rewards.give_up(act.connection, reservation, act.now)


# Vouchers


class VouchersPage(msgspec.Struct, frozen=True):
    """A page of vouchers that can be used, what ends first first; pages count from 1.

    `stopped`: redemption is, so that nothing is shown.
    """

    vouchers: tuple[Voucher, ...]
    more: bool
    stopped: bool = False


@lookup
def vouchers_page(act: Act, page: int) -> VouchersPage:
    """What the customer can use now; no code is shown to whoever holds the phone while redemption is stopped."""
    if ledger_freezing.of_contact(act.connection, act.contact_id) is not None:
        return VouchersPage((), more=False, stopped=True)
    found = vouchers.mine(act.connection, act.contact_id, act.now, act.language)
    start, end = (page - 1) * VOUCHERS_PAGE, page * VOUCHERS_PAGE
    return VouchersPage(found[start:end], len(found) > end)


def cancel_voucher(act: Act, public_id: str) -> Cancelled | NotCancellable:
    """Give an unused voucher back for its points."""
    return vouchers.cancel(act.connection, act.contact_id, public_id, key=f"chat:{act.key}", now=act.now)


@lookup
def voucher_name(act: Act, public_id: str) -> str:
    """What a voucher of the customer's is good for, in their language; empty for one that is not theirs."""
    found = kept.by_public_id(act.connection, public_id)
    mine = found is not None and found.contact_id == act.contact_id
    return programme.named(found.name, found.names, act.language) if found and mine else ""
