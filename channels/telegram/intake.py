"""What polling and the webhook share: one update to its end, contacts side by side, one contact in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

import msgspec
import structlog
from prometheus_client import Counter

from channels.telegram.inbound import read, read_posted
from store.inbox import Unread
from talk.channel import Receive
from talk.group import Posted, ReceivePosted
from talk.messages import Inbound

log = structlog.get_logger()

Keep: TypeAlias = Callable[[str, str, Unread], Awaitable[None]]
"""Keeps an update that has no turn: its JSON text, its external id and why. Raises StoreUnavailable."""

IN_FLIGHT = 64


class Team(NamedTuple):
    """The team's group, by its chat's id, and what takes what is written there."""

    chat: str
    receive: ReceivePosted


UPDATES = Counter("sapa_telegram_updates_total", "Updates from Telegram by what became of them.", ["outcome"])
RECEIVED = UPDATES.labels("received")


class Intake:
    """Takes updates of one bot to `receive`, those of the team's group to it, at most `in_flight` at once."""

    def __init__(
        self, account: str, receive: Receive, keep: Keep, *, team: Team | None = None, in_flight: int = IN_FLIGHT
    ) -> None:
        self._account = account
        self._receive = receive
        self._keep_update = keep
        self._team = team
        self._slots = asyncio.Semaphore(in_flight)
        # A chat's lock lives as long as somebody holds it or waits for it.
        self._chats: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, update: dict[str, Any]) -> None:
        """See one update to its end: when this returns it is committed, parked, or nothing to Sapa.

        Updates of one chat are received in the order in which this was called. Raises what `receive` and `keep`
        raise; the update must then not be acknowledged.
        """
        try:
            event = self._read(update)
        except Exception as error:  # whatever is wrong with it, or with how we read it, must not stop the others
            log.error(
                "telegram_update_unreadable",
                update=update.get("update_id"),
                reason=f"{type(error).__name__}: {error}",
            )
            await self._keep(update, "unreadable")
            return
        if event is None:
            await self._keep(update, "ignored")
            return
        # The chat's turn comes first: a contact who sends much waits without taking the others' slots.
        place = event.sender if isinstance(event, Inbound) else f"{event.chat}/{event.thread}"
        async with self._turn_of(place), self._slots:
            await self._hand_on(event)
        RECEIVED.inc()

    def _read(self, update: dict[str, Any]) -> Inbound | Posted | None:
        posted = read_posted(update, self._account, self._team.chat) if self._team else None
        return posted or read(update, self._account)

    async def _hand_on(self, event: Inbound | Posted) -> None:
        if isinstance(event, Inbound):
            await self._receive(event)
        elif self._team is not None:
            await self._team.receive(event)

    def _turn_of(self, chat: str) -> asyncio.Lock:
        lock = self._chats.get(chat)
        if lock is None:
            lock = self._chats[chat] = asyncio.Lock()
        return lock

    async def _keep(self, update: dict[str, Any], reason: Unread) -> None:
        async with self._slots:
            await self._keep_update(msgspec.json.encode(update).decode(), str(update.get("update_id", "")), reason)
        UPDATES.labels(reason).inc()
