"""What may be recommended, and in which order: the rules hold whatever the goods are."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.habits import Band, Owned, band, dearer, owned
from insights.ranking import SHARE, Scored, Taste, unfit, varied
from store.catalog import Product
from store.tastes import Bought, Item, Offered
from tests.conftest import NOON
from tests.insights.shop import DAY


def item(number: int = 1, **fields: object) -> Item:
    said = {"sku": f"s{number}", "name": "Tea", "names": None, "category": "tea", "price": 1000, "currency": "MYR"}
    return Item(number, Product(**said | fields), None)  # type: ignore[arg-type]


def had(*, repeatable: bool = True, since: float = 10, cycle: float | None = None) -> Owned:
    own = {"product_id": 1, "name": "Tea", "names": None, "category": "tea"}
    return Owned(**own, repeatable=repeatable, since=since, cycle=cycle)  # type: ignore[arg-type]


def line(product_id: int, days_ago: int, paid: int = 1000, quantity: int = 1, refill: int | None = None) -> Bought:
    return Bought(product_id, "Tea", None, "tea", True, refill, NOON - days_ago * DAY, quantity, paid, "MYR")


scored = st.builds(
    Scored,
    item=st.builds(
        lambda number, category: item(number, category=category),
        st.integers(1, 60),
        st.sampled_from(["tea", "cups", "cake", ""]),
    ),
    relevance=st.floats(0, 1),
)


@given(st.lists(scored, unique_by=lambda each: each.item.id), st.integers(1, 12))
def test_a_list_is_as_long_as_it_can_be_with_nothing_twice_and_no_category_beyond_its_share(
    goods: list[Scored], size: int
) -> None:
    chosen = varied(goods, size)
    assert len(chosen) == min(size, len(goods))
    assert len({each.item.id for each in chosen}) == len(chosen)
    if goods:
        assert chosen[0].relevance == max(each.relevance for each in goods)
    most = math.ceil(SHARE * size)
    counts = Counter(each.item.product.category for each in chosen)
    left = Counter(each.item.product.category for each in goods) - counts
    beyond = [name for name, count in counts.items() if name and count > most]
    if beyond:  # only when nothing else was left
        assert not [name for name in left if not name or counts[name] < most]


@given(st.lists(scored, unique_by=lambda each: each.item.id), st.integers(1, 12))
def test_the_order_goods_come_in_does_not_matter(goods: list[Scored], size: int) -> None:
    assert varied(goods, size) == varied(goods[::-1], size)


@pytest.mark.parametrize(
    ("what", "taste", "reason"),
    [
        (item(), Taste(), None),
        (item(active=False), Taste(), "not_sold"),
        (item(stock=0), Taste(), "sold_out"),
        (item(stock=1), Taste(), None),
        (item(), Taste(unwanted=frozenset({1})), "unwanted"),
        (item(), Taste(like=1), "itself"),
        (item(), Taste(only_offers=True), "not_offered"),
        (item(repeatable=False), Taste(owned={1: had(repeatable=False, since=999)}), "owned"),
        (item(), Taste(owned={1: had(since=29)}), "enough"),
        (item(), Taste(owned={1: had(since=31)}), None),
        (item(), Taste(owned={1: had(since=80, cycle=90)}), "enough"),
        (item(), Taste(owned={1: had(since=85, cycle=90)}), None),
        (item(), Taste(band=Band(currency="MYR", least=10, most=999)), "price"),
        (item(), Taste(band=Band(currency="SGD", least=10, most=999)), None),
        (item(), Taste(band=Band(currency="MYR", least=10, most=999), owned={1: had(since=31)}), None),
        (item(), Taste(steps={"cups": Band(currency="MYR", least=0, most=9999)}), "price"),
        (item(), Taste(steps={"tea": Band(currency="MYR", least=999, most=1000)}), None),
    ],
)
def test_every_rule_says_why(what: Item, taste: Taste, reason: str | None) -> None:
    assert unfit(what, taste) == reason


def test_an_offer_counts_at_its_own_price() -> None:
    cheap = item()._replace(offer=Offered(1, 500, NOON))
    assert unfit(cheap, Taste(band=Band(currency="MYR", least=10, most=600), only_offers=True)) is None


@pytest.mark.parametrize(
    ("lines", "everybodys", "cycle"),
    [
        ([line(1, 10), line(1, 30), line(1, 60)], 7, 25.0),  # their own habit, the median of 20 and 30
        ([line(1, 10, quantity=2, refill=30), line(1, 90)], 7, 60.0),  # as long as two of them last
        ([line(1, 10)], 7, 7.0),
        ([line(1, 10)], None, None),
    ],
)
def test_the_cycle_is_their_own_or_the_shops_or_everybodys(
    lines: list[Bought], everybodys: int | None, cycle: float | None
) -> None:
    gaps = {1: everybodys} if everybodys else {}
    assert owned(lines, gaps, NOON)[1].cycle == cycle


@given(st.integers(0, 400), st.integers(1, 120))
def test_what_is_due_is_not_fresh(since: int, cycle: int) -> None:
    one = had(since=since, cycle=cycle)
    assert not (one.due and one.fresh)
    assert one.due == (0.9 <= since / cycle <= 3)
    assert not had(repeatable=False, since=since, cycle=cycle).due


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=30))
def test_what_somebody_paid_most_often_suits_them(prices: list[int]) -> None:
    lines = [line(number, 10, paid) for number, paid in enumerate(prices)]
    found = band(lines)
    assert found is not None
    assert found.holds(sorted(prices)[len(prices) // 2], "MYR")
    [step] = dearer(lines).values()
    assert not step.holds(min(prices), "MYR")


def test_of_two_purchases_nobody_can_tell_what_suits() -> None:
    assert band([line(1, 1), line(2, 2)]) is None
