"""What a greeting brings: how the contact is called, how many years it is, and a gift, once an occurrence."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger, programme, vouchers
from loyalty.programme import Gift
from loyalty.rules import expiry_of
from outreach.clock import UTC
from outreach.occasions import brings_gifts, gift_of, greeted_at, key_of, years_of
from store import anniversaries, members
from store.anniversaries import Anniversary
from store.tables import contacts
from talk.effects import Act

FATHERS_NAME = (" bin ", " binti ", " bt ", " bte ")  # what a Malay name goes on with, and a greeting leaves out


class Celebration(msgspec.Struct, frozen=True):
    """A greeting's occasion; what is empty or 0 is not known or not given. Dates are on the contact's clock."""

    name: str = ""
    years: int = 0
    points: int = 0
    points_until: dt.date | None = None
    reward: str = ""
    reward_until: dt.date | None = None


def celebrate(act: Act, occasion: str, occurrence: str) -> Celebration:
    """Give what the occasion brings; once, however often it is asked."""
    zone = act.now.tzinfo if isinstance(act.now.tzinfo, ZoneInfo) else UTC
    rules, name = programme.read(act.connection), _called(act.connection, act.contact_id)
    found = [each for each in anniversaries.of(act.connection, act.contact_id) if each.occasion == occasion]
    if not found:
        return Celebration(name)
    years = years_of(found[0], int(occurrence)) or 0
    if not _gives(act, found[0], int(occurrence), rules.occasions.at, zone):
        return Celebration(name, years)
    key = key_of(act.contact_id, occasion, occurrence)
    gift = gift_of(rules.occasions, occasion)
    return _given(act, gift, key, expiry_of(rules, act.now), Celebration(name, years))


def _gives(act: Act, anniversary: Anniversary, year: int, at: dt.time, zone: ZoneInfo) -> bool:
    """Whether gifts go with it: to members, and not soon after a birthday was given."""
    moment = greeted_at(anniversary, year, at, zone)
    return (
        moment is not None
        and brings_gifts(anniversary, moment)
        and members.has_account(act.connection, act.contact_id)
    )


def _given(
    act: Act, gift: Gift, key: str, points_until: dt.datetime | None, celebration: Celebration
) -> Celebration:
    connection, now = act.connection, act.now
    if gift.points:
        ledger.gift(connection, act.contact_id, gift.points, key=key, at=now, expires_at=points_until)
        celebration = msgspec.structs.replace(celebration, points=gift.points, points_until=_day(points_until, now))
    if gift.reward:
        voucher = vouchers.issue(
            connection, act.secret, act.contact_id, gift.reward, key=key, now=now, language=act.language
        )
        until = _day(voucher.expires_at, now)
        celebration = msgspec.structs.replace(celebration, reward=voucher.name, reward_until=until)
    return celebration


def _day(moment: dt.datetime | None, now: dt.datetime) -> dt.date | None:
    return moment.astimezone(now.tzinfo).date() if moment is not None else None


def called(call_me: str, name: str) -> str:
    """What somebody wants to be called, or their name without their father's; empty when neither is known."""
    if call_me:
        return call_me
    cut = [place for word in FATHERS_NAME if (place := name.lower().find(word)) > 0]
    return name[: min(cut)] if cut else name


def _called(connection: Connection, contact_id: int) -> str:
    person = connection.execute(
        sa.select(contacts.c.call_me, contacts.c.name).where(contacts.c.id == contact_id)
    ).one()
    return called(person.call_me, person.name)
