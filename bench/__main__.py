"""Benchmarks: `python -m bench NAME [--quick]`, or `all`; the last line of each is one JSON object."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from bench.contest import ContestError
from bench.due.figures import due
from bench.importing.figures import import_
from bench.inbox.figures import inbox
from bench.recommend.figures import recommend
from bench.send.figures import send
from bench.turn.figures import turn

BENCHMARKS: dict[str, Callable[[bool], dict[str, float]]] = {
    "turn": turn,
    "send": send,
    "import": import_,
    "due": due,
    "inbox": inbox,
    "recommend": recommend,
}


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--database", default="sqlite", help="for due: the address of a PostgreSQL server")
    parser.add_argument(
        "--data", type=Path, help="for recommend: lines of user, item, rating, time; tabs, no header"
    )
    given = parser.parse_args()
    own = {"due": partial(due, database=given.database), "recommend": partial(recommend, data=given.data)}
    for name, measure in (BENCHMARKS | own).items():
        if given.name in (name, "all"):
            print(f"== {name}")
            try:
                print(msgspec.json.encode(measure(given.quick)).decode())
            except ContestError as error:
                sys.exit(f"{name}: {error}")


if __name__ == "__main__":
    main()
