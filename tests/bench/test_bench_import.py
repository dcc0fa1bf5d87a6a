"""The benchmark of the import compares two who do the same."""

from __future__ import annotations

from pathlib import Path

from bench.importing import cdnow
from bench.importing.player import by_hand, sapa


def test_both_leave_the_same_rows(tmp_path: Path) -> None:
    file, chunks = cdnow.write(tmp_path / "cdnow.txt", 3000), tmp_path / "chunks"
    ours, theirs = cdnow.make(tmp_path / "ours.sqlite3"), cdnow.make(tmp_path / "theirs.sqlite3")
    assert sapa(ours, file, chunks)[1] == by_hand(theirs, file, chunks)[1] == 3000
    assert cdnow.digests(ours) == cdnow.digests(theirs)
