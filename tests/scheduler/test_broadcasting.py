"""The broadcaster: from a planned campaign to what its recipients got, and why the others did not."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from outreach.campaigns import dealing, expanding, lifecycle
from outreach.campaigns.settings import Winner
from store import segments
from store.outbox import MARKETING
from store.segments import Segment
from store.tables import campaigns, contacts, identities, outbox, preferences
from talk.channel import Rates
from talk.messages import Outgoing, Receipt, Refused, Unknown
from tests.conftest import NOON
from tests.scheduler.agency import Agency, hours, tell, text
from tests.scheduler.providers import Provider, deliver, scripted

GRANTED: Any = {"fact": "tag", "op": "is", "value": "vip"}
SENT = ("sent", "")
SLOW = 60.0  # seconds between two looks, where a story takes hours


def test_everybody_in_the_segment_gets_the_campaign_once_in_their_language(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", "2")
        await agency.meet("3", language="ms")
        await agency.plan("half", text(en="Half price", ms="Separuh harga"))
        async with agency.at_work():
            await agency.ended("half", patience=60.0)
        assert sorted(agency.provider.texts) == ["Half price", "Half price", "Separuh harga"]
        rows = await agency.recipients("half")
        assert [(row.state, row.variant, row.language) for row in rows] == [
            ("sent", "A", "en"),
            ("sent", "A", "en"),
            ("sent", "A", "ms"),
        ]
        assert all(row.sent_at >= NOON for row in rows)
        assert (await agency.campaign("half")).state == "done"

    tell(database_url, story)


def test_who_does_not_get_it_has_the_reason_in_their_row(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("gets it")
        await agency.meet("agreed to nothing", marketing="unasked")
        await agency.meet("said stop", marketing="withdrawn")
        await agency.meet("blocked us", "wrote from nowhere")
        await agency.meet("speaks Vietnamese", language="vi")
        await agency.change(lambda connection: _cut_off(connection, agency.people))
        await agency.plan(fall_back=False)
        async with agency.at_work():
            await agency.ended()
        assert [(row.state, row.reason) for row in await agency.recipients()] == [
            ("sent", ""),
            ("skipped", "no consent"),
            ("skipped", "opted out"),
            ("skipped", "blocked"),
            ("skipped", "no chat"),
            ("skipped", "no text in their language"),
        ]

    tell(database_url, story)


def _cut_off(connection: Connection, people: dict[str, int]) -> None:
    blocked = identities.update().where(identities.c.contact_id == people["blocked us"])
    connection.execute(blocked.values(reachable=False))
    connection.execute(identities.delete().where(identities.c.contact_id == people["wrote from nowhere"]))


def test_of_several_chats_the_one_they_last_wrote_in_is_taken(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("old chat")
        person = agency.people["old chat"]
        at, place = agency.now, {"channel": "telegram", "account": "shop"}
        chats = [{"sender": "wrote here", "reachable": True}, {"sender": "blocked", "reachable": False}]
        rows = [{**place, **chat, "contact_id": person, "created_at": at} for chat in chats]
        await agency.change(lambda connection: connection.execute(identities.insert(), rows))
        await agency.plan()
        async with agency.at_work():
            await agency.ended()
        assert [heard.to for heard in agency.provider.heard] == ["wrote here"]

    tell(database_url, story)


def test_a_campaign_does_not_start_before_its_moment(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1")
        await agency.plan(at=NOON + hours(3))
        async with agency.at_work(poll=SLOW):
            await agency.clock.sleep(3 * 3600 - 10)
            assert await agency.tally() == {}
            await agency.ended()
        assert agency.provider.heard[0].at == pytest.approx(3 * 3600, abs=2 * SLOW)

    tell(database_url, story)


def test_at_the_hour_of_each_customers_clock_and_at_once_where_it_has_passed(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        for zone in ("Asia/Kuala_Lumpur", "Asia/Bangkok", "Asia/Dhaka", "Pacific/Auckland"):
            await agency.meet(zone, timezone=zone)
        # Noon in Kuala Lumpur: 11 in Bangkok, 10 in Dhaka, 17 in Auckland.
        await agency.plan(day=dt.date(2026, 11, 21), hour=13, ends_hours=6)
        async with agency.at_work(poll=SLOW):
            await agency.ended()
        heard = {heard.to: round(heard.at / 3600, 1) for heard in agency.provider.heard}
        assert heard == {
            "Pacific/Auckland": 0.0,
            "Asia/Kuala_Lumpur": 1.0,
            "Asia/Bangkok": 2.0,
            "Asia/Dhaka": 3.0,
        }

    tell(database_url, story)


def test_who_would_get_it_too_late_on_their_clock_is_passed_over(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("Pacific/Auckland", timezone="Pacific/Auckland")
        await agency.meet("Asia/Kuala_Lumpur", timezone="Asia/Kuala_Lumpur")
        await agency.plan(day=dt.date(2026, 11, 21), hour=13, ends_hours=2)
        async with agency.at_work(poll=SLOW):
            await agency.ended()
        assert [(row.state, row.reason) for row in await agency.recipients()] == [("skipped", "too late"), SENT]

    tell(database_url, story)


def test_in_quiet_hours_recipients_wait_and_get_it_afterwards(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1")
        quiet = {"quiet_from": "11:30", "quiet_until": "12:30"}
        row = {"contact_id": agency.people["1"], "changed_at": NOON, **quiet}
        await agency.change(lambda each: each.execute(preferences.insert().values(**row)))
        await agency.plan()
        async with agency.at_work(poll=SLOW):
            await agency.clock.sleep(600.0)
            assert await agency.tally() == {("waiting", "quiet hours"): 1}
            assert await agency.rows() == []  # nothing stands in the outbox that could hold up anything else
            await agency.ended()
        assert agency.provider.heard[0].at == pytest.approx(1800, abs=2 * SLOW)

    tell(database_url, story)


def test_what_nobody_got_by_the_end_is_too_late(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", owner="agent-1")
        await agency.plan(ends_hours=2)
        async with agency.at_work(poll=SLOW):
            await agency.ended()
        ((state, reason),) = [(row.state, row.reason) for row in await agency.recipients()]
        assert (state, reason.split(":")[0]) == ("skipped", "too late")
        campaign = await agency.campaign()
        assert campaign.state == "done"
        assert campaign.ended_at is not None

    tell(database_url, story)


def test_while_paused_nothing_goes_and_other_marketing_is_not_held_up(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(30)
        await agency.plan()
        async with agency.at_work():
            await agency.clock.sleep(1.5)
            await agency.deed(lifecycle.pause)
            heard = len(agency.provider.heard)
            assert 0 < heard < 30
            await agency.clock.sleep(60.0)
            assert len(agency.provider.heard) <= heard + 10  # what was with the provider then
            left = 30 - len(agency.provider.heard)
            assert await agency.tally() == {SENT: 30 - left, ("waiting", "campaign paused"): left}
            waiting = [row.contact_id for row in await agency.recipients() if row.state == "waiting"]
            name = next(name for name, contact in agency.people.items() if contact == waiting[0])
            await agency.say(name, "happy birthday", lane=MARKETING)
            await agency.clock.sleep(5.0)
            assert agency.provider.texts[-1] == "happy birthday"
            await agency.deed(lifecycle.resume)
            await agency.clock.sleep(60.0)
            assert await agency.tally() == {SENT: 29, ("waiting", "daily limit"): 1}
        assert agency.provider.copies() == {"campaign": 29, "happy birthday": 1}

    tell(database_url, story, Provider(rates=Rates(account=5)))


def test_what_is_cancelled_goes_to_nobody_more_and_has_ended(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(30)
        await agency.plan()
        async with agency.at_work():
            await agency.clock.sleep(1.5)
            await agency.deed(lifecycle.cancel)
            heard = len(agency.provider.heard)
            await agency.ended(patience=60.0)
        sent = len(agency.provider.heard)
        assert heard <= sent <= heard + 10
        assert await agency.tally() == {SENT: sent, ("skipped", "cancelled"): 30 - sent}
        assert (await agency.campaign()).state == "cancelled"

    tell(database_url, story, Provider(rates=Rates(account=5)))


def test_a_campaign_that_is_paused_or_cancelled_with_nobody_sending_is_wound_up_by_itself(
    database_url: str,
) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(5)
        await agency.plan()
        async with agency.at_work(sends=False):
            await agency.clock.sleep(5.0)
            assert await agency.tally() == {("queued", ""): 5}
            await agency.deed(lifecycle.pause)
            await agency.deed(lifecycle.cancel)
            await agency.ended(patience=60.0)
        assert await agency.tally() == {("skipped", "cancelled"): 5}
        assert set(await agency.states()) == {"skipped"}

    tell(database_url, story)


@pytest.mark.parametrize(
    ("deed", "left"),
    [(lifecycle.pause, ("waiting", "campaign paused")), (lifecycle.cancel, ("skipped", "cancelled"))],
)
def test_the_sender_asks_how_a_campaign_stands_before_the_wire(
    database_url: str, deed: Callable[..., Any], left: tuple[str, str]
) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(5)
        await agency.plan()
        async with agency.at_work(sends=False):
            await agency.clock.sleep(5.0)
        await agency.deed(deed)
        async with agency.open():
            await agency.clock.sleep(5.0)
        assert agency.provider.heard == []
        assert await agency.tally() == {left: 5}

    tell(database_url, story)


def test_the_send_rate_holds_in_every_minute_and_a_pause_is_not_made_up_for(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(60)
        await agency.plan(a_minute=20)
        async with agency.at_work():
            await agency.clock.sleep(60.0)
            await agency.deed(lifecycle.pause)
            await agency.clock.sleep(120.0)
            await agency.deed(lifecycle.resume)
            await agency.ended()
        moments = [heard.at for heard in agency.provider.heard]
        assert len(moments) == 60
        assert all(sum(start <= at < start + 60.0 for at in moments) <= 21 for start in moments)
        assert moments[-1] < 180.0 + 60.0 * 40 / 20 + 10.0
        assert not any(70.0 < at < 180.0 for at in moments)

    tell(database_url, story)


def test_after_an_outage_of_the_provider_the_send_rate_is_not_made_up_for(sqlite_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(120)
        await agency.plan(a_minute=60)
        async with agency.at_work():
            await agency.clock.sleep(10.0)
            agency.provider.way = lambda: (max(0.01, 300.0 - agency.clock.monotonic()), 0.01)
            await agency.ended()
        moments = [heard.at for heard in agency.provider.heard]
        assert sum(290.0 < at < 350.0 for at in moments) <= 60 + 2 * 60 // 10

    tell(sqlite_url, story)


def test_who_comes_into_a_followed_audience_gets_it_and_who_has_left_does_not(database_url: str) -> None:
    condition = {"fact": "city", "op": "is", "value": "Ipoh"}

    async def story(agency: Agency) -> None:
        await agency.meet("lives there", city="Ipoh")
        await agency.meet("moves away", city="Ipoh", owner="agent-1")
        await agency.meet("comes later", city="Penang")
        await agency.plan("followed", condition=condition, audience="followed", ends_hours=1)
        await agency.plan("frozen", condition=condition, ends_hours=1, kind="news")
        async with agency.at_work(poll=SLOW):
            await agency.clock.sleep(60.0)
            await agency.change(lambda connection: _moves(connection, agency.people))
            await agency.ended("followed")
            await agency.ended("frozen")
        followed = {row.contact_id: (row.state, row.reason) for row in await agency.recipients("followed")}
        assert followed == {
            agency.people["lives there"]: SENT,
            agency.people["moves away"]: ("skipped", "left the segment"),
            agency.people["comes later"]: SENT,
        }
        frozen = {row.contact_id for row in await agency.recipients("frozen")}
        assert frozen == {agency.people["lives there"], agency.people["moves away"]}

    tell(database_url, story)


def _moves(connection: Connection, people: dict[str, int]) -> None:
    gone = contacts.update().where(contacts.c.id == people["moves away"])
    connection.execute(gone.values(city="Penang", owner="bot"))
    connection.execute(contacts.update().where(contacts.c.id == people["comes later"]).values(city="Ipoh"))


def test_a_list_of_contacts_is_an_audience_too(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", "2", "3")

        def listed(connection: Connection) -> Segment:
            made = segments.add(connection, name="list", condition=None, by="staff", now=NOON)
            assert isinstance(made, Segment)
            segments.put_on(connection, made.id, [agency.people["1"], agency.people["3"]], NOON)
            return made

        await agency.plan(segment=await agency.change(listed))
        async with agency.at_work():
            await agency.ended()
        assert sorted(heard.to for heard in agency.provider.heard) == ["1", "3"]

    tell(database_url, story)


def test_variants_and_the_hold_out_are_dealt_by_hash(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(60)
        await agency.plan("campaign", text(en="A"), text(en="B"), hold_out=20)
        async with agency.at_work():
            await agency.ended()
        campaign = await agency.campaign()
        settings = lifecycle.settings_of(campaign)
        said = {heard.to: heard.text for heard in agency.provider.heard}
        for name, contact_id in agency.people.items():
            drawn = dealing.lots(campaign.public_id, contact_id)
            held = dealing.is_held(settings, drawn)
            assert said.get(name) == (None if held else dealing.variant(settings, drawn))
        tally = await agency.tally()
        assert set(said.values()) == {"A", "B"}
        assert tally == {SENT: len(said), ("held", ""): 60 - len(said)}
        assert 3 <= 60 - len(said) <= 25

    tell(database_url, story)


@pytest.mark.parametrize("winner", ["B", ""])
def test_the_rest_waits_for_the_decision_and_gets_the_winner_or_all_variants(
    database_url: str, winner: str
) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(60)
        await agency.plan("campaign", text(en="A"), text(en="B"), winner=Winner(percent=30, hours=2))
        async with agency.at_work(poll=SLOW):
            await agency.clock.sleep(3600.0)
            first = len(agency.provider.heard)
            assert 5 <= first <= 35
            assert await agency.tally() == {SENT: first, ("waiting", ""): 60 - first}
            campaign = await agency.campaign()
            await agency.change(lambda each: expanding.release(each, campaign.id, winner, NOON))
            await agency.ended(patience=60.0)
        said = [heard.text for heard in agency.provider.heard]
        assert len(said) == 60
        assert set(said[:first]) == {"A", "B"}
        assert set(said[first:]) == ({"B"} if winner else {"A", "B"})

    tell(database_url, story)


def test_of_two_campaigns_the_more_important_one_goes_first(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("gets both", "gets one")
        await agency.change(lambda each: each.execute(contacts.update().where(contacts.c.id == 2).values(city="B")))
        await agency.plan("low", priority=3)
        important = {"fact": "city", "op": "is_not", "value": "B"}
        await agency.plan("high", condition=important, priority=7, a_minute=1, at=NOON)
        async with agency.at_work(poll=SLOW):
            await agency.clock.sleep(900.0)
        assert sorted((heard.to, heard.text) for heard in agency.provider.heard) == [
            ("gets both", "high"),
            ("gets one", "low"),
        ]
        assert await agency.tally("low") == {SENT: 1, ("waiting", "daily limit"): 1}

    tell(database_url, story)


def test_a_campaign_waits_while_another_is_to_go_first_later_that_day(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", timezone="Asia/Kuala_Lumpur")
        await agency.plan("high", day=dt.date(2026, 11, 21), hour=13, priority=9)
        await agency.plan("low", at=NOON + hours(0.1))
        async with agency.at_work(poll=SLOW):
            await agency.clock.sleep(0.5 * 3600.0)
            assert await agency.tally("low") == {("waiting", "another goes first"): 1}
            await agency.clock.sleep(1.0 * 3600.0)
            assert await agency.tally("low") == {("waiting", "daily limit"): 1}
        assert agency.provider.texts == ["high"]

    tell(database_url, story)


def test_only_what_failed_is_tried_again_and_never_what_is_unknown(database_url: str) -> None:
    answers = scripted(Refused("bad request"), Unknown("lost answer"))

    async def story(agency: Agency) -> None:
        await agency.meet("1", "2", "3")
        await agency.plan()
        async with agency.at_work():
            await agency.ended()
            assert await agency.tally() == {SENT: 1, ("failed", "bad request"): 1, ("unknown", "lost answer"): 1}
            assert await agency.retry() == 1
            await agency.ended()
        assert await agency.tally() == {SENT: 2, ("unknown", "lost answer"): 1}
        assert sorted(row.tries for row in await agency.recipients()) == [0, 0, 1]
        assert len(agency.provider.texts) == 3
        assert len({heard.to for heard in agency.provider.heard if heard.delivered}) == 3

    tell(database_url, story, Provider(answer=answers))


def test_an_answer_that_comes_after_its_lease_corrects_the_totals(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1")
        await agency.plan()
        slow = agency.sender(Provider(way=lambda: (1.0, 20.0)), alone=False, lease=dt.timedelta(seconds=60))
        task = asyncio.create_task(slow.run())
        broadcaster = agency.broadcaster(slow)
        working = asyncio.create_task(broadcaster.run())
        await agency.clock.sleep(10.0)
        assert await agency.tally() == {("sending", ""): 1}
        gone = outbox.update().values(leased_until=NOON)
        await agency.change(lambda connection: connection.execute(gone))
        async with agency.open(alone=False):
            await agency.until(lambda: _is(agency, ("unknown", "its sender died")), patience=5.0)
        await agency.until(lambda: _is(agency, SENT), patience=60.0)
        assert [(row.state, row.reason) for row in await agency.recipients()] == [SENT]
        await broadcaster.stop()
        await slow.drain()
        await asyncio.gather(task, working)

    tell(database_url, story)


async def _is(agency: Agency, state: tuple[str, str]) -> bool:
    return await agency.tally() == {state: 1}


def test_the_counts_add_up_at_every_moment(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(40)
        await agency.plan(hold_out=10)
        async with agency.at_work():
            await agency.until(lambda: _expanded(agency))
            while (await agency.campaign()).ended_at is None:
                assert sum((await agency.tally()).values()) == 40
                await agency.clock.sleep(0.3)

    def answer(to: str, outgoing: Outgoing) -> Receipt:
        return Refused("bad request") if int(to) % 7 == 0 else deliver(to, outgoing)

    tell(database_url, story, Provider(rates=Rates(account=10), answer=answer))


async def _expanded(agency: Agency) -> bool:
    return (await agency.campaign()).expanded_at is not None


def test_a_campaign_that_cannot_be_read_does_not_stop_another(sqlite_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", city="Ipoh")
        await agency.meet("2", city="Penang")
        await agency.plan("broken", condition={"fact": "city", "op": "is", "value": "Ipoh"}, priority=9)
        await agency.plan("sound", condition={"fact": "city", "op": "is", "value": "Penang"})
        broken = campaigns.update().where(campaigns.c.public_id == agency.names["broken"])
        await agency.change(lambda each: each.execute(broken.values(contents={"A": {"kind": "nonsense"}})))
        async with agency.at_work():
            await agency.ended("sound", patience=60.0)
            assert await agency.tally("broken") == {("waiting", ""): 1}
            mended = (await agency.campaign("sound")).contents
            await agency.change(lambda each: each.execute(broken.values(contents=mended)))
            await agency.ended("broken", patience=120.0)
        assert agency.provider.texts == ["sound", "sound"]

    tell(sqlite_url, story)


def test_a_message_that_cannot_be_written_to_somebody_is_theirs_alone(sqlite_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", name="Aisyah")
        await agency.meet("2")
        await agency.plan("campaign", text(en="Hello {{ name }}"))
        async with agency.at_work():
            await agency.ended()
        assert await agency.tally() == {SENT: 1, ("skipped", "value not known"): 1}

    tell(sqlite_url, story)


def test_few_messages_of_a_campaign_wait_in_the_outbox(sqlite_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(1_100)
        await agency.plan()
        async with agency.at_work(sends=False):
            await agency.clock.sleep(10.0)
        tally = await agency.tally()
        assert 700 < tally["queued", ""] <= 1_000
        assert sum(tally.values()) == 1_100

    tell(sqlite_url, story)
