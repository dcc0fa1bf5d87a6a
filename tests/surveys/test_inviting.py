"""Who is invited to a survey: once for each rule and cause, through cadence, seldom enough, and reminded once."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler import inviting as jobs
from store import invitation_rules, survey_invitations
from store.database import Database
from store.survey_reach import Closed
from store.tables import due, survey_waves
from store.tables import invitation_rules as rules_table
from surveys import asking, causes, inviting, responses, rounds
from surveys.inviting import Candidate
from surveys.rules import Rule, Who
from tests.loyalty.threads import at_once, transactions
from tests.outreach.days import LONG_AGO, ZONE, at
from tests.surveys.asking_house import AskingHouse
from tests.surveys.some_surveys import a_survey, publish

AFTER_A_VISIT = Rule(cause="purchase", delay_hours=24, branches=("bangsar",), least=1000)
DAY = dt.timedelta(days=1)


@pytest.fixture
async def house(database: Database) -> AskingHouse:
    house = AskingHouse(database, "2027-03-03 03:00")
    await house.open()
    return house


async def test_who_buys_is_invited_a_day_later_once_and_reminded_once(house: AskingHouse) -> None:
    contact = await house.person()
    await house.rule(AFTER_A_VISIT)
    for key in ("tea", "cake"):
        await house.buys(contact, key)
    await house.buys(contact, "list", LONG_AGO)
    await house.buys(contact, "small", amount=999)
    await house.pass_until("2027-03-15 00:00")
    invitation, reminder = await house.said()
    assert "Thank you for your visit to Bangsar on 3 March 2027." in invitation.payload["text"]
    assert invitation.kind == "survey"
    assert "remind you again" in reminder.payload["text"]
    assert reminder.due_at - invitation.due_at == 2 * DAY
    assert await house.invitations() == [(contact, "expired", "")]
    assert await house.rows(sa.select(due.c.id)) == []


async def test_a_case_and_a_conversation_ask_after_they_are_closed(house: AskingHouse) -> None:
    rule = await house.rule(Rule(cause="case", touchpoints=("shop",)))
    ruled = await house.database.read(partial(inviting.ruled, row=rule))
    assert ruled is not None
    contact = await house.person()
    ended = [
        Closed(n, name, contact, house.now, kind, touchpoint)
        for n, (name, kind, touchpoint) in enumerate(
            [("a", "complaint", "shop"), ("b", "survey", "shop"), ("c", "complaint", "delivery")]
        )
    ]
    found = await house.database.read(partial(causes.closed, ruled=ruled, ended=ended, now=house.now))
    assert [(each.cause, each.touchpoint, each.at - house.now) for each in found] == [("case:a", "shop", DAY)]


async def test_nobody_is_asked_more_often_than_the_gap_allows_over_all_surveys(house: AskingHouse) -> None:
    contact = await house.person()
    await house.rule(AFTER_A_VISIT)
    first = house.published
    house.published = await house.database.transact(
        partial(publish, survey=a_survey(code="other", remind_days=0), now=house.now)
    )
    await house.rule(Rule(cause="purchase", gap_days=0, delay_hours=48))
    await house.rule(Rule(cause="purchase", gap_days=30, delay_hours=72))
    await house.buys(contact, "tea")
    await house.pass_until("2027-03-10 00:00")
    assert await house.invitations("survey_id", "state", "reason") == [
        (first.survey_id, "asked", ""),
        (house.published.survey_id, "asked", ""),
        (house.published.survey_id, "skipped", "asked lately"),
    ]


async def test_what_was_planned_is_looked_at_again_at_its_moment(house: AskingHouse) -> None:
    contacts = [await house.person(str(number)) for number in range(4)]
    row = await house.rule(AFTER_A_VISIT)
    for contact in contacts:
        await house.buys(contact, str(contact))
    await house.look()
    answering, leaving, opting, left = contacts

    def meanwhile(connection: Connection) -> None:
        responses.begin(
            connection, house.published, key="own", mode="phone", language="en", contact_id=answering, now=house.now
        )
        [mine] = survey_invitations.planned(connection, leaving)
        assert inviting.leave_out(connection, leaving, mine.public_id, house.now)
        assert not inviting.leave_out(connection, answering, mine.public_id, house.now)

    await house.database.transact(meanwhile)
    await house.change(opting, marketing="withdrawn")
    await house.pass_until("2027-03-04 04:00")
    assert await house.invitations() == [
        (answering, "skipped", "asked lately"),
        (leaving, "skipped", "left out"),
        (opting, "skipped", "opted out"),
        (left, "asked", ""),
    ]
    await house.buys(left, "again")
    await house.database.transact(lambda connection: invitation_rules.change(connection, row.id, active=False))
    await house.pass_until("2027-03-07 04:00")
    assert len(await house.invitations()) == 4


async def test_customers_see_what_they_are_to_be_asked_and_may_leave_it_out(house: AskingHouse) -> None:
    contact = await house.person()
    await house.rule(AFTER_A_VISIT)
    await house.buys(contact, "tea")
    await house.look()
    customer = house.customer()
    await customer.types("settings")
    told = (await customer.presses("What's planned for me"))[-1]
    assert "1. 4 March 2027, 11.06 am: a few questions about how you find us" in told
    assert "All right, that message won't come." in (await customer.presses("1"))[0]
    await house.pass_until("2027-03-05 00:00")
    assert await house.invitations() == [(contact, "skipped", "left out")]


async def test_quiet_hours_put_an_invitation_off_until_the_morning(house: AskingHouse) -> None:
    contact = await house.person()
    await house.rule(Rule(cause="purchase", delay_hours=12))
    await house.buys(contact, "tea")
    await house.pass_until("2027-03-04 02:00")
    [row] = await house.said()
    assert row.due_at == at("2027-03-04 00:00")  # eight in Kuala Lumpur
    assert await house.reasons() == [("later", "quiet hours"), ("now", "")]


async def test_who_answers_is_reminded_later_and_never_of_what_is_done(house: AskingHouse) -> None:
    contact = await house.person()
    await house.rule(AFTER_A_VISIT)
    await house.buys(contact, "tea")
    await house.pass_until("2027-03-05 00:00")
    [(invitation_id, public_id)] = await house.invitations("id", "public_id")

    def begin(connection: Connection) -> None:
        responses.begin(
            connection,
            house.published,
            key="r",
            mode="chat",
            language="en",
            contact_id=contact,
            now=house.now,
            invitation_id=invitation_id,
        )
        inviting.settle(connection, invitation_id, "begun", house.now)

    await house.database.transact(begin)
    looked = await house.database.read(
        partial(asking.look_again, args={"invitation": public_id}, now=house.now + DAY)
    )
    assert looked == asking.NotYet(house.now + 2 * DAY)
    assert await house.database.transact(
        partial(inviting.settle, invitation_id=invitation_id, state="done", now=house.now)
    )
    await house.pass_until("2027-03-14 00:00")
    assert len(await house.said()) == 1
    assert await house.invitations() == [(contact, "done", "")]


async def test_a_round_that_was_killed_goes_on_where_it_stood_and_begins_one_wave(
    house: AskingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WRITTEN", 2)
    monkeypatch.setattr(rounds, "READ", 3)
    people = [await house.person(str(number)) for number in range(5)]
    await house.person("supplier", kind="supplier")
    await house.person("silent", marketing="unasked")
    row = await house.rule(
        Rule(cause="every", day=dt.date(2027, 1, 31), months=1, hour=11, wave="Pulse", who=Who(languages=("en",)))
    )
    assert row.next_at == at("2027-03-30 10:00")
    house.now = row.next_at
    found = await house.database.read(partial(rounds.due, now=house.now))
    assert found is not None
    some = [jobs._candidate(found, each, ZONE, house.now) for each in found.contacts[:2]]
    for _twice in range(2):  # the second of two that found the same does nothing
        await house.database.transact(partial(rounds.put, of=found, after=0, candidates=some, now=house.now))
    await house.plan()
    assert await house.invitations("contact_id", "at") == [(each, at("2027-03-31 03:00")) for each in people]
    assert [tuple(each) for each in await house.rows(sa.select(survey_waves.c.name))] == [("Pulse 2027-03",)]
    [rule] = await house.rows(sa.select(rules_table.c.next_at, rules_table.c.reached))
    assert tuple(rule) == (rounds.begins(dt.date(2027, 4, 30)), 0)


async def test_one_cause_makes_one_invitation_however_many_look(house: AskingHouse) -> None:
    contact = await house.person()
    row = await house.rule(AFTER_A_VISIT)
    ruled = await house.database.read(partial(inviting.ruled, row=row))
    assert ruled is not None
    candidates = [Candidate(contact, f"visit:{contact}:2027-03-0{day}", house.now + day * DAY) for day in (1, 2, 3)]
    with transactions(house.database) as transact:
        made = at_once(
            lambda _n: transact(partial(inviting.invite, ruled=ruled, candidates=candidates, now=house.now))
        )
    assert sum(len(each) for each in made) == 3
    assert [each[1:] for each in await house.invitations()].count(("planned", "")) == 1
    assert len(await house.rows(sa.select(due.c.id))) == 1
