"""What is planned for contacts on their days: put down once, moved when their clock moves, told or called off.

Each occurrence is a row that is settled once (`store.occurrences`), and a due row that opens its turn. At its
moment `look` asks anew whether it is the day, whether there is still something to tell, and cadence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Occasions
from outreach import cadence, clock
from outreach.cadence import LOOK_AGAIN, Later, Never, Verdict
from outreach.occasions import (
    DAY,
    GREETED,
    NOTICES,
    TOLD_DAYS,
    flow_of,
    gift_of,
    greeted_at,
    key_of,
    noticed_at,
)
from store import anniversaries, due, expiring, occurrences
from store.anniversaries import BIRTHDAY
from store.due import Due
from store.expiring import Total
from store.occurrences import PLANNED, Time
from store.standing import timezone

EARLY = "early"  # what a due row's arguments say of what was brought forward


class Planned(msgspec.Struct, frozen=True):
    """What is to come: the occasion, which occurrence of it, when, and the kind of message it is."""

    occasion: str
    occurrence: str
    at: dt.datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a planned dialogue found: whether it may be told, and until when it is of use."""

    verdict: Verdict
    expires_at: dt.datetime | None = None


def look(connection: Connection, contact_id: int, row: Due, *, zone: str, now: dt.datetime) -> Look | None:
    """Whether the dialogue of a due row may be told to the contact, who is locked; None when it is settled already.

    The contact is the one the row's was merged into, if it was. `zone` is the business's. An occurrence is settled
    unless the answer is later.
    """
    if not _is_occasion(row):
        return Look(_ask(connection, contact_id, row, zone, now, None))
    occasion, occurrence = _named(row)
    found = occurrences.one(connection, contact_id, occasion, occurrence)
    if found is None or found.state != PLANNED:
        return None
    seen = _look(connection, contact_id, row, zone, now)
    if not isinstance(seen.verdict, Later):
        skipped = seen.verdict.reason if isinstance(seen.verdict, Never) else ""
        occurrences.settle(connection, contact_id, occasion, occurrence, now, skipped)
    return seen


def put(connection: Connection, times: Collection[Time], *, early: bool = False) -> int:
    """Plan what is not planned yet; how many there were. Two planners do it in one order.

    What is put `early` may be told before its day.
    """
    in_order = sorted(times)
    new = occurrences.plan(connection, in_order)
    for contact_id, occasion, occurrence, at in in_order:
        if (contact_id, occasion, occurrence) in new:
            args = {"occasion": occasion, "occurrence": occurrence} | ({EARLY: True} if early else {})
            key = key_of(contact_id, occasion, occurrence)
            due.plan(connection, contact_id, flow_of(occasion), args, key=key, at=at)
    return len(new)


def move(connection: Connection, times: Collection[Time]) -> None:
    """Give what is planned other moments: somebody's clock or day, or the hour of greetings has changed.

    The due row first, as the turn has it that takes it and then settles the occurrence.
    """
    in_order = sorted(times)
    due.move(connection, {key_of(*time[:3]): time.at for time in in_order})
    occurrences.move(connection, in_order)


def upcoming(connection: Connection, contact_id: int, now: dt.datetime) -> tuple[Planned, ...]:
    """What the contact is to hear of unasked in the coming year, the soonest first; `now` is on their clock.

    Whether it is said is decided on the day.
    """
    kept = occurrences.of(connection, contact_id)
    soon = [(each.occasion, each.occurrence, each.at) for each in kept if each.state == PLANNED]
    known = {(each.occasion, each.occurrence) for each in kept}
    days = [each for each in _next_days(connection, contact_id, now) if each[:2] not in known]
    found = [Planned(*each, flow_of(each[0])) for each in (*soon, *days)]
    return tuple(sorted(found, key=lambda each: each.at))


def cancel(connection: Connection, contact_id: int, occasion: str, occurrence: str, now: dt.datetime) -> None:
    """Let it not be said, whether or not it is planned yet; the contact is locked.

    Its due row is left to find that out: the turn that takes a row locks the contact after it.
    """
    coming = upcoming(connection, contact_id, now)
    at = next((each.at for each in coming if (each.occasion, each.occurrence) == (occasion, occurrence)), None)
    if at is not None:
        occurrences.cancel(connection, Time(contact_id, occasion, occurrence, at), now)


def expires(
    connection: Connection, contact_id: int, day: dt.date, now: dt.datetime, zone: ZoneInfo
) -> Total | None:
    """What a notice of expiry of that day tells of: what expires in the days from it on. None when nothing does."""
    begins, ends = (clock.moment_on(each, dt.time(0), zone) for each in (day, day + TOLD_DAYS * DAY))
    return expiring.total(connection, contact_id, max(begins, now), ends)


def _next_days(connection: Connection, contact_id: int, now: dt.datetime) -> Iterator[tuple[str, str, dt.datetime]]:
    rules = programme.read(connection).occasions
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else clock.UTC
    for each in anniversaries.of(connection, contact_id):
        if each.occasion not in GREETED or not gift_of(rules, each.occasion).greet:
            continue
        moments = [(year, greeted_at(each, year, rules.at, zone)) for year in range(now.year - 1, now.year + 2)]
        coming = [(each.occasion, str(year), at) for year, at in moments if at is not None and at > now]
        yield from coming[:1]


def _look(connection: Connection, contact_id: int, row: Due, zone: str, now: dt.datetime) -> Look:
    occasion, occurrence = _named(row)
    rules = programme.read(connection).occasions
    own = clock.zone_of(timezone(connection, contact_id), zone)
    moment = _moment(connection, contact_id, occasion, occurrence, rules, own)
    if moment is None:
        return _never(connection, contact_id, row, "no such day any more", now)
    if moment > now and not (row.args or {}).get(EARLY):
        occurrences.move(connection, [Time(contact_id, occasion, occurrence, moment)])
        return Look(Later(moment, "not the day yet"))
    if occasion in NOTICES:
        if needless := _needless(connection, contact_id, occasion, occurrence, own, now):
            return _never(connection, contact_id, row, needless, now)
        expires_at = moment + NOTICES[occasion].grace
    elif gift_of(rules, occasion).greet:
        expires_at = moment + dt.timedelta(hours=rules.grace_hours)
    else:
        return _never(connection, contact_id, row, "switched off", now)
    if occasion != BIRTHDAY and _birthday_today(connection, contact_id, now.astimezone(own)):
        return _kept(connection, contact_id, row, Later(now + LOOK_AGAIN, "the birthday goes first"), now)
    return Look(_ask(connection, contact_id, row, zone, now, expires_at), expires_at)


def _needless(
    connection: Connection, contact_id: int, occasion: str, occurrence: str, zone: ZoneInfo, now: dt.datetime
) -> str:
    """Why a notice of expiry has nothing to tell; empty when it has."""
    day = dt.date.fromisoformat(occurrence)
    found = expires(connection, contact_id, day, now, zone)
    if found is None or found.first.astimezone(zone).date() != day:
        return "no points left"
    first = (day - (TOLD_DAYS - 1) * DAY).isoformat()
    return "told with others" if occurrences.any_done(connection, contact_id, occasion, first, occurrence) else ""


def _birthday_today(connection: Connection, contact_id: int, now: dt.datetime) -> bool:
    """Whether it is still to be told: after another message, the limit of a day would let it come tomorrow."""
    return any(
        each.occasion == BIRTHDAY and each.state == PLANNED and each.at.astimezone(now.tzinfo).date() == now.date()
        for each in occurrences.of(connection, contact_id)
    )


def _moment(
    connection: Connection, contact_id: int, occasion: str, occurrence: str, rules: Occasions, zone: ZoneInfo
) -> dt.datetime | None:
    if occasion in NOTICES:
        return noticed_at(occasion, dt.date.fromisoformat(occurrence), rules.at, zone)
    for each in anniversaries.of(connection, contact_id):
        if each.occasion == occasion:
            return greeted_at(each, int(occurrence), rules.at, zone)
    return None


def kind_name(row: Due) -> str:
    """The kind of what a due row says: its flow's, unless it names another."""
    return (row.args or {}).get("kind") or row.flow


def _never(connection: Connection, contact_id: int, row: Due, reason: str, now: dt.datetime) -> Look:
    return _kept(connection, contact_id, row, Never(reason), now)


def _kept(connection: Connection, contact_id: int, row: Due, verdict: Verdict, now: dt.datetime) -> Look:
    cadence.keep(connection, contact_id, kind_name(row), row.key, verdict, now)
    return Look(verdict)


def _ask(
    connection: Connection, contact_id: int, row: Due, zone: str, now: dt.datetime, expires_at: dt.datetime | None
) -> Verdict:
    return cadence.ask(connection, contact_id, kind_name(row), row.key, now=now, zone=zone, expires_at=expires_at)


def _is_occasion(row: Due) -> bool:
    return "occasion" in (row.args or {})


def _named(row: Due) -> tuple[str, str]:
    assert row.args is not None
    return row.args["occasion"], row.args["occurrence"]
