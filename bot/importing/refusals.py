"""The lines an import refused: a list in memory, capped, and all of them in a file beside the imported one."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from talk.reading.spreadsheet import as_given, harmless


class Refusal(NamedTuple):
    """A line that did not come in, and why; `line` counts from 1, the header included."""

    line: int
    reason: str
    fields: tuple[str, ...] = ()


class RefusedFile:
    """FILE.refused.csv: each refused line's number, the reason and its fields.

    It is made with the first refusal. When an import goes on, what was written for lines that are not done is
    taken out again.
    """

    def __init__(self, imported: Path, header: Sequence[str], lines_done: int) -> None:
        self.path = imported.with_name(f"{imported.name}.refused.csv")
        self._header = ("line", "reason", *header)
        self._keep(lines_done)

    def write(self, refused: Sequence[Refusal]) -> None:
        """Add refusals; they are with the operating system when this returns."""
        if not refused:
            return
        is_new = not self.path.exists()
        with self.path.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(self._header)
            writer.writerows((each.line, each.reason, *map(harmless, each.fields)) for each in refused)

    def kept(self, limit: int) -> list[Refusal]:
        """The first refusals in the file, at most `limit`."""
        if not self.path.exists():
            return []
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            next(rows, None)
            return [
                Refusal(int(line), reason, tuple(map(as_given, fields)))
                for (line, reason, *fields), _ in zip(rows, range(limit), strict=False)
            ]

    def _keep(self, lines_done: int) -> None:
        if not self.path.exists():
            return
        if not lines_done:
            self.path.unlink()
            return
        kept = self.path.with_name(f"{self.path.name}.part")
        with (
            self.path.open(encoding="utf-8-sig", newline="") as old,
            kept.open("w", encoding="utf-8-sig", newline="") as new,
        ):
            rows = csv.reader(old)
            writer = csv.writer(new)
            writer.writerow(next(rows, self._header))
            writer.writerows(row for row in rows if _is_done(row, lines_done))
        os.replace(kept, self.path)


def _is_done(row: Sequence[str], lines_done: int) -> bool:
    # The last row may have been cut off within its first field, and its number look like another.
    return len(row) > 1 and row[0].isdigit() and int(row[0]) <= lines_done
