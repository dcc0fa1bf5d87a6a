"""The split of the public `recommenders` benchmark, and who is compared on it.

`python_stratified_split(data, ratio=0.75, filter_by="item", seed=42)` of recommenders/datasets/python_splitters.py:
each row draws a number from NumPy's old generator in the order of the file, each item's rows are sorted by it, and
those up to 75 of 100 are for learning. It needs nothing of pandas, so the sets are the same, row for row.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench.contest import ContestError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

RATIO, SEED = 0.75, 42
NEIGHBOURS = (20, 50, 100, 200)


class Split(NamedTuple):
    """People by items, 1 where somebody rated something: what is learnt from, and what is to be found."""

    train: csr_matrix
    test: csr_matrix


def read(file: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Users and items of tab-separated lines of user, item, rating and time, without a header."""
    try:
        rows = np.loadtxt(file, dtype=np.int64, delimiter="\t", usecols=(0, 1), ndmin=2)
    except (OSError, ValueError, IndexError) as error:
        raise ContestError(
            f"{file} is no list of user, item, rating and time, separated by tabs: {error}"
        ) from None
    return rows[:, 0], rows[:, 1]


def split(users: NDArray[np.int64], items: NDArray[np.int64]) -> Split:
    """The rows as the benchmark splits them; every rating is relevant, as there."""
    from scipy.sparse import csr_matrix

    for_training = in_training(items)
    who, rows = np.unique(users, return_inverse=True)
    what, columns = np.unique(items, return_inverse=True)
    shape = len(who), len(what)
    ones = np.ones(len(rows), np.float32)
    train, test = (
        csr_matrix((ones[those], (rows[those], columns[those])), shape) for those in (for_training, ~for_training)
    )
    return Split(train, test)


def in_training(items: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows are for learning."""
    drawn = np.random.RandomState(SEED).rand(len(items))
    order = np.lexsort((drawn, items))
    _each, starts, sizes = np.unique(items[order], return_index=True, return_counts=True)
    ranks = (np.arange(len(items)) - np.repeat(starts, sizes) + 1) / np.repeat(sizes, sizes)
    chosen = np.zeros(len(items), np.bool_)
    chosen[order] = ranks <= RATIO
    return chosen


def popularity(train: csr_matrix) -> NDArray[np.float32]:
    """Everybody's scores: how many rated each item."""
    return np.tile(np.asarray(train.sum(axis=0), np.float32), (train.shape[0], 1))


def cosine(train: csr_matrix, neighbours: int) -> NDArray[np.float32]:
    """Scores by items' cosines, each item with so many neighbours."""
    pairs = (train.T @ train).toarray()
    lengths = np.sqrt(np.maximum(np.diag(pairs), 1))
    alike = pairs / lengths[:, None] / lengths
    np.fill_diagonal(alike, 0)
    if neighbours < len(alike):
        alike[alike < -np.sort(-alike, axis=0)[neighbours - 1]] = 0
    scores: NDArray[np.float32] = train @ alike
    return scores
