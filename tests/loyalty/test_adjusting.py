"""Points given and taken by hand: by one person up to a limit, above it by two, and the ledger stays sound."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import adjusting, ledger
from loyalty.adjusting import Adjusted, Declined, Gone, NeedsSecond, NotWaiting, SamePerson
from loyalty.ledger import KeyReused, Refused, Spent
from store import staff
from store.database import Database
from store.tables import accounts, adjustments, contacts, entries, lots
from tests.conftest import NOON
from tests.loyalty.members import make_contacts, spend
from tests.loyalty.threads import THREADS, at_once, transactions

LIMIT = 100


class Shop:
    """One customer with 300 points, and two people who work here."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        [self.customer] = make_contacts(connection, 1)
        self.first, self.second = (
            made.id
            for name in ("Mei", "Ali")
            if (made := staff.add(connection, f"{name}@shop.test", name, "admin", "en", NOON)) is not None
        )
        for key, points, day in (("old", 200, -2), ("new", 100, -1)):
            at = NOON + dt.timedelta(days=day)
            ledger.earn(connection, [ledger.Earning(key, self.customer, points, at)])

    def adjust(self, points: int, public_id: str = "a", now: dt.datetime = NOON, **more: int) -> object:
        given = {"staff_id": self.first, "limit": LIMIT, **more}
        return adjusting.adjust(
            self.connection, self.customer, points, "a cup fell", public_id=public_id, now=now, **given
        )

    def approve(self, public_id: str = "a", staff_id: int | None = None) -> object:
        return adjusting.approve(self.connection, public_id, staff_id or self.second, NOON)

    def balance(self) -> int:
        assert ledger.audit(self.connection) == []
        return ledger.account_of(self.connection, self.customer, NOON).balance


async def test_what_one_person_gives_and_takes_up_to_the_limit_is_moved_at_once(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        assert shop.adjust(60) == Adjusted(60, 360)
        assert shop.adjust(-40, "b") == Adjusted(-40, 320)
        assert shop.adjust(60) == Adjusted(60, 320), "the same form again moves nothing"
        left = sa.select(lots.c.left).order_by(lots.c.earned_at, lots.c.id)
        assert connection.scalars(left).all() == [160, 100, 60], "what is taken comes from the oldest"
        told = ledger.history(connection, shop.customer, 1, 2).lines
        assert [(line.kind, line.points) for line in told] == [("deduct", -40), ("adjust", 60)]
        assert shop.balance() == 320

    await database.transact(work)


async def test_above_the_limit_a_second_person_decides_and_never_the_first(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        assert shop.adjust(LIMIT + 1) == NeedsSecond("a")
        assert shop.balance() == 300
        assert shop.approve(staff_id=shop.first) == SamePerson()
        assert adjusting.decline(connection, "a", shop.first, NOON) == SamePerson()
        assert shop.balance() == 300
        assert shop.approve() == Adjusted(101, 401)
        assert shop.approve() == NotWaiting()
        assert shop.adjust(LIMIT + 1) == Adjusted(101, 401), "the same form again says what became of it"
        assert shop.adjust(-LIMIT - 1, "b") == NeedsSecond("b")
        assert adjusting.decline(connection, "b", shop.second, NOON) == Declined()
        assert (shop.approve("b"), shop.approve("never there")) == (NotWaiting(), NotWaiting())
        assert shop.balance() == 401

    await database.transact(work)


async def test_small_steps_within_a_day_do_not_get_around_the_limit(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        assert isinstance(shop.adjust(60), Adjusted)
        assert isinstance(shop.adjust(-50, "b"), NeedsSecond)
        assert isinstance(shop.adjust(50, "c", staff_id=shop.second), Adjusted)
        assert isinstance(shop.adjust(60, "d", now=NOON + dt.timedelta(days=1, seconds=1)), Adjusted)

    await database.transact(work)


async def test_points_never_fall_below_zero_and_what_cannot_be_taken_goes_on_waiting(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        assert shop.adjust(-301) == Refused(300, 1)
        assert shop.adjust(-300) == NeedsSecond("a")
        assert isinstance(spend(connection, shop.customer, 1, key="cup"), Spent)
        assert shop.approve() == Refused(299, 1)
        ledger.gift(connection, shop.customer, 1, key="gift", at=NOON)
        assert shop.approve() == Adjusted(-300, 0)
        assert shop.balance() == 0

    await database.transact(work)


async def test_a_correction_pays_a_debt_first_and_opens_an_account(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        [stranger] = make_contacts(connection, 1)
        shop.customer = stranger
        assert shop.adjust(10) == Adjusted(10, 10)
        owing = accounts.c.contact_id == stranger
        member = connection.scalars(sa.select(accounts.c.id).where(owing)).one()
        connection.execute(accounts.update().where(owing).values(debt=15))
        owe = {"key": "owe", "kind": "owe", "debit_id": member, "credit_id": -1, "points": 15, "at": NOON}
        connection.execute(entries.insert().values(**owe))
        assert shop.adjust(20, "b") == Adjusted(20, 15)
        assert shop.balance() == 15

    await database.transact(work)


async def test_a_form_of_another_correction_is_refused_and_so_is_one_without_points(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        shop.adjust(5)
        with pytest.raises(KeyReused):
            shop.adjust(6)
        for points in (0, adjusting.MOST + 1):
            with pytest.raises(ValueError, match="up to a million"):
                shop.adjust(points, "b")

    await database.transact(work)


async def test_nothing_is_moved_for_who_was_erased_or_joined_with_another(database: Database) -> None:
    def work(connection: Connection) -> None:
        shop = Shop(connection)
        shop.adjust(500)
        connection.execute(contacts.update().where(contacts.c.id == shop.customer).values(erased_at=NOON))
        assert (shop.adjust(5, "b"), shop.approve()) == (Gone(), NotWaiting())
        assert shop.balance() == 300

    await database.transact(work)


@pytest.mark.slow
async def test_of_many_who_agree_at_once_one_does_and_redemptions_find_what_is_there(database: Database) -> None:
    shop = await database.transact(Shop)

    def ask(connection: Connection) -> None:
        shop.connection = connection
        assert shop.adjust(-250) == NeedsSecond("a")

    await database.transact(ask)
    with transactions(database) as transact:

        def one(number: int) -> object:
            if number % 2:
                return transact(lambda c: adjusting.approve(c, "a", shop.second, NOON))
            return transact(lambda c: spend(c, shop.customer, 30, key=f"cup:{number}"))

        outcomes = at_once(one)
    taken = 250 * sum(isinstance(each, Adjusted) for each in outcomes)
    spent = 30 * sum(isinstance(each, Spent) for each in outcomes)
    assert len(outcomes) == THREADS
    assert sum(isinstance(each, Adjusted) for each in outcomes) <= 1

    def check(connection: Connection) -> None:
        shop.connection = connection
        assert shop.balance() == 300 - taken - spent
        state = connection.scalars(sa.select(adjustments.c.state)).one()
        assert state == ("posted" if taken else "waiting")

    await database.read(check)
