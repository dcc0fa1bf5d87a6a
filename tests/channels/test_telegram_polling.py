"""Polling loses nothing, keeps each contact's order, and acknowledges only what is committed or parked."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.telegram.back_off import BackOff
from channels.telegram.bot_token import TokenRefused
from channels.telegram.fake import FakeTelegram, faults
from channels.telegram.inbound import PolledElsewhere, Source, Unreached
from channels.telegram.polling import Poller
from store.database import StoreUnavailable
from tests.channels.telegram_receiver import PATIENCE, Receiver

pytestmark = pytest.mark.slow

ANH, MAI = 1001, 1002
QUICK = BackOff(first=0.01, longest=0.02)


class Watched(Source):
    """A source that tells when a poll was answered."""

    def __init__(self, token: str, api: str) -> None:
        super().__init__(token, api)
        self.conflicts = 0
        self.offsets: list[int | None] = []
        self._answered = asyncio.Event()

    @property
    def polls(self) -> int:
        return len(self.offsets)

    async def updates(self, offset: int | None, seconds: int) -> list[dict[str, Any]]:
        try:
            return await super().updates(offset, seconds)
        except PolledElsewhere:
            self.conflicts += 1
            raise
        finally:
            self.offsets.append(offset)
            self._answered.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds after a poll."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._answered.clear()
                await self._answered.wait()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=False) as server:
        server.customer(ANH, "Anh")
        server.customer(MAI, "Mai")
        yield server


@pytest.fixture
def source(fake: FakeTelegram) -> Watched:
    return Watched(fake.token, fake.url)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@asynccontextmanager
async def polling(source: Source, receiver: Receiver, *, seconds: int = 0, **more: Any) -> AsyncIterator[Poller]:
    poller = Poller(
        source,
        more.pop("receive", receiver.receive),
        receiver.keep,
        seconds=seconds,
        back_off=QUICK,
        **more,
    )
    running = asyncio.create_task(poller.run())
    try:
        yield poller
    finally:
        await poller.stop(PATIENCE)
        await running


async def test_what_a_customer_types_is_received_and_then_confirmed(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    fake.customer(ANH).types("hello")
    async with polling(source, receiver):
        await source.until(lambda: not fake.updates.pending())
    assert receiver.texts == ["hello"]
    assert receiver.taken[0].account == fake.token.partition(":")[0]


async def test_while_the_store_is_unavailable_nothing_is_confirmed(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.errors = [StoreUnavailable("locked")] * 10_000
    fake.customer(ANH).types("hello")
    async with polling(source, receiver):
        await source.until(lambda: source.polls > 1)
        assert len(fake.updates.pending()) == 1
        receiver.errors.clear()
        await source.until(lambda: not fake.updates.pending())
    assert receiver.texts == ["hello"]


async def test_a_fault_of_the_turns_frame_is_reported_and_the_update_tried_again(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.errors = [RuntimeError("a bug")]
    fake.customer(ANH).types("hello")
    with capture_logs() as logs:
        async with polling(source, receiver):
            await source.until(lambda: not fake.updates.pending())
    assert receiver.texts == ["hello"]
    assert "telegram_update_failed" in [line["event"] for line in logs]


async def test_an_unreadable_update_is_parked_and_its_batch_goes_on(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    fake.customer(ANH).types("before")
    broken = fake.updates.add("message", {"text": "of no shape"}, ANH)
    fake.customer(ANH).types("after")
    async with polling(source, receiver):
        await source.until(lambda: not fake.updates.pending())
    assert receiver.texts == ["before", "after"]
    assert [external_id for external_id, _raw in receiver.unreadable] == [str(broken)]
    assert "of no shape" in receiver.unreadable[0][1]


async def test_parking_too_waits_for_the_store(fake: FakeTelegram, source: Watched, receiver: Receiver) -> None:
    receiver.errors = [StoreUnavailable("locked")]
    broken = fake.updates.add("message", {}, ANH)
    async with polling(source, receiver):
        await source.until(lambda: not fake.updates.pending())
    assert [external_id for external_id, _raw in receiver.unreadable] == [str(broken)]


async def test_contacts_go_side_by_side_and_each_in_order(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.hold("first")
    fake.customer(ANH).types("first")
    fake.customer(ANH).types("second")
    fake.customer(MAI).types("hers")
    async with polling(source, receiver):
        await receiver.until(lambda: receiver.texts == ["hers"])
        assert receiver.began == ["first", "hers"]
        receiver.let_go("first")
        await receiver.until(lambda: receiver.texts == ["hers", "first", "second"])


async def test_the_offset_does_not_pass_an_update_that_is_still_at_work(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.hold("slow")
    fake.customer(ANH).types("slow")
    fake.customer(MAI).types("quick")
    async with polling(source, receiver):
        await receiver.until(lambda: receiver.texts == ["quick"])
        polls = source.polls
        await source.until(lambda: source.polls > polls)
        assert len(fake.updates.pending()) == 2
        receiver.let_go("slow")
        await source.until(lambda: not fake.updates.pending())


async def test_an_update_that_takes_long_does_not_keep_new_ones_out(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.hold("slow")
    fake.customer(ANH).types("slow")
    async with polling(source, receiver):
        await receiver.until(lambda: receiver.began == ["slow"])
        fake.customer(MAI).types("new")
        await receiver.until(lambda: receiver.texts == ["new"])
        receiver.let_go("slow")
    assert receiver.texts == ["new", "slow"]


async def test_one_contact_with_a_large_album_leaves_room_for_others(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.hold("my album")
    fake.customer(ANH).sends_album(50, "my album")
    fake.customer(MAI).types("hello")
    async with polling(source, receiver, in_flight=2):
        await receiver.until(lambda: receiver.texts == ["hello"])
        receiver.let_go("my album")
        await source.until(lambda: not fake.updates.pending())
    assert len({inbound.album for inbound in receiver.taken if inbound.album}) == 1
    order = [int(inbound.external_id) for inbound in receiver.taken if inbound.album]
    assert len(order) == 50
    assert order == sorted(order)


async def test_more_than_a_batch_comes_in_order(fake: FakeTelegram, source: Watched, receiver: Receiver) -> None:
    for number in range(250):
        fake.customer(ANH).types(str(number))
    async with polling(source, receiver):
        await source.until(lambda: not fake.updates.pending())
    assert receiver.texts == [str(number) for number in range(250)]


async def test_what_concerns_no_customer_is_confirmed_without_a_turn(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    fake.customer(ANH).types("to colleagues", group=fake.group(-5001))
    async with polling(source, receiver):
        await source.until(lambda: not fake.updates.pending())
    assert receiver.taken == []


async def test_ids_that_begin_anew_after_a_quiet_week_are_still_received(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    fake.customer(ANH).types("before")
    async with polling(source, receiver):
        await source.until(lambda: not fake.updates.pending())
        confirmed = source.offsets[-1]
        fake.updates.next_id = 70_000
        fake.customer(ANH).types("after")
        await receiver.until(lambda: receiver.texts == ["before", "after"])
    # What was confirmed once is not asked for again: it might lie above everything that comes.
    assert source.offsets.count(confirmed) == 1
    assert source.offsets[source.offsets.index(confirmed) + 1] is None


async def test_a_webhook_that_was_set_is_removed_before_polling(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    await source.set_webhook("http://127.0.0.1:9/", "secret", 1)
    fake.customer(ANH).types("hello")
    async with polling(source, receiver):
        await receiver.until(lambda: receiver.texts == ["hello"])
    assert fake.world.webhook.info()["url"] == ""


async def test_telegram_being_away_at_the_start_is_waited_for(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    fake.faults.script(None, faults.server_error(502), faults.hang_up_before(), method="getMe")
    fake.faults.script(None, faults.server_error(500), method="deleteWebhook")
    fake.faults.script(None, faults.hang_up_before(), faults.too_many(0), method="getUpdates")
    fake.customer(ANH).types("hello")
    async with polling(source, receiver):
        await receiver.until(lambda: receiver.texts == ["hello"])


async def test_another_poller_is_named_and_polling_goes_on_when_it_is_gone(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    other = Source(fake.token, fake.url)
    with capture_logs() as logs:
        async with polling(source, receiver):
            await source.until(lambda: source.polls > 0)
            await other.set_webhook("http://127.0.0.1:9/", "secret", 1)
            await source.until(lambda: source.conflicts > 0)
            await other.drop_webhook()
            fake.customer(ANH).types("hello")
            await receiver.until(lambda: receiver.texts == ["hello"])
    await other.close()
    assert any("Another program polls this bot" in line.get("reason", "") for line in logs)


async def test_a_token_telegram_does_not_know_ends_polling_and_says_what_to_do(
    fake: FakeTelegram, receiver: Receiver
) -> None:
    poller = Poller(Source("100000001:wrong", fake.url), receiver.receive, receiver.keep)
    with pytest.raises(TokenRefused, match="BotFather"):
        await poller.run()


@pytest.mark.parametrize("token", ["", "sapa", "12:", ":abc", "12:a b"])
def test_what_is_no_token_is_refused_at_once(token: str) -> None:
    with pytest.raises(TokenRefused, match="SAPA_TELEGRAM_TOKEN"):
        Source(token)


async def test_stopping_ends_a_long_poll_at_once_and_waits_for_the_turns_that_run(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.hold("slow")
    fake.customer(ANH).types("slow")
    async with asyncio.timeout(PATIENCE), polling(source, receiver, seconds=50) as poller:
        await receiver.until(lambda: receiver.began == ["slow"])
        stopping = asyncio.create_task(poller.stop(PATIENCE))
        receiver.let_go("slow")
        await stopping
    assert receiver.texts == ["slow"]


async def test_what_is_not_settled_when_time_is_up_comes_again_after_the_next_start(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.hold("slow")
    fake.customer(ANH).types("slow")
    async with polling(source, receiver) as poller:
        await receiver.until(lambda: receiver.began == ["slow"])
        await poller.stop(0)
    assert receiver.taken == []
    receiver.let_go("slow")
    async with polling(source, receiver):
        await receiver.until(lambda: receiver.texts == ["slow"])


async def test_stopping_does_not_wait_for_a_store_that_stays_away(
    fake: FakeTelegram, source: Watched, receiver: Receiver
) -> None:
    receiver.errors = [StoreUnavailable("locked")] * 10_000
    fake.customer(ANH).types("hello")
    async with polling(source, receiver) as poller:
        await receiver.until(lambda: len(receiver.began) > 1)
        async with asyncio.timeout(PATIENCE):
            await poller.stop(60)
    assert len(fake.updates.pending()) == 1


async def test_a_poller_stopped_before_it_ran_does_not_run(source: Watched, receiver: Receiver) -> None:
    poller = Poller(source, receiver.receive, receiver.keep)
    await poller.stop(1)
    await poller.run()
    assert source.polls == 0


async def test_the_token_is_in_no_error_and_no_log(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token, reasons = "100000001:very-secret-half", []
    for server in ("http://127.0.0.1:9", "http://no host", fake.url):
        source = Source(token, server)
        with pytest.raises((Unreached, TokenRefused)) as error:
            await source.updates(None, 0)
        reasons.append("".join(traceback.format_exception(error.value)))
        await source.close()
    assert "very-secret-half" not in "".join(reasons) + caplog.text
