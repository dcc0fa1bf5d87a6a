"""The benchmark of recommendations splits as the public one does, and measures what it says."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from bench.contest import ContestError
from bench.recommend import player, split


def test_rows_are_split_by_item_as_the_public_benchmark_splits_them() -> None:
    items = np.array([7, 7, 3, 7, 7, 3, 7, 7, 7, 7, 3, 9])
    chosen = split.in_training(items)
    # By hand: numbers drawn in the file's order, each item's rows sorted by them, up to three quarters of each.
    drawn = np.random.RandomState(42).rand(12)
    for item in (3, 7, 9):
        rows = sorted(np.flatnonzero(items == item), key=lambda row: drawn[row])
        kept = [row for rank, row in enumerate(rows, 1) if rank / len(rows) <= 0.75]
        assert set(kept) == set(np.flatnonzero(chosen & (items == item)))
    assert chosen[items == 9].tolist() == [False]


def test_it_tells_the_same_of_all_three(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    lines = {(user, user % 3 + 3 * item) for user in range(90) for item in random.integers(0, 8, 12).tolist()}
    file = tmp_path / "u.data"
    file.write_text("".join(f"{user}\t{item}\t5\t0\n" for user, item in sorted(lines)))
    found = player.public(file)
    figures = {"ndcg_at_10", "map_at_10", "map", "precision_at_10", "recall_at_10", "fit_s"}
    told = {f"{name}{figure}" for name in ("", "popularity_", "cosine_") for figure in figures}
    assert set(found) == told | {"ndcg_at_10_penalty_200"}
    assert found["ndcg_at_10"] > found["popularity_ndcg_at_10"]


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("user,item\nme,that\n")
    with pytest.raises(ContestError, match="separated by tabs"):
        split.read(tmp_path / "other")


def test_it_fits_and_serves_a_store_that_is_made(tmp_path: Path) -> None:
    found = asyncio.run(player.grown(tmp_path, 400, 100))
    assert found["made_customers"] == 400
    assert 0 < found["made_products"] <= 100
    assert min(found["made_fit_s"], found["made_peak_mb"], found["served_ms"]) > 0
