"""Whatever happens to points, in whatever order, the ledger equals a plain model of it and can be rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from loyalty import ledger, purchases
from loyalty.ledger import Earning, KeyReused
from loyalty.programme import Earn, Programme
from loyalty.purchases import Purchase
from tests.loyalty.members import ledger_in_memory, make_contacts, moment
from tests.loyalty.model import Bought, Hold, Lot, Model, answer

MEMBERS = 3
AUDITED_EVERY = 100

who = st.integers(0, MEMBERS - 1)
few = st.integers(1, 20)
days = st.integers(0, 3)
lasts = st.sampled_from((None, None, 0, 3, 8, 15))
waits = st.sampled_from((None, None, None, 1, 4))
any_of = st.integers(0, 30)


class Ledger(RuleBasedStateMachine):
    """Every movement there is, each checked against the model at once."""

    walked = 0  # steps of all stories

    @initialize()
    def begin(self) -> None:
        self.memory = ExitStack()
        self.connection = self.memory.enter_context(ledger_in_memory())
        self.contacts = make_contacts(self.connection, MEMBERS)
        # Opened in their order, so that accounts are known by it.
        ledger.open_accounts(self.connection, dict.fromkeys(self.contacts, moment(0)))
        driver: Any = self.connection.connection.driver_connection
        self.driver = driver
        self.accounts = [row[0] for row in driver.execute("SELECT id FROM accounts WHERE id > 0 ORDER BY id")]
        self.model = Model(MEMBERS)
        self.today = self.steps = self.serial = 0
        self.holds: list[Hold] = []
        self.bought: list[tuple[str, Bought]] = []
        self.again: Callable[[], object] | None = None

    def key(self) -> str:
        self.serial += 1
        return f"k{self.serial}"

    def do(self, expected: object, move: Callable[[], object]) -> None:
        """Make a movement that may be repeated: the same key gives the same answer."""
        assert move() == expected
        self.again, self.expected = move, expected

    @rule(who=who, points=few, ago=days, lasts=lasts, waits=waits, gift=st.booleans())
    def earn(self, who: int, points: int, ago: int, lasts: int | None, waits: int | None, gift: bool) -> None:
        at = self.today - ago
        expires, waits_until = None if lasts is None else at + lasts, None if waits is None or gift else at + waits
        self.model.earn(who, Lot(at, expires, points, waits_until))
        made = Earning(
            self.key(),
            self.contacts[who],
            points,
            moment(at),
            expires_at=moment(expires),
            matures_at=moment(waits_until),
            gift=gift,
        )
        assert ledger.earn(self.connection, [made]) == ledger.Earned(1, 0, points)
        self.again, self.expected = lambda: ledger.earn(self.connection, [made]), ledger.Earned(0, 1, 0)

    @rule(who=who, amount=st.integers(0, 30), ago=days, waits=waits)
    def buy(self, who: int, amount: int, ago: int, waits: int | None) -> None:
        key, at, each = self.key(), self.today - ago, 3
        rules = Programme(earn=Earn(points=each, every=2, pending_days=waits or 0))
        earned = amount // 2 * each
        bought = Bought(who, amount, earned, at)
        if earned:
            self.model.earn(who, Lot(at, None, earned, at + waits if waits else None, bought))
        made = Purchase(key, self.contacts[who], moment(at), 1, amount, rules.currency)
        assert purchases.record(self.connection, [made], rules).points == earned
        assert purchases.points_of(self.connection, key) == earned
        self.bought.append((key, bought))
        self.again = None

    @precondition(lambda self: self.bought)
    @rule(which=any_of, part=st.none() | few)
    def refund(self, which: int, part: int | None) -> None:
        of, bought = self.bought[which % len(self.bought)]
        key, at = self.key(), moment(self.today)
        self.do(
            self.model.refund(bought, part, self.today),
            lambda: purchases.refund(self.connection, of, part, key=key, at=at),
        )

    @rule(who=who, points=few, lasts=days)
    def hold(self, who: int, points: int, lasts: int) -> None:
        key, at, until = self.key(), moment(self.today), moment(self.today + lasts)
        held = self.model.hold(key, who, points, self.today, self.today + lasts)
        if isinstance(held, Hold):
            self.holds.append(held)
        contact = self.contacts[who]
        self.do(
            answer(held) if isinstance(held, Hold) else held,
            lambda: ledger.hold(self.connection, contact, points, key=key, at=at, until=until),
        )

    @rule(who=who, share=st.integers(1, 4))
    def spend(self, who: int, share: int) -> None:
        """A fourth of what is there, or all of it, is held and spent at once."""
        if points := self.model.members[who].balance(self.today) * share // 4:
            self.hold(who, points, 1)
            self.post(-1, False)

    @rule(who=who, amount=few, part=st.none() | few)
    def buy_spend_and_bring_back(self, who: int, amount: int, part: int | None) -> None:
        self.buy(who, amount, 0, None)
        self.spend(who, 4)
        self.refund(-1, part)

    @precondition(lambda self: self.holds)
    @rule(which=any_of, gives=st.booleans())
    def post(self, which: int, gives: bool) -> None:
        hold, at = self.holds[which % len(self.holds)], moment(self.today)
        if hold.state in (("spent", "restored") if gives else ("donated",)):
            with pytest.raises(KeyReused):
                ledger.post(self.connection, hold.key, at, as_="donate" if gives else "spend")
            return
        self.do(
            self.model.post(hold, "donated" if gives else "spent", self.today),
            lambda: ledger.post(self.connection, hold.key, at, as_="donate" if gives else "spend"),
        )

    @precondition(lambda self: self.holds)
    @rule(which=any_of)
    def void(self, which: int) -> None:
        hold, at = self.holds[which % len(self.holds)], moment(self.today)
        self.do(self.model.void(hold, self.today), lambda: ledger.void(self.connection, hold.key, at))

    @precondition(lambda self: self.holds)
    @rule(which=any_of)
    def restore(self, which: int) -> None:
        hold, key, at = self.holds[which % len(self.holds)], self.key(), moment(self.today)
        if hold.state == "restored":
            with pytest.raises(KeyReused):
                ledger.restore(self.connection, hold.key, key=key, at=at)
            return
        self.do(
            self.model.restore(hold, self.today),
            lambda: ledger.restore(self.connection, hold.key, key=key, at=at),
        )

    @rule(passing=days)
    def let_time_pass(self, passing: int) -> None:
        """What is due happens in the order in which the jobs may look."""
        self.today += passing
        self.again = None
        now = moment(self.today)
        self.model.release(self.holds, self.today)
        ledger.release_expired(self.connection, now, 1_000)
        self.model.mature(self.today)
        ledger.mature(self.connection, now, 1_000)
        self.model.expire(self.today)
        while ledger.expire(self.connection, now, 2):
            pass

    @rule(passing=days)
    def let_time_pass_while_no_job_runs(self, passing: int) -> None:
        self.today += passing
        self.again = None

    @precondition(lambda self: self.again)
    @rule()
    def repeat(self) -> None:
        assert self.again is not None
        assert self.again() == self.expected

    @precondition(lambda self: self.serial)
    @rule(which=any_of, who=who)
    def reuse_a_key(self, which: int, who: int) -> None:
        """Keys of earnings and holds are entries' keys; with another movement they are refused."""
        key = f"k{1 + which % self.serial}"
        if self.driver.execute("SELECT 1 FROM entries WHERE key = ?", (key,)).fetchone():
            with pytest.raises(KeyReused):
                ledger.gift(self.connection, self.contacts[who], 1_000, key=key, at=moment(self.today))

    @invariant()
    def the_books_are_the_models(self) -> None:
        self.steps += 1
        Ledger.walked += 1
        stored = self.driver.execute(
            "SELECT balance, pending, held, debt FROM accounts WHERE id > 0 ORDER BY id"
        ).fetchall()
        assert stored == [member.pockets for member in self.model.members]
        lots = self.driver.execute(
            'SELECT account_id, earned_at, "left" FROM lots WHERE "left" > 0 ORDER BY account_id, earned_at, "left"'
        ).fetchall()
        assert [(account, left) for account, _, left in lots] == [
            (account, lot.left)
            for account, member in zip(self.accounts, self.model.members, strict=True)
            for lot in sorted(member.lots, key=lambda lot: (lot.at, lot.left))
            if lot.left
        ]
        for member in self.model.members:
            assert min(member.pockets) >= 0
        if self.steps % AUDITED_EVERY == 0:
            self.audit()

    def audit(self) -> None:
        assert ledger.audit(self.connection) == []
        owned = self.driver.execute("SELECT sum(balance + pending + held - debt) FROM accounts").fetchone()[0]
        business = self.driver.execute(
            "SELECT coalesce(sum(CASE WHEN credit_id < 0 THEN points ELSE 0 END)"
            " - sum(CASE WHEN debit_id < 0 THEN points ELSE 0 END), 0) FROM entries"
        ).fetchone()[0]
        assert owned + business == 0
        for contact, member in zip(self.contacts, self.model.members, strict=True):
            told = ledger.account_of(self.connection, contact, moment(self.today))
            assert (told.balance, told.pending, told.debt) == (
                member.balance(self.today),
                member.pockets[1],
                member.debt,
            )
            assert not (told.debt and told.balance)
            day, expiring = member.next_expiry(self.today)
            assert (told.next_expiry, told.next_expiry_points) == (day and moment(day).date(), expiring)
            lines = ledger.history(self.connection, contact, 1, 10_000).lines
            balance, pending, held, debt = member.pockets
            assert sum(line.points for line in lines) == balance + pending + held - debt

    def teardown(self) -> None:
        with self.memory:
            self.audit()


batches = st.lists(st.tuples(who, few, days, lasts, waits), max_size=12)


@given(batches)
def test_one_set_and_one_by_one_are_the_same(batch: list[tuple[int, int, int, int | None, int | None]]) -> None:
    results = []
    for size in (len(batch) or 1, 1):
        with ledger_in_memory() as connection:
            contacts = make_contacts(connection, MEMBERS)
            made = [
                Earning(
                    f"e{place}",
                    contacts[who],
                    points,
                    moment(-ago),
                    expires_at=None if lasts is None else moment(lasts - ago),
                    matures_at=None if waits is None else moment(waits - ago),
                )
                for place, (who, points, ago, lasts, waits) in enumerate(batch)
            ]
            for start in range(0, len(made), size):
                ledger.earn(connection, made[start : start + size])
            assert ledger.audit(connection) == []
            results.append([ledger.account_of(connection, contact, moment(0)) for contact in contacts])
    assert results[0] == results[1]


def test_a_short_story_keeps_the_books() -> None:
    run_state_machine_as_test(Ledger, settings=settings(max_examples=25, stateful_step_count=40))


@pytest.mark.slow
def test_a_hundred_thousand_steps_keep_the_books() -> None:
    walked = Ledger.walked
    run_state_machine_as_test(Ledger, settings=settings(max_examples=640, stateful_step_count=200))
    assert Ledger.walked - walked > 100_000
