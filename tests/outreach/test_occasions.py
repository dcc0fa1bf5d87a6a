"""The calendar of occasions alone: every day of birth, every zone, the years from 2024 until 2032."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

import pytest

from outreach.occasions import brings_gifts, day_in, greeted_at, kept_on, noticed_at, years_of
from store.anniversaries import BIRTHDAY, MEMBERSHIP, Anniversary

NINE = dt.time(9)
YEARS = range(2024, 2033)
BEFORE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
DAYS = [dt.date(2000, 1, 1) + dt.timedelta(days=number) for number in range(366)]
MONTH_DAYS = [100 * day.month + day.day for day in DAYS]
ZONES = sorted(available_timezones() - {"localtime"})


def born(month_day: int, year: int | None = None, given_at: dt.datetime = BEFORE) -> Anniversary:
    return Anniversary(BIRTHDAY, month_day, year, given_at)


def joined(at: dt.datetime) -> Anniversary:
    day = at.astimezone(dt.UTC)
    return Anniversary(MEMBERSHIP, 100 * day.month + day.day, day.year, at)


def greetings(month_day: int, zone: ZoneInfo) -> Iterator[tuple[int, dt.datetime]]:
    for year in YEARS:
        moment = greeted_at(born(month_day), year, NINE, zone)
        assert moment is not None
        yield year, moment.astimezone(zone)


def check(names: list[str]) -> None:
    for name in names:
        zone = ZoneInfo(name)
        for month_day in MONTH_DAYS:
            for year, local in greetings(month_day, zone):
                day = local.date()
                assert (day.year, local.timetz().replace(tzinfo=None), local.fold) == (year, NINE, 0), (name, local)
                wanted = 228 if month_day == 229 and not calendar.isleap(year) else month_day
                assert 100 * day.month + day.day == wanted


def test_everybody_is_greeted_once_a_year_at_nine_of_their_own_clock() -> None:
    check(["Asia/Kuala_Lumpur", "America/New_York", "Pacific/Kiritimati", "Africa/Casablanca"])


@pytest.mark.slow
def test_everybody_is_greeted_once_a_year_at_nine_everywhere() -> None:
    weeks = [dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=7 * number) for number in range(9 * 53)]
    # Most names are of clocks that go the same.
    clocks = {tuple(week.astimezone(ZoneInfo(name)).utcoffset() for week in weeks): name for name in ZONES}
    check(sorted(clocks.values()))


def test_a_day_knows_whose_days_are_kept_on_it() -> None:
    for year in YEARS:
        for number in range(366 if calendar.isleap(year) else 365):
            day = dt.date(year, 1, 1) + dt.timedelta(days=number)
            assert set(kept_on(day)) == {each for each in MONTH_DAYS if day_in(each, year) == day}


def test_29_february_is_kept_on_the_28th_of_common_years() -> None:
    assert [day_in(229, year) for year in (2027, 2028)] == [dt.date(2027, 2, 28), dt.date(2028, 2, 29)]
    assert kept_on(dt.date(2027, 2, 28)) == (228, 229)
    assert kept_on(dt.date(2028, 2, 28)) == (228,)


def test_a_day_that_was_told_after_its_morning_is_kept_from_the_next_year_on() -> None:
    zone = ZoneInfo("Asia/Kuala_Lumpur")
    told = dt.datetime(2027, 3, 5, 9, 0, 1, tzinfo=zone)
    assert greeted_at(born(305, given_at=told), 2027, NINE, zone) is None
    assert greeted_at(born(305, given_at=told), 2028, NINE, zone) == dt.datetime(2028, 3, 5, 9, tzinfo=zone)


def test_gifts_begin_a_fortnight_after_the_day_was_told() -> None:
    told = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    assert not brings_gifts(born(314, given_at=told), told + dt.timedelta(days=13, hours=23))
    assert brings_gifts(born(315, given_at=told), told + dt.timedelta(days=14))


def test_a_member_joined_on_the_day_that_their_own_clock_showed() -> None:
    new_years_eve = joined(dt.datetime(2026, 12, 31, 20, 0, tzinfo=dt.UTC))
    malaysia, mexico = ZoneInfo("Asia/Kuala_Lumpur"), ZoneInfo("America/Mexico_City")
    assert greeted_at(new_years_eve, 2026, NINE, malaysia) is None  # they joined that very morning
    # The same occurrence, whichever clock is theirs by then.
    assert greeted_at(new_years_eve, 2027, NINE, malaysia) == dt.datetime(2028, 1, 1, 9, tzinfo=malaysia)
    assert greeted_at(new_years_eve, 2027, NINE, mexico) == dt.datetime(2027, 12, 31, 9, tzinfo=mexico)
    assert years_of(new_years_eve, 2027) == 1


def test_years_are_counted_where_the_first_is_known() -> None:
    assert years_of(born(305, 1990), 2027) == 37
    assert years_of(born(305), 2027) is None


def test_a_notice_comes_at_nine_so_many_days_before() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = dt.date(2027, 4, 20)  # the clocks change in between
    assert noticed_at("expiry-30", day, NINE, berlin) == dt.datetime(2027, 3, 21, 9, tzinfo=berlin)
    assert noticed_at("expiry-7", day, NINE, berlin) == dt.datetime(2027, 4, 13, 9, tzinfo=berlin)
