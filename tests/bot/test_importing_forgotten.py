"""A list does not bring back customers who asked to be forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.importing.kind import FORGOTTEN
from store import suppressions
from store.database import Database
from tests.bot.importing_files import bring_in, rows, written
from tests.conftest import NOON, SECRET


@pytest.mark.parametrize("dry_run", [True, False])
async def test_their_lines_are_refused_by_number_phone_or_address(
    database: Database, tmp_path: Path, dry_run: bool
) -> None:
    forgotten: list[suppressions.Address] = [
        ("number", "N-1"),
        ("phone", "+60123456789"),
        ("email", "Ona@Example.com"),
    ]
    await database.transact(lambda connection: suppressions.suppress(connection, SECRET, forgotten, NOON))
    file = written(
        tmp_path / "customers.csv",
        "number,name,phone,email",
        "n-1,Ona,,",
        "N-2,Ona,012-345 6789,",
        "N-3,Ona,,ona@example.com",
        "N-4,Ona,012-999 9999,",
    )
    report = await bring_in(database, "customers", file, secret=SECRET, dry_run=dry_run)
    assert [(each.line, each.reason) for each in report.refused] == [(line, FORGOTTEN) for line in (2, 3, 4)]
    assert report.added == 1
    assert await rows(database, "SELECT number FROM contacts") == ([] if dry_run else [("N-4",)])


async def test_nor_do_purchases(database: Database, tmp_path: Path) -> None:
    await database.transact(lambda connection: suppressions.suppress(connection, SECRET, [("number", "7")], NOON))
    file = written(tmp_path / "purchases.csv", "customer,date,amount", "7,2026-11-01,5.00", "8,2026-11-01,5.00")
    report = await bring_in(database, "purchases", file, secret=SECRET)
    assert [each.reason for each in report.refused] == [FORGOTTEN]
    assert await rows(database, "SELECT number FROM contacts") == [("8",)]
