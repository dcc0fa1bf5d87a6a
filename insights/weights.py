"""Rows of a model as they are stored (half floats), and what several of them say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF = np.dtype("<f2")  # the same bytes on every machine


def packed(row: NDArray[np.floating]) -> bytes:
    """A row as it is stored: two bytes a product. What is beyond half floats' range becomes their largest."""
    largest = np.finfo(HALF).max
    stored: bytes = np.clip(row, -largest, largest).astype(HALF).tobytes()
    return stored


def said(items: Sequence[int], rows: Sequence[tuple[int, bytes, float]]) -> Iterator[tuple[int, float, int]]:
    """The products of which rows speak well together, the best first.

    `rows` are products, their stored weights in the order of `items`, and how much each counts. Yields the product,
    its score as a share of the best one's, and the product of the row that gave most of it. A row of another length
    than `items` is of another model, and left out.
    """
    fitting = [each for each in rows if len(each[1]) == HALF.itemsize * len(items)]
    if not fitting:
        return
    stack = np.stack([np.frombuffer(weights, HALF) for _product, weights, _counts in fitting]).astype(np.float32)
    stack *= np.array([counts for _product, _weights, counts in fitting], np.float32)[:, None]
    scores = stack.sum(axis=0)
    best = float(scores.max(initial=0.0))
    for place in np.argsort(-scores, kind="stable"):
        score = float(scores[place])
        if score <= 0:
            return
        yield items[place], score / best, fitting[int(stack[:, place].argmax())][0]
