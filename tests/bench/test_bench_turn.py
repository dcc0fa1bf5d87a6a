"""The benchmark of the turn measures what it says."""

from __future__ import annotations

import re
import sqlite3
from importlib import import_module
from itertools import dropwhile
from pathlib import Path
from typing import Any

import pytest

from bench.contest import ContestError
from bench.turn import floor, sapa, store
from bench.turn.figures import compare
from bench.turn.player import PLAYERS, Start, drive
from bench.turn.survey import EVENTS, conversations, expected

PUBLIC_ID = re.compile(r"(?<=VALUES \(')[\w-]{16}(?=')")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that connections opened from now on are given, with its values."""
    statements: list[str] = []
    connect = sqlite3.connect

    def listening(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", listening)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", listening)
    return statements


async def play(start: Start, directory: Path, customers: int) -> dict[str, Any]:
    """What a contestant leaves behind after a survey with each of so many customers."""
    store.make(directory)
    player = await start(directory)
    await drive(player.feed, conversations(range(customers)))
    await player.stop()
    return {"answers": player.answers(), "rows": player.rows()}


def turns(statements: list[str]) -> list[str]:
    """What turns say, in one line each; random ids are left out."""
    lines = [PUBLIC_ID.sub("?", " ".join(statement.split())) for statement in statements]
    return list(dropwhile(lambda line: line != "BEGIN IMMEDIATE", lines))


async def hold(start: Start, directory: Path, heard: list[str]) -> list[str]:
    """What a contestant says to SQLite during a survey with one customer."""
    store.make(directory)
    player = await start(directory)
    heard.clear()
    await drive(player.feed, conversations(range(1)))
    said = turns(heard)
    await player.stop()
    return said


async def test_the_floor_says_to_sqlite_what_the_turn_says(heard: list[str], tmp_path: Path) -> None:
    said = await hold(sapa.start, tmp_path / "sapa", heard)
    assert said.count("COMMIT") == EVENTS
    assert await hold(floor.start, tmp_path / "floor", heard) == said


async def test_sapa_and_the_floor_leave_the_same_behind(tmp_path: Path) -> None:
    ours, floors = await play(sapa.start, tmp_path / "sapa", 3), await play(floor.start, tmp_path / "floor", 3)
    compare({"sapa": ours, "floor": floors}, 3)


async def test_a_row_that_differs_is_noticed(tmp_path: Path) -> None:
    ours, floors = await play(sapa.start, tmp_path / "sapa", 3), await play(floor.start, tmp_path / "floor", 3)
    with sqlite3.connect(tmp_path / "floor" / store.NAME) as connection:
        connection.execute("UPDATE outbox SET lane = 1 WHERE id = 7")
    floors["rows"] = store.digests(tmp_path / "floor" / store.NAME)
    with pytest.raises(ContestError, match="outbox"):
        compare({"sapa": ours, "floor": floors}, 3)


@pytest.mark.parametrize("name", ["template", "ptb"])
async def test_the_others_keep_the_same_answers(name: str, tmp_path: Path) -> None:
    result = await play(import_module(PLAYERS[name]).start, tmp_path / name, 3)
    assert result["answers"] == expected(3)


async def test_an_answer_that_differs_is_noticed(tmp_path: Path) -> None:
    floors = await play(floor.start, tmp_path / "floor", 3)
    floors["answers"]["100002"]["visits"] = 31
    with pytest.raises(ContestError, match="floor"):
        compare({"floor": floors}, 3)
