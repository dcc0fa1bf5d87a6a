"""The broadcast under the paid limit, with replies between: `python -m bench.send.limit STORE REPLIES`.

What counts is what the provider saw. A reply's time runs from the moment it is to be said, over the commit that
puts it into the outbox, to the provider's acceptance; so whatever keeps the process busy counts, too.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from bench.contest import pin
from bench.send import broadcast
from bench.send.broadcast import TOKEN
from bench.send.house import no_media, opened, sent
from bench.send.provider import provider
from channels.telegram.fake.limits import PAID_PER_SECOND
from channels.telegram.outbound import TelegramChannel
from scheduler.sender import Sender
from store import outbox
from store.database import Database
from store.outbox import REPLY
from talk.messages import Outgoing

REPLIES_A_SECOND = 20


async def play(store: Path, replies: int) -> dict[str, float]:
    """Send the broadcast and so many replies once, and say what the provider saw."""
    talkers = broadcast.talking(store)
    async with provider("--paid", "--strangers") as fake:
        pin()
        async with opened(store, TelegramChannel(TOKEN, no_media, api=fake.url, paid=True)) as (database, sender):
            running = asyncio.create_task(sender.run())
            asked = await _talk(database, sender, talkers, replies)
            await sent(database)
            await sender.drain()
            await running
        log = await fake.log()
    accepted = [entry for entry in log if entry["accepted"]]
    assert broadcast.marked(store) == {str(entry["message_id"]): str(entry["chat_id"]) for entry in accepted}
    return {"refused": len(log) - len(accepted), **_figures(accepted, asked)}


async def _talk(
    database: Database, sender: Sender, talkers: Sequence[tuple[int, int]], replies: int
) -> dict[str, float]:
    """Say so many replies, evenly spread; the moment at which each was to be said, by its words."""
    asked: dict[str, float] = {}
    begun = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for number in range(replies):
            contact_id, chat = talkers[number % len(talkers)]
            words, due = f"You have {number} points.", begun + number / REPLIES_A_SECOND
            await asyncio.sleep(due - time.monotonic())
            asked[words] = due
            tasks.create_task(reply(database, sender, contact_id, chat, words, 1 + number // len(talkers)))
    return asked


async def reply(database: Database, sender: Sender, contact_id: int, chat: int, words: str, seq: int) -> None:
    """Have something said to a talker, as a turn would."""
    now = dt.datetime.now(dt.UTC)
    message = broadcast.message(contact_id, chat, REPLY, Outgoing(text=words), now, seq)

    def put(connection: Connection) -> None:
        outbox.put(connection, [message])

    await database.transact(put)
    sender.wake()


def _figures(accepted: Sequence[Mapping[str, Any]], asked: Mapping[str, float]) -> dict[str, float]:
    """The share of the limit between the first message and the last, and the replies' 95th percentile."""
    moments = sorted(entry["monotonic"] for entry in accepted)
    a_second = (len(moments) - 1) / (moments[-1] - moments[0])
    waits = [
        entry["monotonic"] - asked[words] for entry in accepted if (words := entry["payload"]["text"]) in asked
    ]
    assert len(waits) == len(asked), "A reply is missing."
    return {"limit_share": a_second / PAID_PER_SECOND, "reply_p95_ms": 1_000 * quantiles(waits, n=20)[-1]}


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("replies", type=int)
    given = parser.parse_args()
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(play(given.store, given.replies))) + b"\n")


if __name__ == "__main__":
    main()
