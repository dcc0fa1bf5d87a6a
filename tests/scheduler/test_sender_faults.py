"""The sender when things go wrong: what the outbox says is what the wire saw."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy.engine import Connection

from scheduler.sender import Sender
from store.database import StoreUnavailable
from store.outbox import MARKETING, REPLY, SERVICE
from talk.channel import Rates
from talk.messages import Later, Outgoing, Receipt, Refused, Sent, Unknown
from tests.scheduler.office import LEASE, Office, tell
from tests.scheduler.providers import Heard, Provider, deliver, faulty
from tests.scheduler.virtual import StillDatabase, VirtualClock

pytestmark = pytest.mark.slow

T = TypeVar("T")
LANES = {REPLY: "reply", SERVICE: "service", MARKETING: "offer"}


async def fill(office: Office, *, people: int, each: int) -> None:
    """For everybody some replies, some service messages and one offer."""
    for number in range(people):
        sender = f"{number}"
        for lane in (REPLY, SERVICE):
            await office.say(sender, *[f"{LANES[lane]} {sender}.{place}" for place in range(each)], lane=lane)
        await office.say(sender, f"offer {sender}", lane=MARKETING)


async def check_against_the_wire(office: Office, provider: Provider) -> None:
    """Compare the outbox with the provider's log, row by row."""
    heard: dict[str, list[Heard]] = defaultdict(list)
    for entry in provider.heard:
        heard[entry.text].append(entry)
    last: dict[tuple[int, int], float] = {}
    for row in await office.rows():
        entries = heard.pop(row.payload["text"], [])
        copies = sum(entry.delivered for entry in entries)
        assert row.state in ("sent", "failed", "unknown", "skipped"), row
        if row.lane == MARKETING:
            assert copies <= 1
            assert not entries or isinstance(entries[-1].receipt, EXPECTED[row.state]), row
            assert copies == (row.state == "sent") or row.state == "unknown"
            assert all(isinstance(entry.receipt, Later) for entry in entries[:-1])
        else:
            assert row.state != "unknown"
            assert copies >= 1 or row.state != "sent"
            assert entries or row.state == "skipped"
        if entries:
            key = (row.contact_id, row.lane)
            assert entries[0].at > last.get(key, -1.0), "order holds per contact and lane"
            last[key] = entries[-1].at
    assert not heard, "nothing was sent that the outbox does not know"


EXPECTED: dict[str, tuple[type, ...]] = {
    "sent": (Sent,),
    "failed": (Refused, Later),
    "unknown": (Unknown, Sent),
    "skipped": (Later,),
}


@pytest.mark.parametrize("seed", range(3))
def test_with_a_third_of_answers_faulty_every_row_ends_in_the_truth(database_url: str, seed: int) -> None:
    dice = random.Random(seed)
    provider = Provider(
        rates=Rates(account=200, chat=20),
        answer=faulty(0.3, seed),
        way=lambda: (dice.uniform(0.01, 0.1), dice.uniform(0.01, 0.1)),
    )

    async def story(office: Office) -> None:
        await fill(office, people=15, each=2)
        async with office.open(poll=1.0) as sender:
            await office.quiet(sender)
        await check_against_the_wire(office, provider)

    tell(database_url, story, provider)


class Died(BaseException):
    """The process is gone."""


def dies_at(name: str, time: int) -> Callable[[str], None]:
    left = time

    def failpoint(reached: str) -> None:
        nonlocal left
        left -= reached == name
        if reached == name and left == 0:
            raise Died

    return failpoint


async def die(sender: Sender) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        async with asyncio.timeout(600.0):
            await sender.run()
    assert caught.group_contains(Died)


@pytest.mark.parametrize("time", [1, 3])
@pytest.mark.parametrize("name", ["sender.claimed", "sender.sending", "sender.sent", "sender.marked"])
def test_after_a_death_anywhere_another_sender_finishes(database_url: str, name: str, time: int) -> None:
    async def story(office: Office) -> None:
        await fill(office, people=4, each=3)
        await die(office.sender(failpoint=dies_at(name, time), alone=False))
        held = {"claimed", "sending"} & set(await office.states())
        died_at = office.clock.monotonic()
        async with office.open(alone=False, poll=1.0) as sender:
            await office.quiet(sender)
            assert not held or office.clock.monotonic() >= died_at + LEASE.total_seconds()
        await check_against_the_wire(office, office.provider)
        states = [row.state for row in await office.rows() if row.lane != MARKETING]
        assert set(states) == {"sent"}

    tell(database_url, story)


@pytest.mark.parametrize("name", ["sender.claimed", "sender.sending", "sender.sent"])
def test_who_sends_alone_takes_back_at_once_what_a_dead_sender_held(sqlite_url: str, name: str) -> None:
    async def story(office: Office) -> None:
        await fill(office, people=4, each=3)
        await die(office.sender(failpoint=dies_at(name, 3)))
        async with office.open() as sender:
            await office.quiet(sender, patience=5.0)
        await check_against_the_wire(office, office.provider)

    tell(sqlite_url, story)


def test_marketing_on_its_way_when_its_sender_died_is_unknown_and_never_repeated(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(1)
        await die(office.sender(failpoint=dies_at("sender.sent", 1)))
        async with office.open() as sender:
            await office.quiet(sender)
        (row,) = await office.rows()
        assert (row.state, row.reason) == ("unknown", "its sender died")
        assert office.provider.texts == ["offer 0"]

    tell(database_url, story)


def test_a_message_that_kills_every_sender_is_failed_in_the_end(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.say("1", "poison", "next")
        for _ in range(20):
            await die(office.sender(failpoint=dies_at("sender.sending", 1), poll=10.0))
            assert office.provider.heard == []
        async with office.open() as sender:
            await office.quiet(sender)
        assert await office.states() == ["failed", "sent"]

    tell(sqlite_url, story)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_begins_after_an_opt_out(database_url: str, seed: int) -> None:
    dice = random.Random(seed)
    people = 60

    async def withdraw(office: Office, number: int) -> None:
        await office.clock.sleep(dice.uniform(0.0, 1.2))
        await office.opt_out(f"{number}")
        state = next(row.state for row in await office.rows() if row.payload["text"] == f"offer {number}")
        assert state in ("skipped", "sending", "sent")
        skipped[number] = state == "skipped"

    skipped: dict[int, bool] = {}

    async def story(office: Office) -> None:
        await office.broadcast(people)
        async with office.open() as sender:
            async with asyncio.TaskGroup() as tasks:
                for number in dice.sample(range(people), 40):
                    tasks.create_task(withdraw(office, number))
            await office.quiet(sender)
        heard = {heard.text for heard in office.provider.heard}
        for number, was_skipped in skipped.items():
            assert (f"offer {number}" in heard) != was_skipped
        assert any(skipped.values())
        assert not all(skipped.values())
        await check_against_the_wire(office, office.provider)

    tell(database_url, story, Provider(rates=Rates(account=50)))


@pytest.mark.parametrize("skew", [0.0, 0.005])
def test_two_senders_send_each_message_once_and_stay_within_the_limit(postgres_url: str, skew: float) -> None:
    dice = random.Random(7)
    provider = Provider(rates=Rates(account=200), limit=200, way=lambda: (dice.uniform(0.001, 0.005), 0.005))

    async def story(office: Office) -> None:
        await office.broadcast(300)
        other = Office(postgres_url, provider)
        other.clock = VirtualClock(skew=skew)
        async with office.open(width=8) as first, other.open(width=8) as second:
            for number in range(20):
                await office.say(f"customer {number}", f"reply {number}")
                second.wake()
                await office.clock.sleep(0.1)
            await office.quiet(first)
            assert office.clock.monotonic() < 320 / 200 / 0.95 + 1.0
        other.close()
        assert set(provider.copies().values()) == {1}
        assert len(provider.heard) == 320
        assert provider.refused == 0
        await check_against_the_wire(office, provider)

    tell(postgres_url, story, provider)


def test_a_paid_broadcast_uses_its_limit_and_never_exceeds_it_and_replies_are_quick(sqlite_url: str) -> None:
    dice = random.Random(3)
    provider = Provider(
        rates=Rates(account=1000, chat=1),
        limit=1000,
        way=lambda: (dice.uniform(0.001, 0.01), dice.uniform(0.001, 0.005)),
    )

    async def story(office: Office) -> None:
        await office.broadcast(2000)
        asked: dict[str, float] = {}
        async with office.open() as sender:
            started = office.clock.monotonic()
            for number in range(15):
                asked[f"reply {number}"] = office.clock.monotonic()
                await office.say(f"customer {number}", f"reply {number}")
                sender.wake()
                await office.clock.sleep(0.1)
            await office.quiet(sender)
        times = [heard.at for heard in provider.heard]
        assert provider.refused == 0
        assert 2015 / (times[-1] - started) >= 950
        waits = [heard.at - asked[heard.text] for heard in provider.heard if heard.text in asked]
        assert max(waits) < 0.1

    tell(sqlite_url, story, provider)


class Failing(StillDatabase):
    """A database that is away for some transactions: before it did anything, or just after it committed."""

    away: Callable[[], str] = staticmethod(lambda: "")

    async def transact(self, work: Callable[[Connection], T], *, repeatable: bool = False) -> T:
        fault = self.away()
        if fault == "before":
            raise StoreUnavailable("The connection was refused.")
        result = await super().transact(work, repeatable=repeatable)
        if fault == "after":
            raise StoreUnavailable("The connection broke.")
        return result


@pytest.mark.parametrize("seed", range(3))
def test_while_the_database_comes_and_goes_nothing_is_lost_or_repeated(database_url: str, seed: int) -> None:
    dice = random.Random(seed)

    async def story(office: Office) -> None:
        await fill(office, people=12, each=2)
        office.database.close()
        office.database = failing = Failing(database_url)
        failing.away = lambda: dice.choice(["", "", "before", "after"])
        sender = office.sender(alone=False, poll=1.0)
        task = asyncio.create_task(sender.run())
        await office.clock.sleep(30.0)
        failing.away = lambda: ""
        await office.quiet(sender)
        await sender.drain()
        await task
        await check_against_the_wire(office, office.provider)

    tell(database_url, story)


@pytest.mark.parametrize("latency", [0.03, 0.1, 0.5, 1.5])
def test_a_slow_database_makes_replies_slow_and_no_more(sqlite_url: str, latency: float) -> None:
    provider = Provider(rates=Rates(account=30, chat=1), limit=30)

    async def story(office: Office) -> None:
        office.database.latency = latency
        async with office.open() as sender:
            for number in range(40):
                await office.say(f"{number}", "reply")
            started = office.clock.monotonic()
            await office.quiet(sender, patience=60.0)
        assert provider.heard[-1].at - started < 40 / 30 + 10 * latency
        assert provider.refused == 0

    tell(sqlite_url, story, provider)


@pytest.mark.parametrize("lane", [REPLY, MARKETING])
def test_what_a_lost_commit_may_have_claimed_is_given_back_at_once(database_url: str, lane: int) -> None:
    faults = ["after"] * 3

    async def story(office: Office) -> None:
        await office.say("1", "hello", lane=lane)
        office.database.close()
        office.database = failing = Failing(database_url)
        failing.away = lambda: faults.pop() if faults else ""
        async with office.open(alone=False) as sender:
            await office.clock.sleep(LEASE.total_seconds() / 4)
            assert not faults
            assert office.provider.texts == ["hello"]
            await office.quiet(sender)

    tell(database_url, story)


def test_what_was_answered_during_an_outage_is_marked_after_it(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(20)
        office.database.close()
        office.database = failing = Failing(sqlite_url)
        async with office.open() as sender:
            while office.provider.calls == 0:
                await office.clock.sleep(0.005)
            failing.away = lambda: "before"
            await office.clock.sleep(10.0)
            failing.away = lambda: ""
            await office.quiet(sender)
        assert await office.states() == ["sent"] * 20
        assert set(office.provider.copies().values()) == {1}

    tell(sqlite_url, story)


def test_a_receipt_that_cannot_be_written_holds_up_no_other(sqlite_url: str) -> None:
    def answer(to: str, outgoing: Outgoing) -> Receipt:
        return Sent(5) if to == "odd" else deliver(to, outgoing)  # type: ignore[arg-type]

    async def story(office: Office) -> None:
        await office.say("odd", "a")
        for number in range(10):
            await office.say(f"{number}", f"b {number}")
        async with office.open():
            await office.clock.sleep(5.0)
        assert (await office.states())[1:] == ["sent"] * 10

    tell(sqlite_url, story, Provider(answer=answer))


def test_a_drain_finishes_what_is_on_the_wire_and_gives_the_rest_back(database_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(200)
        for number in range(5):
            await office.say(f"customer {number}", "hello", "again")
        sender = office.sender(width=16)
        task = asyncio.create_task(sender.run())
        await office.clock.sleep(3.0)
        started = office.clock.monotonic()
        await sender.drain()
        assert office.clock.monotonic() - started <= 5.0
        await task
        rows = await office.rows()
        assert {row.state for row in rows} == {"sent", "queued"}
        assert {row.attempts for row in rows if row.state == "queued"} == {0}
        heard = {heard.text for heard in office.provider.heard}
        assert {row.payload["text"] for row in rows if row.state == "sent"} == heard
        assert office.provider.under_way == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}
        for row in rows:
            if row.state == "queued" and row.lane == MARKETING:
                assert row.begun_at is None

    tell(database_url, story, Provider(rates=Rates(account=100), way=lambda: (0.5, 0.5)))


def test_a_drain_waits_no_longer_than_it_may(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(3)
        await office.say("customer", "hello")
        sender = office.sender()
        task = asyncio.create_task(sender.run())
        await office.clock.sleep(1.0)
        await sender.drain(10.0)
        await task
        assert office.clock.monotonic() <= 11.1
        assert await office.states() == ["unknown"] * 3 + ["queued"]
        assert office.provider.under_way == 0

    tell(sqlite_url, story, Provider(way=lambda: (20.0, 0.0)))


def test_a_cancelled_sender_leaves_no_task_behind(sqlite_url: str) -> None:
    async def story(office: Office) -> None:
        await office.broadcast(50)
        task = asyncio.create_task(office.sender().run())
        await office.clock.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    tell(sqlite_url, story)


def test_an_accounts_failure_does_not_stop_the_others(sqlite_url: str) -> None:
    class Broken(Provider):
        def __getattribute__(self, name: str) -> Any:
            if name == "send" and not broken:
                broken.append(True)
                raise KeyError(name)
            return super().__getattribute__(name)

    broken: list[bool] = []

    async def story(office: Office) -> None:
        await office.say("1", "a")
        await office.meet("visitor", channel="webchat", account="web")
        await office.say("visitor", "b", channel="webchat", account="web")
        web = Provider(name="webchat", account="web")
        channels = {("telegram", "shop"): Broken(), ("webchat", "web"): web}
        sender = Sender(office.database, channels, clock=office.clock)
        async with office.open(sender):
            await office.quiet(sender)
        assert web.texts == ["b"]
        assert await office.states() == ["sent", "sent"]

    tell(sqlite_url, story)
