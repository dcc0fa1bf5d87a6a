"""What the demo's open pages are told: whoever follows hears everything that is told from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

Told: TypeAlias = tuple[str, object]
"""The name of an event, and what it says; only for those who follow."""


class Board:
    """Use it on the event loop's thread."""

    def __init__(self) -> None:
        self._followers: set[asyncio.Queue[Told]] = set()

    def tell(self, name: str, what: object = None) -> None:
        """Let every open page hear of it."""
        for queue in self._followers:
            queue.put_nowait((name, what))

    @contextmanager
    def follow(self) -> Iterator[asyncio.Queue[Told]]:
        """A queue of what is told while this is entered."""
        queue: asyncio.Queue[Told] = asyncio.Queue()
        self._followers.add(queue)
        try:
            yield queue
        finally:
            self._followers.discard(queue)
