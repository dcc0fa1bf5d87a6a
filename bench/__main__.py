"""Benchmarks: `python -m bench NAME [--quick]`, or `all`; the last line of each is one JSON object."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench import contest
from bench.contest import Command, ContestError, Result, compete, ratios, table
from bench.send import broadcast
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


BENCHMARKS = {"turn": turn, "send": send}


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    given = parser.parse_args()
    for name, measure in BENCHMARKS.items():
        if given.name in (name, "all"):
            print(f"== {name}")
            try:
                print(msgspec.json.encode(measure(given.quick)).decode())
            except contest.ContestError as error:
                sys.exit(f"{name}: {error}")


if __name__ == "__main__":
    main()
