"""How far a figure may be from the truth: 95 % intervals that hold for few answers, too.

None of them reads or keeps anything. Shares and scores are fractions (0.5 is 50 %), and so are their bounds.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, sqrt
from statistics import NormalDist

import msgspec

CONFIDENCE = 0.95
POWER = 0.8  # how often a difference that is there should be found
ADDED = 0.75  # to those who would and those who would not, each
ADDED_IN_ALL = 3


class Interval(msgspec.Struct, frozen=True):
    """From where to where the true figure lies, with `CONFIDENCE`."""

    low: float
    high: float

    @property
    def half(self) -> float:
        """Half its width: the figure is known to within so much."""
        return (self.high - self.low) / 2


def wilson(hits: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The interval of a share: so many of `n`, at least one.

    Wilson's score interval (E. B. Wilson, JASA 22, 1927; method 3 of R. G. Newcombe, Statistics in Medicine 17,
    1998), which stays between 0 and 1 and is true for shares near them, where the textbook's is not.
    """
    z, share = quantile(confidence), hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if hits == 0 else middle - half  # exactly, as rounding might not have it
    return Interval(max(0.0, low), 1.0 if hits == n else min(1.0, middle + half))


def net(up: int, down: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The interval of `up` less `down`, as shares of `n` answers, at least one: of an NPS, or a CES.

    Adjusted Wald: three are added to `n`, three quarters to `up` and to `down` each (B. Rocks, The American
    Statistician 70, 2016; J. R. Lewis and J. Sauro, MeasuringU, “Confidence Intervals for Net Promoter Scores”).
    18 promoters, 11 passives and 2 detractors, a score of 51.6, have 25.5 to 68.6.
    """
    middle, variance = adjusted(up, down, n)
    half = quantile(confidence) * sqrt(variance / (n + ADDED_IN_ALL))
    # Where all say the same the score itself is not left out; of a single answer it would be.
    low = -1.0 if down == n else middle - half
    high = 1.0 if up == n else middle + half
    return Interval(max(-1.0, low), min(1.0, high))


def adjusted(up: int, down: int, n: int) -> tuple[float, float]:
    """The adjusted score, and the variance of one answer, which is 1, 0 or -1: up + down - (up - down)²."""
    more, less = (up + ADDED) / (n + ADDED_IN_ALL), (down + ADDED) / (n + ADDED_IN_ALL)
    return more - less, more + less - (more - less) ** 2


def of_mean(mean: float, variance: float, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Student's interval of a mean, `variance` that of the sample; None where all, or the only one, say the same.

    For rating scales, too: J. Sauro and J. R. Lewis, Quantifying the User Experience, 2nd edition, chapter 3.
    """
    if n < 2 or variance <= 0:
        return None
    half = _student(1 - (1 - confidence) / 2, n - 1) * sqrt(variance / n)
    return Interval(mean - half, mean + half)


def answers_within(half: float, variance: float, confidence: float = CONFIDENCE) -> int:
    """How many answers it takes to know a figure to within `half`, one answer having this variance."""
    return ceil(variance * (quantile(confidence) / half) ** 2)


def answers_to_tell(difference: float, first: float, second: float, power: float = POWER) -> int:
    """How many answers it takes on each side to find a difference of means, one answer having these variances.

    The usual formula of two independent samples, n = (z of 1 - α/2 + z of power)² (s₁² + s₂²) / d²
    (Quantifying the User Experience, chapter 6; MeasuringU, “Sample Sizes for Comparing Net Promoter Scores”).
    """
    z = quantile(CONFIDENCE) + NormalDist().inv_cdf(power)
    return ceil((first + second) * (z / difference) ** 2)


@lru_cache(maxsize=16)
def quantile(confidence: float) -> float:
    """How many standard errors it is to both sides: 1.96 for 95 %."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)


@lru_cache(maxsize=4096)
def _student(probability: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
