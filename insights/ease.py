"""EASE: what having bought one product says of each other one, in closed form.

Steck, Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019): of all matrices B with a zero diagonal, the
one that best gives back the purchases X from themselves (least squares, B's entries held small by a penalty) is
B = I - P diag(1 / diag P) with P = (XᵀX + penalty I)⁻¹. Row i of B is what product i says; a customer's scores are
the sum of the rows of what they bought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from insights.metrics import accuracy

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

PENALTY = 200.0  # where customers are too few to try out others
PENALTIES = (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0)
BLOCK = 50_000  # customers whose pairs of products are counted together
TRIED_ON, FEWEST, MANY = 2_000, 200, 5  # customers, at most and at least, of those who bought so many products
HELD_OUT = 0.2
PLACES = 10
SEED = 42


class NotSolvable(ArithmeticError):
    """The purchases could not be solved for; the penalty has to be above zero."""


def pairs(bought: csr_matrix) -> NDArray[np.float32]:
    """How many customers bought both, for every two products; exact up to 16 million customers."""
    counted = np.zeros((bought.shape[1], bought.shape[1]), np.float32)
    for start in range(0, bought.shape[0], BLOCK):
        block = bought[start : start + BLOCK]
        found = (block.T @ block).tocoo()
        counted[found.row, found.col] += found.data
    return counted


def solve(counted: NDArray[np.float32], penalty: float) -> NDArray[np.float32]:
    """B, from how often products were bought together; single floats serve (measured in docs/recommendations.md).

    Uses up `counted`: its memory holds the result. Raises NotSolvable.
    """
    from scipy.linalg import lapack

    size = len(counted)
    matrix = counted.T  # column by column, as LAPACK wants it; it is symmetric
    matrix[np.diag_indices(size)] += np.float32(penalty)
    matrix, failed = lapack.spotrf(matrix, lower=True, clean=False, overwrite_a=True)
    if not failed:
        matrix, failed = lapack.spotri(matrix, lower=True, overwrite_c=True)
    if failed:
        raise NotSolvable(f"The purchases could not be solved for with a penalty of {penalty}.")
    _mirror(matrix)
    matrix /= -np.diag(matrix).copy()
    np.fill_diagonal(matrix, 0)
    solved: NDArray[np.float32] = matrix
    return solved


def best_penalty(bought: csr_matrix, counted: NDArray[np.float32]) -> float:
    """The penalty that best finds again what was held out of some customers' purchases (nDCG at 10).

    PENALTY when there are too few customers with several products. Nothing but `bought` is looked at.
    """
    several = np.flatnonzero(np.diff(bought.indptr) >= MANY)
    if len(several) < FEWEST:
        return PENALTY
    random = np.random.default_rng(SEED)
    some = bought[np.sort(random.choice(several, min(TRIED_ON, len(several)), replace=False))]
    seen, held_out = _halves(some, random)
    without = counted - (some.T @ some).toarray() + (seen.T @ seen).toarray()
    best, most = PENALTY, -1.0
    for penalty in PENALTIES:
        found = accuracy(seen @ solve(without.copy(), penalty), seen, held_out, PLACES).ndcg
        if found < most:  # beyond the best one it only gets worse
            break
        best, most = penalty, found
    return best


def _halves(bought: csr_matrix, random: np.random.Generator) -> tuple[csr_matrix, csr_matrix]:
    """Purchases that are seen, and those held out."""
    out = random.random(bought.nnz) < HELD_OUT
    seen, held_out = bought.copy(), bought.copy()
    seen.data, held_out.data = np.where(out, 0, bought.data), np.where(out, bought.data, 0)
    seen.eliminate_zeros()
    held_out.eliminate_zeros()
    return seen, held_out


def _mirror(matrix: NDArray[np.float32]) -> None:
    """Copy what is below the diagonal to above it, some rows at a time."""
    step = 512
    for start in range(0, len(matrix), step):
        end = min(start + step, len(matrix))
        corner = matrix[start:end, start:end]
        corner[...] = np.tril(corner) + np.tril(corner, -1).T
        matrix[start:end, end:] = matrix[end:, start:end].T
