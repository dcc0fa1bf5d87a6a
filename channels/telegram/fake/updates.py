"""What the bot is told: the queue of updates, long polling over it, or a webhook that drains it.

As on the real server: ids are sequential, an update lives 24 hours (a button press 150 seconds), an offset
confirms everything below it, and a newer getUpdates ends the older one with 409.
"""

import asyncio
from collections.abc import Iterable
from itertools import islice, takewhile
from typing import Any, Protocol

import msgspec

from channels.telegram.fake.bell import Bell
from channels.telegram.fake.errors import ApiError, conflict
from channels.telegram.fake.limits import Clock

FIRST_UPDATE_ID = 100_000_001
UPDATE_SECONDS = 24 * 60 * 60
PRESS_SECONDS = 150
POLL_SECONDS = 50
BATCH = 100

_encode = msgspec.json.Encoder().encode


class Update(msgspec.Struct, frozen=True):
    """One update as it stood when it happened; later edits do not change it.

    `queue` names the order it belongs to: the real server keeps messages of a chat in order, and presses of a
    user in an order of their own, so that a press may overtake a message.
    """

    id: int
    kind: str
    queue: tuple[str, int]
    expires: float
    body: msgspec.Raw

    def decoded(self) -> dict[str, Any]:
        """Return the update as a client would decode it."""
        value: dict[str, Any] = msgspec.json.decode(self.body)
        return value


class Consumer(Protocol):
    """Somebody to whom updates are pushed."""

    def offer(self, update: Update) -> None:
        """Take an update for delivery; must not block."""


class Updates:
    """The updates nobody has confirmed yet."""

    def __init__(self, clock: Clock, bell: Bell) -> None:
        self._clock = clock
        self._bell = bell
        self._pending: dict[int, Update] = {}
        self._poll: asyncio.Future[None] | None = None
        self.next_id = FIRST_UPDATE_ID
        self.allowed: frozenset[str] = frozenset()
        self.consumer: Consumer | None = None

    @property
    def waiting(self) -> bool:
        """Whether a long poll waits right now."""
        return self._poll is not None

    def add(self, kind: str, content: dict[str, Any], chat_id: int) -> int:
        """Queue an update of any kind and return its id (0 when allowed_updates leaves the kind out)."""
        if self.allowed and kind not in self.allowed:
            return 0
        update_id, self.next_id = self.next_id, self.next_id + 1
        press = kind == "callback_query"
        update = Update(
            id=update_id,
            kind=kind,
            queue=(kind if press else "", chat_id),
            expires=self._clock() + (PRESS_SECONDS if press else UPDATE_SECONDS),
            body=msgspec.Raw(_encode({"update_id": update_id, kind: content})),
        )
        self._pending[update_id] = update
        if self.consumer is not None:
            self.consumer.offer(update)
        self._wake(None)
        self._bell.ring()
        return update_id

    def pending(self, limit: int | None = None) -> list[Update]:
        """Return what waits for the bot, oldest first, without what has expired."""
        now = self._clock()
        return list(islice((update for update in self._pending.values() if update.expires > now), limit))

    def waits(self, update: Update) -> bool:
        """Return whether an update is still to be delivered."""
        return update.id in self._pending and update.expires > self._clock()

    def confirm(self, update_id: int) -> None:
        """Take one update as received."""
        self._pending.pop(update_id, None)
        self._bell.ring()

    def drop(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Set the kinds the bot wants; an empty list means all, None keeps what was set before."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    async def poll(
        self, offset: int, limit: int, seconds: float, allowed: Iterable[str] | None
    ) -> list[msgspec.Raw]:
        """Return updates from `offset` on, waiting up to `seconds` (at most 50) for the first.

        Raises 409 while a webhook is set, and in the older of two calls.
        """
        if self.consumer is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._wake(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self.allow(allowed)
        self._confirm_below(offset)
        if not self.pending(1) and seconds > 0:
            await self._wait(min(seconds, POLL_SECONDS))
        return [update.body for update in self.pending(limit if 1 <= limit <= BATCH else BATCH)]

    def end_poll(self, reason: ApiError | None = None) -> None:
        """End a waiting poll: with a refusal, or with whatever there is."""
        self._wake(reason)

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            confirmed = list(self._pending)[:offset]
        elif offset <= self.next_id:
            confirmed = list(takewhile(lambda number: number < offset, self._pending))
        else:
            confirmed = []  # ids restarted below an offset the bot still remembers
        for number in confirmed:
            del self._pending[number]
        self._bell.ring()

    async def _wait(self, seconds: float) -> None:
        mine = self._poll = asyncio.get_running_loop().create_future()
        self._bell.ring()
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            pass
        finally:
            if self._poll is mine:
                self._poll = None

    def _wake(self, reason: ApiError | None) -> None:
        poll, self._poll = self._poll, None
        if poll is None or poll.done():
            return
        if reason is None:
            poll.set_result(None)
        else:
            poll.set_exception(reason)
