"""When a message nobody asked for may go to a contact: consent, the owner of the conversation, hours, how often.

Pure rules. What the sender rechecks just before the wire is `Cadence.judge`; whoever plans messages may ask
`next_allowed` beforehand, so that fewer of them have to wait.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from store.outbox_sending import Standing

BOT = "bot"


@dataclass(frozen=True, slots=True)
class Go:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class Postpone:
    """It may go at `until`; None: once the contact has got what it is owed."""

    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Skip:
    """It may not go, and why."""

    reason: str


Verdict: TypeAlias = Go | Postpone | Skip
GO = Go()


@dataclass(frozen=True, slots=True)
class Cadence:
    """The rules of a business.

    `zone` is its IANA time zone, that of contacts whose own is not known. From `quiet_from` until `quiet_until` on
    the contact's clock it is quiet (equal: never). `once_a_day`: at most one unasked message on one day there.
    """

    zone: str = "UTC"
    quiet_from: dt.time = dt.time(21)
    quiet_until: dt.time = dt.time(8)
    once_a_day: bool = True

    def judge(self, standing: Standing, expires_at: dt.datetime | None, now: dt.datetime) -> Verdict:
        """Whether a marketing message may go now to a contact of this standing."""
        if (refusal := _refusal(standing, now)) is not None:
            return Skip(refusal)
        if expires_at is not None and expires_at <= now:
            return Skip("expired")
        if standing.waiting:
            return Postpone(None)
        zone = self.zone_of(standing.timezone)
        allowed = self.next_allowed(now, zone)
        if allowed > now:
            return Postpone(allowed) if expires_at is None or allowed < expires_at else Skip("expired")
        if self.once_a_day and standing.proactive_at is not None and _same_day(standing.proactive_at, now, zone):
            return Skip("daily limit")
        return GO

    def zone_of(self, name: str) -> ZoneInfo:
        """A contact's time zone; the business's when it is unknown or there is no such zone."""
        return _zone(name) or _zone(self.zone) or ZoneInfo("UTC")

    def quiet(self, moment: dt.datetime, zone: ZoneInfo) -> bool:
        """Whether it is quiet at that moment in that zone."""
        local = moment.astimezone(zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= local < self.quiet_until
        return local >= self.quiet_from or local < self.quiet_until

    def next_allowed(self, moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """The first moment, from `moment` on, when it is not quiet in that zone.

        A clock that skips the hour ends the quiet when it has skipped it; one that shows it twice, at the first.
        """
        if not self.quiet(moment, zone):
            return moment
        today = moment.astimezone(zone).date()
        for days in range(3):
            for fold in (0, 1):
                end = dt.datetime.combine(today + dt.timedelta(days=days), self.quiet_until, zone).replace(
                    fold=fold
                )
                end = end.astimezone(dt.UTC)
                if end > moment and not self.quiet(end, zone):
                    return end
        raise AssertionError("A night lasted three days.")


def _refusal(standing: Standing, now: dt.datetime) -> str | None:
    if standing.merged:
        return "merged"
    if standing.reachable is None:
        return "no such chat"
    if not standing.reachable:
        return "blocked"
    if standing.marketing != "granted":
        return "opted out" if standing.marketing == "withdrawn" else "no consent"
    if standing.owner != BOT and (standing.owner_until is None or standing.owner_until > now):
        return "with a person"
    return None


def _same_day(earlier: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> bool:
    # Not before rather than equal: a clock that was set back gives nobody a second message.
    return earlier.astimezone(zone).date() >= now.astimezone(zone).date()


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
