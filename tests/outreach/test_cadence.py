"""Consent, hours and how often: the rules for messages nobody asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.programme import Country, Outreach
from outreach import clock, public_holidays
from outreach.cadence import BUSY, LOOK_AGAIN, NOW, Cadence, Later, Never, Verdict
from outreach.hold_out import is_held
from outreach.kinds import KINDS, MORE
from store.standing import Standing, Touch
from tests.conftest import NOON

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
RULES = Cadence(zone="Asia/Kuala_Lumpur")
AGREED: dict[str, Any] = {"marketing": "granted", "reachable": True}
NIGHT = NOON + 10 * HOUR  # ten in the evening
MORNING = NOON + 20 * HOUR
SERVICE = sorted(name for name, kind in KINDS.items() if not kind.purpose)


def judge(
    kind: str = "offer", now: dt.datetime = NOON, expires_at: dt.datetime | None = None, **standing: Any
) -> Verdict:
    return RULES.judge(kind, Standing(**(AGREED | standing)), expires_at, now)


def touched(*ago: dt.timedelta, kind: str = "offer") -> tuple[Touch, ...]:
    return tuple(Touch(kind, NOON - each) for each in ago)


def test_a_contact_who_agreed_may_hear_from_us_by_day() -> None:
    assert {judge(kind) for kind in KINDS} == {NOW}


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        ({"merged": True}, "merged"),
        ({"erased": True}, "erased"),
        ({"deceased": True}, "deceased"),
        ({"reachable": None}, "no chat"),
        ({"reachable": False}, "blocked"),
    ],
)
def test_who_hears_nothing_at_all(standing: dict[str, Any], reason: str) -> None:
    assert {judge(kind, **standing) for kind in KINDS} == {Never(reason)}


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        ({"marketing": "withdrawn"}, "opted out"),
        ({"marketing": "unasked"}, "no consent"),
        ({"people_only": True}, "people only"),
        ({"refused": ("greeting",)}, "not wanted"),
        ({"personalised": False}, "not personalised"),
    ],
)
def test_why_a_contact_is_not_greeted(standing: dict[str, Any], reason: str) -> None:
    assert judge("greeting", **standing) == Never(reason)


def test_what_happened_to_a_card_is_told_whatever_was_refused() -> None:
    refusals: dict[str, Any] = {"marketing": "withdrawn", "people_only": True, "refused": ("voucher_used",)}
    assert judge("voucher_used", NIGHT, owner="queue", **refusals) is NOW
    assert judge("points_earned", **refusals) == Never("people only")


@pytest.mark.parametrize("kind", ["promise_slipped", "answer_late"])
def test_the_teams_own_word_goes_whoever_has_the_conversation_but_not_at_night(kind: str) -> None:
    wishes: dict[str, Any] = {"marketing": "withdrawn", "people_only": True, "refused": (kind,)}
    for owner in ("bot", "queue", "agent-7", "snoozed"):
        assert judge(kind, owner=owner, **wishes) is NOW
        assert isinstance(judge(kind, NIGHT, owner=owner, **wishes), Later)


def test_service_messages_need_no_consent_and_keep_to_no_caps() -> None:
    caps: dict[str, Any] = {"touches": touched(HOUR, 2 * HOUR, 3 * HOUR), "paused_until": MORNING, "request": True}
    assert {judge(kind, marketing="unasked", **caps) for kind in SERVICE} == {NOW}


@pytest.mark.parametrize(
    ("standing", "until", "reason"),
    [
        ({"owner": "queue"}, NOON + LOOK_AGAIN, "with a person"),
        ({"owner": "agent-7"}, NOON + LOOK_AGAIN, "with a person"),
        ({"owner": "snoozed"}, NOON + LOOK_AGAIN, "with a person"),
        ({"asking": True, "seen_at": NOON}, NOON + BUSY, "in a dialogue"),
        ({"asking": True, "seen_at": NOON + HOUR}, NOON + BUSY, "in a dialogue"),
        ({"request": True}, NOON + LOOK_AGAIN, "open request"),
        ({"paused_until": NOON + 2 * DAY}, NOON + 2 * DAY, "paused"),
        ({"waiting": True}, NOON, "an answer is owed first"),
        ({"quiet_from": "11:00", "quiet_until": "13:30"}, NOON + 1.5 * HOUR, "quiet hours"),
        ({"touches": touched(HOUR)}, MORNING, "daily limit"),
        ({"touches": touched(-HOUR)}, MORNING, "daily limit"),
        ({"touches": touched(-DAY)}, MORNING + DAY, "daily limit"),
        ({"touches": touched(14 * HOUR), "seldom": True}, MORNING, "daily limit"),
        ({"touches": touched(DAY, 2 * DAY, 7 * DAY - HOUR)}, NOON + HOUR, "weekly limit"),
        ({"touches": touched(2 * DAY, 3 * DAY, 14 * DAY - HOUR), "seldom": True}, NOON + HOUR, "weekly limit"),
    ],
)
def test_what_an_offer_waits_for(standing: dict[str, Any], until: dt.datetime, reason: str) -> None:
    assert judge(**standing) == Later(until, reason)


def test_whose_dialogue_was_left_alone_may_be_written_to() -> None:
    assert judge(asking=True, seen_at=NOON - BUSY) is NOW


def test_whom_nobody_answers_hears_nothing_at_all() -> None:
    assert {judge(kind, owner="blocked") for kind in KINDS} == {Never("spam")}


def test_kinds_have_limits_and_messages_a_distance_of_their_own() -> None:
    rules = Cadence(
        "Asia/Kuala_Lumpur", Outreach(a_day=9, a_week=9, gap_hours=5, kinds={"offer": 2, "greeting": 0})
    )
    standing = Standing(**AGREED, touches=touched(6 * HOUR, DAY))
    assert rules.judge("offer", standing, None, NOON + 4 * HOUR) == Later(NOON + 6 * DAY, "enough of its kind")
    assert rules.judge("greeting", standing, None, NOON) == Never("switched off")
    near = Standing(**AGREED, touches=touched(HOUR, kind="expiry_notice"))
    assert rules.judge("offer", near, None, NOON + 4 * HOUR) is NOW
    assert rules.judge("offer", near, None, NOON + 3 * HOUR) == Later(NOON + 4 * HOUR, "too soon after another")


def test_only_what_takes_a_place_keeps_others_away() -> None:
    assert judge(touches=touched(HOUR, kind="points_earned") + touched(HOUR, kind=MORE)) is NOW
    assert judge(touches=touched(HOUR, kind="expiry_notice")) == Later(MORNING, "daily limit")
    assert judge(MORE, touches=touched(HOUR)) is NOW


def test_notices_of_every_day_leave_a_place_in_the_week() -> None:
    notices = touched(*(number * DAY for number in range(1, 8)), kind="expiry_notice")
    assert judge("greeting", touches=notices) is NOW
    assert judge("greeting", touches=notices + touched(DAY, 2 * DAY, 3 * DAY)) == Later(
        NOON + 4 * DAY, "weekly limit"
    )


def test_at_night_it_waits_for_the_morning_at_the_contacts_place() -> None:
    assert judge(now=NIGHT) == Later(MORNING, "quiet hours")
    assert judge("claim_decided", NIGHT) == Later(MORNING, "quiet hours")
    assert judge(now=NIGHT, timezone="Europe/London") is NOW


def test_what_would_come_too_late_never_comes_and_says_what_held_it() -> None:
    assert judge(now=NIGHT, expires_at=MORNING) == Never("too late: quiet hours")
    assert judge(now=NIGHT, expires_at=MORNING + HOUR) == Later(MORNING, "quiet hours")
    assert judge(expires_at=NOON) == Never("too late")


def test_the_day_of_the_limit_is_the_contacts() -> None:
    # Eight in the evening before and nine in the morning after are two days in Kuala Lumpur and one in Los Angeles.
    evening, morning = (Touch("offer", NOON - 16 * HOUR),), NOON - 3 * HOUR
    assert judge(now=morning, touches=evening) is NOW
    los_angeles = judge(now=NOON - 9 * HOUR, touches=evening, timezone="America/Los_Angeles")
    assert los_angeles == Later(NOON + 12 * HOUR, "daily limit")


VIETNAM = Country("[QC]", hours=(dt.time(9), dt.time(18)))
MALAYSIA = Country("[Promotion]", {"ms": "[Promosi]"}, holidays=True)
SELLING = ("offer", "news", "a campaign of old")
BY_COUNTRY = Cadence("Asia/Kuala_Lumpur", Outreach(countries={"MY": MALAYSIA, "VN": VIETNAM}))
HOLIDAY = dt.datetime(2026, 8, 31, 4, tzinfo=dt.UTC)  # noon in Kuala Lumpur
IN_VIETNAM: dict[str, Any] = AGREED | {"phone": "+84912345678", "timezone": "Asia/Ho_Chi_Minh"}


def by_country(kind: str, now: dt.datetime, **standing: Any) -> Verdict:
    return BY_COUNTRY.judge(kind, Standing(**(AGREED | standing)), None, now)


def test_what_sells_waits_for_the_hours_of_its_readers_country() -> None:
    evening = NOON + 8 * HOUR  # eight in Kuala Lumpur, seven in Saigon
    assert by_country("offer", evening, **IN_VIETNAM) == Later(NOON + 22 * HOUR, "country hours")
    assert by_country("offer", evening) is NOW
    assert by_country("offer", evening, phone="+971501234567") is NOW
    assert by_country("offer", NOON + 20 * HOUR, **IN_VIETNAM) == Later(NOON + 22 * HOUR, "quiet hours")


def test_on_a_public_holiday_nobody_is_sold_anything_where_holidays_are_kept() -> None:
    assert by_country("offer", HOLIDAY) == Later(HOLIDAY + 20 * HOUR, "public holiday")
    assert by_country("offer", HOLIDAY, **IN_VIETNAM) is NOW
    # Who is abroad keeps the holidays of home, on the clock of where they are.
    abroad = by_country("offer", HOLIDAY - 12 * HOUR, phone="+60123456789", timezone="America/Los_Angeles")
    assert abroad is NOW
    nights = by_country("offer", HOLIDAY - 14 * HOUR)
    assert nights == Later(HOLIDAY + 20 * HOUR, "quiet hours")


def test_some_holidays_in_a_row_are_waited_for_and_what_ends_in_them_never_comes() -> None:
    eid = dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC)
    morning = dt.datetime(2026, 3, 24, 0, tzinfo=dt.UTC)
    assert by_country("news", eid) == Later(morning, "public holiday")
    late = BY_COUNTRY.judge("news", Standing(**AGREED), morning, eid)
    assert late == Never("too late: public holiday")


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - set(SELLING)))
def test_what_does_not_sell_keeps_to_no_countrys_rules_and_to_no_hold_out(kind: str) -> None:
    rules = Outreach(hold_out=20, countries={"MY": Country(holidays=True, hours=(dt.time(9), dt.time(10)))})
    held = next(each for each in range(1, 1_000) if is_held(each, 20))
    assert Cadence("Asia/Kuala_Lumpur", rules).judge(kind, Standing(**AGREED, id=held), None, HOLIDAY) is NOW


@pytest.mark.parametrize("kind", SELLING)
def test_who_is_held_out_gets_no_offers_and_no_news(kind: str) -> None:
    rules = Cadence("Asia/Kuala_Lumpur", Outreach(hold_out=5))
    for contact in range(1, 200):
        verdict = rules.judge(kind, Standing(**AGREED, id=contact), None, NOON)
        assert verdict == (Never("hold-out") if is_held(contact, 5) else NOW)


def test_held_out_are_those_who_would_get_it_otherwise() -> None:
    rules = Cadence("Asia/Kuala_Lumpur", Outreach(hold_out=20))
    held = next(each for each in range(1, 1_000) if is_held(each, 20))
    standing: dict[str, Any] = AGREED | {"id": held}
    for wish, reason in (({"marketing": "withdrawn"}, "opted out"), ({"refused": ("offer",)}, "not wanted")):
        assert rules.judge("offer", Standing(**(standing | wish)), None, NOON) == Never(reason)


def test_the_label_is_that_of_the_readers_country() -> None:
    assert BY_COUNTRY.label(Standing(phone="+60123456789"), "ms") == "[Promosi]"
    assert BY_COUNTRY.label(Standing(timezone="Asia/Ho_Chi_Minh"), "ms") == "[QC]"
    assert BY_COUNTRY.label(Standing(), "ms") == "[Promosi]"  # as the business
    assert BY_COUNTRY.label(Standing(phone="+971501234567"), "en") == ""
    assert RULES.label(Standing(phone="+60123456789"), "ms") == ""


hours = st.tuples(st.integers(0, 23), st.integers(1, 23)).map(
    lambda pair: (dt.time(pair[0]), dt.time((pair[0] + pair[1]) % 24))
)
minutes = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda passed: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=passed)
)
ABROAD = ("Asia/Kuala_Lumpur", "Europe/Berlin", "America/Los_Angeles", "Pacific/Apia", "Asia/Kathmandu")


@given(minutes, hours, st.none() | hours, st.booleans(), st.sampled_from(ABROAD), st.sampled_from(SELLING))
def test_no_verdict_breaks_a_window(
    now: dt.datetime,
    quiet: tuple[dt.time, dt.time],
    allowed: tuple[dt.time, dt.time] | None,
    holidays: bool,
    zone: str,
    kind: str,
) -> None:
    country = Country(hours=allowed, holidays=holidays)
    rules = Outreach(quiet_from=quiet[0], quiet_until=quiet[1], countries={"MY": country})
    cadence = Cadence("Asia/Kuala_Lumpur", rules)
    standing = Standing(**AGREED, phone="+60123456789", timezone=zone)
    place = clock.zone_of(zone, "UTC")

    def fits(moment: dt.datetime) -> bool:
        loud = not clock.quiet(moment, place, quiet)
        open_ = allowed is None or not clock.quiet(moment, place, (allowed[1], allowed[0]))
        free = not holidays or not public_holidays.is_holiday("MY", moment.astimezone(place).date())
        return loud and open_ and free

    verdict = cadence.judge(kind, standing, None, now)
    if isinstance(verdict, Later) and not fits(verdict.until):
        # Windows that never meet: it is asked about again, and goes at no time at all.
        assert allowed is not None
        assert not any(fits(now + each * 15 * dt.timedelta(minutes=1)) for each in range(96))
    else:
        assert fits(verdict.until if isinstance(verdict, Later) else now)


spans = st.lists(
    st.integers(-2 * 24 * 60, 20 * 24 * 60).map(lambda minutes: dt.timedelta(minutes=minutes)), max_size=9
)


@given(spans, st.booleans(), st.integers(1, 3), st.integers(1, 5), st.integers(0, 9))
def test_when_its_moment_has_come_it_may_go_and_not_before(
    ago: list[dt.timedelta], seldom: bool, a_day: int, a_week: int, gap: int
) -> None:
    rules = Cadence(rules=Outreach(a_day=a_day, a_week=a_week, gap_hours=gap))
    standing = Standing(**AGREED, touches=touched(*ago), seldom=seldom)
    verdict = rules.judge("offer", standing, None, NOON)
    if isinstance(verdict, Later):
        assert rules.judge("offer", standing, None, verdict.until) is NOW
        for part in range(1, 20):
            before = NOON + (verdict.until - NOON) * part / 20
            assert isinstance(rules.judge("offer", standing, None, before), Later)
