"""Tiers are reached at once, kept for a while, and lost slowly."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.ladder import Change, Climb, Ladder
from loyalty.programme import Tier, Tiers

KL = ZoneInfo("Asia/Kuala_Lumpur")
BASE, SILVER, GOLD = Tier("base", "Member", 0), Tier("silver", "Silver", 100), Tier("gold", "Gold", 300)


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T12:00:00+08:00")


def ladder(
    *levels: Tier,
    window: Literal["rolling", "calendar"] = "rolling",
    keep: int = 12,
    fall: Literal["one", "earned"] = "one",
) -> Ladder:
    return Ladder(Tiers(levels or (GOLD, BASE, SILVER), window, keep, fall), KL)


def walk(steps: Ladder, *earned: tuple[str, int]) -> Climb:
    climb = Climb(steps, steps.floor, None)
    for text, points in earned:
        climb.earn(points, day(text), day(text))
    return climb


def stands(climb: Climb) -> tuple[str, dt.date | None]:
    return climb.ladder.code_of(climb.level), climb.until.astimezone(KL).date() if climb.until else None


def test_a_tier_is_reached_with_the_points_that_reach_its_threshold() -> None:
    assert stands(walk(ladder(), ("2026-01-10", 99))) == ("", None)
    assert stands(walk(ladder(), ("2026-01-10", 99), ("2026-02-10", 1))) == ("silver", dt.date(2027, 2, 10))
    assert stands(walk(ladder(), ("2026-01-10", 300))) == ("gold", dt.date(2027, 1, 10))


def test_points_older_than_a_year_reach_nothing() -> None:
    assert stands(walk(ladder(), ("2025-01-10", 60), ("2026-01-09", 40))) == ("silver", dt.date(2027, 1, 9))
    assert stands(walk(ladder(), ("2025-01-10", 60), ("2026-01-10", 40))) == ("", None)


def test_a_calendar_year_begins_at_midnight_of_the_shop() -> None:
    years = ladder(window="calendar")
    eve, new_year = dt.datetime(2025, 12, 31, 23, 59, tzinfo=KL), dt.datetime(2026, 1, 1, tzinfo=KL)
    climb = Climb(years, 0, None, [(eve, 60), (new_year, 50)])
    assert climb.points(eve) == 60
    assert climb.points(new_year + dt.timedelta(days=364)) == 50


def test_a_tier_is_renewed_by_every_moment_at_which_the_points_still_reach_it() -> None:
    climb = walk(ladder(), ("2026-01-10", 100), ("2026-06-10", 1))
    assert stands(climb) == ("silver", dt.date(2027, 6, 10))
    assert [change.reason for change in climb.changes] == ["reached"]


def test_when_its_time_is_over_a_tier_is_kept_if_the_points_still_reach_it() -> None:
    climb = walk(ladder(keep=6), ("2026-01-10", 100))
    climb.pass_to(day("2026-07-10"))
    assert stands(climb) == ("silver", dt.date(2027, 1, 10))
    assert climb.changes[-1].reason == "kept"


@pytest.mark.parametrize(("fall", "lands"), [("one", "silver"), ("earned", "")])
def test_a_member_falls_by_one_tier_or_to_what_the_points_reach(fall: Literal["one", "earned"], lands: str) -> None:
    climb = walk(ladder(fall=fall), ("2026-01-10", 300))
    climb.pass_to(day("2027-02-01"))
    assert climb.changes[-1][:2] == (lands, "fell")
    assert climb.changes[-1].at == day("2027-01-10")
    assert stands(climb) == ((lands, dt.date(2028, 1, 10)) if lands else ("", None))


def test_time_that_passes_at_once_or_day_by_day_leads_to_the_same() -> None:
    slowly, at_once = (walk(ladder(), ("2026-01-10", 300)) for _ in range(2))
    for number in range(1_200):
        slowly.pass_to(day("2026-01-10") + dt.timedelta(days=number))
    at_once.pass_to(day("2026-01-10") + dt.timedelta(days=1_199))
    assert slowly.changes == at_once.changes
    assert [change.tier for change in at_once.changes] == ["gold", "silver", ""]


def test_points_that_become_known_late_count_at_their_moment() -> None:
    climb = walk(ladder(), ("2026-06-10", 60))
    climb.earn(40, day("2026-05-01"), day("2026-07-01"))
    assert stands(climb) == ("silver", dt.date(2027, 7, 1))
    late = walk(ladder(), ("2026-06-10", 60))
    late.earn(40, day("2025-05-01"), day("2026-07-01"))
    assert stands(late) == ("", None)


def test_a_level_that_is_no_more_becomes_what_the_points_reach() -> None:
    climb = Climb(ladder(), None, day("2027-01-10"), [(day("2026-01-10"), 150)])
    climb.reconsider(day("2026-02-10"))
    assert climb.changes == [Change("silver", "programme", day("2027-02-10"), day("2026-02-10"))]


def test_a_lower_threshold_raises_at_once_and_a_higher_one_waits_for_its_time() -> None:
    counted = [(day("2026-01-10"), 150)]
    easier = Climb(
        ladder(BASE, Tier("silver", "Silver", 10), Tier("gold", "Gold", 120)), 1, day("2027-01-10"), counted
    )
    easier.reconsider(day("2026-02-10"))
    assert stands(easier) == ("gold", dt.date(2027, 2, 10))
    harder = Climb(ladder(BASE, Tier("silver", "Silver", 200), GOLD), 1, day("2027-01-10"), counted)
    harder.reconsider(day("2026-02-10"))
    assert not harder.moved
    harder.pass_to(day("2027-01-10"))
    assert stands(harder) == ("", None)


earnings = st.lists(st.tuples(st.integers(0, 1_500), st.integers(1, 250)), max_size=15)
kinds = st.builds(
    ladder,
    window=st.sampled_from(("rolling", "calendar")),
    keep=st.integers(1, 30),
    fall=st.sampled_from(("one", "earned")),
)


@given(kinds, earnings, st.integers(0, 800))
def test_nobody_stands_below_what_their_points_reach_at_an_earning(
    steps: Ladder, earned: list[tuple[int, int]], later: int
) -> None:
    climb = Climb(steps, steps.floor, None)
    for number, points in sorted(earned):
        at = day("2020-01-01") + dt.timedelta(days=number)
        climb.earn(points, at, at)
        assert climb.level >= steps.reached(climb.points(at))
        assert climb.until == steps.until(climb.level, at) or climb.level > steps.reached(climb.points(at))
    climb.pass_to(climb.latest + dt.timedelta(days=later))
    assert climb.until is None or climb.until > climb.latest + dt.timedelta(days=later)
    assert all(before.at <= after.at for before, after in zip(climb.changes, climb.changes[1:], strict=False))


@given(kinds, earnings, st.integers(0, 15))
def test_a_way_that_is_kept_and_taken_up_again_is_the_same_way(
    steps: Ladder, earned: list[tuple[int, int]], cut: int
) -> None:
    moments = [(day("2020-01-01") + dt.timedelta(days=number), points) for number, points in sorted(earned)]
    whole = Climb(steps, steps.floor, None)
    for at, points in moments:
        whole.earn(points, at, at)
    first = Climb(steps, steps.floor, None)
    for at, points in moments[:cut]:
        first.earn(points, at, at)
    second = Climb(steps, first.level, first.until, moments[:cut])
    for at, points in moments[cut:]:
        second.earn(points, at, at)
    assert (second.level, second.until) == (whole.level, whole.until)
    assert first.changes + second.changes == whole.changes
