"""The provider: the fake Bot API server as a process of its own, on another core than who is measured."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import msgspec

from bench.send.broadcast import TOKEN

T = TypeVar("T")
AT_ONCE = 10_000  # entries of the log that are asked for


class Provider:
    """A server that answers at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def log(self) -> list[dict[str, Any]]:
        """Every message request, in order; `monotonic` is of the clock that all of this machine's processes have.

        Raises AssertionError for one that neither reached its chat nor was refused for its pace.
        """
        log: list[dict[str, Any]] = await self._ask("/control/log")
        wrong = [entry for entry in log if (entry["accepted"], entry["code"]) not in ((True, 200), (False, 429))]
        assert not wrong, f"{len(wrong)} requests went wrong, the first is {wrong[0]}."
        return log

    async def entries(self, kind: type[T]) -> AsyncIterator[T]:
        """Every message request as a `kind` of struct, in order, some at a time: a log may be long."""
        decoder, after = msgspec.json.Decoder(list[kind]), 0  # type: ignore[valid-type]
        async with aiohttp.ClientSession() as session:
            while True:
                path = f"/control/log?after={after}&most={AT_ONCE}"
                async with session.get(self.url + path) as response:
                    page = decoder.decode(await response.read())
                for entry in page:
                    yield entry
                if len(page) < AT_ONCE:
                    return
                after += len(page)

    async def _ask(self, path: str) -> Any:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as response:
            return msgspec.json.decode(await response.read())


@asynccontextmanager
async def provider(*options: str) -> AsyncIterator[Provider]:
    """Run the fake with these options, and end it afterwards.

    It keeps to the first core this process may use; `bench.contest.pin`, to be called only then, takes the last.
    """
    command = (sys.executable, "-m", "channels.telegram.fake", "--port", "0", "--token", TOKEN, *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    try:
        os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        assert process.stdout is not None
        yield Provider((await process.stdout.readline()).decode().strip())
    finally:
        process.terminate()
        await process.wait()
