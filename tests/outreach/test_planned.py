"""What comes on contacts' days: planned, moved, greeted with its gift, or skipped and recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa

from loyalty import ledger
from loyalty.programme import Gift, Occasions
from outreach import planned
from outreach.cadence import LOOK_AGAIN
from outreach.planned import Planned
from store import anniversaries, consents, preferences
from store.anniversaries import BIRTHDAY
from store.database import Database
from store.outbox import MARKETING, SERVICE
from store.tables import due, entries, identities, outbox, vouchers
from tests.outreach.days import LONG_AGO, RULES, Days, at

NINE = "2027-03-05 01:00"  # in Kuala Lumpur


@pytest.fixture
async def days(database: Database) -> Days:
    house = Days(database, "2027-03-03 00:30")
    await house.set_up()
    return house


async def test_a_birthday_is_greeted_at_nine_with_its_gift_once(days: Days) -> None:
    contact = await days.person(born=305)
    await days.join(contact, LONG_AGO)
    await days.pass_until("2027-03-07 00:00")
    [row] = await days.said()
    assert (row.lane, row.kind, row.seq, row.begun_at) == (MARKETING, "greeting", None, None)
    assert (row.due_at, row.expires_at) == (at(NINE), at("2027-03-06 01:00"))
    assert row.payload["text"].startswith("Happy birthday, Ali.")
    assert "50 points" in row.payload["text"]
    assert "A slice of cake" in row.payload["text"]
    assert await days.occasions() == [("birthday", "2027", "done", "")]
    assert await days.reasons() == [("now", "")]
    given = await days.rows(sa.select(entries.c.kind, entries.c.key, entries.c.points))
    assert [tuple(each) for each in given] == [("gift", f"birthday:{contact}:2027", 50)]
    assert [each.key for each in await days.rows(sa.select(vouchers.c.key))] == [f"birthday:{contact}:2027"]


async def test_a_birthday_told_lately_is_greeted_without_a_gift(days: Days) -> None:
    contact = await days.person(born=305, given_at=at("2027-02-20 00:00"))
    await days.join(contact, LONG_AGO)
    await days.pass_until("2027-03-06 00:00")
    assert await days.occasions() == [("birthday", "2027", "done", "")]
    assert await days.rows(sa.select(entries.c.id)) == []


async def test_somebody_without_a_card_is_greeted_and_becomes_no_member(days: Days) -> None:
    contact = await days.person(born=305)
    await days.pass_until("2027-03-06 00:00")
    [row] = await days.said()
    assert "gift" not in row.payload["text"]
    assert await days.database.read(lambda connection: anniversaries.of(connection, contact)) == (
        (BIRTHDAY, 305, None, LONG_AGO),
    )


async def test_members_are_greeted_on_the_day_they_joined(days: Days) -> None:
    contact = await days.person()
    await days.join(contact, at("2025-03-04 17:30"))  # the fifth of March in Kuala Lumpur
    await days.pass_until("2027-03-06 00:00")
    [row] = await days.said()
    assert "2 years" in row.payload["text"]
    assert row.due_at == at(NINE)
    assert await days.occasions() == [("membership", "2027", "done", "")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"deceased": True}, "deceased"),
        ({"marketing": "withdrawn"}, "opted out"),
        ({"erased_at": LONG_AGO}, "erased"),
    ],
)
async def test_who_is_not_greeted_is_recorded_with_the_reason(
    days: Days, fields: dict[str, Any], reason: str
) -> None:
    await days.person(born=305, **fields)
    await days.pass_until("2027-03-07 02:00")
    assert await days.said() == []
    assert await days.occasions() == [("birthday", "2027", "skipped", reason)]
    assert await days.reasons() == [("never", reason)]


async def test_who_wants_nothing_personal_is_not_greeted(days: Days) -> None:
    contact = await days.person(born=305)
    await days.database.transact(
        lambda connection: preferences.change(connection, contact, LONG_AGO, personalised=False)
    )
    await days.pass_until("2027-03-06 00:00")
    assert await days.occasions() == [("birthday", "2027", "skipped", "not personalised")]


async def test_a_greeting_waits_until_the_person_is_gone_and_its_rechecks_are_one_verdict(days: Days) -> None:
    contact = await days.person(born=305, owner="agent-1")
    await days.pass_until("2027-03-05 03:00")
    assert await days.said() == []
    await days.change(contact, owner="bot")
    await days.pass_until("2027-03-05 05:00")
    [row] = await days.said()
    assert row.due_at - at("2027-03-05 03:00") <= LOOK_AGAIN
    assert await days.reasons() == [("later", "with a person"), ("now", "")]


async def test_an_outage_of_three_days_leaves_late_greetings_within_grace_and_records_the_others(
    days: Days,
) -> None:
    for sender, day in (("1", 305), ("2", 306), ("3", 307), ("4", 308)):
        await days.person(sender, born=day)
    await days.plan()
    days.now = at("2027-03-08 00:30")  # half an hour before nine of the eighth
    await days.pass_until("2027-03-08 12:00")
    late = ("skipped", "too late")
    assert sorted(await days.occasions()) == [
        ("birthday", "2027", *state) for state in [("done", "")] * 2 + [late] * 2
    ]
    assert [row.due_at for row in await days.said()] == [at("2027-03-08 00:30"), at("2027-03-08 01:00")]


async def test_a_birthday_on_which_nothing_was_known_is_no_missed_one(days: Days) -> None:
    await days.person(born=301, given_at=at("2027-03-02 00:00"))
    await days.pass_until("2027-03-04 00:00")
    assert await days.occasions() == []


@pytest.mark.parametrize(
    ("zone", "nine"),
    [("America/Los_Angeles", "2027-03-05 17:00"), ("Pacific/Auckland", "2027-03-04 20:00")],
)
async def test_who_moves_is_greeted_at_nine_of_the_new_clock(days: Days, zone: str, nine: str) -> None:
    contact = await days.person(born=305)
    days.now = at("2027-03-04 12:00")
    await days.plan()
    await days.change(contact, timezone=zone)
    await days.pass_until("2027-03-05 20:00")
    assert [row.due_at for row in await days.said()] == [at(nine)]


async def test_who_moved_after_the_last_look_waits_for_the_new_morning(days: Days) -> None:
    contact = await days.person(born=305)
    days.now = at("2027-03-05 00:30")
    await days.plan()
    await days.change(contact, timezone="Europe/London")
    [due_id] = await days.rows(sa.select(due.c.id))
    days.now = at(NINE)
    await days.turn.fall_due(due_id.id)
    assert await days.said() == []
    await days.pass_until("2027-03-05 12:00")
    assert [row.due_at for row in await days.said()] == [at("2027-03-05 09:00")]


async def test_a_changed_birthday_takes_the_plan_along(days: Days) -> None:
    contact = await days.person(born=305)
    days.now = at("2027-03-04 12:00")
    await days.plan()
    now = days.now
    await days.database.transact(
        lambda connection: anniversaries.give(connection, contact, BIRTHDAY, 3, 9, None, now)
    )
    await days.pass_until("2027-03-10 00:00")
    assert [row.due_at for row in await days.said()] == [at("2027-03-09 01:00")]


async def test_a_clock_that_jumps_greets_once(days: Days) -> None:
    await days.person(born=305)
    for moment in ("2027-03-05 02:00", "2027-03-04 20:00", "2027-03-05 06:00", "2027-03-03 00:00"):
        days.now = min(days.now, at(moment))
        await days.pass_until(moment)
    await days.pass_until("2027-03-06 02:00")
    assert len(await days.said()) == 1


async def test_two_days_in_one_are_greeted_on_two(days: Days) -> None:
    contact = await days.person(born=305)
    await days.join(contact, at("2025-03-04 17:30"))
    days.now = at("2027-03-05 00:00")
    await days.plan()
    days.now = at(NINE)
    for row in await days.rows(sa.select(due.c.id).order_by(due.c.id)):
        await days.turn.fall_due(row.id)
    assert [row.due_at for row in await days.said()] == [at(NINE)]
    assert [row.at for row in await days.rows(sa.select(due.c.at))] == [at("2027-03-06 00:00")]


async def test_on_a_birthday_everything_else_waits_for_its_greeting(days: Days) -> None:
    contact = await days.person(born=305)
    await earn(days, contact, "a", 30, "2027-03-12 04:00")
    await days.pass_until("2027-03-05 00:30")
    days.now = at(NINE)
    for row in await days.rows(sa.select(due.c.id).order_by(due.c.flow)):  # the notice first
        await days.turn.fall_due(row.id)
    [greeting] = await days.said()
    assert (greeting.kind, greeting.due_at) == ("greeting", at(NINE))
    assert await days.reasons() == [("later", "the birthday goes first"), ("now", "")]
    await days.execute(outbox.update().values(state="sent", begun_at=at(NINE)))
    await days.pass_until("2027-03-05 03:00")
    assert [(row.kind, row.due_at) for row in await days.said()][1:] == [("expiry_notice", at("2027-03-05 01:15"))]


async def test_who_moves_over_new_years_night_is_no_member_for_a_year_twice(days: Days) -> None:
    contact = await days.person(timezone="America/Mexico_City")
    await days.join(contact, at("2026-12-31 20:00"))
    days.now = at("2027-12-30 00:00")
    await days.pass_until("2027-12-31 15:30")
    await days.change(contact, timezone="Asia/Kuala_Lumpur")  # where they joined on the first of January
    await days.pass_until("2028-01-03 00:00")
    assert [row.due_at for row in await days.said()] == [at("2027-12-31 15:00")]
    assert await days.occasions() == [("membership", "2027", "done", "")]


async def test_what_is_planned_can_be_seen_and_called_off(days: Days) -> None:
    contact = await days.person(born=305)
    await days.join(contact, at("2026-12-01 00:00"))
    local = days.now.astimezone(ZoneInfo("Asia/Kuala_Lumpur"))

    async def look() -> tuple[Planned, ...]:
        return await days.database.read(lambda connection: planned.upcoming(connection, contact, local))

    birthday, membership = await look()
    assert (birthday.occasion, birthday.at, birthday.kind) == ("birthday", at(NINE), "greeting")
    assert (membership.occasion, membership.occurrence) == ("membership", "2027")
    await days.database.transact(
        lambda connection: planned.cancel(connection, contact, "membership", "2027", local)
    )
    days.now = at("2027-03-04 12:00")
    await days.plan()
    assert await look() == (birthday,)
    await days.database.transact(lambda connection: planned.cancel(connection, contact, "birthday", "2027", local))
    assert await look() == ()
    await days.pass_until("2027-03-06 00:00")
    assert await days.said() == []


async def test_no_greetings_where_the_business_greets_nobody(days: Days) -> None:
    await days.person(born=305)
    days.now = at("2027-03-04 12:00")
    await days.plan()
    silent = msgspec.structs.replace(RULES, occasions=Occasions(birthday=Gift(greet=False)))
    await days.set_up(silent)
    await days.pass_until("2027-03-06 00:00")
    assert await days.occasions() == [("birthday", "2027", "skipped", "switched off")]


async def test_the_chat_last_written_in_is_greeted(days: Days) -> None:
    contact = await days.person(born=305)
    for sender in ("2", "3"):
        other = days.customer(sender, channel="telegram")
        await other.types("hello")
        moved = identities.update().where(identities.c.sender == sender).values(contact_id=contact)
        await days.execute(moved)
    await days.customer("1").types("hello")
    seen = max([row.id for row in await days.said()])
    await days.execute(outbox.update().values(state="sent"))
    await days.pass_until("2027-03-06 00:00")
    assert [row.sender for row in await days.said() if row.id > seen] == ["1"]


# Points that expire


async def earn(days: Days, contact: int, key: str, points: int, expires_at: str) -> None:
    await days.database.transact(
        lambda connection: ledger.earn(
            connection, [ledger.Earning(key, contact, points, LONG_AGO, expires_at=at(expires_at))]
        )
    )


async def test_points_that_expire_are_told_of_a_month_and_a_week_before(days: Days) -> None:
    contact = await days.person(marketing="withdrawn")
    await earn(days, contact, "a", 30, "2027-04-05 04:00")
    await earn(days, contact, "b", 12, "2027-04-05 10:00")
    await earn(days, contact, "c", 99, "2027-09-05 04:00")
    for start, end in (("2027-03-05 06:00", "2027-03-06 06:00"), ("2027-03-28 00:00", "2027-04-05 12:00")):
        days.now = at(start)
        await days.pass_until(end)
    month, week = await days.said()
    assert (month.due_at, week.due_at) == (at("2027-03-06 01:00"), at("2027-03-29 01:00"))
    assert (month.lane, month.kind, month.begun_at) == (SERVICE, "expiry_notice", month.due_at)
    assert "42 of your points expire on 5 April 2027" in month.payload["text"]
    assert "A slice of cake" in month.payload["text"]
    assert (
        await days.occasions()
        == [
            ("membership", "2027", "skipped", "opted out"),
            ("expiry-30", "2027-04-05", "done", ""),
            ("expiry-7", "2027-04-05", "done", ""),
        ][1:]
    )


async def test_who_collects_daily_is_told_once_a_week_what_expires_in_it(days: Days) -> None:
    contact = await days.person()
    for number in range(10):
        await earn(days, contact, str(number), 10 + number, f"2027-04-{5 + number:02} 04:00")
    days.now = at("2027-03-05 06:00")
    await days.pass_until("2027-03-17 00:00")
    first, second = await days.said()
    assert (first.due_at, second.due_at) == (at("2027-03-06 01:00"), at("2027-03-13 01:00"))
    assert "91 of your points expire between 5 April 2027 and 11 April 2027" in first.payload["text"]
    assert "54 of your points expire between 12 April 2027 and 14 April 2027" in second.payload["text"]
    told = [(each[1], each[3]) for each in await days.occasions() if each[2] == "skipped"]
    assert told == [(f"2027-04-{day:02}", "told with others") for day in (*range(6, 12), 13, 14)]


async def test_nothing_is_told_of_points_that_are_gone_meanwhile(days: Days) -> None:
    contact = await days.person()
    await earn(days, contact, "a", 30, "2027-04-05 04:00")
    days.now = at("2027-03-05 12:00")
    await days.plan()

    def spend(connection: Any) -> None:
        ledger.hold(connection, contact, 30, key="h", at=days.now, until=days.now + dt.timedelta(minutes=15))

    await days.database.transact(spend)
    await days.pass_until("2027-03-07 00:00")
    assert await days.said() == []
    assert await days.occasions() == [("expiry-30", "2027-04-05", "skipped", "no points left")]


async def test_a_stop_after_planning_is_kept_to(days: Days) -> None:
    contact = await days.person(born=305)
    days.now = at("2027-03-04 12:00")
    await days.plan()
    await days.database.transact(
        lambda connection: consents.record(
            connection,
            contact,
            purpose="marketing",
            channel="all",
            granted=False,
            wording="stop",
            locale="en",
            evidence="chat",
            at=days.now,
        )
    )
    await days.pass_until("2027-03-06 00:00")
    assert await days.occasions() == [("birthday", "2027", "skipped", "opted out")]
