"""Who starts the bot's process and starts it anew when it was killed, while connections wait and none is refused.

The listening socket is held here and lent to each process, so what is sent while none is there stands in the
system's queue until the next one takes it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from talk.errors import SapaError

READY = b"ready\n"
STOP_SECONDS = 25.0  # the bot itself ends within 20


class Life(msgspec.Struct, frozen=True):
    """What a process is told when it starts: the socket it is lent, and how the one before it ended.

    `restarts` counts the processes before this one, `killed_at` is the time (in seconds since 1970) at which the
    last was found dead; 0 for the first.
    """

    socket: int
    restarts: int = 0
    killed_at: float = 0.0


class DiedAtStart(SapaError):
    """The process ended before it was up."""


class Supervisor:
    """Keeps one process of `command` alive until it ends by itself or `stop` is called.

    A process reads its first line from standard input: `letter` of its life, in JSON. It says “ready” on standard
    output when it is up, and ends when its standard input does, for then nobody looks after it any more. `ready` is
    called when the first one is up.
    """

    def __init__(
        self,
        command: Sequence[str],
        listening: socket.socket,
        letter: Callable[[Life], bytes],
        ready: Callable[[], None],
    ) -> None:
        self._command = command
        self._listening = listening
        self._letter = letter
        self._ready = ready
        self._process: Process | None = None
        self._stopping = False

    async def run(self) -> int:
        """Look after it; the exit code of the last process, 0 when it was stopped. Raises DiedAtStart."""
        life = Life(self._listening.fileno())
        while True:
            process = await self._start(life)
            assert process.stdout is not None
            up = await process.stdout.readline() == READY
            if up and not life.restarts:
                self._ready()
            code = await process.wait()
            if self._stopping:
                return 0
            if not up:
                raise DiedAtStart(f"The bot's process ended with {code} before it was up; its log says why.")
            if code >= 0:
                return code
            life = Life(life.socket, life.restarts + 1, time.time())

    async def stop(self) -> None:
        """Let the process end in its order, and start no other."""
        self._stopping = True
        if self._process is None or self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()

    async def _start(self, life: Life) -> Process:
        # In a session of its own: Ctrl+C reaches this process alone, which then ends the other in order.
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, pass_fds=(life.socket,), start_new_session=True
        )
        assert process.stdin is not None
        process.stdin.write(self._letter(life) + b"\n")
        if self._stopping:
            process.terminate()
        return process
