"""One open console: what waits to be written to it, and what it may see."""

from __future__ import annotations

import asyncio
from collections import deque

import msgspec

from locales import Language
from store.desk_agents import Agent

MOST_WAITING = 500  # events that a slow reader may be behind


class Where(msgspec.Struct, frozen=True):
    """Where a conversation stands: its state, its queue, and who has it (staff's id)."""

    state: str
    queue_id: int
    staff_id: int | None


class Event:
    """One event, written once for each language in which somebody reads it.

    `before` and `after` are where the conversation stood and stands; None: nowhere, the bot had it.
    """

    def __init__(
        self, number: int, before: Where | None, after: Where | None, written: dict[Language, bytes]
    ) -> None:
        places = [place for place in (before, after) if place is not None]
        self.number = number
        self.queues = {place.queue_id for place in places}
        self.staff = {place.staff_id for place in places}
        self.written = written


class DeskStream:
    """An open console of `agent`; `everything` also brings what stands in others' queues.

    A reader who falls too far behind is told to load its page anew instead of being sent ever more.
    """

    def __init__(self, session: str, agent: Agent, *, everything: bool) -> None:
        self.session = session
        self.agent = agent
        self.everything = everything
        self.ended = False
        self._waiting: deque[bytes] = deque()
        self._ready = asyncio.Event()

    def wants(self, event: Event) -> bool:
        """Whether the event is about a conversation of this console's views."""
        agent = self.agent
        if self.everything or not agent.queues:
            return True
        return agent.id in event.staff or not agent.queues.isdisjoint(event.queues)

    def put(self, event: bytes) -> None:
        """Write an event as soon as the reader takes it."""
        if self.ended:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.finish(b"event: reset\ndata: {}\n\n")
            return
        self._waiting.append(event)
        self._ready.set()

    def finish(self, last: bytes) -> None:
        """Say one last thing, in place of all that waits, and end."""
        self._waiting.clear()
        self._waiting.append(last)
        self.ended = True
        self._ready.set()

    async def taken(self, seconds: float) -> bytes | None:
        """What waits, together; empty when nothing came for that long, None when the stream is over."""
        if not self._waiting:
            if self.ended:
                return None
            try:
                async with asyncio.timeout(seconds):
                    await self._ready.wait()
            except TimeoutError:
                return b""
        self._ready.clear()
        chunk = b"".join(self._waiting)
        self._waiting.clear()
        return chunk
