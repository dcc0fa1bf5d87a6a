"""The live half of the console: what moves in the team's conversations reaches every open console at once.

Whoever committed a change says so (`changed`). One reader in the process gathers what was said for a moment, reads
those conversations together, writes each event once for every language in use, and hands the same bytes to all
consoles whose views the conversation stands in. Streams hold no database connection.

Why nothing is missed. A contact is taken out of what is to be read before the read begins, and a read sees all
that committed before it; whatever commits later is said again and read again. What other processes commit is told
by the bell, and should the bell fail, a look every few seconds at what moved lately finds it. `moved_at` is the
time at which a transaction began, and it commits later, so that look reaches further back than any transaction
lasts (`OVERLAP`) and knows by each conversation's own `moved_at` what was published already.

Why nothing is missed by who was away for a moment. Events are numbered as they are published, in this process, and
the last of them are kept: Last-Event-ID names the number, and what follows it is sent again. Somebody who comes
from another process, or after too long, is sent every conversation that moved since the time in the id, less the
overlap; that may be more than they missed, never less, and consoles take what they have already for the same. When
that is too much, they are told to load their page anew.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import msgspec
import structlog

from console.desk_stream import DeskStream, Event, Where
from locales import Language
from store.database import StoreUnavailable
from store.desk_agents import Agent
from store.inboxes import Counts

log = structlog.get_logger()

GATHER_SECONDS = 0.02
AT_ONCE = 100  # conversations a read
COUNT_SECONDS = 1.0
LOOK_SECONDS = 5.0
LINGER_SECONDS = 60.0  # that the reader goes on when the last console closed: pages close and open at each press
OVERLAP = dt.timedelta(seconds=30)
KEPT = 3000  # events, to be sent again
CAUGHT_UP = 500  # conversations, to be read again for one who comes back late
MOST_STREAMS, MOST_OF_ONE = 2000, 12
_BYE = b"event: bye\ndata: {}\n\n"
_RESET = b"event: reset\ndata: {}\n\n"
_LATER = b"retry: 1000\nevent: closing\ndata: {}\n\n"


class Moved(Protocol):
    """A conversation that was read."""

    contact_id: int
    before: Where | None
    after: Where | None

    def written(self, language: Language) -> bytes:
        """The data of its event in a language: JSON on one line."""


class Desk(Protocol):
    """What the hub asks of the store and of the templates."""

    async def begin(self) -> None:
        """Learn where all open conversations stand."""

    async def read(self, contact_ids: Collection[int]) -> list[Moved]:
        """These contacts' conversations as they are now, with what is new in each since it was read last."""

    async def again(self, since: dt.datetime, most: int) -> list[Moved] | None:
        """Whatever moved since a moment, for one who missed it; None when that is more than `most`."""

    async def unread(self, since: dt.datetime) -> list[int]:
        """Contacts whose conversations moved since a moment and were not read as they are now."""

    async def counts(self, agents: Collection[Agent]) -> dict[int, Counts]:
        """The figures of the views, by the id of the member of staff."""

    async def agents(self, sessions: Collection[str]) -> dict[str, Agent]:
        """Who is behind each session that still holds; they are noted as being there."""


class DeskHub:
    """All open consoles of this process. Use it on the event loop's thread."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self.closed = False
        self._now = now
        self._desk: Desk
        self._epoch = secrets.token_hex(4)
        self._streams: dict[DeskStream, None] = {}
        self._log: deque[Event] = deque(maxlen=KEPT)
        self._number = 0
        self._looked_at = now()
        self._changed: dict[int, None] = {}
        self._wake = asyncio.Event()
        self._uncounted = True
        self._counted: dict[DeskStream, Counts] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._begun = asyncio.Lock()
        self._empty_since: float | None = None
        self._kept_at = 0.0

    def __len__(self) -> int:
        return len(self._streams)

    def serve(self, desk: Desk) -> None:
        """Begin to answer consoles, from this desk."""
        self._desk = desk

    def changed(self, contact_id: int) -> None:
        """Something about this contact's conversation has committed. Cheap; nothing when nobody looks."""
        if self._tasks:
            self._changed[contact_id] = None
            self._wake.set()

    async def open(self, session: str, agent: Agent, cursor: str, *, everything: bool) -> DeskStream:
        """A new stream, which goes on after the event that `cursor` names. Raises StoreUnavailable."""
        stream = DeskStream(session, agent, everything=everything)
        if self.closed:
            stream.finish(_LATER)
            return stream
        async with self._begun:
            await self._begin()
        mine = [other for other in self._streams if other.session == session]
        for older in mine[: max(0, len(mine) - MOST_OF_ONE + 1)]:
            older.finish(b"event: replaced\ndata: {}\n\n")
        number, missed = await self._missed(cursor, stream)
        # From here on nothing waits: what is published next comes to this stream, what was before is in the log.
        self._streams[stream] = None
        self._empty_since = None
        self._uncounted = True
        hello = msgspec.json.encode({"me": agent.public_id, "queues": sorted(agent.queues)})
        stream.put(b"retry: 1000\nid: %s\nevent: hello\ndata: %s\n\n" % (self._cursor(self._number), hello))
        if missed is None:
            stream.finish(_RESET)
            return stream
        for event in missed:
            stream.put(event)
        for published in self._log:
            if published.number > number and stream.wants(published):
                stream.put(published.written[agent.language])
        return stream

    def leave(self, stream: DeskStream) -> None:
        """The console is closed."""
        self._streams.pop(stream, None)
        self._counted.pop(stream, None)
        if not self._streams:
            self._empty_since = asyncio.get_running_loop().time()

    def close(self) -> None:
        """End all streams, and every later one at once: the process is about to stop."""
        self.closed = True
        for stream in self._streams:
            stream.finish(_LATER)
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def cursor(self) -> str:
        """What a page that is read from now on goes on from."""
        return self._cursor(self._number).decode()

    # Catching up

    async def _missed(self, cursor: str, stream: DeskStream) -> tuple[int, list[bytes] | None]:
        """After which event the log goes on for a stream, and what it missed before; None when that is too much."""
        if not cursor:
            return self._number, []
        epoch, number, at = _parsed(cursor)
        if epoch == self._epoch and self._number - len(self._log) <= number <= self._number:
            return number, []
        number = self._number
        found = await self._desk.again(at - OVERLAP, CAUGHT_UP) if at else None
        if found is None:
            return number, None
        wanted = [one for one in found if stream.wants(Event(number, one.before, one.after, {}))]
        return number, [self._write(number, one, stream.agent.language) for one in wanted]

    def _cursor(self, number: int) -> bytes:
        return b"%s.%d.%d" % (self._epoch.encode(), number, self._now().timestamp() * 1000)

    # The reader

    async def _begin(self) -> None:
        if self._tasks:
            return
        # What happened while nobody looked was not kept: whoever comes back reads it from the store.
        self._epoch, self._number = secrets.token_hex(4), 0
        self._log.clear()
        self._changed.clear()
        self._looked_at = self._now()
        await self._desk.begin()
        self._tasks = [
            asyncio.create_task(self._steadily(self._publish)),
            asyncio.create_task(self._steadily(self._keep)),
        ]

    async def _steadily(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it again and again; while the database is away, wait for it."""
        while True:
            try:
                await work()
            except StoreUnavailable:
                await asyncio.sleep(COUNT_SECONDS)
            except Exception:
                log.exception("desk_failed")
                await asyncio.sleep(COUNT_SECONDS)

    async def _publish(self) -> None:
        await self._wake.wait()
        await asyncio.sleep(GATHER_SECONDS)
        self._wake.clear()
        batch = list(self._changed)[:AT_ONCE]
        if not batch:
            return
        for contact_id in batch:
            del self._changed[contact_id]
        try:
            moved = await self._desk.read(batch)
        except StoreUnavailable:
            self._changed.update(dict.fromkeys(batch))
            self._wake.set()
            raise
        if self._changed:
            self._wake.set()
        for one in moved:
            self._fan_out(one)
        self._uncounted = True

    def _fan_out(self, moved: Moved) -> None:
        self._number += 1
        number = self._number
        languages = {stream.agent.language for stream in self._streams}
        written = _Written(lambda language: self._write(number, moved, language), languages)
        event = Event(number, moved.before, moved.after, written)
        self._log.append(event)
        for stream in self._streams:
            if stream.wants(event):
                stream.put(written[stream.agent.language])

    def _write(self, number: int, moved: Moved, language: Language) -> bytes:
        return b"id: %s\nevent: moved\ndata: %s\n\n" % (self._cursor(number), moved.written(language))

    # What is looked after from time to time

    async def _keep(self) -> None:
        await asyncio.sleep(COUNT_SECONDS)
        time = asyncio.get_running_loop().time()
        if self._empty_since is not None and time - self._empty_since > LINGER_SECONDS:
            self._stop()
            return
        if time - self._kept_at >= LOOK_SECONDS:
            self._kept_at = time
            await self._look()
            await self._know()
        if self._uncounted and self._streams:
            await self._count()

    def _stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()

    async def _look(self) -> None:
        """Find what moved and was not told of: other processes' doings."""
        began = self._now()
        for contact_id in await self._desk.unread(self._looked_at - OVERLAP):
            self.changed(contact_id)
        self._looked_at = began
        self._uncounted = True  # cases move while the bot has the conversation, and become late by themselves

    async def _know(self) -> None:
        """Let go of consoles whose sessions ended, and learn of a new language, role or queue."""
        streams = list(self._streams)  # not those that open meanwhile: nobody was asked for them
        known = await self._desk.agents({stream.session for stream in streams})
        for stream in streams:
            agent = known.get(stream.session)
            if agent is None or agent.role != stream.agent.role:
                stream.finish(_BYE)
            elif agent.language != stream.agent.language:
                stream.finish(_RESET)
            else:
                stream.agent = agent

    async def _count(self) -> None:
        self._uncounted = False
        agents = {stream.agent.id: stream.agent for stream in self._streams}
        found = await self._desk.counts(list(agents.values()))
        for stream in self._streams:
            counts = found.get(stream.agent.id)
            if counts is not None and counts != self._counted.get(stream):
                self._counted[stream] = counts
                stream.put(b"event: counts\ndata: %s\n\n" % msgspec.json.encode(counts))


class _Written(dict[Language, bytes]):
    """An event in the languages that are read; another is written when somebody comes who reads it."""

    def __init__(self, write: Callable[[Language], bytes], languages: Collection[Language]) -> None:
        self._write = write
        super().__init__((language, write(language)) for language in languages)

    def __missing__(self, language: Language) -> bytes:
        written = self[language] = self._write(language)
        return written


def _parsed(cursor: str) -> tuple[str, int, dt.datetime | None]:
    """Epoch, number and time of an id of ours; no time for what is none of ours."""
    epoch, number, milliseconds = (*cursor.split("."), "", "")[:3]
    digits = number.isdecimal() and milliseconds.isdecimal() and (number + milliseconds).isascii()
    if not digits or len(number) > 15 or len(milliseconds) > 14:
        return "", 0, None
    return epoch, int(number), dt.datetime.fromtimestamp(int(milliseconds) / 1000, dt.UTC)
