"""The truth of the wire: every message request in order, and what became of it.

A test compares it with what the sender believes. With a path, each entry is one JSON line, written to the file
before the answer leaves, so the file tells the truth even when either process is killed.
"""

import os
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any, Literal

import msgspec

from channels.telegram.fake.limits import Clock

Outcome = Literal["answered", "timeout", "hang_up_after", "slow", "refused", "server_error", "hang_up_before"]

_encode = msgspec.json.Encoder().encode


class Entry(msgspec.Struct, frozen=True):
    """One request to send or edit a message.

    `outcome` is what the server did: "answered", or the fault's kind. `code` is the HTTP status of the answer,
    0 where none was given. `monotonic` is in seconds of the server's clock, `wall` in seconds since 1970.
    """

    number: int
    method: str
    chat_id: int
    payload: dict[str, Any]
    accepted: bool
    message_id: int | None
    outcome: Outcome
    code: int
    description: str
    monotonic: float
    wall: float


class Wire:
    """The log and its counters."""

    def __init__(self, clock: Clock, path: Path | None) -> None:
        self._clock = clock
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else None
        self._clear()

    def _clear(self) -> None:
        self.entries: list[Entry] = []
        self.counters: Counter[str] = Counter()
        self._last_second: deque[float] = deque()
        self._peak = 0
        self._first: float | None = None
        self._last: float | None = None

    @property
    def accepted(self) -> list[Entry]:
        """The messages that reached their chat, in order, answered or not."""
        return [entry for entry in self.entries if entry.accepted]

    def accept(self, method: str, chat_id: int, payload: dict[str, Any], message_id: int, outcome: Outcome) -> None:
        """Log a message that reached its chat."""
        code = 200 if outcome in ("answered", "slow") else 0
        entry = self._entry(method, chat_id, payload, True, message_id, outcome, code, "")
        self.counters["accepted"] += 1
        self._pace(entry.monotonic)

    def refuse(
        self, method: str, chat_id: int, payload: dict[str, Any], outcome: Outcome, code: int, description: str
    ) -> None:
        """Log a request that changed nothing."""
        self._entry(method, chat_id, payload, False, None, outcome, code, description)
        self.counters[f"refused_{code}" if code else outcome] += 1

    def stats(self) -> dict[str, Any]:
        """Return the counters: accepted, refused by code, the busiest sliding second, the span in seconds."""
        span = self._last - self._first if self._last is not None and self._first is not None else 0.0
        return {
            "accepted": 0,
            "refused_429": 0,
            **self.counters,
            "peak_per_second": self._peak,
            "span_seconds": span,
        }

    def reset(self) -> None:
        """Forget entries and counters; the file keeps its lines."""
        self._clear()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _pace(self, now: float) -> None:
        self._first = now if self._first is None else self._first
        self._last = now
        second = self._last_second
        second.append(now)
        while now - second[0] >= 1:
            second.popleft()
        self._peak = max(self._peak, len(second))

    def _entry(
        self,
        method: str,
        chat_id: int,
        payload: dict[str, Any],
        accepted: bool,
        message_id: int | None,
        outcome: Outcome,
        code: int,
        description: str,
    ) -> Entry:
        entry = Entry(
            number=len(self.entries) + 1,
            method=method,
            chat_id=chat_id,
            payload=payload,
            accepted=accepted,
            message_id=message_id,
            outcome=outcome,
            code=code,
            description=description,
            monotonic=self._clock(),
            wall=time.time(),
        )
        self.entries.append(entry)
        if self._file is not None:
            os.write(self._file, _encode(entry) + b"\n")
        return entry
