"""The turn's frame: one inbound event, one transaction, and what happens when it fails.

Everything an event changes commits together with its inbox row, so an event that was acknowledged has changed our
data exactly once. An event that fails is tried five times, counted in the database, and then set aside.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeVar

import msgspec
import structlog
from sqlalchemy.engine import Connection

from handlers import event_parked, events, flow_due, meeting
from handlers.metrics import SECONDS, turns
from handlers.scene import House, Notice, Scene
from store import bell, conversations, due, inbox, media, visitors
from store.contacts import BOT
from store.database import Database, StoreUnavailable
from store.inbox import Unread
from talk.errors import SapaError
from talk.messages import Inbound

log = structlog.get_logger()
T = TypeVar("T")

TRIES = 5
BACKOFF = (0.0, 0.02, 0.1, 0.3, 0.6)
DUE_BACKOFF = dt.timedelta(minutes=1)
SUSPECT_SECONDS = 1.0  # a try: what was begun when the process died may be what killed it, so the others go first


class Committed(msgspec.Struct, frozen=True):
    """What a turn left behind: whose conversation moved, what waits to be sent or fetched, who should hear.

    `held` says that the team has the conversation, or had it until now.
    """

    contact_id: int
    sends: bool
    notices: tuple[Notice, ...] = ()
    fetches: bool = False
    held: bool = False


class Deadly(SapaError):
    """An event during which the process died again and again."""


class Turn:
    """Opens turns.

    `committed` is called after each commit, on the event loop; `now` gives the time; `failpoint` is a place where
    tests may kill the process.
    """

    def __init__(
        self,
        database: Database,
        house: House,
        *,
        now: Callable[[], dt.datetime],
        committed: Callable[[Committed], None],
        alert: Callable[[Notice], Awaitable[None]],
        failpoint: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._database = database
        self._house = house
        self._now = now
        self._committed = committed
        self._alert = alert
        self._failpoint = failpoint
        self._alone = asyncio.Lock()
        self._begun: dict[tuple[object, ...], int] = {}

    async def receive(self, inbound: Inbound) -> None:
        """Handle one event; when this returns, its turn has committed or the event is set aside.

        Raises StoreUnavailable when nothing was written: the event must not be acknowledged.
        """
        started = perf_counter()
        outcome = await self._tried(inbound)
        turns(inbound.channel, outcome).inc()
        SECONDS.observe(perf_counter() - started)

    async def fall_due(self, due_id: int) -> None:
        """Open a turn for a due row; a row that fails is tried again later, and set aside after five times."""

        async def open_turn() -> Committed | None:
            return await self._database.transact(lambda connection: self._due(connection, due_id), repeatable=True)

        try:
            committed = await self._open(("due", due_id), lambda: self._count_due(due_id), open_turn)
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("due_row_failed", due=due_id)
            counted, again = self._begun.pop(("due", due_id), None) is not None, self._now() + DUE_BACKOFF
            if await self._database.transact(
                lambda connection: due.fail(connection, due_id, again, counted=counted)
            ):
                await self._alert(Notice("due_row_parked", "", {"due": str(due_id), "error": type(error).__name__}))
            return
        if committed is not None:
            await self._after(committed)

    async def act(self, contact: str, deed: Callable[[Scene], T]) -> T | None:
        """Let a person do something to a conversation: what `deed` changes and what it says are one turn.

        What it returned; None when nobody has this public id, or nobody could be written to there. `deed` may run
        again when another turn fails, so it changes the database alone. Raises StoreUnavailable.
        """

        def open_turn(connection: Connection) -> tuple[T, Committed | None] | None:
            found = conversations.lock(connection, contact)
            if found is None:
                return None
            scene = Scene(connection, self._house, found, self._now())
            result = deed(scene)
            return result, self._close(scene)

        done = await self._database.transact(open_turn, repeatable=True)
        if done is None:
            return None
        await self._after(done[1])
        return done[0]

    async def keep_unread(self, channel: str, account: str, external_id: str, raw: str, reason: Unread) -> None:
        """Keep an update that has no turn, so that it counts as received; one that could not be read is told of.

        Raises StoreUnavailable when it could not be kept.
        """
        key, now = (channel, account, external_id), self._now()
        kept = await self._database.transact(
            lambda connection: inbox.keep_unread(connection, key, raw, reason, now)
        )
        if kept and reason == "unreadable":
            await self._alert(Notice("update_unreadable", "", {"channel": channel, "external_id": external_id}))

    async def _tried(self, inbound: Inbound) -> str:
        async def open_turn() -> Committed | None:
            return await self._database.transact(
                lambda connection: self._message(connection, inbound), repeatable=True
            )

        key = (inbound.channel, inbound.account, inbound.external_id)
        if self._database.careful:
            begun = await self._database.read(lambda connection: inbox.tries(connection, inbound))
            await asyncio.sleep(SUSPECT_SECONDS * begun)
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(BACKOFF[attempt])
            try:
                committed = await self._open(key, lambda: self._count(inbound), open_turn)
            except StoreUnavailable:
                raise
            except Exception as error:
                log.exception(
                    "turn_failed", channel=inbound.channel, external_id=inbound.external_id, attempt=attempt + 1
                )
                tries = self._begun.pop(key, None) or await self._count(inbound)
                if tries is None:
                    return "duplicate"
                if tries >= TRIES:
                    return await self._park(inbound, f"{type(error).__name__}: {error}")
            else:
                return await self._after(committed)
        return await self._park(inbound, "It failed too often.")

    async def _open(
        self,
        key: tuple[object, ...],
        count: Callable[[], Awaitable[int | None]],
        open_turn: Callable[[], Awaitable[Committed | None]],
    ) -> Committed | None:
        """Make a try. When careful, count it first, one event at a time: what is counted but not done killed us.

        A try that the store did not let happen is not counted again. Raises Deadly.
        """
        if not self._database.careful:
            return await open_turn()
        async with self._alone:
            tries = self._begun.get(key) or await count()
            if tries is None:
                return None
            self._begun[key] = tries
            if tries > TRIES:
                raise Deadly("The process died each time it was handled.")
            committed = await open_turn()
        del self._begun[key]
        return committed

    async def _after(self, committed: Committed | None) -> str:
        self._failpoint("turn.committed")
        if committed is None:
            return "duplicate"
        self._committed(committed)
        for notice in committed.notices:
            await self._alert(notice)
        return "done"

    async def _count(self, inbound: Inbound) -> int | None:
        return await self._database.transact(lambda connection: inbox.count_try(connection, inbound, self._now()))

    async def _count_due(self, due_id: int) -> int | None:
        return await self._database.transact(lambda connection: due.count_try(connection, due_id))

    async def _park(self, inbound: Inbound, error: str) -> str:
        def park(connection: Connection) -> Committed | None:
            return self._close(event_parked.park(connection, self._house, inbound, error, self._now()))

        committed = await self._database.transact(park)
        if committed is None:
            return "duplicate"
        self._committed(committed)
        details = {"channel": inbound.channel, "external_id": inbound.external_id, "error": error[:200]}
        await self._alert(Notice("event_parked", "", details))
        return "parked"

    def _message(self, connection: Connection, inbound: Inbound) -> Committed | None:
        now = self._now()
        contact = meeting.meet(connection, self._house, inbound, now)
        if not inbox.record(connection, inbound, contact.id, contact.seq, now):
            return None
        self._failpoint("turn.begun")
        scene = Scene(connection, self._house, contact, now)
        scene.inbound = inbound
        scene.address = (inbound.channel, inbound.account, inbound.sender)
        if _to_be_fetched(inbound):
            media.note(connection, inbound, contact.id, now)
        events.EVENTS[inbound.kind](scene)
        contact.seen_at = now
        committed = self._close(scene)
        self._failpoint("turn.written")
        return committed

    def _due(self, connection: Connection, due_id: int) -> Committed | None:
        now = self._now()
        row = due.claim(connection, due_id, now)
        return self._close(flow_due.opened(connection, self._house, row, now)) if row else None

    def _close(self, scene: Scene | None) -> Committed | None:
        if scene is None:
            return None
        sends = scene.finish()
        held = scene.contact.owner != BOT or scene.owner_before != BOT
        bell.ring(scene.connection, scene.contact.id, held=held)
        fetches = scene.inbound is not None and _to_be_fetched(scene.inbound)
        return Committed(scene.contact.id, sends, tuple(scene.notices), fetches, held)


def _to_be_fetched(inbound: Inbound) -> bool:
    """Whether files came that are not kept yet; the web chat's were kept when they were posted."""
    return bool(inbound.media) and inbound.channel != visitors.CHANNEL
