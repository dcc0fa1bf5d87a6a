"""What answers amount to: NPS, CSAT, CES, means, shares, each with its interval.

Answers come as counts: how often each value was given. `n` is how many answered; who skipped is not among them.
A figure of fewer than `FEW` answers is not one to judge by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

import msgspec

from insights import intervals
from insights.intervals import Interval

FEW = 10
Counts: TypeAlias = Mapping[int, int]


class Net(msgspec.Struct, frozen=True, tag=True):
    """The share of those `up` less the share of those `down`, from -1 to 1; an NPS is a hundred times this."""

    up: int
    middle: int
    down: int

    @property
    def n(self) -> int:
        return self.up + self.middle + self.down

    @property
    def value(self) -> float | None:
        return (self.up - self.down) / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return intervals.net(self.up, self.down, self.n) if self.n else None

    @property
    def spread(self) -> float:
        """The variance of one answer, of which there are three: 1, 0 and -1."""
        return intervals.adjusted(self.up, self.down, self.n)[1]


class Share(msgspec.Struct, frozen=True, tag=True):
    """So many of `n`."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return intervals.wilson(self.hits, self.n) if self.n else None

    @property
    def spread(self) -> float:
        """The variance of one answer, two of each kind added so that it is never 0 (Agresti and Coull, 1998)."""
        share = (self.hits + 2) / (self.n + 4)
        return share * (1 - share)


class Mean(msgspec.Struct, frozen=True, tag=True):
    """The mean of numbers; `variance` is that of the sample, `least` and `most` bound the scale they are on."""

    mean: float
    variance: float
    n: int
    least: int | None = None
    most: int | None = None

    @property
    def value(self) -> float | None:
        return self.mean if self.n else None

    @property
    def interval(self) -> Interval | None:
        found = intervals.of_mean(self.mean, self.variance, self.n)
        if found is None:
            return None
        low = found.low if self.least is None else max(self.least, found.low)
        return Interval(low, found.high if self.most is None else min(self.most, found.high))

    @property
    def spread(self) -> float:
        """The variance of one answer."""
        return self.variance


Score: TypeAlias = "Net | Share | Mean"


class Spread(msgspec.Struct, frozen=True):
    """Where numbers lie: the least, the quarter, the middle, three quarters, the most."""

    least: float
    lower: float
    median: float
    upper: float
    most: float


def enough(score: Score) -> bool:
    """Whether there are answers enough to judge by."""
    return score.n >= FEW


def nps(counts: Counts) -> Net:
    """Net Promoter Score of answers from 0 to 10: 9 and 10 promote, 0 to 6 detract (Reichheld, HBR 12/2003)."""
    return Net(_within(counts, 9, 10), _within(counts, 7, 8), _within(counts, 0, 6))


def ces(counts: Counts) -> Net:
    """Customer Effort Score of answers from 1 (hard) to 7 (easy): the share of 5 to 7 less that of 1 to 3."""
    return Net(_within(counts, 5, 7), _within(counts, 4, 4), _within(counts, 1, 3))


def top_two(counts: Counts, most: int = 5) -> Share:
    """The share of the two best values: CSAT, stars, a row of a matrix."""
    return Share(_within(counts, most - 1, most), sum(counts.values()))


def mean(counts: Counts, least: int | None = None, most: int | None = None) -> Mean:
    """The mean of the values, and the variance of the sample."""
    n = sum(counts.values())
    total = sum(value * count for value, count in counts.items())
    squares = sum(value * value * count for value, count in counts.items())
    return of_sums(n, total, squares, least, most)


def of_sums(n: int, total: float, squares: float, least: int | None = None, most: int | None = None) -> Mean:
    """The mean and the variance of `n` numbers by their sum and the sum of their squares."""
    if n == 0:
        return Mean(0.0, 0.0, 0, least, most)
    variance = max(0.0, (squares - total * total / n) / (n - 1)) if n > 1 else 0.0
    return Mean(total / n, variance, n, least, most)


def pooled(every: Sequence[Score]) -> Score:
    """All answers of several groups together; the scores, at least one, are of one kind and one scale."""
    match every[0]:
        case Net():
            nets = [each for each in every if isinstance(each, Net)]
            return Net(
                sum(each.up for each in nets), sum(each.middle for each in nets), sum(each.down for each in nets)
            )
        case Share():
            shares = [each for each in every if isinstance(each, Share)]
            return Share(sum(each.hits for each in shares), sum(each.n for each in shares))
        case Mean(least=least, most=most):
            means = [each for each in every if isinstance(each, Mean)]
            squares = sum((each.n - 1) * each.variance + each.n * each.mean**2 for each in means)
            return of_sums(
                sum(each.n for each in means), sum(each.n * each.mean for each in means), squares, least, most
            )


def spread(counts: Counts) -> Spread | None:
    """Quartiles as most tables have them (R. J. Hyndman and Y. Fan, The American Statistician 50, 1996, type 7)."""
    if not counts:
        return None
    values = sorted(counts)
    until = list(accumulate(counts[value] for value in values))

    def at(place: int) -> int:
        return next(value for value, end in zip(values, until, strict=True) if place < end)

    def part(share: float) -> float:
        place = share * (until[-1] - 1)
        low, over = int(place), place - int(place)
        return at(low) + over * (at(low + 1) - at(low)) if over else at(low)

    return Spread(values[0], part(0.25), part(0.5), part(0.75), values[-1])


def _within(counts: Counts, low: int, high: int) -> int:
    return sum(count for value, count in counts.items() if low <= value <= high)
