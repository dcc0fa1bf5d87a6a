"""Whatever is earned, spent and expires, in whatever order, the ledger equals a simple model of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from loyalty import ledger
from loyalty.ledger import Earning, Refused, Spent
from tests.conftest import NOON
from tests.loyalty.members import ledger_in_memory, make_contacts, spend

MEMBERS = 3


@dataclass
class Lot:
    at: int
    expires: int | None
    left: int


@dataclass
class Model:
    """A member's points in plain lists; moments are days."""

    lots: list[Lot] = field(default_factory=list)

    def usable(self, today: int) -> list[Lot]:
        return sorted(
            (lot for lot in self.lots if lot.expires is None or lot.expires > today), key=lambda lot: lot.at
        )

    def balance(self, today: int) -> int:
        return sum(lot.left for lot in self.usable(today))

    def spend(self, points: int, today: int) -> bool:
        if self.balance(today) < points:
            return False
        for lot in self.usable(today):
            taken = min(lot.left, points)
            lot.left -= taken
            points -= taken
        return True

    def next_expiry(self, today: int) -> tuple[int | None, int]:
        dated = [lot for lot in self.usable(today) if lot.expires is not None and lot.left]
        first = min((lot.expires for lot in dated if lot.expires is not None), default=None)
        return first, sum(lot.left for lot in dated if lot.expires == first)


member = st.integers(0, MEMBERS - 1)
points = st.integers(1, 20)
days = st.integers(0, 6)
earnings = st.tuples(st.just("earn"), st.lists(st.tuples(member, points, days, st.none() | days), max_size=5))
spendings = st.tuples(st.just("spend"), st.tuples(member, points, st.booleans()))
expiries = st.tuples(st.just("expire"), st.integers(1, 4))
passing = st.tuples(st.just("pass"), st.integers(1, 3))
stories = st.lists(st.one_of(earnings, spendings, spendings, expiries, passing), max_size=25)


def moment(day: int) -> dt.datetime:
    return NOON + dt.timedelta(days=day)


@given(stories)
def test_every_story_keeps_the_books(story: list[tuple[str, object]]) -> None:
    with ledger_in_memory() as connection:
        Telling(connection).tell(story)


class Telling:
    """Tells a story to the ledger and to the model, and compares them after every step."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.contacts = make_contacts(connection, MEMBERS)
        self.models = [Model() for _ in range(MEMBERS)]
        self.today = 0
        self.serial = 0

    def tell(self, story: list[tuple[str, object]]) -> None:
        for what, details in story:
            getattr(self, what if what != "pass" else "move")(details)
            self.compare()

    def earn(self, batch: list[tuple[int, int, int, int | None]]) -> None:
        made = [self.earning(*each) for each in batch]
        assert ledger.earn(self.connection, made).added == len(batch)
        assert ledger.earn(self.connection, made).known == len(batch)

    def earning(self, who: int, points: int, ago: int, lasts: int | None) -> Earning:
        at = self.today - ago
        expires = None if lasts is None else at + lasts
        self.models[who].lots.append(Lot(at, expires, points))
        self.serial += 1
        expires_at = None if expires is None else moment(expires)
        return Earning(f"e{self.serial}", self.contacts[who], points, moment(at), expires_at=expires_at)

    def spend(self, details: tuple[int, int, bool]) -> None:
        who, points, twice = details
        self.serial += 1
        for _ in range(1 + twice):
            result = spend(
                self.connection, self.contacts[who], points, key=f"s{self.serial}", at=moment(self.today)
            )
        if self.models[who].spend(points, self.today):
            assert result == Spent(points, self.models[who].balance(self.today))
        else:
            available = self.models[who].balance(self.today)
            assert result == Refused(available, points - available)

    def expire(self, limit: int) -> None:
        while ledger.expire(self.connection, moment(self.today), limit):
            pass
        for model in self.models:
            model.lots = model.usable(self.today)

    def move(self, days: int) -> None:
        self.today += days

    def compare(self) -> None:
        assert ledger.audit(self.connection) == []
        for contact, model in zip(self.contacts, self.models, strict=True):
            account = ledger.account_of(self.connection, contact, moment(self.today))
            day, expiring = model.next_expiry(self.today)
            assert account.balance == model.balance(self.today)
            assert account.next_expiry == (None if day is None else moment(day).date())
            assert account.next_expiry_points == expiring
            lines = ledger.history(self.connection, contact, 1, 1_000).lines
            assert sum(line.points for line in lines) == sum(lot.left for lot in model.lots)


@given(st.lists(st.tuples(member, points, days, st.none() | days), max_size=12))
def test_one_set_and_one_by_one_are_the_same(batch: list[tuple[int, int, int, int | None]]) -> None:
    results = []
    for size in (len(batch) or 1, 1):
        with ledger_in_memory() as connection:
            telling = Telling(connection)
            for start in range(0, len(batch), size):
                telling.earn(batch[start : start + size])
            results.append([ledger.account_of(connection, contact, NOON) for contact in telling.contacts])
    assert results[0] == results[1]
