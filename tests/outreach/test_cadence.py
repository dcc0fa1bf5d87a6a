"""Consent, hours and how often: the rules for messages nobody asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.cadence import GO, Cadence, Postpone, Skip, Verdict
from store.outbox_sending import Standing
from tests.conftest import NOON

HOUR = dt.timedelta(hours=1)
RULES = Cadence(zone="Asia/Kuala_Lumpur")
WELCOME = Standing("granted", "bot", None, None, "", False, True, False)
NIGHT = NOON + 10 * HOUR  # ten in the evening
MORNING = NOON + 20 * HOUR

zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
moments = st.integers(0, 9 * 366 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


def judge(now: dt.datetime = NOON, expires_at: dt.datetime | None = None, **standing: Any) -> Verdict:
    return RULES.judge(msgspec.structs.replace(WELCOME, **standing), expires_at, now)


def test_a_contact_who_agreed_may_hear_from_us_by_day() -> None:
    assert judge() is GO


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        ({"marketing": "withdrawn"}, "opted out"),
        ({"marketing": "unasked"}, "no consent"),
        ({"owner": "queue"}, "with a person"),
        ({"owner": "agent-7", "owner_until": NOON + HOUR}, "with a person"),
        ({"merged": True}, "merged"),
        ({"reachable": False}, "blocked"),
        ({"reachable": None}, "no such chat"),
        ({"proactive_at": NOON - HOUR}, "daily limit"),
        ({"proactive_at": NOON + HOUR}, "daily limit"),
    ],
)
def test_why_a_contact_is_left_alone(standing: dict[str, Any], reason: str) -> None:
    assert judge(**standing) == Skip(reason)


def test_a_person_whose_time_is_over_does_not_own_the_conversation() -> None:
    assert judge(owner="agent-7", owner_until=NOON) is GO


def test_who_is_owed_an_answer_hears_that_first() -> None:
    assert judge(waiting=True) == Postpone(None)


def test_at_night_it_waits_for_the_morning_at_the_contacts_place() -> None:
    assert judge(NIGHT) == Postpone(MORNING)
    assert judge(NIGHT, timezone="Europe/London") is GO


def test_what_expires_in_the_night_is_skipped_at_once() -> None:
    assert judge(NIGHT, expires_at=MORNING) == Skip("expired")
    assert judge(expires_at=NOON) == Skip("expired")


def test_an_unknown_zone_counts_as_the_businesss() -> None:
    assert RULES.zone_of("Mars/Olympus") == RULES.zone_of("") == ZoneInfo("Asia/Kuala_Lumpur")
    assert Cadence(zone="../etc").zone_of("") == ZoneInfo("UTC")


def test_the_day_of_the_limit_is_the_contacts() -> None:
    # Eight in the evening before and nine in the morning after are two days in Kuala Lumpur and one in Los Angeles.
    evening, morning = NOON - 16 * HOUR, NOON - 3 * HOUR
    assert judge(morning, proactive_at=evening) is GO
    assert judge(NOON - 9 * HOUR, proactive_at=evening, timezone="America/Los_Angeles") == Skip("daily limit")


def test_rules_may_be_relaxed() -> None:
    rules = Cadence(quiet_from=dt.time(0), quiet_until=dt.time(0), once_a_day=False)
    assert rules.judge(msgspec.structs.replace(WELCOME, proactive_at=NIGHT), None, NIGHT) is GO


@given(zones, moments)
def test_the_next_allowed_moment_is_the_first_that_is_not_quiet(zone: ZoneInfo, moment: dt.datetime) -> None:
    allowed = RULES.next_allowed(moment, zone)
    assert moment <= allowed <= moment + 15 * HOUR
    assert not RULES.quiet(allowed, zone)
    before = allowed - dt.timedelta(microseconds=1)
    while before > moment:
        assert RULES.quiet(before, zone)
        before -= dt.timedelta(minutes=10)


@given(zones, moments, st.times(), st.times())
def test_any_quiet_hours_end(zone: ZoneInfo, moment: dt.datetime, start: dt.time, end: dt.time) -> None:
    rules = Cadence(quiet_from=start, quiet_until=end)
    allowed = rules.next_allowed(moment, zone)
    assert moment <= allowed <= moment + 49 * HOUR
    assert not rules.quiet(allowed, zone)


@given(moments, st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]))
def test_mornings_come_at_eight_whatever_the_night_did_to_the_clock(moment: dt.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    allowed = RULES.next_allowed(moment, zone)
    if allowed != moment:
        assert allowed.astimezone(zone).time() == dt.time(8)


def test_a_quiet_that_ends_in_a_skipped_hour_ends_with_it() -> None:
    rules = Cadence(quiet_until=dt.time(2, 30))
    berlin = ZoneInfo("Europe/Berlin")
    night = dt.datetime(2026, 3, 29, 0, 0, tzinfo=dt.UTC)  # one at night; at two the clock goes to three
    allowed = rules.next_allowed(night, berlin).astimezone(berlin)
    assert (allowed.hour, allowed.minute) == (3, 30)
