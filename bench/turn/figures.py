"""What `python -m bench turn` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.contest import Command, ContestError, Result, compete, play, ratios, table
from bench.turn import store
from bench.turn.player import PLAYERS, WARM_UP
from bench.turn.survey import expected

ROUNDS = 3
CUSTOMERS = 500
SURVEYS = 19
"""Of eleven turns with each of 500 customers: 104,500 turns."""


def turn(quick: bool) -> dict[str, float]:
    """The survey of ten questions, from Telegram's JSON to the committed turn, against other ways to hold it."""
    customers, rounds, surveys = (20, 1, 5) if quick else (CUSTOMERS, ROUNDS, SURVEYS)

    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:

        def made(name: str) -> str:
            store.make(Path(path) / name)
            return str(Path(path) / name)

        def command(name: str) -> Callable[[int], Command]:
            return lambda number: ("bench.turn.player", name, str(customers), made(f"{name}{number}"))

        def check(results: dict[str, Result]) -> None:
            compare(results, WARM_UP + customers)

        found = compete({name: command(name) for name in PLAYERS}, rounds, check)
        memory = play(("bench.turn.memory", str(customers), str(surveys), made("memory")))
    print(table(found, "sapa", "turns"))
    against = {f"vs_{name}": name for name in PLAYERS if name != "sapa"}
    return {"sapa_per_s": round(1 / found["sapa"].wall), **ratios(found, "sapa", against), **memory}


def compare(results: dict[str, Result], customers: int) -> None:
    """Raise ContestError unless everybody but the echo kept every answer, and the floor kept Sapa's rows."""
    meant = expected(customers)
    for name, result in results.items():
        if name != "echo" and result["answers"] != meant:
            raise ContestError(f"{name} did not keep the answers that were given.")
    ours, floor = results["sapa"]["rows"], results["floor"]["rows"]
    if different := [name for name in ours if ours[name] != floor.get(name)]:
        raise ContestError(f"The floor's rows are not Sapa's: {', '.join(different)}.")
