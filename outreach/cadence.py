"""When a message nobody asked for may go to a contact: now, later, or never, and why.

Everything that speaks unasked goes through here: a dialogue that is due asks before its turn says anything, and the
sender judges each marketing message by the same rules as the last thing before the wire. The rules are pure; how a
contact stands is loaded in one place (`store.standing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Outreach
from outreach import clock, hold_out, public_holidays
from outreach.country import country_of, label_of
from outreach.kinds import Kind, kind_of
from store import verdicts
from store.contacts import BLOCKED, BOT
from store.standing import Standing, Touch, standing
from store.verdicts import Kept

BUSY = dt.timedelta(minutes=10)  # since the contact last wrote, while a dialogue asks something
LOOK_AGAIN = dt.timedelta(minutes=15)  # at what nobody knows the end of: a person's conversation, an open request
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
ROUNDS = 50
USUAL = Outreach()  # until the owner has set the rules


@dataclass(frozen=True, slots=True)
class Now:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class Later:
    """It may go at `until`, or must be asked about again then. Not after now: once what is owed first has gone."""

    until: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """It may not go."""

    reason: str


Verdict: TypeAlias = Now | Later | Never
NOW = Now()


def ask(
    connection: Connection,
    contact_id: int,
    kind: str,
    subject: str,
    *,
    now: dt.datetime,
    zone: str,
    expires_at: dt.datetime | None = None,
) -> Verdict:
    """Whether a message of this kind may go to the contact, who is locked; the answer is kept under `subject`.

    `zone` is the business's. What may go only at `expires_at` or after it may never. Raises KeyError when there is
    no such contact.
    """
    cadence = Cadence.of(connection, zone)
    verdict = cadence.judge(kind, standing(connection, contact_id, now), expires_at, now)
    keep(connection, contact_id, kind, subject, verdict, now)
    return verdict


def keep(
    connection: Connection, contact_id: int, kind: str, subject: str, verdict: Verdict, now: dt.datetime
) -> None:
    """Keep a verdict, unless it is the last one again (see `store.verdicts`)."""
    match verdict:
        case Now():
            answer = Kept(kind, subject, "now", "", None, now)
        case Later(until=until, reason=reason):
            answer = Kept(kind, subject, "later", reason, until, now)
        case Never(reason=reason):
            answer = Kept(kind, subject, "never", reason, None, now)
    verdicts.keep(connection, contact_id, answer)


@dataclass(frozen=True, slots=True)
class Cadence:
    """The rules of a business; `zone` is its IANA time zone, that of contacts whose own is not known."""

    zone: str = "UTC"
    rules: Outreach = USUAL

    @classmethod
    def of(cls, connection: Connection, zone: str) -> Cadence:
        """As the programme has them now."""
        return cls(zone, programme.read(connection).outreach)

    def label(self, standing: Standing, language: str) -> str:
        """What their country asks to stand before offers and news to them, in a language; empty: nothing."""
        return label_of(self.rules, self._country(standing), language) if self.rules.countries else ""

    def judge(self, kind: str, standing: Standing, expires_at: dt.datetime | None, now: dt.datetime) -> Verdict:
        """Whether a message of this kind may go now to a contact of this standing."""
        if refusal := self._refusal(kind, standing):
            return Never(refusal)
        if expires_at is not None and expires_at <= now:
            return Never("too late")
        until, reason = _settle(self._bounds(kind, standing, now), now)
        if not reason:
            return NOW
        if expires_at is not None and until >= expires_at:
            return Never(f"too late: {reason}")
        return Later(until, reason)

    def _refusal(self, name: str, standing: Standing) -> str:
        kind = kind_of(name)
        gone = standing.merged or standing.erased or standing.deceased
        if gone or not standing.reachable:
            return _gone(standing)
        if standing.owner == BLOCKED:
            return "spam"
        if not (kind.prompt or kind.owed):
            if standing.people_only:
                return "people only"
            if name in standing.refused:
                return "not wanted"
            if kind.personal and not standing.personalised:
                return "not personalised"
        return self._unwelcome(name, standing) if kind.purpose else ""

    def _unwelcome(self, name: str, standing: Standing) -> str:
        if standing.marketing == "withdrawn":
            return "opted out"
        if standing.marketing != "granted":
            return "no consent"
        rules = self.rules
        if min(rules.a_day, rules.a_week, rules.kinds.get(name, 1)) <= 0:
            return "switched off"
        # The last of all refusals: held out are those who would get it otherwise.
        held = kind_of(name).sells and hold_out.is_held(standing.id, rules.hold_out)
        return "hold-out" if held else ""

    def _country(self, standing: Standing) -> str:
        return country_of(standing.phone, standing.timezone, self.zone)

    def _bounds(self, name: str, standing: Standing, now: dt.datetime) -> _Bounds:
        touches = tuple(touch for touch in standing.touches if kind_of(touch.kind).counts)
        zone, kind = clock.zone_of(standing.timezone, self.zone), kind_of(name)
        country = self._country(standing) if kind.sells and self.rules.countries else ""
        return _Bounds(name, kind, self.rules, zone, standing, now, touches, country)


def _gone(standing: Standing) -> str:
    if standing.merged:
        return "merged"
    if standing.erased:
        return "erased"
    if standing.deceased:
        return "deceased"
    return "no chat" if standing.reachable is None else "blocked"


@dataclass(slots=True)
class _Bounds:
    """From when on each rule lets a message go, where it has something to say."""

    name: str
    kind: Kind
    rules: Outreach
    zone: ZoneInfo
    standing: Standing
    now: dt.datetime
    touches: tuple[Touch, ...]
    country: str  # whose rules the message keeps to; empty: no country's

    def at(self, moment: dt.datetime) -> Iterator[tuple[dt.datetime, str]]:
        """The moment from which each rule would let it go if it were asked at `moment`, and the rule's reason."""
        kind, standing = self.kind, self.standing
        if kind.prompt:
            return
        if standing.owner != BOT and not kind.owed:
            yield self.now + LOOK_AGAIN, "with a person"
        if kind.counts and standing.asking:
            yield self._dialogue(), "in a dialogue"
        if kind.purpose and standing.request:
            yield self.now + LOOK_AGAIN, "open request"
        if kind.purpose and standing.paused_until is not None:
            yield standing.paused_until, "paused"
        asked = self.rules.countries.get(self.country)
        if asked is not None and asked.holidays:
            yield self._no_holiday(moment), "public holiday"
        if not kind.awake:
            yield clock.first_loud(moment, self.zone, self._quiet_hours()), "quiet hours"
        if asked is not None and asked.hours is not None:
            yield self._allowed(moment, *asked.hours), "country hours"
        if kind.purpose and kind.counts and self.touches:
            yield from self._caps(moment)

    def _caps(self, moment: dt.datetime) -> Iterator[tuple[dt.datetime, str]]:
        yield self._day(moment), "daily limit"
        # Notices of expiry may come every week: were they counted, who collects most would be greeted least.
        limited = tuple(touch for touch in self.touches if kind_of(touch.kind).purpose)
        yield self._span(limited, self.rules.a_week), "weekly limit"
        alike = tuple(touch for touch in self.touches if touch.kind == self.name)
        yield self._span(alike, self.rules.kinds.get(self.name, len(alike) + 1)), "enough of its kind"
        yield self._gap(), "too soon after another"

    @property
    def _stretch(self) -> int:
        """To whom less is wanted, every span is twice as long."""
        return 2 if self.standing.seldom else 1

    def _dialogue(self) -> dt.datetime:
        seen = self.standing.seen_at
        if seen is None:
            return self.now
        return min(seen, self.now) + BUSY  # a clock that was set back makes nobody busy for hours

    def _quiet_hours(self) -> tuple[dt.time, dt.time]:
        standing, rules = self.standing, self.rules
        own_from, own_until = standing.quiet_from, standing.quiet_until
        return (
            dt.time.fromisoformat(own_from) if own_from else rules.quiet_from,
            dt.time.fromisoformat(own_until) if own_until else rules.quiet_until,
        )

    def _no_holiday(self, moment: dt.datetime) -> dt.datetime:
        today = moment.astimezone(self.zone).date()
        free = public_holidays.next_other(self.country, today)
        return moment if free == today else clock.moment_on(free, dt.time(0), self.zone)

    def _allowed(self, moment: dt.datetime, begins: dt.time, ends: dt.time) -> dt.datetime:
        return clock.first_loud(moment, self.zone, (ends, begins))

    def _gap(self) -> dt.datetime:
        gap = dt.timedelta(hours=self.rules.gap_hours) * self._stretch
        return max((touch.at for touch in self.touches), default=self.now - gap) + gap

    def _day(self, moment: dt.datetime) -> dt.datetime:
        """The next day there, if so many came on this one; with a clock that was set back, later days count."""
        today = moment.astimezone(self.zone).date()
        since = today - (self._stretch - 1) * DAY
        if sum(touch.at.astimezone(self.zone).date() >= since for touch in self.touches) < self.rules.a_day:
            return moment
        return clock.moment_on(today + DAY, dt.time(0), self.zone)

    def _span(self, touches: tuple[Touch, ...], most: int) -> dt.datetime:
        """When the oldest of the last `most` is a week ago."""
        if len(touches) < most:
            return self.now
        return sorted((touch.at for touch in touches), reverse=True)[most - 1] + WEEK * self._stretch


def _settle(bounds: _Bounds, now: dt.datetime) -> tuple[dt.datetime, str]:
    """The first moment at which all rules let it go, with the first reason against now; none: it may go now."""
    moment, why = now, ""
    for _round in range(ROUNDS):
        later = next(((until, reason) for until, reason in bounds.at(moment) if until > moment), None)
        if later is None:
            break
        moment, why = later[0], why or later[1]
    if not why and bounds.standing.waiting and bounds.kind.purpose:
        return now, "an answer is owed first"
    return moment, why
