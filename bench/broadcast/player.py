"""The contestants: `python -m bench.broadcast.player sapa|raw STORE COMPARED` sends a campaign to a fake server.

Sapa does all that is between a campaign that may start and its last recipient's row; the bare loop posts what the
first `COMPARED` of them are to get. Meanwhile Sapa says replies, and how long each takes is measured: from when
it is due, over the commit that puts it into the outbox, to the provider's acceptance.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import msgspec

from bench.broadcast import crowd
from bench.contest import Stopwatch, measured, pin
from bench.send.broadcast import TOKEN, chats
from bench.send.house import no_media, opened
from bench.send.limit import REPLIES_A_SECOND, reply
from bench.send.player import post_all
from bench.send.provider import Provider, provider
from channels.telegram.outbound import TelegramChannel
from scheduler.broadcasting import Broadcaster
from scheduler.sender import Sender
from store.database import Database
from talk.channel import Rates

LOOK_SECONDS = 0.25


class Shown(msgspec.Struct):
    """What is wanted of a request that the provider logged."""

    chat_id: int
    payload: dict[str, Any]
    accepted: bool
    monotonic: float


async def sapa(store: Path, compared: int) -> dict[str, Any]:
    """The broadcaster, the sender and the Telegram channel as they are, but for the rates: the fake has none."""
    talkers = crowd.talking(store)
    async with provider("--no-limits", "--strangers") as fake:
        pin()
        channel = TelegramChannel(TOKEN, no_media, api=fake.url)
        channel.rates = Rates()
        async with opened(store, channel) as (database, sender):
            broadcaster = Broadcaster(database, zone="UTC", link=_no_link, put=sender.wake)
            with measured() as watch:
                began = time.monotonic()
                running = [asyncio.create_task(part.run()) for part in (sender, broadcaster)]
                peaks: list[float] = []
                asked = await _talk(database, sender, talkers, peaks)
            memory = {"early_mb": peaks[len(peaks) // 10], "peak_mb": peaks[-1]}
            await broadcaster.stop()
            await sender.drain()
            await asyncio.gather(*running)
        return {**_result(watch, crowd.sent(store)), **memory, **await _seen(fake, compared, began, asked)}


async def raw(store: Path, compared: int) -> dict[str, Any]:
    """A bare loop over a list of requests."""
    async with provider("--no-limits", "--strangers") as fake:
        pin()
        watch = await post_all([crowd.request(chat) for chat in chats(compared)], fake.url)
        return {**_result(watch, compared), **await _seen(fake, compared, 0.0, {})}


async def _talk(
    database: Database, sender: Sender, talkers: Sequence[tuple[int, int]], peaks: list[float]
) -> dict[str, float]:
    """Say replies, evenly spread, until the campaign has ended; when each was to be said, by its words.

    The highest memory so far is added to `peaks` now and then.
    """
    asked: dict[str, float] = {}
    begun, number = time.monotonic(), 0
    async with asyncio.TaskGroup() as tasks:
        ended = tasks.create_task(_ended(database, peaks))
        while not ended.done():
            contact_id, chat = talkers[number % len(talkers)]
            words, due = f"You have {number} points.", begun + number / REPLIES_A_SECOND
            await asyncio.sleep(due - time.monotonic())
            asked[words] = due
            tasks.create_task(reply(database, sender, contact_id, chat, words, 1 + number // len(talkers)))
            number += 1
    return asked


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _ended(database: Database, peaks: list[float]) -> None:
    ended = False
    while not ended:
        ended = await database.read(crowd.ended)
        peaks.append(_peak())
        await asyncio.sleep(LOOK_SECONDS)


def _result(watch: Stopwatch, work: int) -> dict[str, Any]:
    return {"work": work, "wall": watch.wall, "cpu": watch.cpu}


async def _seen(fake: Provider, compared: int, began: float, asked: dict[str, float]) -> dict[str, Any]:
    """What the provider saw: a digest of what the first chats got, and when the first message and the replies came.

    Raises AssertionError when a request was refused, a chat got the campaign twice, or a reply is missing.
    """
    first, heard, waits = None, set[int](), []
    digests: list[tuple[int, bytes]] = []
    ours = chats(compared)
    async for entry in fake.entries(Shown):
        assert entry.accepted, entry
        if (due := asked.get(entry.payload["text"])) is not None:
            waits.append(entry.monotonic - due)
            continue
        assert entry.chat_id not in heard, f"Chat {entry.chat_id} got it twice."
        heard.add(entry.chat_id)
        first = entry.monotonic - began if first is None else first
        if entry.chat_id in ours:
            said = msgspec.json.encode(entry.payload, order="sorted")
            digests.append((entry.chat_id, hashlib.sha256(said).digest()))
    assert len(waits) >= len(asked) - 1, "A reply is missing."  # the last may have been cut off by the end
    arrived = hashlib.sha256(b"".join(digest for _chat, digest in sorted(digests))).hexdigest()
    late = 1_000 * quantiles(waits, n=20)[-1] if len(waits) > 1 else 0.0
    return {"arrived": arrived, "heard": len(heard), "first_send_s": first, "reply_p95_ms": late}


def _no_link(_campaign: str) -> Callable[[str, int], str]:
    def link(contact: str, place: int) -> str:
        raise AssertionError(f"The campaign has no link at {place} for {contact}.")

    return link


PLAYERS = {"sapa": sapa, "raw": raw}


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PLAYERS)
    parser.add_argument("store", type=Path)
    parser.add_argument("compared", type=int)
    given = parser.parse_args()
    result = asyncio.run(PLAYERS[given.name](given.store, given.compared))
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")


if __name__ == "__main__":
    main()
