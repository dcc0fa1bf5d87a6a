"""The demo's supervisor: a process that is killed is started again, and who connects meanwhile is not refused."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from bot.demo.supervisor import DiedAtStart, Life, Supervisor

# Answers each connection with its process's number and how often it was started again.
BOT = """
import json, os, socket, sys
life = json.loads(sys.stdin.readline())
listening = socket.socket(fileno=life["socket"])
print("ready", flush=True)
while True:
    connection, _address = listening.accept()
    connection.sendall(f"{os.getpid()} {life['restarts']}".encode())
    connection.close()
"""
PATIENCE = 60.0


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held


@asynccontextmanager
async def supervised(listening: socket.socket, program: str) -> AsyncIterator[tuple[asyncio.Task[int], Supervisor]]:
    """A supervisor of this program that is up."""
    up = asyncio.Event()
    letter = msgspec.json.encode
    supervisor = Supervisor([sys.executable, "-c", program], listening, letter, up.set)
    running = asyncio.create_task(supervisor.run())
    await asyncio.wait_for(up.wait(), PATIENCE)
    yield running, supervisor
    await supervisor.stop()
    assert await running == 0


async def ask(listening: socket.socket) -> tuple[int, int]:
    """Connect, and wait for whoever answers: its process and how often it was started again.

    Who was taken by a process that died at that moment connects again, as browsers do; nobody is ever refused.
    """
    said = b""
    while not said:
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        said = await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()
        await writer.wait_closed()
    pid, restarts = said.split()
    return int(pid), int(restarts)


async def test_who_connects_while_it_is_dead_is_answered_by_the_next(listening: socket.socket) -> None:
    async with supervised(listening, BOT):
        first, restarts = await ask(listening)
        assert restarts == 0
        for times in (1, 2):
            os.kill(first, signal.SIGKILL)
            second, restarts = await ask(listening)
            assert (restarts, second == first) == (times, False)
            first = second


async def test_it_ends_with_the_process_that_ends_by_itself(listening: socket.socket) -> None:
    up: list[Life] = []
    supervisor = Supervisor(
        [sys.executable, "-c", "print('ready'); raise SystemExit(3)"],
        listening,
        msgspec.json.encode,
        lambda: up.append(Life(0)),
    )
    assert await asyncio.wait_for(supervisor.run(), PATIENCE) == 3
    assert len(up) == 1


async def test_what_dies_before_it_is_up_is_not_started_again(listening: socket.socket) -> None:
    dies = f"import os; os.kill(os.getpid(), {signal.SIGKILL.value})"
    supervisor = Supervisor([sys.executable, "-c", dies], listening, msgspec.json.encode, lambda: None)
    with pytest.raises(DiedAtStart, match="before it was up"):
        await asyncio.wait_for(supervisor.run(), PATIENCE)
