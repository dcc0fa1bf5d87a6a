"""How good ranked lists are against what people really chose: nDCG, average precision, precision and recall at k.

As the public `recommenders` benchmark has them (recommenders/evaluation/python_evaluation.py): what is relevant is
relevant, whatever the rating; people without anything relevant are left out; products they had are not ranked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix


class Accuracy(msgspec.Struct, frozen=True, kw_only=True):
    """Means over people, each from 0 to 1. `map_at_k` divides by what could be found in k places, `map` by all."""

    ndcg: float
    map_at_k: float
    map: float
    precision: float
    recall: float
    people: int


def accuracy(scores: NDArray[np.floating], had: csr_matrix, relevant: csr_matrix, k: int) -> Accuracy:
    """How well scores (people by products) rank what is relevant, above all else but what people had."""
    shown = np.array(scores, np.float32)
    shown[had.nonzero()] = -np.inf
    top = np.argsort(-shown, axis=1, kind="stable")[:, :k]
    actual = np.asarray((relevant > 0).sum(axis=1)).ravel()
    hits = np.take_along_axis((relevant > 0).toarray(), top, axis=1)[actual > 0].astype(float)
    # What is left when somebody had nearly everything was not really recommended.
    hits *= np.isfinite(np.take_along_axis(shown, top, axis=1)[actual > 0])
    actual = actual[actual > 0]
    if not len(actual):
        return Accuracy(ndcg=0.0, map_at_k=0.0, map=0.0, precision=0.0, recall=0.0, people=0)
    found, possible = hits.sum(axis=1), np.minimum(actual, k)
    discount = 1 / np.log2(np.arange(2, k + 2))
    precisions = (np.cumsum(hits, axis=1) / np.arange(1, k + 1) * hits).sum(axis=1)
    return Accuracy(
        ndcg=float(np.mean(hits @ discount / np.cumsum(discount)[possible - 1])),
        map_at_k=float(np.mean(precisions / possible)),
        map=float(np.mean(precisions / actual)),
        precision=float(np.mean(found / k)),
        recall=float(np.mean(found / actual)),
        people=len(actual),
    )
