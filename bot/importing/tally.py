"""What a file has said before. What was said long ago moves to a scratch file, so that memory stays flat."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

RECENT = 100_000  # keys kept in memory, some 30 MB


class Seen(NamedTuple):
    """How many lines had this key, this one included; the first of them, and whether it said the same."""

    times: int
    first_line: int
    same: bool


class Tally:
    """Counts keys; forgotten when it is closed."""

    def __init__(self, recent: int = RECENT) -> None:
        self._limit = recent
        self._recent: dict[str, tuple[int, int, bytes]] = {}
        self._scratch: sqlite3.Connection | None = None

    def see(self, key: str, line: int, content: str = "") -> Seen:
        """Note that a line has this key; `content` is what else it says."""
        said = blake2b(content.encode(), digest_size=16).digest() if content else b""
        before = self._recent.get(key) or self._from_scratch(key)
        times, first_line, said_first = before or (0, line, said)
        self._recent[key] = (times + 1, first_line, said_first)
        if len(self._recent) > self._limit:
            self._move_to_scratch()
        return Seen(times + 1, first_line, said == said_first)

    def close(self) -> None:
        """Forget everything."""
        self._recent.clear()
        if self._scratch:
            self._scratch.close()

    def _from_scratch(self, key: str) -> tuple[int, int, bytes] | None:
        if self._scratch is None:
            return None
        found: tuple[int, int, bytes] | None = self._scratch.execute(
            "SELECT times, line, said FROM seen WHERE key = ?", (key,)
        ).fetchone()
        return found

    def _move_to_scratch(self) -> None:
        if self._scratch is None:
            # SQLite keeps a database without a name in a temporary file of its own.
            self._scratch = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._scratch.execute("PRAGMA journal_mode=OFF")
            self._scratch.execute(
                "CREATE TABLE seen (key TEXT PRIMARY KEY, times INTEGER, line INTEGER, said BLOB) WITHOUT ROWID"
            )
            self._scratch.execute("BEGIN")
        rows = ((key, *seen) for key, seen in self._recent.items())
        self._scratch.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", rows)
        self._recent.clear()
