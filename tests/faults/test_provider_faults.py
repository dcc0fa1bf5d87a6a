"""Telegram at its worst, over a real wire: what the outbox says is what the customers got."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import pytest

from channels.telegram.fake import faults
from channels.telegram.fake.wire import Entry
from tests.crash import truth
from tests.crash.crowd import STOP_WORD
from tests.crash.play import word
from tests.faults.shop import SILENCE, Shop, open_shop

pytestmark = pytest.mark.slow

FAULTS = [
    faults.too_many(1),
    faults.too_many(3),
    faults.server_error(500),
    faults.server_error(502),
    faults.hang_up_before(),
    faults.hang_up_after(),
    faults.timeout(),
    faults.slow(0.05),
]
WRITERS = range(1, 16)
READERS = range(1001, 1121)
WORDS = 4


async def everybody_writes(shop: Shop) -> None:
    for number in range(1, WORDS + 1):
        for chat in WRITERS:
            shop.types(chat, word(chat, number))
        await asyncio.sleep(0.1)  # two seconds of the shop's


def told_to_wait(wire: list[Entry]) -> list[str]:
    """Requests that came before the moment which the chat's last 429 named."""
    wrong, until = [], defaultdict[int, float](float)
    for entry in wire:
        if entry.monotonic < until[entry.chat_id]:
            wrong.append(f"{entry.number} to {entry.chat_id}")
        if entry.code == 429:
            until[entry.chat_id] = entry.monotonic + int(entry.description.rpartition(" ")[2])
    return wrong


@pytest.mark.parametrize("seed", range(2))
async def test_with_a_third_of_all_requests_faulty_every_row_ends_in_the_truth(
    database_url: str, seed: int
) -> None:
    async with open_shop(database_url, limits=True, patience=SILENCE) as shop:
        shop.fake.faults.at_random(0.3, seed, FAULTS)
        await shop.offer({chat: f"offer {chat}" for chat in READERS})
        await everybody_writes(shop)
        await shop.finish()
        found, wire = await shop.found(), shop.fake.wire.entries
    assert truth.wrongs(found) == []
    assert told_to_wait(wire) == []
    unknown = sum(row.state == "unknown" for row in found.outbox)
    assert 0 < unknown < len(READERS)


async def test_replies_do_not_wait_for_the_end_of_a_broadcast_in_a_storm_of_429(sqlite_url: str) -> None:
    async with open_shop(sqlite_url, limits=True) as shop:
        shop.fake.faults.at_random(0.3, 5, [faults.too_many(1), faults.too_many(2)])
        await shop.offer({chat: f"offer {chat}" for chat in range(2001, 2301)})
        await shop.fake.until(lambda: len(shop.fake.wire.accepted) > 20)
        await everybody_writes(shop)
        await shop.finish()
        found, wire = await shop.found(), shop.fake.wire.entries
    assert truth.wrongs(found) == []
    assert told_to_wait(wire) == []
    places = {entry.chat_id: place for place, entry in reversed(list(enumerate(wire)))}
    last_offer = max(place for place, entry in enumerate(wire) if entry.chat_id > 2000)
    assert max(places[chat] for chat in WRITERS) < last_offer
    assert {row.state for row in found.outbox} == {"sent"}


@pytest.mark.parametrize("fault", [faults.hang_up_after(), faults.timeout()], ids=["hang-up", "timeout"])
async def test_an_answer_that_is_lost_after_acceptance_repeats_a_reply_and_never_an_offer(
    sqlite_url: str, fault: faults.Fault
) -> None:
    async with open_shop(sqlite_url, polling=False, patience=SILENCE) as shop:
        shop.fake.faults.script(1, fault)
        shop.fake.faults.script(2, fault)
        await shop.reply(1, "reply")
        await shop.offer({2: "offer"})
        await shop.finish()
        found = await shop.found()
        texts = {chat: shop.fake.customer(chat).texts for chat in (1, 2)}
    assert texts == {1: ["reply", "reply"], 2: ["offer"]}
    assert {row.payload["text"]: row.state for row in found.outbox} == {"reply": "sent", "offer": "unknown"}


@pytest.mark.parametrize(
    "fault", [faults.too_many(2), faults.hang_up_before()], ids=["429", "hang-up before acceptance"]
)
async def test_an_offer_that_did_not_arrive_goes_again_only_after_a_definite_answer(
    sqlite_url: str, fault: faults.Fault
) -> None:
    async with open_shop(sqlite_url, polling=False) as shop:
        shop.fake.faults.script(2, fault)
        await shop.offer({2: "offer"})
        await shop.finish()
        found = await shop.found()
    definite = fault.kind == "too_many"
    assert [row.state for row in found.outbox] == ["sent" if definite else "unknown"]
    assert len(found.accepted) == definite
    assert truth.wrongs(found) == []


@pytest.mark.slow
async def test_a_reply_is_not_given_up_in_an_outage_of_minutes(sqlite_url: str) -> None:
    async with open_shop(sqlite_url, polling=False, patience=SILENCE) as shop:
        shop.fake.faults.script(1, faults.server_error(502), faults.timeout(), faults.hang_up_before(), times=2)
        await shop.reply(1, "a", "b")
        await shop.finish()
        found = await shop.found()
    assert [entry.payload["text"] for entry in found.accepted] == ["a", "a", "a", "b"]
    assert {row.state for row in found.outbox} == {"sent"}


async def test_a_customer_who_blocked_the_bot_is_left_alone_until_they_write(sqlite_url: str) -> None:
    async with open_shop(sqlite_url) as shop:
        shop.types(1, word(1, 1))
        await shop.finish()
        shop.fake.customer(1).blocks()
        await shop.until(shop.taken)
        await shop.offer({1: "offer to nobody"})
        await shop.finish()
        refused = [entry for entry in shop.fake.wire.entries if entry.code == 403]
        shop.fake.customer(1).unblocks()
        shop.types(1, word(1, 2))
        await shop.finish()
        found = await shop.found()
        texts = shop.fake.customer(1).texts
    assert refused == []
    assert [row.state for row in found.outbox] == ["sent", "skipped", "sent"]
    assert len(texts) == 2


async def test_who_blocks_the_bot_while_it_writes_hears_nothing_more(sqlite_url: str) -> None:
    async with open_shop(sqlite_url, polling=False) as shop:
        shop.fake.customer(1).chat.blocked = True
        await shop.reply(1, "a reply is tried")
        await shop.finish()
        await shop.offer({1: "offer"})
        await shop.finish()
        found = await shop.found()
        entries = shop.fake.wire.entries
    assert [row.state for row in found.outbox] == ["failed", "skipped"]
    assert [entry.code for entry in entries] == [403]


async def test_a_group_that_became_a_supergroup_is_followed(sqlite_url: str) -> None:
    async with open_shop(sqlite_url, polling=False) as shop:
        staff = shop.fake.group(-55)
        await shop.reply(staff.id, "before")
        await shop.finish()
        moved = staff.migrates(-100_777)
        await shop.reply(staff.id, "a", "b")
        await shop.finish()
        await shop.reply(moved.id, "c")
        await shop.finish()
        arrived = [message["text"] for message in moved.inbox]
        found = await shop.found()
    assert arrived == ["a", "b", "c"]
    assert {row.state for row in found.outbox} == {"sent"}
    assert [row.sender for row in found.outbox] == ["-55", "-100777", "-100777", "-100777"]


async def test_nothing_is_claimed_after_an_opt_out_at_any_moment(database_url: str) -> None:
    dice = random.Random(11)
    async with open_shop(database_url) as shop:
        await shop.offer({chat: f"offer {chat}" for chat in READERS})
        for chat in dice.sample(READERS, 60):
            shop.types(chat, STOP_WORD)
            await asyncio.sleep(dice.uniform(0.0, 0.01))
        await shop.finish()
        found = await shop.found()
    assert [wrong for wrong in truth.wrongs(found) if "stop" not in wrong or "sent after" in wrong] == []
    states = {row.state for row in found.outbox if row.payload["text"].startswith("offer")}
    assert {"sent", "skipped"} <= states
