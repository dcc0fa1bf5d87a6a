"""What purchases teach: rows of weights, after how long things are bought again, and what is bought most where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from insights import ease
from insights.baskets import DAYS, Baskets
from insights.segments import EVERYBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

FEW_BUYERS = 3  # of a product: what so few bought says nothing of it
FEW_CUSTOMERS = 50  # with two products each: from fewer nobody can tell tastes
MOST_ITEMS = 10_000  # products with weights, the most bought: a matrix of 400 MB
FEW_GAPS = 10  # from one purchase of a product to the next
FEW_OF_A_SEGMENT = 30  # customers
LISTED = 100  # products of a segment


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt.

    `weights[i, j]` is what having bought `items[i]` says of `items[j]`; both are empty when purchases are too few.
    `gaps` are median days until a product is bought again, `popular` the products that most customers of a segment
    bought (`""` is everybody). `customers` bought something; `purchases` were read.
    """

    items: Sequence[int]
    weights: NDArray[np.float32]
    gaps: Mapping[int, int]
    popular: Mapping[str, Sequence[int]]
    customers: int
    purchases: int


def learn(baskets: Baskets, stepped: Callable[[int, int], None] = lambda _done, _total: None) -> Learnt:
    """Learn from what was gathered, which is used up; `stepped` hears how many steps of how many are done."""
    lines = baskets.sorted_lines()
    bought = baskets.bought(lines)
    gaps = _gaps(lines, baskets.items)
    read = len(lines)
    del lines
    stepped(1, 4)
    popular = _popular(bought, baskets)
    customers, kept = int(np.count_nonzero(np.diff(bought.indptr))), _kept(bought)
    weights = _weights(bought[:, kept], stepped) if len(kept) else np.zeros((0, 0), np.float32)
    return Learnt(
        items=baskets.items[kept].tolist(),
        weights=weights,
        gaps=gaps,
        popular=popular,
        customers=customers,
        purchases=read,
    )


def _weights(bought: csr_matrix, stepped: Callable[[int, int], None]) -> NDArray[np.float32]:
    counted = ease.pairs(bought)
    stepped(2, 4)
    penalty = ease.best_penalty(bought, counted)
    stepped(3, 4)
    weights = ease.solve(counted, penalty)
    stepped(4, 4)
    return weights


def _kept(bought: csr_matrix) -> NDArray[np.intp]:
    """The products that get weights, by their numbers; none when customers with several products are too few."""
    if np.count_nonzero(np.diff(bought.indptr) > 1) < FEW_CUSTOMERS:
        return np.array([], np.intp)
    buyers = _buyers(bought)
    most = np.argsort(-buyers, kind="stable")[:MOST_ITEMS]
    return np.sort(most[buyers[most] >= FEW_BUYERS])


def _buyers(bought: csr_matrix) -> NDArray[np.float32]:
    return np.asarray(bought.sum(axis=0), np.float32).ravel()


def _popular(bought: csr_matrix, baskets: Baskets) -> dict[str, list[int]]:
    """The most bought products of everybody, and of each segment with enough customers."""
    items, members = baskets.items, baskets.members()
    active = (np.diff(bought.indptr) > 0).astype(np.float32)
    sizes, counts = members @ active, (members @ bought).tocsr()
    listed = {EVERYBODY: _listed(items, _buyers(bought))}
    for name, number in baskets.segments.items():
        if sizes[number] >= FEW_OF_A_SEGMENT:
            listed[name] = _listed(items, counts[number].toarray().ravel())
    return listed


def _listed(items: NDArray[np.int64], buyers: NDArray[np.float32]) -> list[int]:
    most = np.argsort(-buyers, kind="stable")[:LISTED]
    chosen: list[int] = items[most[buyers[most] > 0]].tolist()
    return chosen


def _gaps(lines: NDArray[np.int64], items: NDArray[np.int64]) -> dict[int, int]:
    """The median days from one purchase of a product to somebody's next, where there are enough of them."""
    baskets = lines // DAYS
    passed = np.diff(lines)  # within one basket, days
    again = (np.diff(baskets) == 0) & (passed > 0)
    what, passed = baskets[1:][again] % max(1, len(items)), passed[again]
    order = np.lexsort((passed, what))
    what, passed = what[order], passed[order]
    numbers, starts, sizes = np.unique(what, return_index=True, return_counts=True)
    enough = sizes >= FEW_GAPS
    middles = passed[starts[enough] + sizes[enough] // 2]
    return dict(zip(items[numbers[enough]].tolist(), middles.tolist(), strict=True))
