"""Run the fake by itself: `python -m channels.telegram.fake --port 8081`.

The first line of output is the base address; it is printed when the server answers.
"""

import argparse
import asyncio
import gc
import signal
import sys
from pathlib import Path

from channels.telegram.fake.server import TOKEN, FakeTelegram


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m channels.telegram.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--token", default=TOKEN, help="the only bot token that is accepted")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 by itself")
    parser.add_argument("--paid", action="store_true", help="1,000 a second with allow_paid_broadcast")
    parser.add_argument("--strangers", action="store_true", help="every positive chat id has started the bot")
    parser.add_argument("--log", type=Path, help="append the wire's log to this file as JSON lines")
    return parser.parse_args()


async def serve(wanted: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    fake = FakeTelegram(
        wanted.token,
        host=wanted.host,
        port=wanted.port,
        limits=not wanted.no_limits,
        paid=wanted.paid,
        strangers=wanted.strangers,
        log_path=wanted.log,
    )
    async with fake:
        sys.stdout.write(f"{fake.url}\ntoken: {fake.token}\nThe page to play a customer is at that address.\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    # The fake keeps every message, and searching them for garbage again and again was a third of its time.
    gc.set_threshold(50_000, 50, 100)
    asyncio.run(serve(options()))
