"""Everybody's purchases, gathered page by page into little memory: one whole number each, 80 MB for ten million."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from insights.segments import segments_of
from store.baskets import Line, Person

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

DAY_BITS = 16
DAYS = 1 << DAY_BITS  # since 1970, until 2149
EPOCH = 719_163  # 1 January 1970, as `date.toordinal` counts


class Baskets:
    """People, then their purchases; `items` are the ids of all products, in the order of their numbers here."""

    def __init__(self, goods: Iterable[int]) -> None:
        self.items = np.array(sorted(goods), np.int64)
        self.segments: dict[str, int] = {}
        self._ids: list[NDArray[np.int64]] = []
        self._members: list[NDArray[np.int64]] = []  # of people and segments, by their numbers here
        self._lines: list[NDArray[np.int64]] = []
        self._people = 0
        self._known = np.array([], np.int64)

    def add_people(self, page: Sequence[Person]) -> None:
        """Take people in, by id, each page after the one before."""
        members = [
            (number, self.segments.setdefault(name, len(self.segments)))
            for number, person in enumerate(page, self._people)
            for name in segments_of(person.kind, person.city, person.tier, person.language)
        ]
        self._members.append(np.array(members, np.int64).reshape(-1, 2))
        self._ids.append(np.fromiter((person.id for person in page), np.int64, len(page)))
        self._people += len(page)

    def add_lines(self, page: Sequence[Line]) -> None:
        """Take purchases in, once all people are in; those of people or products that are not, are left out."""
        if len(self._known) != self._people:
            self._known = np.concatenate(self._ids)
        size = len(page)
        who, those = _numbers(self._known, np.fromiter((line.contact_id for line in page), np.int64, size))
        what, sold = _numbers(self.items, np.fromiter((line.product_id for line in page), np.int64, size))
        days = np.fromiter((line.at.toordinal() - EPOCH for line in page), np.int64, size)
        lines = (who * len(self.items) + what) * DAYS + np.clip(days, 0, DAYS - 1)
        self._lines.append(lines[those & sold])

    def sorted_lines(self) -> NDArray[np.int64]:
        """All purchases, by person, product and day; what was gathered is given away, so that it is there once."""
        lines = np.concatenate(self._lines) if self._lines else np.array([], np.int64)
        self._lines.clear()
        lines.sort()
        return lines

    def members(self) -> csr_matrix:
        """Segments by people: 1 where somebody belongs."""
        from scipy.sparse import csr_matrix

        both = np.concatenate(self._members) if self._members else np.zeros((0, 2), np.int64)
        ones = np.ones(len(both), np.float32)
        return csr_matrix((ones, (both[:, 1], both[:, 0])), (len(self.segments), self._people))

    def bought(self, lines: NDArray[np.int64]) -> csr_matrix:
        """People by products: 1 where somebody bought one, however often; `lines` as `sorted_lines` has them."""
        from scipy.sparse import csr_matrix

        basket = np.unique(lines // DAYS)  # one of somebody and something each
        who, what = np.divmod(basket, max(1, len(self.items)))
        starts = np.searchsorted(who, np.arange(self._people + 1))
        shape = (self._people, len(self.items))
        return csr_matrix((np.ones(len(basket), np.float32), what.astype(np.int32), starts.astype(np.int32)), shape)


def _numbers(known: NDArray[np.int64], ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The places of ids among those known, which are sorted, and whether they are there."""
    if not len(known):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return places, known[places] == ids
