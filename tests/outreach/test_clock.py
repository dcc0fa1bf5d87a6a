"""Moments of a contact's day, whatever the clocks of the world do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.clock import first_loud, moment_on, quiet, zone_of

HOUR = dt.timedelta(hours=1)
NIGHTLY = (dt.time(21), dt.time(8))
BERLIN = ZoneInfo("Europe/Berlin")

zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
days = st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31))
moments = st.integers(0, 9 * 366 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


def test_an_unknown_zone_counts_as_the_businesss() -> None:
    assert zone_of("Mars/Olympus", "Asia/Kuala_Lumpur") == zone_of("", "Asia/Kuala_Lumpur")
    assert zone_of("", "Asia/Kuala_Lumpur") == ZoneInfo("Asia/Kuala_Lumpur")
    assert zone_of("", "../etc") == ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (dt.date(2026, 3, 29), dt.time(2, 30), "2026-03-29 01:00:00"),  # from two to three: the first moment after
        (dt.date(2026, 10, 25), dt.time(2, 30), "2026-10-25 00:30:00"),  # it comes twice: the first
        (dt.date(2026, 7, 1), dt.time(9), "2026-07-01 07:00:00"),
    ],
)
def test_a_time_that_is_skipped_or_comes_twice(day: dt.date, at: dt.time, moment: str) -> None:
    assert moment_on(day, at, BERLIN) == dt.datetime.fromisoformat(f"{moment}+00:00")


def test_a_day_that_a_place_left_out_begins_with_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")
    skipped = moment_on(dt.date(2011, 12, 30), dt.time(9), apia)
    assert skipped.astimezone(apia) == dt.datetime(2011, 12, 31, tzinfo=apia)


@given(zones, days, st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_the_moment_is_the_first_at_which_the_clock_shows_the_time_or_a_later_one(
    zone: ZoneInfo, day: dt.date, at: dt.time
) -> None:
    moment = moment_on(day, at, zone)
    wanted = dt.datetime.combine(day, at)
    assert moment.astimezone(zone).replace(tzinfo=None) >= wanted
    for minutes in (1, 30, 60, 120):
        assert (moment - dt.timedelta(minutes=minutes)).astimezone(zone).replace(tzinfo=None) < wanted


@given(zones, moments)
def test_the_next_allowed_moment_is_the_first_that_is_not_quiet(zone: ZoneInfo, moment: dt.datetime) -> None:
    allowed = first_loud(moment, zone, NIGHTLY)
    assert moment <= allowed <= moment + 15 * HOUR
    assert not quiet(allowed, zone, NIGHTLY)
    before = allowed - dt.timedelta(microseconds=1)
    while before > moment:
        assert quiet(before, zone, NIGHTLY)
        before -= dt.timedelta(minutes=10)


@given(zones, moments, st.times(), st.times())
def test_any_quiet_hours_end(zone: ZoneInfo, moment: dt.datetime, start: dt.time, end: dt.time) -> None:
    allowed = first_loud(moment, zone, (start, end))
    assert moment <= allowed <= moment + 49 * HOUR
    assert not quiet(allowed, zone, (start, end))


@given(moments, st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]))
def test_mornings_come_at_eight_whatever_the_night_did_to_the_clock(moment: dt.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    allowed = first_loud(moment, zone, NIGHTLY)
    if allowed != moment:
        assert allowed.astimezone(zone).time() == dt.time(8)


def test_a_quiet_that_ends_in_a_skipped_hour_ends_with_it() -> None:
    night = dt.datetime(2026, 3, 29, 0, 0, tzinfo=dt.UTC)  # one at night; at two the clock goes to three
    allowed = first_loud(night, BERLIN, (dt.time(21), dt.time(2, 30))).astimezone(BERLIN)
    assert (allowed.hour, allowed.minute) == (3, 0)
