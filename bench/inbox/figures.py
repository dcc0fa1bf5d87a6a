"""What `python -m bench inbox` prints."""

from __future__ import annotations

import tempfile

import msgspec

from bench.contest import play
from bench.inbox.crowd import FULL, QUICK


def inbox(quick: bool) -> dict[str, float]:
    """How soon a customer's message is on the agents' streams, and whether any misses one."""
    size = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as folder:
        found = play(("bench.inbox.player", folder, msgspec.json.encode(size).decode()))
    print(
        f"{found['messages']:,} messages reached {size.agents} agents {found['delivered']:,} times: "
        f"half within {found['p50_ms']:.0f} ms, 95 of 100 within {found['p95_ms']:.0f} ms; "
        f"{found['caught_up']:,} more were told after a connection was lost, {found['missed']} missed"
    )
    return {"p50_ms": round(found["p50_ms"], 1), "p95_ms": round(found["p95_ms"], 1), "missed": found["missed"]}
