"""One process writes a SQLite database: an advisory lock on a file beside it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from talk.errors import SapaError


class AlreadyRunning(SapaError):
    """Another Sapa process writes this database."""


class WriterLock:
    """Held from opening to `release` or the end of the process, whichever comes first."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 20, 0).decode().strip() or "unknown"
            os.close(self._file)
            raise AlreadyRunning(
                f"Sapa is already running on {database} (process {holder}), and SQLite has one writer. "
                "Stop it first, or set SAPA_DATABASE_URL to a PostgreSQL database."
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another process write; safe to call twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
