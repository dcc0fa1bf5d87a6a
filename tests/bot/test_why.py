"""`sapa why` tells in plain words what came, what did not, and what is to come."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.why import REASONS, _told, reason_of
from bot.why_campaigns import STATES, TALLIES, tallied
from console.staff import reason_texts
from outreach import cadence, planned
from outreach.campaigns import ending, preparing
from outreach.templates import rendering
from scheduler.sending import pulse
from store import contacts, due, unasked
from store.database import Database
from store.recipients import FAILED, HELD, QUEUED, SENDING, SENT, SKIPPED, UNKNOWN, WAITING
from store.standing import standing
from store.tables import due as due_table
from store.tables import outbox
from tests.outreach.days import Days, at
from tests.store.campaign_rows import add_campaign, add_recipient
from tests.store.rows import add_contact

ZONE, DAY = ZoneInfo("Asia/Kuala_Lumpur"), dt.timedelta(days=1)


async def _lines(days: Days, number: str) -> list[str]:
    def work(connection: Connection) -> list[str]:
        [who] = unasked.named(connection, "", number, None)
        return list(_told(connection, who, ZONE, days.now))

    return await days.database.read(work)


async def test_it_tells_everything_in_plain_words(database: Database) -> None:
    days = Days(database, "2027-03-03 00:30")
    await days.set_up()
    contact = await days.person(born=305, number="C1", timezone="Asia/Kuala_Lumpur")
    await days.pass_until("2027-03-06 00:00")
    await days.execute(outbox.update().values(state="sent", sent_at=at("2027-03-05 01:00")))
    await days.change(contact, owner="queue")

    def plan(connection: Connection) -> None:
        for flow, key in (("points_earned", "earned:1"), ("claim_decided", "claim:1")):
            due.plan(connection, contact, flow, {"points": 3}, key=key, at=days.now)

    await days.database.transact(plan)
    [earned, _claim] = await days.rows(sa.select(due_table.c.id).order_by(due_table.c.id))
    await days.turn.fall_due(earned.id)
    await days.change(contact, deceased=True, owner="bot")
    await days.database.transact(
        lambda connection: cadence.ask(connection, contact, "offer", "offer:7", now=days.now, zone=ZONE.key)
    )
    lines = await _lines(days, "C1")
    assert lines[0].startswith("Ali, number C1, id ")
    text = "\n".join(lines)
    assert "2027-03-05 09:00  greeting: sent" in text
    assert "offer (offer:7): the customer has died" in text
    assert "points_earned (earned:1): a person had the conversation" in text
    assert "claim_decided (claim:1): its moment has come; it goes as soon as the scheduler looks" in text
    assert "2028-03-05 09:00  greeting (birthday 2028): unless something is against it" in text


async def test_an_occasion_is_named_once_where_it_belongs(database: Database) -> None:
    days = Days(database, "2027-03-03 00:30")
    await days.set_up()
    contact = await days.person(born=305, number="C1")
    planned_line = "  2027-03-05 09:00  greeting (birthday 2027): unless something is against it"

    async def about_2027() -> list[str]:
        return [line for line in await _lines(days, "C1") if "2027" in line and "times are" not in line]

    await days.pass_until("2027-03-04 12:00")
    assert await about_2027() == [planned_line]
    await days.change(contact, owner="queue")
    await days.pass_until("2027-03-05 01:05")
    held = "greeting (birthday 2027): a person had the conversation"
    assert await about_2027() == [f"  2027-03-05 09:15  {held}"]
    await days.pass_until("2027-03-06 02:00")
    late = "it would have come too late, since a person had the conversation"
    assert await about_2027() == [f"  2027-03-06 08:45  greeting (birthday 2027): {late}"]


async def test_campaigns_are_told_of_a_customer_and_customers_of_a_campaign(database: Database) -> None:
    days = Days(database, "2027-03-03 00:30")
    await days.set_up()
    contact = await days.person(number="C1")

    def sent(connection: Connection) -> list[str]:
        for name, state, more in (
            ("Spring", "sent", {"sent_at": days.now}),
            ("Eid", "skipped", {"reason": "too late: public holiday"}),
            ("Tea", "waiting", {"reason": "daily limit"}),
            ("Cake", "waiting", {"due_at": days.now + DAY}),
        ):
            campaign = add_campaign(connection, name, days.now, public_id=name.lower())
            add_recipient(connection, campaign, contact, state=state, **({"due_at": days.now} | more))
        for number in range(5):
            other = add_contact(connection, f"x{number}", days.now, number=f"X{number}")
            add_recipient(connection, campaign, other, state="skipped", reason="hold-out")
        return list(tallied(connection, "Cake", ZONE, reason_of))

    tally = await database.transact(sent)
    text = "\n".join(await _lines(days, "C1"))
    came, _not, rest = text.partition("What did not come, and why:")
    missed, _waits, rest = rest.partition("What waits:")
    waits, _planned, planned_ = rest.partition("What is planned:")
    assert "2027-03-03 08:30  offer (campaign “Spring”): sent" in came
    assert "(campaign “Eid”): it would have come too late, since it was a public holiday where" in missed
    assert "(campaign “Tea”): there had been enough on that day" in waits
    assert "2027-03-04 08:30  offer (campaign “Cake”): unless something is against it" in planned_
    assert tally[0] == "Cake, id cake, running; times are those of Asia/Kuala_Lumpur."
    assert tally[1:3] == ["  starts 2027-03-03 08:30", "  ends 2027-03-06 08:30"]
    assert tally[4] == "Of 6 customers:"
    held = "the customer is among those who get no offers and no news, to tell what these bring"
    assert tally[5] == f"          5  passed over: {held}  (X0, X1, X2, …)"
    assert tally[6] == "          1  waiting  (C1)"


async def test_a_campaign_that_has_not_started_has_nobody_yet(database: Database) -> None:
    def look(connection: Connection) -> list[str]:
        add_campaign(connection, "Cake")
        return list(tallied(connection, "Cake", ZONE, reason_of))

    assert (await database.transact(look))[-1].startswith("Nobody has a place in it yet")


def test_what_only_came_too_late_says_what_held_it() -> None:
    assert reason_of("too late: quiet hours") == (
        "it would have come too late, since it was quiet hours at the customer's place"
    )


def test_every_reason_has_its_words() -> None:
    modules = (cadence, planned, preparing, ending, rendering, pulse)
    sources = "".join(Path(str(module.__file__)).read_text("utf-8") for module in modules)
    named = set(re.findall(r'_never\(connection, contact_id, row, "([^"]+)"', sources))
    named |= set(re.findall(r'_kept\(connection, .+, "([^"]+)"', sources))
    named |= set(re.findall(r'^ +return (?:.+ else )?"([a-z ]+)"$', sources, re.MULTILINE))
    named |= set(re.findall(r'return "([a-z ]+)" if', sources))
    named |= set(re.findall(r'yield .+, "([a-z ]+)"$', sources, re.MULTILINE))
    named |= set(re.findall(r'(?:Never|Later)\(.*"([a-z ]+)"\)', sources))
    named |= set(re.findall(r'(?:SKIPPED|FAILED), "([a-z ]+)"', sources))
    named |= set(re.findall(r': Reason = "([a-z ]+)"', sources)) | set(ending.REASONS.values())
    assert len(named) > 30
    assert named - REASONS.keys() == set()
    assert REASONS.keys() == reason_texts.REASONS.keys()


def test_every_state_of_a_recipient_has_its_place_and_its_words() -> None:
    states = {SENT, FAILED, UNKNOWN, SKIPPED, WAITING, HELD, QUEUED, SENDING, "claimed"}
    assert states == STATES.keys() == TALLIES.keys()


async def test_who_died_is_noted_and_let_alone_until_it_is_undone(database: Database) -> None:
    days = Days(database, "2027-03-03 00:30")
    await days.set_up()
    contact = await days.person(born=305)
    await days.pass_until("2027-03-05 01:30")

    def note(connection: Connection, died: bool) -> bool:
        contacts.note_death(connection, contact, died=died)
        return standing(connection, contact, days.now).deceased

    assert await database.transact(lambda connection: note(connection, True))
    assert [(row.state, row.reason) for row in await days.said()] == [("skipped", "deceased")]
    assert not await database.transact(lambda connection: note(connection, False))
