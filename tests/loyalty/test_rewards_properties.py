"""Whatever members, tills and clocks do: no piece is lost or had twice, and every point can be accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from loyalty import ledger, rewards, vouchers
from loyalty.programme import Reward
from loyalty.rewards import Reserved
from loyalty.vouchers import Cancelled, Redeemed, Voucher
from store.tables import rewards as rewards_table
from tests.conftest import NOON, SECRET
from tests.loyalty.members import ledger_in_memory
from tests.loyalty.shop import balance, code_of, members, open_shop

PRICE, STOCK, POINTS, MEMBERS = 10, 4, 35, 3
who = st.integers(0, MEMBERS - 1)
which = st.integers(0, 30)


class Shop(RuleBasedStateMachine):
    """Three members want the same few mugs. The model knows who holds what."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.count = 0
        self.held: dict[str, tuple[int, dt.datetime]] = {}
        self.paid: dict[str, int] = {}
        self.ended: list[str] = []
        self.voucher_of: dict[str, Voucher] = {}
        self.used: dict[str, str] = {}

    @initialize()
    def open(self) -> None:
        self.entered = ledger_in_memory()
        self.connection = self.entered.__enter__()
        open_shop(self.connection, [Reward("mug", "A mug", PRICE, stock=STOCK)])
        self.contacts = members(self.connection, *[POINTS] * MEMBERS)

    def teardown(self) -> None:
        self.entered.__exit__(None, None, None)

    def key(self, keys: Iterable[str], place: int) -> str:
        known = sorted(keys)
        return known[place % len(known)] if known else ""

    @rule(member=who)
    def reserve(self, member: int) -> None:
        self.count += 1
        key = f"r{self.count:04}"
        taken = len(self.held) + len(self.paid)
        spent = sum(each == member for each, _ in self.held.values()) + sum(
            each == member for each in self.paid.values()
        )
        answer = rewards.reserve(self.connection, self.contacts[member], "mug", key=key, now=self.now)
        assert isinstance(answer, Reserved) == (taken < STOCK and POINTS - spent * PRICE >= PRICE)
        if isinstance(answer, Reserved):
            self.held[key] = member, answer.until

    @rule(place=which)
    def confirm(self, place: int) -> None:
        key = self.key({**self.held, **self.paid}, place) or self.key(self.ended, place)
        answer = rewards.confirm(self.connection, SECRET, key, self.now)
        in_time = key in self.paid or (key in self.held and self.held[key][1] > self.now)
        assert isinstance(answer, Voucher) == in_time
        member, _until = self.held.pop(key, (-1, self.now))
        if not isinstance(answer, Voucher):
            self.ended.append(key)
        elif key not in self.paid:
            self.paid[key], self.voucher_of[key] = member, answer

    @rule(place=which)
    def give_up(self, place: int) -> None:
        key = self.key({**self.held, **self.paid}, place)
        rewards.give_up(self.connection, key, self.now)
        if self.held.pop(key, None):
            self.ended.append(key)

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)
        while ledger.release_expired(self.connection, self.now, 2):
            pass
        for key in [key for key, (_member, until) in self.held.items() if until <= self.now]:
            del self.held[key]
            self.ended.append(key)

    @rule(place=which)
    def redeem(self, place: int) -> None:
        if key := self.key(self.paid, place):
            self.count += 1
            code = code_of(self.connection, self.voucher_of[key])
            at_till = f"till{self.count}"
            answer = vouchers.redeem(
                self.connection, SECRET, code, key=at_till, branch_id=None, by="", now=self.now
            )
            assert isinstance(answer, Redeemed) == (key not in self.used)
            self.used.setdefault(key, at_till)

    @rule(place=which)
    def undo(self, place: int) -> None:
        if key := self.key(self.used, place):
            vouchers.undo_redeem(self.connection, self.used.pop(key), self.now)

    @rule(place=which)
    def cancel(self, place: int) -> None:
        if key := self.key(self.paid, place):
            contact = self.contacts[self.paid[key]]
            public_id = self.voucher_of[key].public_id
            answer = vouchers.cancel(self.connection, contact, public_id, key=f"c{key}", now=self.now)
            assert isinstance(answer, Cancelled) == (key not in self.used)
            if isinstance(answer, Cancelled):
                del self.paid[key]

    @invariant()
    def every_piece_and_every_point_is_somewhere(self) -> None:
        left = self.connection.scalar(sa.select(rewards_table.c.stock))
        assert left == STOCK - len(self.held) - len(self.paid)
        for member, contact in enumerate(self.contacts):
            had = sum(each == member for each, _ in self.held.values())
            had += sum(each == member for each in self.paid.values())
            assert balance(self.connection, contact, self.now) == POINTS - had * PRICE

    @invariant()
    def the_ledger_is_sound(self) -> None:
        assert ledger.audit(self.connection) == []


Shop.TestCase.settings = settings(max_examples=25, stateful_step_count=40)
TestShop = Shop.TestCase
