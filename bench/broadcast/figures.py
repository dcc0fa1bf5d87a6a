"""What `python -m bench broadcast` prints."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bench.broadcast import crowd
from bench.contest import ContestError, Result, Standing, play, ratios, table

TALKERS = 100
RECIPIENTS = 1_000_000
COMPARED = 100_000  # of them the bare loop posts so many: the rate is what counts


def broadcast(quick: bool, recipients: int | None = None) -> dict[str, float]:
    """A campaign for so many, from its start to the last row, against a bare loop of requests; replies between."""
    people = recipients or (2_000 if quick else RECIPIENTS)
    compared = min(people, COMPARED)
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:
        made, copy = Path(path) / "made.sqlite3", Path(path) / "sapa.sqlite3"
        crowd.make(made, people, TALKERS)
        shutil.copy(made, copy)
        bare = ("bench.broadcast.player", "raw", str(made), str(compared))
        # Before and after, for a machine may be quicker now and slower then.
        before = play(bare)
        ours = play(("bench.broadcast.player", "sapa", str(copy), str(compared)))
        around = (before, play(bare))
    if any(each["arrived"] != ours["arrived"] for each in around) or ours["work"] != people:
        raise ContestError("The two did not send the same.")
    standings = {"sapa": _standing(ours), "raw": _standing(*around)}
    print(table(standings, "sapa", "rows"))
    print(f"memory: {ours['peak_mb']:.0f} MB at the most, {ours['early_mb']:.0f} MB after the first tenth")
    return {
        "first_send_s": round(ours["first_send_s"], 2),
        "rows_per_s": round(people / ours["wall"]),
        "peak_mb": round(ours["peak_mb"]),
        **ratios(standings, "sapa", {"vs_raw": "raw"}),
        "reply_p95_ms": round(ours["reply_p95_ms"], 1),
    }


def _standing(*results: Result) -> Standing:
    standing = Standing()
    for result in results:
        standing.add(result)
    return standing
