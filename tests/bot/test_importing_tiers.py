"""A history that comes in makes the tiers it would have made while it happened."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger, programme
from loyalty.ladder import Climb
from loyalty.programme import Earn, Programme, Tier, Tiers
from loyalty.tiers import ladder_of
from store.database import Database
from store.tables import accounts, contacts
from tests.bot.importing_files import bring_in, cdnow, rows, written
from tests.conftest import NOON

LEVELS = (Tier("base", "Member", 0), Tier("silver", "Silver", 100), Tier("gold", "Gold", 200, None, Decimal("1.5")))
RULES = Programme(earn=Earn(expiry_months=12), tiers=Tiers(LEVELS, fall="earned"))


async def set_rules(database: Database) -> None:
    await database.transact(lambda connection: programme.keep(connection, RULES, text="", by="test", at=NOON))


def told(lines: list[str]) -> dict[str, tuple[str, dt.datetime | None, int]]:
    """By customer: the tier a purchase after the other leads to, until when, and the points."""
    ladder = ladder_of(RULES)
    climbs: dict[str, Climb] = defaultdict(lambda: Climb(ladder, ladder.floor, None))
    points: dict[str, int] = defaultdict(int)
    for line in lines:
        number, day, _, value = line.split()
        at = dt.datetime.strptime(f"{day} 12 +0000", "%Y%m%d %H %z")
        climb = climbs[number]
        climb.pass_to(at)
        earned = int(int(Decimal(value)) * ladder.multiplier_of(climb.level))
        points[number] += earned
        if earned:
            climb.earn(earned, at, at)
    return {number: (ladder.code_of(climb.level), climb.until, points[number]) for number, climb in climbs.items()}


def stored(connection: Connection) -> dict[str, tuple[str, dt.datetime | None, int]]:
    """By customer: the tier, until when, and the points."""
    found = connection.execute(
        sa.select(contacts.c.number, accounts.c.tier, accounts.c.tier_until, accounts.c.balance).join(
            accounts, accounts.c.contact_id == contacts.c.id
        )
    )
    return {row.number: (row.tier, row.tier_until, row.balance) for row in found}


async def carry_through(database: Database, file: Path, lines: list[str]) -> None:
    """Bring purchases in, then let the jobs do today what was due over the years."""
    await set_rules(database)
    report = await bring_in(database, "purchases", file)
    assert report.refused_total == 0
    expected = told(lines)
    assert await database.read(stored) == expected
    assert {tier for tier, _, _ in expected.values()} == {"", "silver", "gold"}
    for job in (ledger.expire, ledger.review_tiers):
        while await database.transact(lambda connection, job=job: job(connection, NOON)):  # type: ignore[misc]
            pass
    assert set((await database.read(stored)).values()) == {("", None, 0)}
    assert await database.read(ledger.audit) == []
    fell = await rows(database, "SELECT count(*) FROM tier_changes WHERE reason = 'fell' AND tier = ''")
    assert fell[0][0] >= sum(tier != "" for tier, _, _ in expected.values())


async def test_the_first_customers_of_cdnow_get_the_tiers_of_their_purchases(
    database: Database, tmp_path: Path
) -> None:
    lines = cdnow().read_text().splitlines()[:1_501]
    await carry_through(database, written(tmp_path / "cdnow.txt", *lines), lines[1:])


@pytest.mark.slow
async def test_all_of_cdnow_gets_the_tiers_of_its_purchases(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    lines = cdnow().read_text().splitlines()
    await carry_through(database, written(tmp_path / "cdnow.txt", *lines), lines[1:])
    database.close()


async def test_order_numbers_are_kept_as_receipts_are_compared(database: Database, tmp_path: Path) -> None:
    file = written(
        tmp_path / "p.csv", "customer,date,amount,order", "A,2026-10-01,12.90,kl-0007 b", "A,2026-10-01,5,"
    )
    await bring_in(database, "purchases", file)
    assert await rows(database, "SELECT receipt FROM purchases ORDER BY id") == [("KL0007B",), ("",)]
