"""What `python -m bench import` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.contest import Command, ContestError, Result, compete, play, ratios, table
from bench.importing import cdnow


def import_(quick: bool) -> dict[str, float]:
    """CDNOW's purchases into an empty store, against sqlite3 by hand; and a chat's replies while they come in."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:
        folder = Path(path)
        file = cdnow.write(folder / "cdnow.txt", 20_000 if quick else None)
        return {**_contest(folder, file, 1 if quick else 5), **_replies(folder, file, 1 if quick else 5)}


def _contest(folder: Path, file: Path, rounds: int) -> dict[str, float]:
    def command(name: str) -> Callable[[int], Command]:
        def start(number: int) -> Command:
            store = cdnow.make(folder / f"{name}{number}.sqlite3")
            return ("bench.importing.player", name, str(store), str(file), str(folder / f"chunks{number}"))

        return start

    # Sapa plays first: the other commits where Sapa did.
    found = compete({name: command(name) for name in ("sapa", "raw")}, rounds, _same)
    print(table(found, "sapa", "purchases"))
    return ratios(found, "sapa", {"vs_raw": "raw"})


def _same(results: dict[str, Result]) -> None:
    ours, theirs = results["sapa"]["tables"], results["raw"]["tables"]
    if different := [name for name in ours if ours[name] != theirs[name]]:
        raise ContestError(f"The two do not have the same rows in {', '.join(different)}.")


def _replies(folder: Path, file: Path, rounds: int) -> dict[str, float]:
    found = [play(("bench.importing.chat", str(folder / f"chat{number}"), str(file))) for number in range(rounds)]
    for one in found:
        print(
            f"while {one['added']:,} purchases came in: {one['replies']} replies, "
            f"95 of 100 within {one['reply_p95_ms']:.0f} ms"
        )
    return {"reply_p95_ms": round(median(one["reply_p95_ms"] for one in found), 1)}
