"""Ten segments share the 125 cells of recency, frequency and money; fifths end at the nearest rank."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from insights import rfm

CELLS = list(product(rfm.SCORES, repeat=3))


def said_plainly(r: int, f: int, m: int) -> str:
    """The ten segments in the order in which they are asked for."""
    if r >= 4 and f >= 4 and m >= 4:
        return "champions"
    if r <= 2 and f >= 4 and m >= 4:
        return "cannot_lose"
    if r >= 3 and f >= 4:
        return "loyal_customers"
    if r <= 2 and (f >= 3 or m >= 3):
        return "at_risk"
    if r == 5 and f == 1:
        return "new_customers"
    if r == 4 and f == 1:
        return "promising"
    if r >= 4:
        return "potential_loyalists"
    if r == 3 and (f == 3 or m >= 3):
        return "needs_attention"
    return "about_to_sleep" if r == 3 else "hibernating"


def test_each_of_the_125_cells_is_in_the_segment_that_is_asked_for_first() -> None:
    assert {cell: rfm.segment(*cell) for cell in CELLS} == {cell: said_plainly(*cell) for cell in CELLS}


def test_there_are_ten_segments_and_each_has_some_cells() -> None:
    cells = Counter(rfm.segment(*cell) for cell in CELLS)
    assert set(cells) == set(rfm.SEGMENTS)
    assert len(rfm.SEGMENTS) == 10
    assert sum(cells.values()) == 125
    assert max(map(len, rfm.SEGMENTS)) <= 24


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_a_cut_is_the_least_value_that_so_many_fifths_do_not_exceed(values: list[int]) -> None:
    ordered, places = sorted(values), rfm.cut_places(len(values))
    for fifth, place in enumerate(places, 1):
        cut = ordered[place - 1]
        assert 5 * sum(value <= cut for value in values) >= fifth * len(values)
        below = [value for value in values if value < cut]
        assert 5 * len(below) < fifth * len(values)


def test_the_documented_rules_are_those_of_the_code() -> None:
    text = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\S+) \| (\S+) \| (\S+) \|$", text, re.MULTILINE)

    def said(span: tuple[int, int]) -> str:
        least, most = span
        return "any" if span == rfm.ANY else str(least) if least == most else f"{least}–{most}"

    assert rows == [
        (str(place), rule.rfm, *(said(span) for span in rule[1:])) for place, rule in enumerate(rfm.RULES, 1)
    ]
