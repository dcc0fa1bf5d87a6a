"""What `python -m bench send` prints."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.contest import Command, ContestError, Result, compete, ratios, table
from bench.send import broadcast


def send(quick: bool) -> dict[str, float]:
    """Marketing rows drained to a server without limits, against a bare loop of requests."""
    people = 500 if quick else 20_000

    def check(results: dict[str, Result]) -> None:
        if results["sapa"]["arrived"] != results["raw"]["arrived"]:
            raise ContestError("The two did not send the same.")

    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:
        made = Path(path) / "made.sqlite3"
        broadcast.make(made, people)

        def command(name: str) -> Callable[[int], Command]:
            def start(number: int) -> Command:
                copy = Path(path) / f"{name}{number}.sqlite3"
                shutil.copy(made, copy)
                return ("bench.send.player", name, str(copy))

            return start

        found = compete({name: command(name) for name in ("sapa", "raw")}, 1 if quick else 5, check)
    print(table(found, "sapa", "messages"))
    return ratios(found, "sapa", {"vs_raw": "raw"})
