"""Effects about what is held of a customer: seeing it, taking it along, having it erased."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa

from loyalty import ledger, vouchers
from store import anniversaries, consents, erasures, exports, links
from store.absorption import family
from store.anniversaries import BIRTHDAY
from store.tables import behaviours, claims, contacts, identities, inbox, media, outbox, purchases
from talk.engine import Act, lookup

NEWEST_CONSENTS = 10
KINDS_COUNTED = {
    "received": inbox,
    "said": outbox,
    "files": media,
    "purchases": purchases,
    "claims": claims,
    "behaviours": behaviours,
}


class Person(msgspec.Struct, frozen=True):
    """Who the customer is to us; empty where it is not known. `chats` are channels."""

    name: str
    call_me: str
    number: str
    phone: str
    email: str
    city: str
    since: dt.date
    birthday: tuple[int, int] | None
    chats: tuple[str, ...]


class Done(msgspec.Struct, frozen=True):
    """How much is kept of what the customer did."""

    messages: int
    files: int
    purchases: int
    claims: int
    behaviours: int
    points: int
    vouchers: int


class Agreed(msgspec.Struct, frozen=True):
    """A consent that was given or taken back."""

    purpose: str
    granted: bool
    day: dt.date


class Forfeit(msgspec.Struct, frozen=True):
    """What an erasure takes."""

    points: int
    vouchers: int


@lookup
def person(act: Act) -> Person:
    """Who the customer is to us."""
    row = act.connection.execute(sa.select(contacts).where(contacts.c.id == act.contact_id)).one()
    chats = sa.select(identities.c.channel).where(identities.c.contact_id == act.contact_id).distinct()
    days = {each.occasion: each.month_day for each in anniversaries.of(act.connection, act.contact_id)}
    return Person(
        name=row.name,
        call_me=row.call_me,
        number=row.number or "",
        phone=row.phone or "",
        email=row.email or "",
        city=row.city,
        since=row.created_at.astimezone(act.now.tzinfo).date(),
        birthday=divmod(days[BIRTHDAY], 100) if BIRTHDAY in days else None,
        chats=tuple(sorted(act.connection.scalars(chats))),
    )


@lookup
def done(act: Act) -> Done:
    """How much is kept of what the customer did."""
    whose = family(act.contact_id).scalar_subquery()
    count = {
        kind: act.connection.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.c.contact_id.in_(whose))
        )
        for kind, table in KINDS_COUNTED.items()
    }
    lost = forfeit(act)
    return Done(
        messages=(count["received"] or 0) + (count["said"] or 0),
        files=count["files"] or 0,
        purchases=count["purchases"] or 0,
        claims=count["claims"] or 0,
        behaviours=count["behaviours"] or 0,
        points=lost.points,
        vouchers=lost.vouchers,
    )


@lookup
def agreed(act: Act) -> tuple[Agreed, ...]:
    """The consents, newest first."""
    zone = act.now.tzinfo
    said = consents.history(act.connection, act.contact_id, NEWEST_CONSENTS)
    asked = (each for each in said if each.purpose in (consents.MARKETING, consents.PROFILING))
    return tuple(Agreed(each.purpose, each.granted, each.at.astimezone(zone).date()) for each in asked)


@lookup
def forfeit(act: Act) -> Forfeit:
    """The points and vouchers that would be lost."""
    account = ledger.account_of(act.connection, act.contact_id, act.now, act.language)
    kept = vouchers.mine(act.connection, act.contact_id, act.now, act.language)
    return Forfeit(account.balance + account.pending, len(kept))


def export_link(act: Act) -> str:
    """An address from which the customer can download everything, once, within 24 hours."""
    mine = sa.select(contacts.c.public_id).where(contacts.c.id == act.contact_id)
    public_id = act.connection.scalars(mine).one()
    token = links.sign(act.secret.decode(), public_id, act.now + exports.LIFETIME, salt=exports.SALT)
    return f"{act.address.rstrip('/')}{exports.PATH}/{token}"


@lookup
def erasure_due(act: Act) -> dt.datetime | None:
    """When the customer's data are to be erased, on their clock; None when they did not ask for it."""
    due_at = erasures.pending(act.connection, act.contact_id)
    return due_at.astimezone(act.now.tzinfo) if due_at else None


def erase(act: Act) -> dt.datetime:
    """Have everything erased a day from now; when that begins, on the customer's clock."""
    return erasures.ask(act.connection, act.contact_id, act.now).astimezone(act.now.tzinfo)


def keep(act: Act) -> bool:
    """Take the wish to be forgotten back; whether there was one."""
    return erasures.take_back(act.connection, act.contact_id, act.now)
