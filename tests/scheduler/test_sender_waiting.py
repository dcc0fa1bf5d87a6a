"""The sender: what waits for how long, and what does not have to wait."""

from __future__ import annotations

import asyncio
import datetime as dt
from itertools import pairwise

import pytest

from store.outbox import MARKETING, SERVICE
from talk.channel import Rates
from talk.messages import Later, Moved, Outgoing, Receipt
from tests.conftest import NOON
from tests.scheduler.office import Office, tell
from tests.scheduler.providers import Provider, scripted

pytestmark = pytest.mark.slow


def test_a_message_planned_for_later_is_sent_when_it_is_due(database_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open() as sender:
            await office.say("1", "later", due_at=NOON + dt.timedelta(minutes=1))
            await office.quiet(sender)
        assert 60.0 <= office.provider.heard[0].at <= 60.5

    tell(database_url, story)


def test_a_reply_does_not_wait_for_a_broadcast(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(200)
        async with office.open() as sender:
            await office.clock.sleep(3.0)
            asked_at = office.clock.monotonic()
            await office.say("customer", "reply")
            sender.wake()
            await office.quiet(sender)
        reply = next(heard for heard in office.provider.heard if heard.text == "reply")
        assert reply.at - asked_at < 0.1
        assert len(office.provider.heard) == 201

    tell(sqlite_url, story, Provider(rates=Rates(account=30)))


def test_a_reply_finds_a_place_on_the_wire_while_the_provider_answers_no_marketing(sqlite_url: str) -> None:
    provider = Provider()
    slow = {"offer": 15.0, "reply": 0.01}

    async def send(to: str, outgoing: Outgoing) -> Receipt:
        await asyncio.sleep(slow[outgoing.text.split()[0]])
        return await Provider.send(provider, to, outgoing)

    async def story(office: Office) -> None:
        office.provider.send = send  # type: ignore[method-assign]
        await office.broadcast(40)
        async with office.open(width=16) as sender:
            await office.clock.sleep(1.0)
            await office.say("customer", "reply")
            sender.wake()
            await office.clock.sleep(0.5)
            assert office.provider.texts == ["reply"]

    tell(sqlite_url, story, provider)


def test_marketing_waits_for_the_retry_of_a_reply(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello")
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        assert [heard.text for heard in office.provider.heard] == ["hello", "hello", "offer"]

    tell(database_url, story, Provider(answer=scripted(Later("429", 5.0))))


def test_in_quiet_hours_marketing_waits_for_eight_in_the_morning_there(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.meet("1", timezone="America/New_York")  # eleven in the evening
        await office.say("1", "offer", lane=MARKETING)
        async with office.open(poll=600.0) as sender:
            await office.clock.sleep(10.0)
            (row,) = await office.rows()
            assert (row.state, row.attempts) == ("queued", 0)
            assert row.due_at == dt.datetime(2026, 11, 21, 13, 0, tzinfo=dt.UTC)
            await office.quiet(sender, patience=40_000)
        assert office.provider.texts == ["offer"]
        assert office.provider.heard[0].at == pytest.approx(9 * 3600, abs=601.0)

    tell(database_url, story)


@pytest.mark.parametrize("receipt", [Later("429", 5.0), Later("429", 5.0, account=True), Moved("2")])
def test_marketing_that_was_definitely_not_sent_goes_again(database_url: str, receipt: Receipt) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.clock.sleep(0.2)
            if not isinstance(receipt, Moved):
                (row,) = await office.rows()
                assert (row.seq, row.begun_at) == (None, None)
            await office.quiet(sender)
        (row,) = await office.rows()
        assert (row.state, row.seq) == ("sent", 2)
        assert office.provider.texts == ["offer"]

    tell(database_url, story, Provider(answer=scripted(receipt)))


def test_a_chat_that_must_wait_does_not_stop_others(database_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open() as sender:
            await office.say("1", "a", "b")
            await office.quiet_until_heard(1, sender)
            await office.say("2", "c")
            await office.quiet(sender)
        heard = [(round(heard.at), heard.text) for heard in office.provider.heard]
        assert heard == [(0, "a"), (0, "c"), (30, "a"), (30, "b")]

    tell(database_url, story, Provider(answer=scripted(Later("429", 30.0))))


def test_a_chat_that_must_wait_gets_nothing_new_either(database_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open() as sender:
            await office.say("1", "a")
            await office.quiet_until_heard(1, sender)
            await office.say("1", "service", lane=SERVICE)
            await office.quiet(sender)
        assert sorted((round(heard.at), heard.text) for heard in office.provider.heard) == [
            (0, "a"),
            (30, "a"),
            (30, "service"),
        ]

    tell(database_url, story, Provider(answer=scripted(Later("429", 30.0))))


def test_an_account_that_must_wait_stops_everything_of_it(database_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open() as sender:
            await office.say("1", "a")
            await office.quiet_until_heard(1, sender)
            await office.say("2", "b")
            await office.quiet(sender)
        assert [(round(heard.at), heard.text) for heard in office.provider.heard] == [
            (0, "a"),
            (30, "a"),
            (30, "b"),
        ]
        assert [row.attempts for row in await office.rows()] == [1, 1]

    tell(database_url, story, Provider(answer=scripted(Later("429", 30.0, account=True))))


def test_the_providers_pause_is_remembered_by_the_next_sender(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "a")
        async with office.open() as sender:
            await office.quiet_until_heard(1, sender)
        async with office.open() as sender:
            await office.quiet(sender)
        assert [round(heard.at) for heard in office.provider.heard] == [0, 30]

    tell(database_url, story, Provider(answer=scripted(Later("429", 30.0, account=True))))


def test_a_chat_hears_once_a_second(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "a", "b", "c")
        await office.say("2", "x", "y")
        async with office.open() as sender:
            await office.quiet(sender)
        for chat in "12":
            times = [heard.at for heard in office.provider.heard if heard.to == chat]
            gaps = [later - earlier for earlier, later in pairwise(times)]
            assert all(1.0 <= gap <= 1.3 for gap in gaps)

    tell(sqlite_url, story, Provider(rates=Rates(account=30, chat=1)))


def test_a_group_that_hears_too_much_waits_in_the_outbox(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("-1", *[f"{number}" for number in range(25)])
        async with office.open() as sender:
            await office.clock.sleep(40.0)
            assert len(office.provider.heard) == 20
            assert (await office.states()).count("claimed") == 0
            await office.quiet(sender)
        assert office.provider.texts == [f"{number}" for number in range(25)]
        assert office.provider.heard[20].at > 60.0

    tell(sqlite_url, story, Provider(rates=Rates(account=30, chat=1, group_minute=20)))


def test_no_more_is_claimed_than_a_second_of_the_rate(sqlite_url: str) -> None:
    most = 0

    async def story(office: Office) -> None:
        nonlocal most
        await office.broadcast(150)
        async with office.open():
            for _ in range(40):
                await office.clock.sleep(0.1)
                queued = (await office.states()).count("queued")
                most = max(most, 150 - queued - office.provider.calls)
        assert 0 < most <= 30

    tell(sqlite_url, story, Provider(rates=Rates(account=30)))


def test_the_wire_is_never_wider_than_asked_for(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(100)
        for number in range(20):
            await office.say(f"reply {number}", "hello")
        async with office.open(width=8) as sender:
            await office.quiet(sender)
        assert office.provider.most_under_way == 8
        assert len(office.provider.heard) == 120

    tell(sqlite_url, story)


def test_a_reply_goes_right_after_the_offer_that_is_on_its_way_to_the_same_chat(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.clock.sleep(0.2)
            assert office.provider.calls == 1
            await office.say("1", "reply")
            await office.quiet(sender)
        assert [heard.text for heard in office.provider.heard] == ["offer", "reply"]
        assert 1.8 <= office.provider.heard[1].at - office.provider.heard[0].at + 1e-6 <= 2.0

    tell(sqlite_url, story, Provider(rates=Rates(account=30, chat=1), way=lambda: (0.4, 0.4)))


def test_with_a_short_lease_messages_are_sent_and_answers_waited_for_less_long(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello")
        await office.say("2", "offer", lane=MARKETING)
        async with office.open(lease=dt.timedelta(seconds=4)) as sender:
            await office.quiet(sender)
            assert office.clock.monotonic() < 10.0
        assert await office.states() == ["sent", "unknown"]

    slow = iter([(3.0, 0.0), (3.0, 0.0)])
    tell(sqlite_url, story, Provider(way=lambda: next(slow, (0.0, 0.0))))
