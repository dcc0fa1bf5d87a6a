"""Pushing updates to the bot's own address.

Updates of one queue (a chat's messages, a user's presses) go one after another, different queues side by side, at
most `max_connections` at once. An update leaves its queue only after a 2xx answer; anything else is tried again
after a pause that doubles, and holds up its own queue alone.
"""

import asyncio
import time
from collections import defaultdict, deque
from typing import Any

import aiohttp
import msgspec

from channels.telegram.fake.bell import Bell
from channels.telegram.fake.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
MAX_CONNECTIONS = 40
ANSWER_SECONDS = 60
LONGEST_PAUSE = 60.0


class Target(msgspec.Struct, frozen=True):
    """Where updates go, as setWebhook gave it."""

    url: str
    secret: str
    max_connections: int


class Webhook:
    """The pusher of one bot. `first_pause` is the wait in seconds after a first failure."""

    def __init__(self, updates: Updates, bell: Bell, first_pause: float) -> None:
        self._updates = updates
        self._bell = bell
        self._first_pause = first_pause
        self._queues: dict[tuple[str, int], deque[Update]] = defaultdict(deque)
        self._workers: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._room = asyncio.Semaphore(MAX_CONNECTIONS)
        self._failed: tuple[int, str] | None = None
        self.target: Target | None = None

    def point(self, target: Target) -> None:
        """Start pushing to `target`, first what already waits."""
        self.stop()
        self.target = target
        self._room = asyncio.Semaphore(target.max_connections)
        self._updates.consumer = self
        for update in self._updates.pending():
            self.offer(update)

    def stop(self) -> None:
        """Stop pushing; what was not confirmed waits for a poll or another webhook."""
        for worker in self._workers:
            worker.cancel()
        self._queues.clear()
        self._failed = None
        self.target = None
        self._updates.consumer = None

    async def close(self) -> None:
        """Stop pushing and give the connections back."""
        self.stop()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def offer(self, update: Update) -> None:
        """Deliver an update after those of its queue."""
        queue = self._queues[update.queue]
        queue.append(update)
        if len(queue) == 1 and self.target is not None:
            worker = asyncio.create_task(self._drain(queue, self.target))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    def info(self) -> dict[str, Any]:
        """Return the WebhookInfo object."""
        info: dict[str, Any] = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
        }
        if self.target:
            info |= {"max_connections": self.target.max_connections, "ip_address": "127.0.0.1"}
        if self._failed:
            info |= {"last_error_date": self._failed[0], "last_error_message": self._failed[1]}
        if self._updates.allowed:
            info["allowed_updates"] = sorted(self._updates.allowed)
        return info

    async def _drain(self, queue: deque[Update], target: Target) -> None:
        pause = self._first_pause
        while queue:
            update, failure = queue[0], None
            if self._updates.waits(update):
                async with self._room:
                    failure = await self._push(update, target)
            if failure is None:
                self._updates.confirm(update.id)
                queue.popleft()
                pause = self._first_pause
            else:
                self._failed = (int(time.time()), failure)
                self._bell.ring()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _push(self, update: Update, target: Target) -> str | None:
        """Return None for a 2xx answer, otherwise the real server's words for what went wrong."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        headers = {"Content-Type": "application/json"}
        if target.secret:
            headers[SECRET_HEADER] = target.secret
        try:
            async with self._session.post(target.url, data=bytes(update.body), headers=headers) as answer:
                await answer.read()
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError:
            return "Connection closed"
        if answer.ok and answer.status < 300:
            return None
        return f"Wrong response from the webhook: {answer.status} {answer.reason}"
