"""The ladder of tiers: who stands where, by the points they earned; no store, no clock.

A tier is reached the moment the points of the window reach its threshold. It is kept for so many months after it
was last reached; a moment at which the points still suffice renews it. When its time is over and they do not, the
member falls by one tier, or to the one the points reach, and keeps that one as long. Tiers with the threshold 0 are
everybody's and have no end.

The window is the last 365 days, or the calendar year so far. Points count at the moment they were earned, however
late they become known.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from loyalty.programme import Tier, Tiers
from loyalty.rules import months_later

Reason: TypeAlias = Literal["reached", "kept", "fell", "refund", "programme"]

YEAR = dt.timedelta(days=365)
_INSTANT = dt.timedelta(microseconds=1)
_EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Change(NamedTuple):
    """A tier that is had from `at` on until `until` (None: without end); an empty `tier` is none."""

    tier: str
    reason: str
    until: dt.datetime | None
    at: dt.datetime


class Ladder:
    """The programme's tiers, the lowest first; a level counts from 0, and -1 is no tier at all.

    `zone` is where calendar years and months are counted.
    """

    def __init__(self, tiers: Tiers, zone: dt.tzinfo) -> None:
        self._rules = tiers
        self._zone = zone
        self.levels: tuple[Tier, ...] = tuple(sorted(tiers.levels, key=lambda tier: tier.threshold))
        self.floor = self.reached(0)
        self._level_of = {tier.code: level for level, tier in enumerate(self.levels)}

    @property
    def is_flat(self) -> bool:
        """Whether nobody can climb: there is no tier to be earned."""
        return self.floor == len(self.levels) - 1

    def level_of(self, code: str) -> int | None:
        """The level of a tier by its code; everybody's lowest for an empty one, None for one that is unknown."""
        return self._level_of.get(code) if code else self.floor

    def code_of(self, level: int) -> str:
        """The code of a level's tier; empty for what everybody has."""
        return self.levels[level].code if level > self.floor else ""

    def tier_of(self, level: int) -> Tier | None:
        """The tier of a level."""
        return self.levels[level] if level >= 0 else None

    def multiplier_of(self, level: int) -> Decimal:
        """How many times the points a member of this level earns."""
        return self.levels[level].multiplier if level >= 0 else Decimal(1)

    def reached(self, points: int) -> int:
        """The highest level that so many points of the window reach."""
        return bisect_right([tier.threshold for tier in self.levels], points) - 1

    def since(self, at: dt.datetime) -> dt.datetime:
        """The window's beginning, seen from `at`: what was earned after it counts, itself excluded."""
        if self._rules.window == "rolling":
            return at - YEAR
        year = at.astimezone(self._zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
        return year.astimezone(dt.UTC) - _INSTANT

    def until(self, level: int, at: dt.datetime) -> dt.datetime | None:
        """Until when a level reached at `at` is kept."""
        if level <= self.floor:
            return None
        return months_later(at.astimezone(self._zone), self._rules.keep_months).astimezone(dt.UTC)

    def below(self, level: int, reached: int) -> int:
        """Where a member of a level falls whose points reach only `reached`."""
        return level - 1 if self._rules.fall == "one" else max(reached, self.floor)


def retold(
    ladder: Ladder, start: Change | None, counted: Iterable[tuple[dt.datetime, int]], at: dt.datetime
) -> Climb:
    """The way up to `at` of a member who stood as `start` says (None: as everybody does), by what they earned."""
    net: dict[dt.datetime, int] = {}  # by moment: what was refunded of it is below zero
    for moment, points in counted:
        net[moment] = net.get(moment, 0) + points
    earned = sorted((moment, points) for moment, points in net.items() if points)
    begun = start.at if start else _EARLIEST
    after = bisect_left(earned, (begun + _INSTANT,))
    level = ladder.level_of(start.tier) if start else None
    climb = Climb(ladder, ladder.floor if level is None else level, start.until if start else None, earned[:after])
    for moment, points in earned[after:]:
        climb.earn(points, moment, moment)
    climb.pass_to(at)
    return climb


class Climb:
    """One member's way on the ladder, moment after moment.

    `level` and `until` are how the member stood before (None: on a level that is no more), `counted` the points,
    with their moments of earning, that may be in the window. `changes` is what became of the standing since.
    """

    def __init__(
        self,
        ladder: Ladder,
        level: int | None,
        until: dt.datetime | None,
        counted: Iterable[tuple[dt.datetime, int]] = (),
    ) -> None:
        self.past: list[Change] = []  # the changes before, where they are needed
        self.ladder = ladder
        self.level = ladder.floor if level is None else level
        self.until = until if self.level > ladder.floor else None
        self.changes: list[Change] = []
        self._counted = sorted(counted)
        self._before = level, until

    @property
    def moved(self) -> bool:
        """Whether the standing is another than it was."""
        return (self.level, self.until) != self._before

    @property
    def latest(self) -> dt.datetime:
        """The moment of the last earning that is known."""
        return self._counted[-1][0] if self._counted else _EARLIEST

    def points(self, at: dt.datetime) -> int:
        """The points of the window, seen from `at`."""
        first = bisect_left(self._counted, (self.ladder.since(at) + _INSTANT,))
        return sum(points for _, points in self._counted[first : bisect_left(self._counted, (at + _INSTANT,))])

    def pass_to(self, at: dt.datetime) -> None:
        """Let time pass: tiers whose time is over by `at` are kept or lost at the moment it was over."""
        while self.until is not None and self.until <= at:
            moment = self.until
            reached = self.ladder.reached(self.points(moment))
            if reached >= self.level:
                self._stand(self.level, moment, "kept")
            else:
                self._stand(self.ladder.below(self.level, reached), moment, "fell")

    def level_at(self, at: dt.datetime) -> int:
        """The level at a moment: as time passes up to it, or as it was then if what came later is known."""
        known = (*self.past, *self.changes)
        before = [change for change in known if change.at <= at]
        if at >= self.latest and len(before) == len(known):
            self.pass_to(at)
            return self.level
        level = self.ladder.level_of(before[-1].tier) if before else None
        return self.ladder.floor if level is None else level

    def earn(self, points: int, earned_at: dt.datetime, at: dt.datetime) -> None:
        """Count points that were earned at `earned_at` and became known, or spendable, at `at`."""
        insort(self._counted, (earned_at, points))
        at = max(at, self.latest)
        self.reconsider(at, "reached")
        if self.until is not None and self.ladder.reached(self.points(at)) == self.level:
            self.until = max(self.until, self.ladder.until(self.level, at) or self.until)

    def reconsider(self, at: dt.datetime, reason: Reason = "programme") -> None:
        """Climb to what the points reach at `at`, or to it from a level that is no more."""
        self.pass_to(at)
        reached = self.ladder.reached(self.points(at))
        if self._before[0] is None and not self.changes:
            self._stand(reached, at, "programme")
        elif reached > self.level:
            self._stand(reached, at, reason)

    def become(self, other: Climb, at: dt.datetime) -> None:
        """Stand from `at` on as another way led to, because of a refund."""
        self._change(other.level, other.until, at, "refund")

    def _stand(self, level: int, at: dt.datetime, reason: Reason) -> None:
        self._change(level, self.ladder.until(level, at), at, reason)

    def _change(self, level: int, until: dt.datetime | None, at: dt.datetime, reason: Reason) -> None:
        self.level, self.until = level, until
        self.changes.append(Change(self.ladder.code_of(level), reason, until, at))
