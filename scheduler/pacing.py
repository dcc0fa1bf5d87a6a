"""How fast one account may write: to everybody, to one chat, to one group.

The account's rate holds in two ways. Messages go out in slots of time that are leased from the database, evenly
spread over all senders of the account. And since messages may be delayed on their way and then arrive together, a
sender never has more of them under way or arrived within any second than the limit allows (`Window`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections import deque

from talk.channel import Rates

SHARE = 0.98  # of the limit is leased: clocks of several machines differ by some milliseconds
LEAD_SECONDS = 0.1  # how far ahead slots are leased
LAG_SECONDS = 2.0  # the slowest transaction for which slots are still leased in time
LATE_SECONDS = 0.025  # a slot missed by more (or a quarter of it) is lost: catching up would be a burst,
ALONE_LATE_SECONDS = 1.0  # against which an account's only sender has its window
MINUTE = 60.0
BUSY_SECONDS = 5.0  # a chat waits so long for the answer to its last message,
LOOK_SECONDS = 0.05  # and is looked at again so often
FORGET_ABOVE = 1024


class Window:
    """Never more than `limit` messages in any second at the far side, however the network delays them.

    A message arrives at some moment between its sending and its answer. So this counts all that are under way, and
    all that were answered less than a second ago. The price: of the limit is lost what a round trip is of a second.
    """

    def __init__(self, limit: float) -> None:
        self._limit = max(1, int(limit))
        self._under_way = 0
        self._answered: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more may go; infinity: not before an answer."""
        answered = self._answered
        while answered and answered[0] <= now - 1.0:
            answered.popleft()
        if self._under_way + len(answered) < self._limit:
            return 0.0
        return max(answered[0] + 1.0 - now, 1e-6) if self._under_way < self._limit else math.inf

    def began(self) -> None:
        """A message went out."""
        self._under_way += 1

    def ended(self, now: float) -> None:
        """One was answered, or given up."""
        self._under_way -= 1
        self._answered.append(now)


class Pace:
    """The limits of one account, on a monotonic clock in seconds; `alone` when no other process sends for it."""

    def __init__(self, rates: Rates, *, alone: bool = False) -> None:
        self.rate = rates.account
        self._slots: deque[float] = deque()
        self._window = Window(rates.account) if rates.account else None
        late = ALONE_LATE_SECONDS if alone else LATE_SECONDS
        self._late = max(late, self.slot.total_seconds() / 4) if rates.account else 0.0
        self._paused_until = -math.inf
        self._chats = _Chats(rates)
        self.lag = 0.0  # seconds until a lease is at hand: as long as it took lately

    @property
    def slot(self) -> dt.timedelta:
        """The time of one message on the account's line of time; only where there is a rate."""
        assert self.rate
        return dt.timedelta(microseconds=math.ceil(1e6 / (self.rate * SHARE)))

    @property
    def ahead(self) -> int:
        """How many slots may be leased ahead; only where there is a rate."""
        assert self.rate
        return math.ceil(self.rate * SHARE * (LEAD_SECONDS + self.lag))

    def took(self, seconds: float) -> None:
        """A transaction took so long: slots that begin sooner after the next one's start would be missed."""
        self.lag = min(LAG_SECONDS, max(seconds, 0.9 * self.lag))

    def slots(self, now: float) -> int:
        """How many leased slots are left."""
        while self._slots and self._slots[0] < now - self._late:
            self._slots.popleft()
        return len(self._slots)

    def grant(self, first: float, count: int) -> None:
        """Slots were leased: `count` of them, the first at the moment `first`."""
        step = self.slot.total_seconds()
        self._slots.extend(first + number * step for number in range(count))

    def pause(self, until: float) -> None:
        """The provider lets nothing through until then; the slots that were leased are forgotten."""
        self._paused_until = max(self._paused_until, until)
        self._slots.clear()

    def paused(self, now: float) -> float:
        """Seconds for which the provider lets nothing through any more."""
        return max(0.0, self._paused_until - now)

    def wait(self, now: float) -> float:
        """Seconds until the account may send one more; infinity: a slot must be leased or an answer come first."""
        if self._paused_until > now:
            return self._paused_until - now
        if self._window is None:
            return 0.0
        if not self.slots(now):
            return math.inf
        return max(0.0, self._slots[0] - now, self._window.wait(now))

    def chat_wait(self, chat: str, now: float) -> float:
        """Seconds until this chat may be written to."""
        return self._chats.wait(chat, now)

    def pause_chat(self, chat: str, until: float) -> None:
        """The provider lets nothing through to this chat until then."""
        self._chats.pause(chat, until)

    def began(self, chat: str, now: float) -> None:
        """A message goes out: it takes the next slot."""
        if self._window is not None:
            self._slots.popleft()
            self._window.began()
        self._chats.began(chat, now)

    def ended(self, chat: str, now: float) -> None:
        """Its answer came, or it was given up."""
        if self._window is not None:
            self._window.ended(now)
        self._chats.ended(chat, now)


class _Chats:
    """Limits of single chats, counted from the answer to a message: it has arrived by then."""

    def __init__(self, rates: Rates) -> None:
        self._gap = 1.0 / rates.chat if rates.chat else 0.0
        self._group = int(rates.group_minute) if rates.group_minute else 0
        self._busy: dict[str, float] = {}  # until when the answer is waited for
        self._free: dict[str, float] = {}
        self._groups: dict[str, deque[float]] = {}
        self._forget_above = FORGET_ABOVE

    def wait(self, chat: str, now: float) -> float:
        wait = self._free.get(chat, now) - now
        if self._busy.get(chat, now) > now:
            return max(wait, LOOK_SECONDS)
        minute = self._groups.get(chat)
        if minute is not None and len(minute) >= self._group:
            wait = max(wait, minute[0] + MINUTE - now)
        return max(0.0, wait)

    def pause(self, chat: str, until: float) -> None:
        self._free[chat] = max(self._free.get(chat, until), until)

    def began(self, chat: str, now: float) -> None:
        if self._gap or self._is_group(chat):
            self._busy[chat] = now + BUSY_SECONDS

    def ended(self, chat: str, now: float) -> None:
        self._busy.pop(chat, None)
        if self._gap:
            self.pause(chat, now + self._gap)
        if self._is_group(chat):
            self._groups.setdefault(chat, deque(maxlen=self._group)).append(now)
        if len(self._free) > self._forget_above:
            self._forget(now)

    def _is_group(self, chat: str) -> bool:
        return self._group > 0 and chat.startswith("-")  # the form of a group's id on Telegram

    def _forget(self, now: float) -> None:
        self._free = {chat: free for chat, free in self._free.items() if free > now}
        self._groups = {chat: minute for chat, minute in self._groups.items() if minute[-1] > now - MINUTE}
        self._forget_above = max(FORGET_ABOVE, 2 * len(self._free))
