"""The fake in a thread of its own, for callers without an event loop."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

from channels.telegram.fake.server import FakeTelegram

T = TypeVar("T")


class Threaded:
    """A fake that runs on an event loop of its own thread."""

    def __init__(self, fake: FakeTelegram, loop: asyncio.AbstractEventLoop) -> None:
        self._fake = fake
        self._loop = loop
        self.url = fake.url
        self.token = fake.token

    def do(self, action: Callable[[FakeTelegram], T]) -> T:
        """Run `action(fake)` on the fake's loop and return what it returns: `do(lambda fake: fake.url)`."""

        async def run() -> T:
            return action(self._fake)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def wait(self, action: Callable[[FakeTelegram], Coroutine[Any, Any, T]]) -> T:
        """The same for a coroutine: `wait(lambda fake: fake.customer(1).next_message())`."""
        return asyncio.run_coroutine_threadsafe(action(self._fake), self._loop).result()


@contextmanager
def in_thread(**options: Any) -> Iterator[Threaded]:
    """Run a FakeTelegram with these options in a thread of its own; raises what kept it from starting."""
    started: Future[Threaded] = Future()
    done = asyncio.Event()

    async def serve() -> None:
        async with FakeTelegram(**options) as fake:
            started.set_result(Threaded(fake, asyncio.get_running_loop()))
            await done.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except Exception as reason:
            if started.done():
                raise
            started.set_exception(reason)

    thread = Thread(target=run, name="fake-telegram", daemon=True)
    thread.start()
    running = started.result()
    try:
        yield running
    finally:
        running.do(lambda _fake: done.set())
        thread.join()
