"""Nothing is redeemed after a freeze has committed; what comes in goes on."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import freezing, joining, ledger, rewards, vouchers
from loyalty.freezing import Frozen
from loyalty.ledger import Earning, Held, NotHeld, Spent
from loyalty.vouchers import NotRedeemable, Redeemed
from store import ledger_freezing
from store.database import Database
from store.tables import entries, voucher_uses
from tests.conftest import NOON, SECRET
from tests.loyalty.members import ledger_in_memory
from tests.loyalty.shop import balance, bought, code_of, members, open_shop
from tests.loyalty.threads import THREADS, at_once, transactions

UNTIL = NOON + dt.timedelta(minutes=15)


def redeem(connection: Connection, code: str, key: str = "till:1") -> Redeemed | NotRedeemable:
    return vouchers.redeem(connection, SECRET, code, key=key, branch_id=None, by="cashier", now=NOON)


def test_a_frozen_account_redeems_nothing_and_earns_and_can_be_let_go() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 500)
        code = code_of(connection, bought(connection, contact))
        assert isinstance(rewards.reserve(connection, contact, "coffee", key="r2", now=NOON), rewards.Reserved)
        assert freezing.freeze(connection, contact, "theft", NOON)
        assert not freezing.freeze(connection, contact, "again", NOON)
        assert vouchers.check(connection, SECRET, code, NOON).state == "frozen"
        assert redeem(connection, code) == NotRedeemable("frozen")
        assert rewards.confirm(connection, SECRET, "r2", NOON) == Frozen()
        assert rewards.reserve(connection, contact, "taster", key="r3", now=NOON) == Frozen()
        assert ledger.hold(connection, contact, 1, key="h", at=NOON, until=UNTIL) == Frozen()
        ledger.earn(connection, [Earning("more", contact, 7, NOON)])
        assert balance(connection, contact) == 407
        assert freezing.allow(connection, contact)
        assert not freezing.allow(connection, contact)
        assert isinstance(redeem(connection, code), Redeemed)


def test_what_was_redeemed_before_is_answered_as_before() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 500)
        code = code_of(connection, bought(connection, contact))
        used = redeem(connection, code)
        freezing.freeze(connection, contact, "theft", NOON)
        assert redeem(connection, code) == used
        assert isinstance(rewards.confirm(connection, SECRET, "r1", NOON), vouchers.Voucher)


def test_a_freeze_goes_with_the_points_of_whom_it_is_when_two_are_one() -> None:
    with ledger_in_memory() as connection:
        gone, kept = members(connection, 10, 10)
        freezing.freeze(connection, gone, "theft", NOON)
        joining.join(connection, gone, kept, "j", NOON)
        assert ledger_freezing.of_contact(connection, kept) == ledger_freezing.of_contact(connection, gone)


async def test_of_64_threads_none_redeems_once_a_freeze_has_committed(database: Database) -> None:
    def prepare(connection: Connection) -> tuple[int, list[str]]:
        open_shop(connection)
        [contact] = members(connection, 20_000)
        codes = [code_of(connection, bought(connection, contact, key=f"r{number}")) for number in range(THREADS)]
        return contact, codes

    contact, codes = await database.transact(prepare)
    committed = threading.Event()

    def spend(connection: Connection, number: int) -> bool:
        """Whether it was redeemed; while it holds the account nobody may have frozen it."""
        if number % 2:
            won = isinstance(redeem(connection, codes[number], f"till:{number}"), Redeemed)
        else:
            held = ledger.hold(connection, contact, 10, key=f"h{number}", at=NOON, until=UNTIL)
            assert isinstance(held, Held | Frozen)
            spent = ledger.post(connection, f"h{number}", NOON)
            assert isinstance(spent, Spent | NotHeld)
            won = isinstance(spent, Spent)
        assert not won or ledger_freezing.of_contact(connection, contact) is None
        return won

    def compete() -> Counter[str]:
        with transactions(database) as transact:

            def act(number: int) -> str:
                if number == THREADS // 4:
                    transact(lambda connection: freezing.freeze(connection, contact, "theft", NOON))
                    committed.set()
                    return "froze"
                late = committed.is_set()
                won = transact(lambda connection: spend(connection, number))
                assert not (late and won)
                return "won" if won else "refused"

            return Counter(at_once(act))

    found = await asyncio.to_thread(compete)
    assert found["froze"] == 1
    assert sum(found.values()) == THREADS

    def redeemed(connection: Connection) -> int:
        uses = connection.scalar(sa.select(sa.func.count()).select_from(voucher_uses)) or 0
        spent = sa.select(sa.func.count()).select_from(entries).where(entries.c.key.like("post:h%"))
        return uses + (connection.scalar(spent) or 0)

    assert await database.read(redeemed) == found["won"]
