"""Scores, intervals and comparisons: published figures, what holds for all, and what scipy says."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from insights import comparing, intervals, scores
from insights.comparing import Compared
from insights.scores import Mean, Net, Score, Share

FEW = st.integers(0, 60)
NETS = st.builds(Net, FEW, FEW, FEW).filter(lambda net: net.n > 0)
SHARES = st.tuples(FEW, st.integers(1, 60)).map(lambda pair: Share(min(pair), max(pair)))
COUNTS = st.dictionaries(st.integers(1, 5), st.integers(1, 30), min_size=1)


def points(share: float) -> float:
    return round(100 * share, 1)


def test_the_published_nps_and_its_interval_come_out() -> None:
    found = scores.nps({10: 12, 9: 6, 8: 7, 7: 4, 6: 1, 0: 1})
    assert found == Net(18, 11, 2)
    assert found.value is not None
    assert found.interval is not None
    assert [points(each) for each in (found.value, found.interval.low, found.interval.high)] == [51.6, 25.5, 68.6]


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_newcombes_table(hits: int, n: int, low: float, high: float) -> None:
    found = intervals.wilson(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_what_is_counted_into_which_score() -> None:
    one_each = dict.fromkeys(range(11), 1)
    assert scores.nps(one_each) == Net(2, 2, 7)
    assert scores.ces(dict.fromkeys(range(1, 8), 1)) == Net(3, 1, 3)
    assert scores.top_two({1: 5, 3: 1, 4: 2, 5: 3}) == Share(5, 11)
    assert scores.mean({1: 1, 5: 1}, 1, 5) == Mean(3.0, 8.0, 2, 1, 5)
    spread = scores.spread({1: 2, 3: 1, 10: 4})
    assert spread is not None
    assert (spread.least, spread.lower, spread.median, spread.upper, spread.most) == (1, 2, 10, 10, 10)


@pytest.mark.parametrize("nobody", [Net(0, 0, 0), Share(0, 0), scores.mean({})])
def test_nobody_has_no_score_and_no_interval(nobody: Score) -> None:
    assert nobody.value is None
    assert nobody.interval is None
    assert not scores.enough(nobody)


@given(NETS | SHARES)
@example(Net(0, 0, 1))
@example(Net(1, 0, 0))
def test_an_interval_holds_its_score_and_stays_within_what_can_be(found: Net | Share) -> None:
    least = -1 if isinstance(found, Net) else 0
    assert found.interval is not None
    assert found.value is not None
    assert least <= found.interval.low <= found.value <= found.interval.high <= 1


@given(NETS, SHARES, st.integers(2, 20))
def test_more_answers_of_the_same_kind_make_it_narrower(net: Net, share: Share, times: int) -> None:
    more = Net(net.up * times, net.middle * times, net.down * times)
    pairs: list[tuple[Score, Score]] = [(net, more), (share, Share(share.hits * times, share.n * times))]
    for few, many in pairs:
        assert few.interval is not None
        assert many.interval is not None
        assert many.interval.half < few.interval.half


@given(COUNTS)
def test_a_mean_lies_in_its_interval_on_its_scale(counts: dict[int, int]) -> None:
    found = scores.mean(counts, 1, 5)
    assume(found.interval is not None)
    assert found.interval is not None
    assert 1 <= found.interval.low <= found.mean <= found.interval.high <= 5


@given(st.lists(COUNTS, min_size=1, max_size=5))
def test_groups_together_are_their_answers_together(groups: list[dict[int, int]]) -> None:
    every: dict[int, int] = {}
    for group in groups:
        every = {value: every.get(value, 0) + group.get(value, 0) for value in every | group}
    whole, parts = scores.mean(every, 1, 5), scores.pooled([scores.mean(group, 1, 5) for group in groups])
    assert isinstance(parts, Mean)
    assert parts.n == whole.n
    assert (parts.mean, parts.variance) == pytest.approx((whole.mean, whole.variance))
    assert scores.pooled([scores.ces(group) for group in groups]) == scores.ces(every)


def test_means_and_shares_are_tested_as_scipy_does() -> None:
    from scipy import stats

    first, second = scores.mean({1: 4, 3: 6, 5: 9}, 1, 5), scores.mean({2: 9, 3: 8, 4: 2}, 1, 5)
    deviations = (first.variance**0.5, second.variance**0.5)
    welch = stats.ttest_ind_from_stats(
        *(first.mean, deviations[0], first.n), *(second.mean, deviations[1], second.n), equal_var=False
    )
    assert comparing.p_value(first, second) == pytest.approx(welch.pvalue)
    assert first.interval is not None
    known = stats.t.interval(0.95, first.n - 1, first.mean, deviations[0] / first.n**0.5)
    assert (first.interval.low, first.interval.high) == pytest.approx(known)
    chi = stats.chi2_contingency([[30, 20], [18, 27]], correction=False).statistic
    ours = comparing.p_value(Share(30, 50), Share(18, 45))
    assert ours == pytest.approx(stats.chi2.sf(chi * 94 / 95, 1))  # Campbell's N - 1 chi-squared


def test_chances_are_corrected_as_holm_does() -> None:
    assert comparing.holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert comparing.holm([0.04, 0.01]) == pytest.approx([0.04, 0.02])
    assert comparing.holm([0.9, 0.8]) == [1.0, 1.0]
    assert comparing.holm([]) == []


def test_two_groups_that_agree_among_themselves_and_not_with_each_other_differ() -> None:
    fives, ones = scores.mean({5: 10}, 1, 5), scores.mean({1: 10}, 1, 5)
    assert comparing.p_value(ones, fives) == 2 / comb(20, 10)
    assert comparing.p_value(fives, fives) == 1


def test_a_verdict_says_better_worse_alike_or_too_few() -> None:
    high, low, few = Net(80, 10, 10), Net(20, 30, 50), Net(3, 0, 0)
    found = comparing.together([(low, high), (high, low), (high, high), (low, few), (low, Net(0, 0, 0))])
    assert [each.verdict for each in found] == ["better", "worse", "same", "few", "few"]
    assert found[3] == Compared(1.3, None, "few")
    assert found[4].difference is None


def test_what_is_not_tested_costs_the_others_nothing() -> None:
    pair = (Share(40, 100), Share(55, 100))
    alone = comparing.together([pair])
    with_few = comparing.together([pair, (Share(1, 2), Share(2, 3)), (Share(0, 0), Share(5, 50))])
    assert alone[0] == with_few[0]
    assert alone[0].verdict == "better"
    assert comparing.together([pair] * 3)[0].verdict == "same"


def test_how_many_answers_it_takes_is_told() -> None:
    assert intervals.answers_within(0.1, 0.25) == 97  # the textbook's 96.04, of a share of one half
    assert intervals.answers_to_tell(0.1, 0.25, 0.25) == 393  # of two shares, at a power of 80 %
    [found] = comparing.together([(Share(50, 100), Share(51, 100))])
    assert found.wanted == 393
