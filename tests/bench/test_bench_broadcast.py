"""The benchmark of the broadcast compares two who send the same, and looks at every row."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.broadcast import crowd, player

pytestmark = pytest.mark.slow


def test_both_send_the_same_and_every_row_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "pin", lambda: None)  # this process has other tests to run
    store = tmp_path / "store.sqlite3"
    crowd.make(store, people=120, talking=3)
    bare = asyncio.run(player.raw(store, 50))
    ours = asyncio.run(player.sapa(store, 50))
    assert ours["arrived"] == bare["arrived"]
    assert (ours["work"], ours["heard"]) == (120, 120)
    assert ours["reply_p95_ms"] > 0
    assert ours["first_send_s"] > 0
