"""A `receive` that remembers, fails and waits as a test tells it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from store.inbox import Unread
from talk.messages import Inbound

PATIENCE = 30.0  # seconds for whatever a test waits for; a long poll that nobody ends takes longer


class Receiver:
    """`receive` and `keep` for the channel under test.

    `errors` are raised, one a call, before anything is taken; a text that is held is taken once it is let go.
    """

    def __init__(self) -> None:
        self.taken: list[Inbound] = []
        self.unreadable: list[tuple[str, str]] = []
        self.ignored: list[str] = []
        self.began: list[str] = []
        self.errors: list[Exception] = []
        self.held: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Event()

    @property
    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.taken]

    def hold(self, text: str) -> None:
        self.held[text] = asyncio.Event()

    def let_go(self, text: str) -> None:
        self.held[text].set()

    async def receive(self, inbound: Inbound) -> None:
        self.began.append(inbound.text)
        self._changed.set()
        if self.errors:
            raise self.errors.pop(0)
        if inbound.text in self.held:
            await self.held[inbound.text].wait()
        self.taken.append(inbound)
        self._changed.set()

    async def keep(self, raw: str, external_id: str, reason: Unread) -> None:
        if self.errors:
            raise self.errors.pop(0)
        if reason == "ignored":
            self.ignored.append(external_id)
        else:
            self.unreadable.append((external_id, raw))
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at whenever something was taken or begun."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()
