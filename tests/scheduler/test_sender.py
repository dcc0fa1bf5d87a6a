"""The sender: who is served first, what is checked, and what is written down."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from store.outbox import MARKETING, REPLY, SERVICE
from store.tables import contacts, identities, outbox
from talk.channel import Rates
from talk.messages import Later, Moved, Outgoing, Receipt, Refused, Sent, Unknown
from tests.conftest import NOON
from tests.scheduler.office import Office, tell
from tests.scheduler.providers import Provider, deliver


def scripted(*receipts: Receipt) -> Callable[[str, Outgoing], Receipt]:
    """A provider that gives these answers, then takes everything."""
    left = list(receipts)
    return lambda to, outgoing: left.pop(0) if left else deliver(to, outgoing)


def test_replies_are_sent_in_order_and_marked(database_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open() as sender:
            await office.say("1", "a", "b", "c")
            await office.quiet(sender)
        rows = await office.rows()
        assert [row.state for row in rows] == ["sent"] * 3
        assert [row.external_id for row in rows] == ["1:a", "1:b", "1:c"]
        assert [row.seq for row in rows] == [1, 2, 3]
        assert all(row.sent_at >= NOON for row in rows)
        assert office.provider.texts == ["a", "b", "c"]

    tell(database_url, story)


def test_a_wake_sends_at_once(database_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open(poll=3600.0) as sender:
            await office.clock.sleep(10.0)
            await office.say("1", "hello")
            sender.wake()
            await office.clock.sleep(0.02)
            assert office.provider.texts == ["hello"]

    tell(database_url, story)


def test_a_wake_may_come_from_another_thread(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        async with office.open(poll=3600.0) as sender:
            await office.say("1", "hello")
            thread = threading.Thread(target=sender.wake)
            thread.start()
            thread.join()
            await office.clock.sleep(0.1)
            assert office.provider.texts == ["hello"]

    tell(sqlite_url, story)


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


def test_marketing_takes_its_place_when_it_is_sent(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello")
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        assert [(row.state, row.seq) for row in await office.rows()] == [("sent", 1), ("sent", 2)]
        assert (await office.person("1")).seq == 2
        assert [row.begun_at is None for row in await office.rows()] == [True, False]
        assert office.provider.texts == ["hello", "offer"]

    tell(database_url, story)


def test_marketing_waits_for_the_retry_of_a_reply(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello")
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        assert [heard.text for heard in office.provider.heard] == ["hello", "hello", "offer"]

    tell(database_url, story, Provider(answer=scripted(Later("429", 5.0))))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"marketing": "withdrawn"}, "opted out"),
        ({"marketing": "unasked"}, "no consent"),
        ({"deceased": True}, "deceased"),
        ({"erased_at": NOON}, "erased"),
    ],
)
def test_marketing_is_skipped_and_says_why(database_url: str, values: dict[str, Any], reason: str) -> None:
    async def story(office: Office) -> None:
        await office.meet("1", **values)
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        (row,) = await office.rows()
        assert (row.state, row.reason, row.seq) == ("skipped", reason, None)
        assert office.provider.heard == []
        assert (await office.person("1")).seq == 0

    tell(database_url, story)


def test_two_offers_on_one_day_are_one(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "one", "two", lane=MARKETING)
        async with office.open():
            await office.clock.sleep(10.0)
        tomorrow = dt.datetime(2026, 11, 22, 0, 0, tzinfo=dt.UTC)  # at eight
        assert [(row.state, row.reason) for row in await office.rows()] == [("sent", ""), ("queued", "daily limit")]
        assert (await office.rows())[1].due_at == tomorrow

    tell(database_url, story)


def test_what_a_person_handles_is_not_talked_over(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.meet("1", owner="agent-1", owner_until=NOON + dt.timedelta(minutes=20))
        await office.say("1", "offer", lane=MARKETING)
        async with office.open(poll=60.0) as sender:
            await office.clock.sleep(10.0)
            (row,) = await office.rows()
            assert (row.state, row.reason, row.seq) == ("queued", "with a person", None)
            await office.quiet(sender, patience=2_000)
        assert office.provider.heard[0].at == pytest.approx(20 * 60, abs=61.0)

    tell(database_url, story)


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


def test_a_reply_that_expired_is_not_sent(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "old", expires_at=NOON - dt.timedelta(seconds=1))
        await office.say("1", "new")
        async with office.open() as sender:
            await office.quiet(sender)
        assert [(row.state, row.reason) for row in await office.rows()] == [("skipped", "expired"), ("sent", "")]

    tell(database_url, story)


@pytest.mark.parametrize("lane", [REPLY, SERVICE])
def test_a_reply_without_an_answer_is_sent_again(database_url: str, lane: int) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello", lane=lane)
        async with office.open() as sender:
            await office.quiet(sender)
        (row,) = await office.rows()
        assert (row.state, row.attempts) == ("sent", 2)
        assert office.provider.texts == ["hello", "hello"]

    tell(database_url, story, Provider(answer=scripted(Unknown("lost answer"))))


def test_a_reply_is_given_up_after_eight_tries_and_hours(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello", "next")
        async with office.open(poll=60.0) as sender:
            await office.quiet(sender)
        assert [row.state for row in await office.rows()] == ["failed", "sent"]
        assert (await office.rows())[0].reason == "given up: hang-up"
        assert len(office.provider.heard) == 9
        assert office.provider.heard[7].at > 3600.0

    tell(database_url, story, Provider(answer=scripted(*[Unknown("hang-up")] * 8)))


def test_marketing_without_an_answer_stays_unknown(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "offer", lane=MARKETING)
        async with office.open(poll=60.0) as sender:
            await office.quiet(sender)
            await office.clock.sleep(3600.0)
        (row,) = await office.rows()
        assert (row.state, row.reason, row.seq) == ("unknown", "lost answer", 1)
        assert len(office.provider.heard) == 1
        assert row.begun_at is not None

    tell(database_url, story, Provider(answer=scripted(Unknown("lost answer"))))


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


def test_refused_marketing_gives_the_day_back(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "bad", "good", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        rows = await office.rows()
        assert [(row.state, row.reason, row.seq) for row in rows] == [("failed", "bad html", None), ("sent", "", 2)]

    tell(database_url, story, Provider(answer=scripted(Refused("bad html"))))


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


def test_a_customer_who_blocked_us_is_left_alone(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "hello")
        await office.say("1", "one", "two", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
            await office.say("1", "three", lane=MARKETING)
            await office.say("1", "voucher", lane=SERVICE)
            await office.quiet(sender)
        rows = [(row.state, row.reason) for row in await office.rows()]
        assert rows == [("failed", "blocked by user")] + [("skipped", "blocked")] * 4
        assert len(office.provider.heard) == 1

    tell(database_url, story, Provider(answer=scripted(Refused("blocked by user", unreachable=True))))


def test_marketing_to_a_customer_who_blocked_us_ends_with_the_first(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "one", "two", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        assert [(row.state, row.reason) for row in await office.rows()] == [
            ("failed", "403"),
            ("skipped", "blocked"),
        ]
        reachable = await office.change(
            lambda connection: connection.execute(sa.select(identities.c.reachable)).scalar()
        )
        assert not reachable
        assert [row.begun_at for row in await office.rows()] == [None, None]

    tell(database_url, story, Provider(answer=scripted(Refused("403", unreachable=True))))


def test_a_group_that_moved_is_followed(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("-1", "a", "b")
        async with office.open() as sender:
            await office.quiet(sender)
        assert [(heard.to, heard.text) for heard in office.provider.heard] == [
            ("-1", "a"),
            ("-100", "a"),
            ("-100", "b"),
        ]

    tell(database_url, story, Provider(answer=scripted(Moved("-100"))))


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


def test_the_web_chat_goes_the_same_way(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.meet("visitor", channel="webchat", account="web")
        await office.say("visitor", "a", "b", channel="webchat", account="web")
        async with office.open() as sender:
            await office.quiet(sender)
        assert office.provider.texts == ["a", "b"]
        assert office.provider.heard[1].at < 0.1

    tell(database_url, story, Provider(name="webchat", account="web"))


def test_a_channel_that_raises_counts_as_no_answer(sqlite_url: str) -> None:
    def raise_once(to: str, outgoing: Outgoing) -> Receipt:
        raised.append(to)
        if len(raised) == 1:
            raise ValueError("the text of a message")
        return Sent("m")

    raised: list[str] = []

    async def story(office: Office) -> None:
        await office.say("1", "hello")
        async with office.open() as sender:
            await office.quiet(sender)
        (row,) = await office.rows()
        assert (row.state, row.attempts) == ("sent", 2)

    tell(sqlite_url, story, Provider(answer=raise_once))


def test_a_provider_that_never_answers_is_given_up(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        (row,) = await office.rows()
        assert (row.state, row.reason) == ("unknown", "no answer")
        assert office.provider.under_way == 0

    tell(sqlite_url, story, Provider(way=lambda: (3600.0, 0.0)))


def test_a_message_nobody_can_read_fails_and_lets_the_next_go(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "a", "b")
        await office.say("2", "offer", lane=MARKETING)
        broken = outbox.update().where(outbox.c.id.in_([1, 3])).values(payload={"text": 7})
        await office.change(lambda connection: connection.execute(broken))
        async with office.open() as sender:
            await office.quiet(sender)
        rows = await office.rows()
        assert [(row.state, row.reason) for row in rows] == [
            ("failed", "unreadable"),
            ("sent", ""),
            ("failed", "unreadable"),
        ]
        assert rows[2].begun_at is None

    tell(sqlite_url, story)


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


def test_a_merged_contact_hears_nothing_unasked(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.meet("1", "2")
        merged = contacts.update().where(contacts.c.id == office.people["2"]).values(merged_into=office.people["1"])
        await office.change(lambda connection: connection.execute(merged))
        await office.say("2", "offer", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        assert [(row.state, row.reason) for row in await office.rows()] == [("skipped", "merged")]

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


def test_what_became_of_messages_is_counted_and_what_waits_is_shown(sqlite_url: str) -> None:
    def counted(lane: str, outcome: str) -> float:
        labels = {"channel": "metered", "lane": lane, "outcome": outcome}
        return REGISTRY.get_sample_value("sapa_outbox_sent_total", labels) or 0.0

    def waiting(lane: str) -> float | None:
        return REGISTRY.get_sample_value(
            "sapa_outbox_depth", {"channel": "metered", "account": "shop", "lane": lane}
        )

    async def story(office: Office) -> None:
        here: dict[str, Any] = {"channel": "metered"}
        await office.meet("1", "2", "3", **here)
        await office.say("1", "a", **here)
        await office.say("2", "offer", lane=MARKETING, **here)
        await office.say("3", "offer", lane=MARKETING, due_at=NOON + dt.timedelta(hours=1), **here)
        async with office.open() as sender:
            await office.clock.sleep(2.0)
            await office.opt_out("3")
            sender.wake()
            await office.clock.sleep(16.0)
        assert [counted("reply", outcome) for outcome in ("queued", "sent")] == [1, 1]
        assert counted("marketing", "sent") == 1
        assert (waiting("reply"), waiting("marketing")) == (0, 0)
        assert (REGISTRY.get_sample_value("sapa_outbox_send_seconds_count", here) or 0) == 3

    def hang_up_once(to: str, outgoing: Outgoing) -> Receipt:
        return lost.pop() if to == "1" and lost else deliver(to, outgoing)

    lost = [Unknown("hang-up")]
    tell(sqlite_url, story, Provider(name="metered", answer=hang_up_once))


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
