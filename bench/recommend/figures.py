"""What `python -m bench recommend` prints."""

from __future__ import annotations

from pathlib import Path

from bench.contest import play

SIZES = ("1000000", "5000")  # customers, products
QUICK = ("20000", "500")


def recommend(quick: bool, data: Path | None = None) -> dict[str, float]:
    """Accuracy on a public file, when it is given; and fitting and serving a store that is made."""
    public = play(("bench.recommend.player", "public", str(data))) if data else {}
    return {**public, **play(("bench.recommend.player", "made", *(QUICK if quick else SIZES)))}
