"""The hold-out: always the same customers, and about as many as the programme says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outreach.hold_out import LOTS, is_held, lot

PEOPLE = range(1, 20_001)


def test_about_so_many_percent_are_held_out() -> None:
    for percent in (1, 5, 20):
        share = sum(is_held(each, percent) for each in PEOPLE) / len(PEOPLE)
        assert abs(share - percent / 100) < 0.01
    assert not any(is_held(each, 0) for each in PEOPLE)


def test_lots_stay_what_they_are_for_good() -> None:
    assert [lot(each) for each in (1, 2, 3, 10**12)] == [4002, 7007, 8285, 771]


@given(st.integers(1, 2**60), st.integers(0, 20), st.integers(0, 20))
def test_when_the_percentage_rises_nobody_leaves(contact: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= lot(contact) < LOTS
    assert not is_held(contact, low) or is_held(contact, high)
