"""What the till does is told to the customer in their chat and their language, and so is what it takes back."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import vouchers
from loyalty.till import earning, redeeming, undoing
from loyalty.till.earning import Bought
from loyalty.till.presses import Done, Press
from store import staff
from store.database import Database
from store.staff_sessions import Staff
from store.tables import contacts, due, rewards
from tests.conftest import NOON, SECRET
from tests.handlers.house import Customer, TestHouse


def cashier(connection: Connection) -> Staff:
    account = staff.add(connection, "till@shop.example", "Till", "cashier", "en", NOON)
    assert account is not None
    return Staff(
        id=account.id, public_id=account.public_id, email=account.email, name=account.name, role="cashier",
        language="en", branch_id=None, csrf="", session="", seen_at=NOON,
    )  # fmt: skip


async def told(house: TestHouse, customer: Customer) -> list[str]:
    """Let what is due happen; what the customer reads."""
    house.now += dt.timedelta(seconds=1)
    for row in await house.rows(sa.select(due.c.id).where(due.c.kind == "flow").order_by(due.c.id)):
        await house.turn.fall_due(row.id)
    return await customer.answers()


@pytest.fixture
async def house(database: Database) -> TestHouse:
    return TestHouse(database)


async def test_points_and_vouchers_are_told_when_they_move_and_when_that_is_undone(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("selamat pagi, apa khabar")
    await customer.types("menu")
    (member,) = await house.rows(sa.select(contacts.c.id, contacts.c.public_id))
    person = await house.database.transact(cashier)

    def press() -> Press:
        return Press(secrets.token_hex(8), person, None, SECRET, "", house.now)

    def voucher(connection: Connection) -> str:
        connection.execute(rewards.insert().values(code="c", name="Coffee", names={"ms": "Kopi"}, points=1))
        issued = vouchers.issue(connection, SECRET, member.id, "c", key="v", now=house.now)
        return vouchers.code_of(connection, SECRET, issued.public_id) or ""

    bought = Bought(member.public_id, 1250)
    earned = await house.database.transact(lambda connection: earning.earn(connection, press(), bought))
    code = await house.database.transact(voucher)
    used = await house.database.transact(lambda connection: redeeming.redeem(connection, press(), code))
    assert isinstance(earned, Done)
    assert isinstance(used, Done)
    first = " ".join(await told(house, customer))
    assert "12 mata ganjaran" in first
    assert "Kopi" in first
    for action in (earned.action, used.action):
        await house.database.transact(partial(undoing.undo, press=press(), action=action))
    second = " ".join(await told(house, customer))
    assert "menarik balik 12 mata" in second
    assert "Kopi" in second
