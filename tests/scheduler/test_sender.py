"""The sender: who is served first, what is checked, and what is written down."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from store.outbox import MARKETING, REPLY, SERVICE
from store.tables import contacts, identities, outbox
from talk.messages import Moved, Outgoing, Receipt, Refused, Sent, Unknown
from tests.conftest import NOON
from tests.scheduler.office import Office, tell
from tests.scheduler.providers import Provider, deliver, scripted


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
        await office.meet("1", owner="agent-1")
        await office.say("1", "offer", lane=MARKETING)
        async with office.open(poll=60.0) as sender:
            await office.clock.sleep(10.0)
            (row,) = await office.rows()
            assert (row.state, row.reason, row.seq) == ("queued", "with a person", None)
            await office.clock.sleep(19 * 60)
            await office.change(lambda connection: connection.execute(sa.update(contacts).values(owner="bot")))
            await office.quiet(sender, patience=2_000)
        assert office.provider.heard[0].at == pytest.approx(30 * 60, abs=75.0)  # at the second look

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


def test_refused_marketing_gives_the_day_back(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "bad", "good", lane=MARKETING)
        async with office.open() as sender:
            await office.quiet(sender)
        rows = await office.rows()
        assert [(row.state, row.reason, row.seq) for row in rows] == [("failed", "bad html", None), ("sent", "", 2)]

    tell(database_url, story, Provider(answer=scripted(Refused("bad html"))))


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
