"""What `python -m bench send` prints."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.contest import Command, ContestError, Result, compete, play, ratios, table
from bench.send import broadcast
from bench.send.limit import REPLIES_A_SECOND
from channels.telegram.fake.limits import PAID_PER_SECOND

TALKERS = 100


def send(quick: bool) -> dict[str, float]:
    """Marketing drained without limits, against a bare loop of requests; and at the paid limit, replies between."""
    people = 2_000 if quick else 20_000
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:
        made = Path(path) / "made.sqlite3"
        broadcast.make(made, people, TALKERS)
        return {**_unlimited(made, 1 if quick else 5), **_limited(made, people, 1 if quick else 3)}


def _unlimited(made: Path, rounds: int) -> dict[str, float]:
    def command(name: str) -> Callable[[int], Command]:
        return lambda number: ("bench.send.player", name, _copy(made, f"{name}{number}"))

    found = compete({name: command(name) for name in ("sapa", "raw")}, rounds, _same)
    print(table(found, "sapa", "messages"))
    return ratios(found, "sapa", {"vs_raw": "raw"})


def _same(results: dict[str, Result]) -> None:
    if results["sapa"]["arrived"] != results["raw"]["arrived"]:
        raise ContestError("The two did not send the same.")


def _limited(made: Path, people: int, rounds: int) -> dict[str, float]:
    """Medians over the rounds, but every single refusal counts."""
    replies = str(people * REPLIES_A_SECOND // PAID_PER_SECOND)
    found = [play(("bench.send.limit", _copy(made, f"limit{number}"), replies)) for number in range(rounds)]
    for one in found:
        print(
            f"at the limit: {one['limit_share']:.3f} of it, {one['refused']} refused, "
            f"95 of 100 replies within {one['reply_p95_ms']:.0f} ms"
        )
    return {
        "limit_share": round(median(one["limit_share"] for one in found), 3),
        "refused": sum(one["refused"] for one in found),
        "reply_p95_ms": round(median(one["reply_p95_ms"] for one in found), 1),
    }


def _copy(made: Path, name: str) -> str:
    copy = made.with_name(f"{name}.sqlite3")
    shutil.copy(made, copy)
    return str(copy)
