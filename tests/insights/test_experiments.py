"""Experiments: intervals that hold what they say, and a race that may be looked at every hour."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights import experiments
from insights.experiments import log_evidence, people_wanted, race, together
from insights.scores import Mean, Share, of_sums

HOURS, SIMULATIONS = 72, 2_000


@pytest.mark.parametrize(
    ("second", "first", "low", "high"),
    [  # table II of Newcombe 1998, method 10
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(6, 7), Share(2, 7), 0.0582, 0.8062),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 20), 0.6791, 1.0000),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_shares_are_as_published(second: Share, first: Share, low: float, high: float) -> None:
    found = experiments.of_shares(first, second)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_difference_of_means_is_as_welch_published() -> None:
    # By hand: a variance of 0.4 + 0.9 with 1.3² / (0.4² / 9 + 0.9² / 9) = 15.68 degrees of freedom, t = 2.1234.
    first, second = Mean(10.0, 4.0, 10), Mean(13.0, 9.0, 10)
    found = experiments.of_means(first, second)
    assert found is not None
    assert found.half == pytest.approx(2.1234 * sqrt(1.3), abs=0.001)
    assert (found.low + found.high) / 2 == pytest.approx(3.0)


@pytest.mark.parametrize(("rate", "people"), [(0.02, 400), (0.05, 1_000), (0.3, 40)])
def test_the_interval_of_shares_holds_the_truth(rate: float, people: int) -> None:
    rng = np.random.default_rng(1998)
    hits = rng.binomial(people, (rate, rate * 1.3), (SIMULATIONS, 2))
    within = [
        found.low <= rate * 0.3 <= found.high
        for one, other in hits.tolist()
        for found in [experiments.of_shares(Share(one, people), Share(other, people))]
    ]
    assert np.mean(within) >= 0.94


def test_the_interval_of_amounts_holds_the_truth_though_most_people_buy_nothing() -> None:
    rng = np.random.default_rng(1947)
    people, within = 500, []
    paid = [
        np.where(rng.random((SIMULATIONS, people)) < rate, rng.gamma(2.0, 20.0, (SIMULATIONS, people)), 0.0)
        for rate in (0.1, 0.15)
    ]
    sums = [(each.sum(axis=1).tolist(), (each**2).sum(axis=1).tolist()) for each in paid]
    for place in range(SIMULATIONS):
        first, second = (of_sums(people, total[place], squares[place]) for total, squares in sums)
        found = experiments.of_means(first, second)
        assert found is not None
        within.append(found.low <= 0.05 * 40 <= found.high)
    assert np.mean(within) >= 0.94


def clicks(rng: np.random.Generator, rates: list[float], each: int) -> np.ndarray:
    """How many of each variant have followed by each hour (simulation, hour, variant): most soon, some late."""
    delay = np.diff(np.concatenate([[0.0], 1 - np.exp(-np.arange(1, HOURS + 1) / 9)]))
    new = rng.poisson(np.array(rates) * each * delay[:, None], (SIMULATIONS, HOURS, len(rates)))
    return new.cumsum(axis=1)


@pytest.mark.parametrize("weights", [(1, 1), (3, 1)])
def test_between_equals_a_winner_is_named_in_one_of_twenty_at_most_however_often_it_is_looked(
    weights: tuple[int, int],
) -> None:
    rng = np.random.default_rng(1970)
    share = weights[0] / sum(weights)
    seen = clicks(rng, [0.05 * weights[0], 0.05 * weights[1]], 2_000)
    ever = (log_evidence(seen[..., 0], seen[..., 1], share) >= log(20)).any(axis=1)
    assert ever.mean() <= 0.05
    z = (seen[..., 0] - share * seen.sum(axis=2)) / np.sqrt(np.maximum(1, share * (1 - share) * seen.sum(axis=2)))
    assert (np.abs(z) > 1.96).any(axis=1).mean() > 0.19  # a test for one look would not do


def test_among_five_equals_a_winner_is_named_in_one_of_twenty_at_most() -> None:
    seen = clicks(np.random.default_rng(2022), [0.04] * 5, 1_500)
    pairs = [(one, other) for one in range(5) for other in range(one)]
    ever = np.zeros(SIMULATIONS, bool)
    for one, other in pairs:
        ever |= (log_evidence(seen[..., one], seen[..., other], 0.5) >= log(20 * len(pairs))).any(axis=1)
    assert ever.mean() <= 0.05


def test_a_variant_that_is_half_as_good_again_wins_mostly() -> None:
    seen = clicks(np.random.default_rng(3), [0.04, 0.06], 5_000)
    ever = (log_evidence(seen[..., 0], seen[..., 1], 0.5) >= log(20)).any(axis=1)
    assert ever.mean() > 0.8


def test_the_bounds_of_the_ratio_hold_the_truth_at_every_look_at_once() -> None:
    seen = clicks(np.random.default_rng(4), [0.04, 0.06], 2_000)
    refused = (log_evidence(seen[..., 0], seen[..., 1], 0.5, null=0.4) >= log(20)).any(axis=1)
    assert refused.mean() <= 0.05


counts = st.integers(0, 5_000)


@settings(max_examples=50)
@given(first=counts, second=counts, weights=st.tuples(st.integers(1, 9), st.integers(1, 9)))
def test_a_pair_is_decided_when_its_bounds_leave_out_one(first: int, second: int, weights: tuple[int, int]) -> None:
    [pair] = race({"A": first, "B": second}, {"A": weights[0], "B": weights[1]}).pairs
    low, high = pair.low or 0.0, float("inf") if pair.high is None else pair.high
    assert pair.decided == (not low <= 1 <= high)
    if pair.ratio is not None:
        assert low <= pair.ratio <= high


@settings(max_examples=50)
@given(hits=st.dictionaries(st.sampled_from("ABCDE"), counts, max_size=5))
def test_the_winner_leads_and_has_beaten_everybody(hits: dict[str, int]) -> None:
    found = race(hits, dict.fromkeys("ABCDE", 1))
    if found.winner:
        assert hits[found.winner] == max(hits.values())
        assert all(pair.decided for pair in found.pairs if found.winner in (pair.first, pair.second))
        assert len(hits) > 1
        assert not found.few


def test_nobody_wins_by_a_handful() -> None:
    assert race({"A": 0, "B": 9}, {"A": 1, "B": 1}).few
    assert race({"A": 0, "B": 9}, {"A": 1, "B": 1}).winner == ""
    assert race({}, {}).winner == ""


@settings(max_examples=50)
@given(a=counts, b=counts, n=st.integers(5_000, 9_000))
def test_a_difference_turned_about_is_its_negative(a: int, b: int, n: int) -> None:
    [one], [other] = together(Share(a, n), [Share(b, n)]), together(Share(b, n), [Share(a, n)])
    assert one.value is not None
    assert one.interval is not None
    assert other.interval is not None
    assert one.value == -(other.value or 0.0)
    assert one.interval.low == pytest.approx(-other.interval.high)
    assert {one.verdict, other.verdict} in ({"higher", "lower"}, {"open"}, {"few"})


def test_a_verdict_says_what_its_interval_says() -> None:
    first = Share(50, 1_000)
    for hits in range(0, 200, 5):
        for found in together(first, [Share(hits, 1_000), Share(60, 1_000)]):
            assert found.interval is not None
            low, high = found.interval.low, found.interval.high
            assert found.verdict == ("higher" if low > 0 else "lower" if high < 0 else "open")


def test_more_comparisons_have_wider_intervals() -> None:
    first, second = Share(50, 1_000), Share(70, 1_000)
    [alone], [among, *_others] = together(first, [second]), together(first, [second] * 4)
    assert alone.interval is not None
    assert among.interval is not None
    assert among.interval.half > alone.interval.half


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Share(3, 9), Share(300, 900)),
        (Share(4, 1_000), Share(5, 1_000)),
        (Mean(1.0, 2.0, 5), Mean(1.0, 2.0, 500)),
        (Mean(0.0, 0.0, 50), Mean(0.0, 0.0, 50)),
        (Share(0, 0), Share(5, 10)),
    ],
)
def test_too_few_are_not_judged(first: Share | Mean, second: Share | Mean) -> None:
    [found] = together(first, [second])
    assert found.verdict == "few"


def test_figures_of_two_kinds_have_no_difference() -> None:
    with pytest.raises(TypeError, match="two kinds"):
        together(Share(50, 100), [Mean(1.0, 1.0, 50)])


def test_as_many_people_as_are_wanted_find_the_difference_four_times_in_five() -> None:
    wanted = people_wanted(Share(50, 1_000))
    assert wanted is not None
    rng = np.random.default_rng(8)
    hits = rng.binomial(wanted, (0.05, 0.06), (SIMULATIONS, 2)).tolist()
    found = [together(Share(one, wanted), [Share(other, wanted)])[0].verdict == "higher" for one, other in hits]
    assert 0.76 < np.mean(found) < 0.88
    assert people_wanted(Share(0, 1_000)) is None


def test_the_worked_example_of_the_documents_is_right() -> None:
    few, many = (experiments.of_shares(Share(48 * more, 1_000 * more), Share(540, 9_000)) for more in (1, 2))
    found = [round(100 * end, 1) for each in (few, many) for end in (each.low, each.high)]
    assert found == [-0.4, 2.5, 0.1, 2.2]
