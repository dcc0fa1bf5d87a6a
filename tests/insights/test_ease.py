"""What goes with what, in closed form: as the paper has it, and worth something."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from insights import ease
from insights.metrics import accuracy
from insights.weights import packed, said


def some_purchases(people: int, products: int, seed: int) -> csr_matrix:
    random = np.random.default_rng(seed)
    return csr_matrix((random.random((people, products)) < 0.3).astype(np.float32))


def by_the_book(bought: csr_matrix, penalty: float) -> np.ndarray:
    """Column by column, least squares with a penalty, the product itself left out: what the closed form solves."""
    dense = bought.toarray().astype(float)
    weights = np.zeros((dense.shape[1], dense.shape[1]))
    for product in range(dense.shape[1]):
        others = np.delete(np.arange(dense.shape[1]), product)
        seen = dense[:, others]
        normal = seen.T @ seen + penalty * np.eye(len(others))
        weights[others, product] = np.linalg.solve(normal, seen.T @ dense[:, product])
    return weights


@given(st.integers(2, 12), st.integers(0, 50), st.sampled_from([1.0, 20.0, 500.0]))
def test_the_closed_form_is_the_least_squares_it_stands_for(products: int, seed: int, penalty: float) -> None:
    bought = some_purchases(40, products, seed)
    solved = ease.solve(ease.pairs(bought), penalty)
    assert np.allclose(solved, by_the_book(bought, penalty), atol=1e-4)
    assert not np.diag(solved).any()


def test_pairs_are_counted_in_blocks_as_they_are_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bought = some_purchases(50, 9, 1)
    monkeypatch.setattr(ease, "BLOCK", 7)
    assert np.array_equal(ease.pairs(bought), (bought.T @ bought).toarray())


def test_a_matrix_larger_than_what_is_mirrored_at_once_is_whole() -> None:
    bought = some_purchases(900, 700, 2)
    counted = ease.pairs(bought)
    inverse = np.linalg.inv(counted.astype(float) + 50 * np.eye(700))
    expected = np.eye(700) - inverse / np.diag(inverse)
    assert np.allclose(ease.solve(counted, 50.0), expected, atol=1e-4)


def test_a_penalty_is_tried_out_only_where_customers_are_enough() -> None:
    few = some_purchases(ease.FEWEST - 1, 30, 3)
    assert ease.best_penalty(few, ease.pairs(few)) == ease.PENALTY
    many = some_purchases(400, 30, 3)
    before = ease.pairs(many)
    assert ease.best_penalty(many, before) in ease.PENALTIES
    assert np.array_equal(before, ease.pairs(many))


def test_a_penalty_of_nothing_is_refused_when_products_are_bought_by_the_same_people() -> None:
    twins = csr_matrix(np.ones((5, 2), np.float32))
    with pytest.raises(ease.NotSolvable):
        ease.solve(ease.pairs(twins), 0.0)


@given(st.lists(st.lists(st.floats(-1, 1, width=16), min_size=6, max_size=6), min_size=1, max_size=5))
def test_the_reason_is_the_purchase_that_gave_most(rows: list[list[float]]) -> None:
    items = list(range(100, 106))
    stored = [(number, packed(np.array(row)), 1.0) for number, row in enumerate(rows)]
    told = list(said(items, stored))
    sums = np.array(rows, np.float32).sum(axis=0)
    assert {product for product, _share, _by in told} == {100 + place for place in np.flatnonzero(sums > 0)}
    assert [share for _product, share, _by in told] == sorted((share for _p, share, _b in told), reverse=True)
    for product, _share, by in told:
        assert rows[by][product - 100] == max(row[product - 100] for row in rows)


def test_rows_of_another_model_say_nothing() -> None:
    assert list(said([1, 2, 3], [(1, packed(np.array([0.5, 0.5])), 1.0)])) == []


def test_figures_of_lists_are_those_counted_by_hand() -> None:
    scores = np.array([[5.0, 4.0, 3.0, 2.0], [1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 1.0, 1.0]])
    had = csr_matrix(np.array([[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    relevant = csr_matrix(np.array([[0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    found = accuracy(scores, had, relevant, 2)
    # The first is shown products 1 and 2 and finds one of two; the second 3 and 2, and finds nothing.
    second = 1 / np.log2(3)
    assert found.people == 2
    assert found.ndcg == pytest.approx(second / (1 + second) / 2)
    assert found.precision == pytest.approx(0.25)
    assert found.recall == pytest.approx(0.25)
    assert found.map == pytest.approx(0.5 / 2 / 2)
    assert found.map_at_k == pytest.approx(0.5 / 2 / 2)
