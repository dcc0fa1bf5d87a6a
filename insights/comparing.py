"""Whether one score differs from another by more than chance, said in words.

Two-sided tests of two independent groups. Those that are read together are corrected together (`holm`): with twenty
comparisons of which none is real, one in twenty would otherwise look like a discovery.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from statistics import NormalDist
from typing import Literal, TypeAlias

import msgspec

from insights import intervals
from insights.intervals import ADDED_IN_ALL
from insights.scores import Mean, Net, Score, Share, enough

ALPHA = 0.05
Verdict: TypeAlias = Literal["better", "worse", "same", "few"]


class Compared(msgspec.Struct, frozen=True):
    """The second score against the first.

    `difference` is the second less the first, None where one of them has no answers; `p` is corrected for all
    comparisons made together, None where there are too few answers to make one. `wanted` is how many answers it
    would take on each side to find a difference of `worth` four times in five.
    """

    difference: float | None
    p: float | None
    verdict: Verdict
    wanted: int | None = None


def together(pairs: Sequence[tuple[Score, Score]]) -> list[Compared]:
    """Each pair (first, second) compared, corrected for as many as there are.

    Pairs in which one side has too few answers (`insights.scores.FEW`) are not tested, and cost the others nothing.
    """
    raw = [p_value(first, second) if enough(first) and enough(second) else None for first, second in pairs]
    corrected = iter(holm([p for p in raw if p is not None]))
    return [_said(*pair, None if p is None else next(corrected)) for pair, p in zip(pairs, raw, strict=True)]


def holm(chances: Sequence[float]) -> list[float]:
    """The p-values corrected for being many, in their order (S. Holm, Scandinavian Journal of Statistics 6, 1979).

    Holm and not Bonferroni, as it finds more and promises the same: the chance of even one false discovery among
    all stays under 5 %, however the comparisons hang together. Rates of false discoveries (Benjamini-Hochberg)
    would let some through; here a person acts on each single line.
    """
    order = sorted(range(len(chances)), key=chances.__getitem__)
    corrected, highest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = highest
    return corrected


def p_value(first: Score, second: Score) -> float:
    """The chance of a difference this large if there were none; both are of one kind and have two answers."""
    match first, second:
        case Net(), Net():
            return _of_nets(first, second)
        case Share(), Share():
            return _of_shares(first, second)
        case Mean(), Mean():
            return _of_means(first, second)
        case _:
            raise TypeError(f"Scores of two kinds, {type(first)} and {type(second)}, have no difference.")


def worth(score: Score) -> float:
    """The smallest difference that is worth knowing: ten points, or a tenth of a scale; half a deviation else."""
    if not isinstance(score, Mean):
        return 0.1
    if score.least is None or score.most is None:
        return sqrt(score.variance) / 2
    return (score.most - score.least) / 10


def _of_nets(first: Net, second: Net) -> float:
    """Adjusted Wald (Lewis and Sauro, MeasuringU 2020, “How to Statistically Compare Two Net Promoter Scores”)."""
    (one, spread), (other, other_spread) = (
        intervals.adjusted(each.up, each.down, each.n) for each in (first, second)
    )
    error = sqrt(spread / (first.n + ADDED_IN_ALL) + other_spread / (second.n + ADDED_IN_ALL))
    return _two_sided((other - one) / error)


def _of_shares(first: Share, second: Share) -> float:
    """N-1 two-proportion test (I. Campbell, Statistics in Medicine 26, 2007)."""
    n = first.n + second.n
    pooled = (first.hits + second.hits) / n
    error = sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n))
    if error == 0:
        return 1.0
    return _two_sided((second.hits / second.n - first.hits / first.n) * sqrt((n - 1) / n) / error)


def _of_means(first: Mean, second: Mean) -> float:
    """Welch's t-test, with Satterthwaite's degrees of freedom (B. L. Welch, Biometrika 34, 1947)."""
    one, other = first.variance / first.n, second.variance / second.n
    if one + other == 0:  # all on each side say the same: of all ways to deal the answers out, two part them so
        return 1.0 if first.mean == second.mean else 2 / comb(first.n + second.n, first.n)
    from scipy.special import stdtr

    freedom = (one + other) ** 2 / (one**2 / (first.n - 1) + other**2 / (second.n - 1))
    return min(1.0, 2 * float(stdtr(freedom, -abs(second.mean - first.mean) / sqrt(one + other))))


def _two_sided(z: float) -> float:
    return 2 * NormalDist().cdf(-abs(z))


def _said(first: Score, second: Score, p: float | None) -> Compared:
    if first.value is None or second.value is None:
        return Compared(None, None, "few")
    difference = second.value - first.value
    if p is None:
        return Compared(difference, None, "few")
    if p < ALPHA:
        return Compared(difference, p, "better" if difference > 0 else "worse")
    apart = worth(first)
    wanted = intervals.answers_to_tell(apart, first.spread, second.spread) if apart else None
    return Compared(difference, p, "same", wanted or None)
