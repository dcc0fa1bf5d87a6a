"""What `python -m bench turn` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.contest import Command, compete, ratios, table
from bench.turn import store


def turn(quick: bool) -> dict[str, float]:
    """The survey of ten questions, from Telegram's JSON to the committed turn, against aiogram's own dispatch."""
    customers = 20 if quick else 500

    def command(name: str) -> Callable[[int], Command]:
        def start(number: int) -> Command:
            directory = folder / f"{name}{number}"
            directory.mkdir()
            store.make(directory / store.NAME)
            return ("bench.turn.player", name, str(customers), str(directory))

        return start

    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:
        folder = Path(path)
        found = compete(
            {name: command(name) for name in ("sapa", "echo")}, 1 if quick else 5, lambda _results: None
        )
    print(table(found, "sapa", "turns"))
    return {"sapa_per_s": round(1 / found["sapa"].wall), **ratios(found, "sapa", {"vs_echo": "echo"})}
