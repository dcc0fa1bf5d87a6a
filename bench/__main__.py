"""Benchmarks: `python -m bench NAME [--quick]`, or `all`; the last line of each is one JSON object."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from bench.broadcast.figures import broadcast
from bench.contest import ContestError
from bench.due.figures import due
from bench.importing.figures import import_
from bench.inbox.figures import inbox
from bench.recommend.figures import recommend
from bench.segments.figures import segments
from bench.send.figures import send
from bench.turn.figures import turn

BENCHMARKS: dict[str, Callable[[bool], dict[str, float]]] = {
    "turn": turn,
    "send": send,
    "import": import_,
    "due": due,
    "inbox": inbox,
    "recommend": recommend,
    "segments": segments,
    "broadcast": broadcast,
}


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument(
        "--database", help="for due: the address of a PostgreSQL server; for segments: postgresql or sqlite"
    )
    parser.add_argument(
        "--data", type=Path, help="for recommend: lines of user, item, rating, time; tabs, no header"
    )
    parser.add_argument("--customers", type=int, help="for segments: how many there are")
    parser.add_argument("--purchases", type=int, help="for segments: how many they made")
    parser.add_argument("--recipients", type=int, help="for broadcast: how many there are")
    given = parser.parse_args()
    database = {"database": given.database} if given.database else {}
    own = {
        "due": partial(due, **database),
        "recommend": partial(recommend, data=given.data),
        "broadcast": partial(broadcast, recipients=given.recipients),
        "segments": partial(segments, customers=given.customers, purchases=given.purchases, **database),
    }
    for name, measure in (BENCHMARKS | own).items():
        if given.name in (name, "all"):
            print(f"== {name}")
            try:
                print(msgspec.json.encode(measure(given.quick)).decode())
            except ContestError as error:
                sys.exit(f"{name}: {error}")


if __name__ == "__main__":
    main()
