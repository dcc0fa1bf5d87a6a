"""Sapa as an operator runs it: `sapa run`, a process of its own over a real wire."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.settings import Settings
from tests.crash import start
from tests.crash.life import RUNNING

PATIENCE = 600.0  # seconds for several starts or an end on a machine that does everything else at once


class Process:
    """One `sapa run`; what it writes to its log is read along, and shown when it does not come up."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log = bytearray()
        self._up = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._log += line
            if RUNNING in line:
                self._up.set()
        self._up.set()

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._log.decode()

    async def up(self) -> None:
        """Wait until it runs."""
        async with asyncio.timeout(PATIENCE):
            await self._up.wait()
        assert RUNNING in self._log, self.log

    def terminate(self) -> None:
        """Tell it to stop, as systemd does."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word, if it has not ended."""
        if self._process.returncode is None:
            self._process.kill()

    async def ended(self, seconds: float | None = PATIENCE) -> int:
        """Wait until it has ended; its exit code, which is negative after a signal."""
        async with asyncio.timeout(seconds):
            code = await self._process.wait()
        await self._reading
        return code


async def begin(settings: Settings) -> Process:
    """Start it; the caller must see it end."""
    return Process(
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run"),
            cwd=settings.data_dir,
            env=start.environment(settings),
            stderr=asyncio.subprocess.PIPE,
        )
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Process]:
    """A process that runs; killed in the end if it still does."""
    process = await begin(settings)
    try:
        await process.up()
        yield process
    finally:
        process.kill()
        await process.ended()


class Keeper:
    """Starts Sapa again whenever it has died, as systemd does; `deaths` are the exit codes so far."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._died = asyncio.Condition()
        self.deaths: list[int] = []

    async def keep(self) -> None:
        """Keep it running until cancelled; then it is told to stop."""
        while True:
            process = await begin(self._settings)
            try:
                code = await process.ended(None)
            except asyncio.CancelledError:
                process.terminate()
                assert await process.ended() == 0, process.log
                raise
            async with self._died:
                self.deaths.append(code)
                self._died.notify_all()

    async def death(self, number: int) -> None:
        """Wait until it has died so many times."""
        async with asyncio.timeout(PATIENCE), self._died:
            await self._died.wait_for(lambda: len(self.deaths) >= number)


@asynccontextmanager
async def kept_running(settings: Settings) -> AsyncIterator[Keeper]:
    """Somebody who keeps Sapa running, and lets it end in good order."""
    keeper = Keeper(settings)
    keeping = asyncio.create_task(keeper.keep())
    try:
        yield keeper
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
