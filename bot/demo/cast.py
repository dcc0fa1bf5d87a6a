"""Five customers of the sample business, one for each language, whose phones the demo shows.

They are customers of the list like all others. Casting gives each a chat, a birthday on the coming day and a
membership on the day after, each on their own clock, so that there is somebody to greet soon.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import LANGUAGES, Language
from outreach.occasions import GREETED
from store import anniversaries, survey_invitations, visitors
from store.anniversaries import BIRTHDAY
from store.contacts import BOT
from store.survey_invitations import ASKED, New
from store.tables import accounts, contacts, identities, lots, occurrences, purchases
from store.tables import anniversaries as days
from store.tables import survey_invitations as invited
from surveys import library
from talk.errors import SapaError

PREFIX = "demo-"  # of the visitors' ids, which are signed like all others before they open anything
ENOUGH_POINTS = 160  # for more than one of the rewards
ABROAD: Mapping[str, tuple[str, str]] = {"en": ("London", "Europe/London")}  # so that each one's clock is another
HOMES = {"zh": "Asia/Shanghai"}  # where rather than elsewhere
BORN, JOINED_YEARS_AGO = 1990, 2
AFTER_PURCHASE = "after_purchase"  # the code of the survey that everybody here was asked in
LONG_AGO = dt.timedelta(days=60)
DAY = dt.timedelta(days=1)
NOTICED = ((0 * DAY, 11 * DAY), (22 * DAY, 34 * DAY))  # from now: points that expire then are told of in days


class Exhausted(SapaError):
    """Nobody is left who could have a phone."""


class Actor(NamedTuple):
    """Whose phone it is: the visitor that it is to the web chat, and the customer."""

    language: Language
    visitor: str
    contact_id: int
    public_id: str
    name: str
    city: str
    zone: ZoneInfo


_ACTORS = (
    sa.select(
        identities.c.sender,
        contacts.c.id,
        contacts.c.public_id,
        sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name).label("name"),
        contacts.c.city,
        contacts.c.timezone,
    )
    .select_from(identities.join(contacts, contacts.c.id == identities.c.contact_id))
    .where(
        identities.c.channel == visitors.CHANNEL,
        identities.c.account == visitors.ACCOUNT,
        identities.c.sender.startswith(PREFIX, autoescape=True),
    )
    .order_by(identities.c.id.desc())
    .limit(len(LANGUAGES))
)


def cast_now(connection: Connection) -> tuple[Actor, ...]:
    """Those who have the phones, in the order of the languages; none before the first casting."""
    found = {row.sender.rpartition("-")[2]: row for row in connection.execute(_ACTORS)}
    return tuple(
        Actor(language, row.sender, row.id, row.public_id, row.name, row.city, ZoneInfo(row.timezone))
        for language in LANGUAGES
        if (row := found.get(language)) is not None
    )


def held(connection: Connection, actor: Actor) -> bool:
    """Whether a person has the conversation, or is to have it."""
    return bool(connection.scalar(sa.select(contacts.c.owner != BOT).where(contacts.c.id == actor.contact_id)))


def best_customers(connection: Connection, language: str) -> Sequence[sa.Row[Any, Any, Any]]:
    """The two who have bought most often: one for a personal link, one for the played Telegram."""
    best = (
        sa.select(contacts.c.id, contacts.c.public_id, contacts.c.phone)
        .join(purchases, purchases.c.contact_id == contacts.c.id)
        .where(contacts.c.language == language)
        .group_by(contacts.c.id)
        .order_by(sa.func.count().desc(), contacts.c.id)
        .limit(2)
    )
    return connection.execute(best).all()


def recast(connection: Connection, now: dt.datetime) -> tuple[Actor, ...]:
    """Give the phones to five others, whose days are still to come."""
    number = sum(1 for _each in connection.execute(_ALL)) // len(LANGUAGES) + 1
    for language in LANGUAGES:
        contact_id, zone = _chosen(connection, language, now)
        _join(connection, contact_id, f"{PREFIX}{number}-{language}", now)
        _have_days(connection, contact_id, now.astimezone(zone))
        _be_asked(connection, contact_id, now)
    return cast_now(connection)


_ALL = sa.select(identities.c.id).where(identities.c.sender.startswith(PREFIX, autoescape=True))


def _chosen(connection: Connection, language: str, now: dt.datetime) -> tuple[int, ZoneInfo]:
    """Somebody who comes often, agreed to hear from us, can buy a reward, and was never greeted nor in a chat.

    Rather somebody without points that are about to expire: a notice of them would take a greeting's place.
    """
    best = [row.id for row in best_customers(connection, language)]
    in_chat = sa.exists().where(identities.c.contact_id == contacts.c.id)
    greeted = sa.exists().where(occurrences.c.contact_id == contacts.c.id, occurrences.c.occasion.in_(GREETED))
    soon = sa.or_(*(lots.c.expires_at.between(now + begins, now + ends) for begins, ends in NOTICED))
    noticed = sa.exists().where(lots.c.account_id == accounts.c.id, lots.c.left > 0, soon)
    person = connection.execute(
        sa.select(contacts.c.id, contacts.c.timezone)
        .join(accounts, accounts.c.contact_id == contacts.c.id)
        .join(purchases, purchases.c.contact_id == contacts.c.id)
        .where(contacts.c.language == language, contacts.c.marketing == "granted", ~in_chat, ~greeted)
        .where(accounts.c.balance >= ENOUGH_POINTS, contacts.c.id.not_in(best))
        .group_by(contacts.c.id, accounts.c.id)
        .order_by(noticed, contacts.c.timezone != HOMES.get(language, ""), sa.func.count().desc(), contacts.c.id)
        .limit(1)
    ).first()
    if person is None:
        raise Exhausted(
            f"Every customer who speaks {language} had a phone; start the demo with another --data-dir."
        )
    city, zone = ABROAD.get(language, ("", ""))
    if zone:
        moved = {"city": city, "timezone": zone}
        connection.execute(contacts.update().where(contacts.c.id == person.id).values(moved))
    return person.id, ZoneInfo(zone or person.timezone)


def _join(connection: Connection, contact_id: int, visitor: str, now: dt.datetime) -> None:
    """A chat of their own, in which they have been welcomed."""
    chat = {"channel": visitors.CHANNEL, "account": visitors.ACCOUNT, "sender": visitor}
    connection.execute(identities.insert().values(contact_id=contact_id, created_at=now, **chat))
    met = {"welcomed_at": now, "language_chosen": True}
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(met))


def _have_days(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    """A birthday on their next day, known for long, and a membership the day after; `now` is on their clock."""
    born, joined = _common(now.date() + DAY), _common(now.date() + 2 * DAY)
    # As if nothing had been known: a birthday that somebody gave can only be changed a year later.
    connection.execute(days.delete().where(days.c.contact_id == contact_id, days.c.occasion.in_(GREETED)))
    anniversaries.give(connection, contact_id, BIRTHDAY, born.month, born.day, BORN, now - LONG_AGO)
    noon = dt.datetime.combine(joined.replace(year=joined.year - JOINED_YEARS_AGO), dt.time(12), now.tzinfo)
    anniversaries.join(connection, {contact_id: noon})


def _be_asked(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    """An invitation to a survey that came yesterday, so that there is one to answer."""
    published = library.published(connection, AFTER_PURCHASE)
    if published is None:
        return
    key, asked_at = f"demo:{contact_id}", now - DAY
    invitation = New(
        secrets.token_urlsafe(12), key, published.survey_id, None, contact_id, ASKED, "", "", None, None, asked_at
    )
    survey_invitations.add(connection, [invitation])
    mine = invited.c.key == key
    connection.execute(invited.update().where(mine).values(asked_at=asked_at))


def _common(day: dt.date) -> dt.date:
    """The day, or the one before it where other years do not have it."""
    return day - DAY if (day.month, day.day) == (2, 29) else day
