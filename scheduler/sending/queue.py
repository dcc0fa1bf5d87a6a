"""The messages that may go, in their order."""

from __future__ import annotations

import heapq
from collections import deque
from itertools import count

from scheduler.sending.receipts import Letter
from store.outbox import MARKETING


class Queue:
    """Replies before service messages before marketing, and apart from them what waits for its chat."""

    def __init__(self) -> None:
        self._lanes: tuple[deque[Letter], ...] = (deque(), deque(), deque())
        self._held: list[tuple[float, int, Letter]] = []
        self._order = count()

    def put(self, letter: Letter) -> None:
        """It may go."""
        self._lanes[letter.row.lane].append(letter)

    def hold(self, letter: Letter, until: float) -> None:
        """It may go at that moment of the monotonic clock."""
        heapq.heappush(self._held, (until, next(self._order), letter))

    def unhold(self, now: float) -> float | None:
        """Let what was held until now go before others; when the next one may, if more is held."""
        while self._held and self._held[0][0] <= now:
            letter = heapq.heappop(self._held)[2]
            self._lanes[letter.row.lane].appendleft(letter)
        return self._held[0][0] if self._held else None

    def first(self, *, marketing: bool) -> deque[Letter] | None:
        """The lane whose first message goes next; marketing only if it may."""
        for queue in self._lanes[: MARKETING + marketing]:
            if queue:
                return queue
        return None

    @property
    def urgent(self) -> int:
        """How many replies and service messages may go."""
        return len(self._lanes[0]) + len(self._lanes[1])

    @property
    def marketing(self) -> int:
        """How many marketing messages may go."""
        return len(self._lanes[MARKETING])

    def empty(self) -> list[Letter]:
        """Give everything away."""
        letters = [letter for queue in self._lanes for letter in queue]
        letters += [letter for _until, _order, letter in self._held]
        for queue in self._lanes:
            queue.clear()
        self._held.clear()
        return letters
