"""CDNOW's customers through the whole programme: import, tiers, expiry, and a redemption at the till.

What the house says of 69,659 purchases is compared with what a few lines of plain Python say of the same file.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.importing import import_file
from loyalty import applying, ledger, programme_file, rewards, vouchers
from loyalty.till import redeeming
from loyalty.till.presses import Done, Press
from loyalty.till.redeeming import Shown
from scheduler.jobs import JOBS
from store import staff
from store.database import Database
from store.staff_sessions import Staff
from store.tables import accounts, contacts
from tests.bot.importing_files import cdnow
from tests.conftest import SECRET

NOW = dt.datetime(1998, 7, 1, 12, tzinfo=dt.UTC)
THRESHOLDS = {"member": 0, "silver": 100, "gold": 400}
YEAR = dt.timedelta(days=365)
PROGRAMME = """
business: CDNOW
currency: USD
earn:
  points: 1
  every: 1.00
  expiry_months: 12
tiers:
  fall: earned
  levels:
    - {code: member, name: Member, threshold: 0}
    - {code: silver, name: Silver, threshold: 100}
    - {code: gold, name: Gold, threshold: 400}
rewards:
  - {code: album, name: An album of your choice, points: 150, valid_days: 30}
"""


@pytest.mark.slow
async def test_real_purchases_carry_through_tiers_expiry_and_a_redemption_at_the_till(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    rules, bought = programme_file.read(PROGRAMME.encode()), _bought()
    await database.transact(
        lambda connection: applying.apply(
            connection, rules, text=PROGRAMME, by="owner", at=NOW - 3 * YEAR, zone=dt.UTC
        )
    )
    report = await import_file(database, "purchases", cdnow(), now=NOW)
    assert report.points == sum(points for each in bought.values() for _, points in each)

    for name in ("expire_points", "review_tiers"):
        while await JOBS[name].chunk(database, NOW):
            pass
    left = {number: sum(points for day, points in each if _later(day) > NOW) for number, each in bought.items()}
    assert await database.read(_balances) == {number: points for number, points in left.items() if points}
    assert await database.read(_tiers) == Counter(_tier(each) for each in bought.values())

    best = max(left, key=lambda number: left[number])
    await database.transact(lambda connection: _redeem(connection, best, left[best]))
    assert await database.read(ledger.audit) == []
    database.close()


def _redeem(connection: Connection, number: str, balance: int) -> None:
    """The best customer takes an album in the chat; the cashier redeems it, and not a second time."""
    contact = connection.scalar(sa.select(contacts.c.id).where(contacts.c.number == number))
    assert contact is not None
    assert isinstance(rewards.reserve(connection, contact, "album", key="r", now=NOW), rewards.Reserved)
    voucher = rewards.confirm(connection, SECRET, "r", NOW)
    assert isinstance(voucher, vouchers.Voucher)
    code = vouchers.code_of(connection, SECRET, voucher.public_id)
    assert code is not None
    first = redeeming.redeem(connection, _press(connection, "first"), code)
    assert isinstance(first, Done)
    assert first.reward == "An album of your choice"
    assert ledger.account_of(connection, contact, NOW).balance == balance - 150
    assert redeeming.redeem(connection, _press(connection, "first"), code) == first
    again = redeeming.redeem(connection, _press(connection, "second"), code)
    assert isinstance(again, Shown)
    assert again.state == "used"


def _press(connection: Connection, key: str) -> Press:
    account = staff.by_email(connection, "till@shop.example") or staff.add(
        connection, "till@shop.example", "Till", "cashier", "en", NOW
    )
    assert account is not None
    cashier = Staff(
        id=account.id, public_id=account.public_id, email=account.email, name=account.name, role="cashier",
        language="en", branch_id=None, csrf="", session="", seen_at=NOW,
    )  # fmt: skip
    return Press(key, cashier, None, SECRET, "127.0.0.1", NOW)


def _bought() -> dict[str, list[tuple[dt.datetime, int]]]:
    """Every customer's purchases in their order: the day, and a point for each whole dollar."""
    found: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for line in cdnow().read_text().splitlines()[1:]:
        number, day, _count, amount = line.split()
        at = dt.datetime.strptime(day, "%Y%m%d").replace(tzinfo=dt.UTC)
        found[number].append((at, int(Decimal(amount))))
    return {number: sorted(each) for number, each in found.items()}


def _later(day: dt.datetime) -> dt.datetime:
    return day.replace(year=day.year + 1)  # no purchase was made on a 29 February: 1997 and 1998 have none


def _tier(bought: list[tuple[dt.datetime, int]]) -> str:
    """A customer's tier at NOW: climbed at once, kept for a year since it was last reached, then as earned."""
    tier, until = "member", dt.datetime.max.replace(tzinfo=dt.UTC)

    def reached(at: dt.datetime) -> str:
        window = sum(points for day, points in bought if at - YEAR < day <= at)
        return max((code for code in THRESHOLDS if THRESHOLDS[code] <= window), key=lambda code: THRESHOLDS[code])

    def stand(code: str, at: dt.datetime) -> tuple[str, dt.datetime]:
        return code, _later(at) if code != "member" else dt.datetime.max.replace(tzinfo=dt.UTC)

    for at in [*(day for day, points in bought if points), NOW]:
        while until <= at:
            tier, until = stand(reached(until), until)
        if at != NOW and THRESHOLDS[reached(at)] >= THRESHOLDS[tier]:
            tier, until = stand(reached(at), at)
    return tier


def _balances(connection: Connection) -> dict[str, int]:
    joined = sa.select(contacts.c.number, accounts.c.balance).join(accounts).where(accounts.c.balance > 0)
    return {row.number: row.balance for row in connection.execute(joined)}


def _tiers(connection: Connection) -> Counter[Any]:
    rows = connection.execute(
        sa.select(accounts.c.tier, sa.func.count()).where(accounts.c.kind == "member").group_by(accounts.c.tier)
    )
    return Counter({tier or "member": count for tier, count in rows})
