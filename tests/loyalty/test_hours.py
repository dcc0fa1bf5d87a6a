"""Opening hours hold on the shop's clock: several intervals, past midnight, days that differ, clocks that shift."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import hours as opening
from loyalty.programme import Branch, Hours, Interval, Programme
from loyalty.programme_file import values

KL, DUBAI, LONDON = ZoneInfo("Asia/Kuala_Lumpur"), ZoneInfo("Asia/Dubai"), ZoneInfo("Europe/London")
ZONES = [KL, DUBAI, LONDON, *map(ZoneInfo, ("America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"))]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def week(**days: str) -> Hours:
    """Hours by weekday; days that are not named are closed."""
    names = [name[:3] for name in values.WEEKDAYS]
    return Hours(week=tuple(values.intervals(days.get(name, "closed")) for name in names))


SHOP = week(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-12:00, 13:00-18:00"), sat="22:00-02:00")


def at(text: str, zone: dt.tzinfo = KL) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-11-23 07:59:59", False),  # a Monday
        ("2026-11-23 08:00", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 13:00", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 23:30", True),  # Saturday night
        ("2026-11-29 01:59", True),
        ("2026-11-29 02:00", False),
        ("2026-11-29 22:30", False),
    ],
)
def test_it_is_open_within_its_intervals(moment: str, found: bool) -> None:
    assert opening.is_open(SHOP, at(moment), KL) is found


@pytest.mark.parametrize(
    ("moment", "opens", "closes"),
    [
        ("2026-11-23 07:00", "2026-11-23 08:00", None),
        ("2026-11-23 08:00", "2026-11-23 13:00", "2026-11-23 12:00"),
        ("2026-11-27 18:00", "2026-11-28 22:00", None),
        ("2026-11-29 00:30", "2026-11-30 08:00", "2026-11-29 02:00"),
    ],
)
def test_it_says_when_it_opens_next_and_until_when_it_is_open(moment: str, opens: str, closes: str | None) -> None:
    assert opening.next_opening(SHOP, at(moment), KL) == at(opens)
    assert opening.open_until(SHOP, at(moment), KL) == (at(closes) if closes else None)


def test_days_that_differ_go_before_the_week_and_a_branchs_before_the_business() -> None:
    business = Hours(week=SHOP.week, days={"2026-11-23": (), "2026-11-24": ((dt.time(9), dt.time(10)),)})
    own = Hours(days={"2026-11-23": ((dt.time(11), dt.time(12)),)})
    other = week(fri="14:00-23:00")
    rules = Programme(
        hours=business,
        branches=(Branch("A", "A"), Branch("B", "B", hours=own), Branch("C", "C", hours=other)),
    )
    opens = {
        code: opening.next_opening(opening.of_branch(rules, code), at("2026-11-22 12:00"), KL) for code in "ABC"
    }
    assert opens == {"A": at("2026-11-24 09:00"), "B": at("2026-11-23 11:00"), "C": at("2026-11-24 09:00")}
    assert opening.of_branch(rules) is opening.of_branch(rules, "unknown") is business


def test_what_nobody_has_said_is_neither_open_nor_will_it_open() -> None:
    assert not opening.is_open(Hours(), at("2026-11-23 10:00"), KL)
    assert opening.next_opening(Hours(), at("2026-11-23 10:00"), KL) is None
    assert opening.open_until(Hours(), at("2026-11-23 10:00"), KL) is None


def test_a_shop_that_never_closes_has_no_closing_time() -> None:
    never = Hours(week=(((dt.time(0), dt.time(0)),),) * 7)
    assert opening.is_open(never, at("2026-11-23 00:00"), KL)
    assert opening.open_until(never, at("2026-11-23 10:00"), KL) is None


def test_hours_hold_where_clocks_shift() -> None:
    night = Hours(week=(((dt.time(22), dt.time(1, 30)),),) * 7)
    # London puts its clocks back at 02:00 on 25 October 2026: half past one comes twice.
    before, after = dt.datetime(2026, 10, 25, 0, 29, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert [opening.is_open(night, moment, LONDON) for moment in (before, after - MINUTE, after)] == [
        True,
        True,
        False,
    ]
    # And forward at 01:00 on 28 March 2027: the half hour from one is left out.
    early = Hours(week=(((dt.time(1, 30), dt.time(6)),),) * 7)
    opens = opening.next_opening(early, dt.datetime(2027, 3, 27, 12, tzinfo=dt.UTC), LONDON)
    assert opens == at("2027-03-28 02:30", LONDON)


@pytest.mark.parametrize(
    ("filed", "days", "due"),
    [
        ("2026-11-23 07:00", 1, "2026-11-24 18:00"),
        ("2026-11-23 17:00", 2, "2026-11-25 18:00"),
        ("2026-11-27 17:00", 1, "2026-11-29 02:00"),  # Saturday's night ends on Sunday
        ("2026-11-27 17:00", 2, "2026-11-30 18:00"),
    ],
)
def test_a_promise_is_due_at_the_end_of_a_working_day(filed: str, days: int, due: str) -> None:
    assert opening.due_after_working_days(SHOP, at(filed), days, KL) == at(due)


def test_without_hours_working_days_are_monday_to_friday() -> None:
    closed = Hours(week=((),) * 7)
    for hours in (Hours(), closed):
        due = opening.due_after_working_days(hours, at("2026-11-27 17:00"), 2, KL)
        assert due == at("2026-12-01 18:00")


def test_a_holiday_does_not_count() -> None:
    hours = Hours(week=SHOP.week, days={"2026-11-24": (), "2026-11-25": ()})
    assert opening.due_after_working_days(hours, at("2026-11-23 10:00"), 1, KL) == at("2026-11-26 18:00")


times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
days = st.lists(st.tuples(times, times), max_size=2).map(tuple)


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    begin = dt.date(2026, 10, 20)
    different = draw(st.dictionaries(st.integers(0, 14), days, max_size=3))
    weeks: list[tuple[Interval, ...]] = [draw(days) for _weekday in range(7)]
    return Hours(
        week=tuple(weeks), days={(begin + each * DAY).isoformat(): found for each, found in different.items()}
    )


BEGIN = dt.datetime(2026, 10, 22, tzinfo=dt.UTC)
moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: BEGIN + minutes * MINUTE)


@given(some_hours(), moments, st.sampled_from(ZONES))
def test_the_next_opening_is_the_first_open_moment(hours: Hours, moment: dt.datetime, zone: ZoneInfo) -> None:
    opens = opening.next_opening(hours, moment, zone)
    if opens is None:
        assert not any(hours.week) or not any(
            opening.spans_of(hours, dt.date(2027, 1, 4) + day * DAY, zone) for day in range(7)
        )
        return
    assert opens > moment
    assert opening.is_open(hours, opens, zone)
    if not opening.is_open(hours, moment, zone):
        for part in range(20):
            assert not opening.is_open(hours, moment + (opens - moment) * part / 20, zone)


@given(some_hours(), moments, st.sampled_from(ZONES))
def test_it_is_open_until_it_closes(hours: Hours, moment: dt.datetime, zone: ZoneInfo) -> None:
    closes = opening.open_until(hours, moment, zone)
    if closes is not None:
        assert not opening.is_open(hours, closes, zone)
        assert all(opening.is_open(hours, moment + (closes - moment) * part / 20, zone) for part in range(20))


@given(some_hours(), moments, st.sampled_from([KL, DUBAI]))
def test_without_shifts_it_is_open_as_its_clock_says(hours: Hours, moment: dt.datetime, zone: ZoneInfo) -> None:
    here = moment.astimezone(zone)
    today = any(
        begins <= here.time() and (here.time() < ends or ends <= begins)
        for begins, ends in opening.on(hours, here.date())
    )
    night = any(here.time() < ends <= begins for begins, ends in opening.on(hours, here.date() - DAY))
    assert opening.is_open(hours, moment, zone) is (today or night)


@given(some_hours(), moments, st.integers(1, 8), st.sampled_from(ZONES))
def test_a_promise_passes_as_many_working_days_as_it_says(
    hours: Hours, moment: dt.datetime, promised: int, zone: ZoneInfo
) -> None:
    due = opening.due_after_working_days(hours, moment, promised, zone)
    assert due > moment
    first, last = moment.astimezone(zone).date(), due.date()
    passed = [first + number * DAY for number in range(1, (last - first).days + 1)]
    worked = [day for day in passed if opening.on(hours, day)]
    assert len(worked) >= promised or not any(hours.week)
