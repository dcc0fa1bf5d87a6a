"""Telegram's limits on sending, counted over any sliding stretch of time on the server's own clock.

Telegram publishes the figures and says it may let short bursts through; how short it does not say. The
allowances below are therefore the fake's own, written down so that a sender can be measured against them. Only
messages count: send* (but sendChatAction, which sends none) and edit*. What was refused is not counted.
"""

import math
from collections import deque
from collections.abc import Callable

from channels.telegram.fake.errors import too_many_requests

Clock = Callable[[], float]

ACCOUNT_PER_SECOND = 30
PAID_PER_SECOND = 1000

# None for the account: the published figure is the hard edge, so a sender that passes here has a margin
# with the real server. A sender keeps the edge for certain by counting a message from its answer.
ACCOUNT_BURST = 0

CHAT_PER_SECOND = 1
# A turn often says a few things at once, and Telegram lets them: so many messages may come together in
# a private chat that was quiet; each needs its second back before the next burst.
CHAT_BURST = 3

GROUP_PER_MINUTE = 20
# None: twenty in a minute may already come all at once.
GROUP_BURST = 0


class Window:
    """At most `limit` events in any stretch of `seconds`, the later end included."""

    __slots__ = ("limit", "seconds", "times")

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self.times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until one more is allowed, 0 when it is allowed now."""
        times = self.times
        while times and now - times[0] >= self.seconds:
            times.popleft()
        if len(times) < self.limit:
            return 0.0
        return times[len(times) - self.limit] + self.seconds - now

    def add(self, now: float) -> None:
        """Count one event."""
        self.times.append(now)


class Bucket:
    """`burst` events together, then `per_second`: the generic cell rate algorithm, one number of state."""

    __slots__ = ("burst", "due", "interval")

    def __init__(self, per_second: float, burst: int) -> None:
        self.interval = 1 / per_second
        self.burst = burst
        self.due = -math.inf

    def wait(self, now: float) -> float:
        """Return the seconds until one more is allowed, 0 when it is allowed now."""
        return max(0.0, self.due - now - (self.burst - 1) * self.interval)

    def add(self, now: float) -> None:
        """Count one event."""
        self.due = max(self.due, now) + self.interval


class Limits:
    """The limits of one bot's account and of every chat it writes to."""

    def __init__(self, clock: Clock, *, paid: bool) -> None:
        self._clock = clock
        self._paid = paid
        self._free = Window(ACCOUNT_PER_SECOND + ACCOUNT_BURST, 1)
        self._all = Window(PAID_PER_SECOND + ACCOUNT_BURST, 1)
        self._chats: dict[int, Window | Bucket] = {}

    def admit(self, chat_id: int, *, private: bool, paid: bool) -> None:
        """Count one message to a chat, or raise 429 with the whole seconds until all limits have room.

        `paid` is the request's allow_paid_broadcast; it lifts the account's limit to 1,000 a second only where the
        server was started with `paid=True`. Unpaid messages have their thirty within the thousand.
        """
        now = self._clock()
        counters: list[Window | Bucket] = [self._all, self._chat(chat_id, private)]
        if not (paid and self._paid):
            counters.append(self._free)
        wait = max(counter.wait(now) for counter in counters)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for counter in counters:
            counter.add(now)

    def _chat(self, chat_id: int, private: bool) -> Window | Bucket:
        counter = self._chats.get(chat_id)
        if counter is None:
            counter = Bucket(CHAT_PER_SECOND, CHAT_BURST) if private else Window(GROUP_PER_MINUTE + GROUP_BURST, 60)
            self._chats[chat_id] = counter
        return counter
