"""Transactions that meet at one member on PostgreSQL: none waits for one that waits for it, and no points stray."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from loyalty import claims, ledger, purchases
from loyalty.claims import Approved
from loyalty.ledger import Earning, Held
from loyalty.programme import Programme
from loyalty.purchases import Purchase, Refunded, UnknownPurchase
from loyalty.till import earning
from loyalty.till.earning import Bought
from loyalty.till.members import NoMember
from loyalty.till.presses import Press
from store import contacts as people
from store import members, staff
from store.staff_sessions import Staff
from store.tables import accounts, contacts
from tests.conftest import NOON, SECRET
from tests.store.rows import add_contact

RULES = Programme()


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    # Only what waits for its own caller ever waits so long.
    made = sa.create_engine(postgres_url, connect_args={"options": "-c lock_timeout=2000"})
    yield made
    made.dispose()


@contextmanager
def begun_meanwhile(engine: Engine, work: Callable[[Connection], object]) -> Iterator[list[object]]:
    """Another transaction that is under way: it has ended, or waits for a lock. Its answer is there at the end."""
    answers, pid = list[object](), list[int]()

    def run() -> None:
        with engine.begin() as connection:
            pid.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
            answers.append(work(connection))

    thread = threading.Thread(target=run)
    thread.start()
    waits = sa.text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while thread.is_alive() and not (pid and looking.scalar(waits, {"pid": pid[0]})):
            pass
    yield answers
    thread.join()


def member(engine: Engine, sender: str, points: int = 50) -> int:
    with engine.begin() as connection:
        made = add_contact(connection, sender, NOON)
        if points:
            ledger.earn(connection, [Earning(f"earned:{sender}", made, points, NOON)])
    return made


def bought(contact: int, key: str = "p") -> Purchase:
    return Purchase(key, contact, NOON, 1, 1_000, "MYR")


def owners(engine: Engine) -> list[tuple[int, int]]:
    with engine.connect() as connection:
        found = sa.select(accounts.c.contact_id, accounts.c.balance).where(accounts.c.id > 0)
        return [(row[0], row[1]) for row in connection.execute(found)]


def test_a_till_and_a_turn_of_one_member_do_not_wait_for_each_other(engine: Engine) -> None:
    contact = member(engine, "a")
    with engine.begin() as turn:
        people.lock_chat(turn, contact)
        with engine.begin() as till:
            purchases.record(till, [bought(contact)], RULES)
        until = NOON + dt.timedelta(minutes=15)
        assert ledger.hold(turn, contact, 60, key="h", at=NOON, until=until) == Held("h", 60, until)


def test_a_card_that_is_linked_just_then_takes_no_points_at_its_old_contact(engine: Engine) -> None:
    old, chat = member(engine, "old"), member(engine, "chat", 0)
    with engine.begin() as connection:
        account = staff.add(connection, "till@shop.example", "Till", "cashier", "en", NOON)
        assert account is not None
        public_id = connection.scalar(sa.select(contacts.c.public_id).where(contacts.c.id == old))
    cashier = Staff(
        id=account.id, public_id=account.public_id, email="", name="", role="cashier",
        language="en", branch_id=None, csrf="", session="", seen_at=NOON,
    )  # fmt: skip

    def press(connection: Connection) -> object:
        found = Press("press-one", cashier, None, SECRET, "", NOON)
        return earning.earn(connection, found, Bought(public_id or "", 1_000))

    with engine.connect() as linking:
        members.link(linking, chat, old, NOON)
        with begun_meanwhile(engine, press) as answers:
            linking.commit()
    assert answers == [NoMember()]
    assert owners(engine) == [(chat, 50)]


def test_a_claim_that_is_approved_while_its_card_is_linked_goes_along(engine: Engine) -> None:
    old, chat = member(engine, "old"), member(engine, "chat", 0)
    with engine.begin() as connection:
        claim = claims.file(connection, old, "R-1", "", NOON)
    assert isinstance(claim, claims.Filed)

    def approve(connection: Connection) -> object:
        return claims.approve(connection, claim.number, 1_000, NOON, None, None, NOON)

    with engine.connect() as linking:
        members.link(linking, chat, old, NOON)
        with begun_meanwhile(engine, approve) as answers:
            linking.commit()
    assert answers == [Approved(10)]
    assert owners(engine) == [(chat, 60)]


def test_a_purchase_that_comes_in_just_then_is_not_refunded_without_its_points(engine: Engine) -> None:
    contact = member(engine, "a", 0)
    with engine.begin() as refunding:
        driver: Any = refunding.connection.driver_connection

        class FirstLook(psycopg.Cursor[Any]):
            def execute(self, *statement: Any, **more: Any) -> Any:
                driver.cursor_factory = psycopg.Cursor
                looked = super().execute(*statement, **more)
                with engine.begin() as till:
                    purchases.record(till, [bought(contact)], RULES)
                return looked

        driver.cursor_factory = FirstLook
        assert purchases.refund(refunding, "p", None, key="r", at=NOON) == UnknownPurchase()
        assert purchases.refund(refunding, "p", None, key="r", at=NOON) == Refunded(10, 0, 1_000)
