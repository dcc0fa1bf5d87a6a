"""What an experiment tells: differences between groups that were dealt at random, and when one of them has won.

Two questions, two tools. *How large is the difference?* is asked when a campaign is over, and answered by an
interval for one look (`of_shares`, `of_means`). *May we stop now?* is asked every hour while it runs, and a test
for one look would say yes far too often; `race` holds however often it is asked.

None of this reads or keeps anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log, sqrt
from typing import Any, Literal, TypeAlias

import msgspec

from insights import intervals
from insights.intervals import CONFIDENCE, Interval
from insights.scores import FEW, Mean, Share

ALPHA = 1 - CONFIDENCE
WORTH = 0.2  # of the first group's figure: the smallest difference that sample sizes are told for
CONCENTRATION = 20.0  # of the mixture: most weight on ratios from 2 : 3 to 3 : 2
Verdict: TypeAlias = Literal["higher", "lower", "open", "few"]


class Difference(msgspec.Struct, frozen=True):
    """The second group's figure less the first's.

    `interval` holds with 95 % for all differences that are told together. The verdict: `higher` or `lower` where it
    lies on one side of nothing, else `open`; `few`: too few people, or too few of them did it, to judge by.
    `wanted` is how many it takes in each group to find a difference of a fifth of the first's figure four times in
    five.
    """

    value: float | None
    interval: Interval | None
    verdict: Verdict
    wanted: int | None = None


class Pair(msgspec.Struct, frozen=True):
    """Two variants as they stand in a race: `ratio` is the second's rate by the first's, within `low` and `high`.

    The bounds hold at every look at once. `decided`: they leave out 1. None where there is no such bound: nobody
    followed the first yet.
    """

    first: str
    second: str
    ratio: float | None
    low: float | None
    high: float | None
    decided: bool


class Race(msgspec.Struct, frozen=True):
    """How variants stand against each other: the `winner` has beaten every other, empty while none has.

    `leader` has the highest rate so far. `few`: fewer than ten people followed any of them.
    """

    winner: str
    leader: str
    few: bool
    pairs: tuple[Pair, ...]


def together(first: Share | Mean, others: Sequence[Share | Mean]) -> list[Difference]:
    """Each of the others against the first; the intervals hold together (Bonferroni).

    So a verdict says the same as its interval does, and among all of them there is a false one in at most one
    experiment of twenty.
    """
    confidence = 1 - ALPHA / max(1, len(others))
    return [_difference(first, other, confidence) for other in others]


def of_shares(first: Share, second: Share, confidence: float = CONFIDENCE) -> Interval:
    """The interval of the second share less the first, each of at least one.

    Newcombe's hybrid score interval (R. G. Newcombe, Statistics in Medicine 17, 1998, 873-890, method 10): it is
    put together from Wilson's intervals of the two and stays true for rare events, as clicks are.
    """
    one, other = (intervals.wilson(each.hits, each.n, confidence) for each in (first, second))
    p, q = first.hits / first.n, second.hits / second.n
    low = q - p - sqrt((q - other.low) ** 2 + (one.high - p) ** 2)
    high = q - p + sqrt((other.high - q) ** 2 + (p - one.low) ** 2)
    return Interval(max(-1.0, low), min(1.0, high))


def of_means(first: Mean, second: Mean, confidence: float = CONFIDENCE) -> Interval | None:
    """The interval of the second mean less the first; None where there is no spread to tell it from.

    Welch's, for spreads that differ, with Satterthwaite's degrees of freedom (B. L. Welch, Biometrika 34, 1947).
    """
    if min(first.n, second.n) < 2:
        return None
    one, other = first.variance / first.n, second.variance / second.n
    if one + other <= 0:
        return None
    from scipy.special import stdtrit

    freedom = (one + other) ** 2 / (one**2 / (first.n - 1) + other**2 / (second.n - 1))
    half = float(stdtrit(freedom, 1 - (1 - confidence) / 2)) * sqrt(one + other)
    return Interval(second.mean - first.mean - half, second.mean - first.mean + half)


def people_wanted(first: Share | Mean) -> int | None:
    """How many it takes in each group to find a difference of a fifth of this figure; None where it is nothing."""
    worth = abs((first.value or 0.0) * WORTH)
    if not worth or not first.spread:
        return None
    return intervals.answers_to_tell(worth, first.spread, first.spread)


def race(hits: Mapping[str, int], weights: Mapping[str, int], alpha: float = ALPHA) -> Race:
    """Whether one variant has won; `hits` are how many followed each so far, `weights` how they were dealt.

    Asked however often, it names a winner where there is no difference in at most a share `alpha` of experiments
    (Bonferroni over the pairs: with three variants each pair is tested at a third of it). Raises KeyError for a
    variant without a weight.
    """
    letters = sorted(hits)
    rates = {letter: hits[letter] / weights[letter] for letter in letters}
    pairs = list(combinations(letters, 2))
    level = alpha / max(1, len(pairs))
    stand = [_pair(pair, hits, weights, level) for pair in pairs]
    leader = max(letters, key=lambda letter: rates[letter], default="")
    few = sum(hits.values()) < FEW
    beaten = [pair for pair in stand if leader in (pair.first, pair.second) and pair.decided]
    won = not few and bool(pairs) and len(beaten) == len(letters) - 1
    return Race(leader if won else "", leader, few, tuple(stand))


def log_evidence(first: Any, second: Any, share: float, null: float | None = None) -> Any:
    """How much likelier what was seen is if the groups differ than if not: the logarithm of the mixture's ratio.

    Of all who followed either variant, `first` had the one and `second` the other; `share` is the first's of all
    who were dealt one of them. Numbers or NumPy arrays.

    A mixture sequential probability ratio test (H. Robbins, Annals of Mathematical Statistics 41, 1970; R. Johari,
    P. Koomen, L. Pekelis and D. Walsh, “Peeking at A/B Tests”, KDD 2017), with a Beta mixture over counts, which
    are multinomial whatever the rates do over time (M. Lindon and A. Malek, “Anytime-Valid Inference For
    Multinomial Count Data”, NeurIPS 2022). If what a variant says makes no difference, each who follows had it by
    the lot alone, with the chance `share`, however late they follow and whenever they were sent it. So the ratio is
    a martingale, exceeds 1/α ever with a chance of at most α (Ville), and that holds for any number of people and
    of looks.

    Not an asymptotic confidence sequence (I. Waudby-Smith and others, 2021) or a normal mixture: these need a
    sequence of outcomes that stay as they are, and here somebody who has not clicked yet may in an hour.

    `null` puts another share in place of the one without a difference: those that are not refused are the interval.
    """
    from scipy.special import betaln

    a, b = CONCENTRATION * share, CONCENTRATION * (1 - share)
    tested = share if null is None else null
    return betaln(a + first, b + second) - betaln(a, b) - first * log(tested) - second * log(1 - tested)


def _pair(names: tuple[str, str], hits: Mapping[str, int], weights: Mapping[str, int], level: float) -> Pair:
    one, other = names
    first, second = hits[one], hits[other]
    if first + second == 0:
        return Pair(one, other, None, None, None, decided=False)
    dealt = weights[one] / (weights[one] + weights[other])
    seen = first / (first + second)

    def ratio(share: float) -> float:
        """Of the rates, the second's by the first's, where so many of all who follow have the first."""
        return (1 - share) / share * dealt / (1 - dealt)

    decided = bool(log_evidence(first, second, dealt) >= log(1 / level))
    low = ratio(_bound(first, second, dealt, level, seen, 1.0)) if second else 0.0
    if not first:
        return Pair(one, other, None, low, None, decided)
    return Pair(one, other, ratio(seen), low, ratio(_bound(first, second, dealt, level, seen, 0.0)), decided)


def _bound(first: int, second: int, dealt: float, level: float, inside: float, outside: float) -> float:
    """The share next to `outside` that what was seen does not refuse, by halving; the evidence grows on the way."""
    inside = min(1 - 1e-12, max(1e-12, inside))
    outside = min(1 - 1e-12, max(1e-12, outside))
    for _time in range(60):
        middle = (inside + outside) / 2
        if log_evidence(first, second, dealt, middle) < log(1 / level):
            inside = middle
        else:
            outside = middle
    return inside


def _difference(first: Share | Mean, second: Share | Mean, confidence: float) -> Difference:
    if first.value is None or second.value is None:
        return Difference(None, None, "few")
    value, wanted = second.value - first.value, people_wanted(first)
    if isinstance(first, Share) and isinstance(second, Share):
        interval: Interval | None = of_shares(first, second, confidence)
        few = min(first.n, second.n) < FEW or first.hits + second.hits < FEW
    elif isinstance(first, Mean) and isinstance(second, Mean):
        interval = of_means(first, second, confidence)
        few = min(first.n, second.n) < FEW
    else:
        raise TypeError(f"Figures of two kinds, {type(first)} and {type(second)}, have no difference.")
    if few or interval is None:
        return Difference(value, interval, "few", wanted)
    if interval.low > 0 or interval.high < 0:
        return Difference(value, interval, "higher" if value > 0 else "lower", wanted)
    return Difference(value, interval, "open", wanted)
