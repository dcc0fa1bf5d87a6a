"""Purchases come in once, with their points, whatever the file looks like and whoever kills the import."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import sys
from pathlib import Path

import pytest

from bot.importing import CannotImport, Report, frame
from bot.importing.frame import ImportedElsewhere
from bot.importing.refusals import Refusal
from loyalty import ledger, programme
from loyalty.programme import Earn, Programme
from loyalty.purchases import record, refund
from store import catalog
from store.catalog import Branch
from store.contacts_import import meet_numbers
from store.database import Database
from store.purchases import Purchase
from tests.bot.importing_files import Interfered, Killed, bring_in, cdnow, rows, sell, written
from tests.conftest import NOON

ROOT = Path(__file__).parents[2]
DIES = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.importing import import_file
from store.database import Database

def die(done, lines):
    if done > 100:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(import_file(Database(sys.argv[1]), "purchases", Path(sys.argv[2]), progress=die))
"""
PURCHASES = "SELECT count(*), sum(amount), count(DISTINCT contact_id) FROM purchases"
POINTS = "SELECT sum(points) FROM entries"


async def program(database: Database, months: int | None = None, currency: str = "MYR") -> None:
    rules = Programme(business="Kopi", currency=currency, earn=Earn(expiry_months=months))
    await database.transact(lambda connection: programme.keep(connection, rules, text="", by="test", at=NOON))


@pytest.mark.slow
async def test_cdnow_comes_in_whole_and_only_once(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    lines = cdnow().read_text().splitlines()
    report = await comes_in_once(database, written(tmp_path / "cdnow.txt", *lines))
    assert (report.added, report.contacts) == (69_659, 23_570)
    assert await rows(database, PURCHASES) == [(69_659, 250_031_563, 23_570)]
    database.close()


async def test_the_first_lines_of_cdnow_come_in_once(database: Database, tmp_path: Path) -> None:
    lines = cdnow().read_text().splitlines()[:1_501]
    report = await comes_in_once(database, written(tmp_path / "cdnow.txt", *lines))
    assert (report.added, report.contacts) == (1_500, len({line.split()[0] for line in lines[1:]}))
    assert report.points == sum(int(line.split()[3].split(".")[0]) for line in lines[1:])
    first = "SELECT kind, language, length(public_id) >= 12 FROM contacts WHERE number = '00001'"
    assert await rows(database, first) == [("customer", "en", True)]


async def comes_in_once(database: Database, file: Path) -> Report:
    """Import the file three times, the first time dry, and compare."""
    planned = await bring_in(database, "purchases", file, dry_run=True)
    report = await bring_in(database, "purchases", file)
    again = await bring_in(database, "purchases", file)
    assert (report.known, report.refused_total) == (0, 0)
    assert (planned.added, planned.contacts, planned.points) == (report.added, report.contacts, report.points)
    assert (again.added, again.contacts, again.points, again.known) == (0, 0, 0, report.added)
    [(purchases, _, customers)] = await rows(database, PURCHASES)
    assert (purchases, customers) == (report.added, report.contacts)
    assert await rows(database, "SELECT count(*) FROM accounts WHERE kind = 'member'") == [(report.contacts,)]
    assert await rows(database, POINTS) == [(report.points,)]
    assert await database.read(ledger.audit) == []
    return report


async def test_equal_lines_all_count_in_whatever_order(database: Database, tmp_path: Path) -> None:
    one, other = " 00004 19970101  2   29.33", " 00004 19970118  2   29.73"
    first = await bring_in(database, "purchases", written(tmp_path / "a.txt", one, other, one))
    assert (first.added, first.known) == (3, 0)
    second = await bring_in(database, "purchases", written(tmp_path / "b.txt", one, one, other, one))
    assert (second.added, second.known) == (1, 3)


async def test_the_same_purchases_from_another_program_are_known(database: Database, tmp_path: Path) -> None:
    await bring_in(
        database, "purchases", written(tmp_path / "a.txt", " 00004 19970101  2   29.30", " 9 19970102 1 5")
    )
    csv = written(
        tmp_path / "b.csv", "amount;date;customer;qty", "29.3;1997-01-01;00004;2", '"5.00";02/01/1997;9;1'
    )
    report = await bring_in(database, "purchases", csv, zone=dt.timezone(dt.timedelta(hours=8)))
    assert (report.added, report.known, report.refused_total) == (0, 2, 0)


async def test_a_dry_run_says_what_would_come_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    file = written(
        tmp_path / "p.csv",
        "order,customer,date,quantity,amount",
        "1,A,2026-01-05,1,10.50",
        "2,A,2026-01-05,1,x",
        "1,A,2026-01-05,1,10.50",
        "3,B,2026-01-06,2,0.99",
    )
    planned = await bring_in(database, "purchases", file, dry_run=True)
    assert await rows(database, "SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM contacts)") == [(0,)]
    assert not (tmp_path / "p.csv.refused.csv").exists()
    report = await bring_in(database, "purchases", file)
    figures = "added", "changed", "known", "contacts", "points", "refused_total", "refused"
    assert [getattr(planned, name) for name in figures] == [getattr(report, name) for name in figures]
    assert (report.added, report.known, report.contacts, report.points) == (2, 1, 2, 10)
    assert report.refused == (
        Refusal(3, "amount 'x' is not a number such as 1250.00", ("2", "A", "2026-01-05", "1", "x")),
    )


async def test_an_order_is_known_by_its_number_and_never_changed(database: Database, tmp_path: Path) -> None:
    header = "Order No,Customer ID,Order Date,Total,SKU"
    await sell(database, "tea", "bun")
    first = written(
        tmp_path / "a.csv", header, "77,A,2026-01-05,3,tea", "77,A,2026-01-05,2,bun", "77,A,2026-01-05,9,tea"
    )
    report = await bring_in(database, "purchases", first)
    assert (report.added, [each.reason for each in report.refused]) == (
        2,
        ["order 77 was given with other figures on line 2"],
    )
    second = written(tmp_path / "b.csv", header, "77,A,2026-01-05,3,tea", "77,A,2026-01-05,4,bun")
    report = await bring_in(database, "purchases", second)
    assert (report.added, report.known) == (0, 1)
    assert [(each.line, each.reason) for each in report.refused] == [
        (3, "this order was imported before with other figures")
    ]
    assert await rows(database, "SELECT sum(amount) FROM purchases") == [(500,)]


async def test_lines_for_a_product_come_in_once_it_is_there(database: Database, tmp_path: Path) -> None:
    file = written(
        tmp_path / "p.csv", "customer,date,amount,sku,branch", "A,2026-01-05,3,tea,", "A,2026-01-05,3,,kl"
    )
    report = await bring_in(database, "purchases", file)
    assert [each.reason for each in report.refused] == ["there is no product 'tea'", "there is no branch 'kl'"]
    await sell(database, "tea")
    kl = Branch("kl", "Kopi KL", "Kuala Lumpur", "Asia/Kuala_Lumpur")
    await database.transact(lambda connection: catalog.save_branches(connection, [kl]))
    report = await bring_in(database, "purchases", file)
    assert (report.added, report.refused_total, report.refused_file) == (2, 0, None)
    assert not (tmp_path / "p.csv.refused.csv").exists()


async def test_points_expire_months_after_the_purchase_and_other_currencies_earn_none(
    database: Database, tmp_path: Path
) -> None:
    await program(database, months=12)
    file = written(
        tmp_path / "p.csv", "customer,date,amount,currency", "A,2026-08-31 09:15,12.90,", "A,2026-09-01,85000,VND"
    )
    report = await bring_in(database, "purchases", file, zone=dt.timezone(dt.timedelta(hours=8)))
    assert report.points == 12
    assert await rows(database, "SELECT amount, currency FROM purchases ORDER BY id") == [
        (1290, "MYR"),
        (85000, "VND"),
    ]
    [(contact,)] = await rows(database, "SELECT id FROM contacts")
    account = await database.read(lambda connection: ledger.account_of(connection, contact, NOON))
    assert account == ledger.Account(12, dt.date(2027, 8, 31), 12, "")


async def test_a_purchase_too_small_for_a_point_makes_a_member_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    report = await bring_in(database, "purchases", written(tmp_path / "p.txt", "1 20260101 1 0.00"))
    assert (report.added, report.points) == (1, 0)
    assert await rows(database, "SELECT count(*) FROM accounts WHERE kind = 'member'") == [(1,)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2026-01-01,1,5", "customer is empty"),
        ("A,,1,5", "date '' is not a date such as 2026-11-21 or 2026-11-21 14:30"),
        ("A,11/21/2026,1,5", "date '11/21/2026' is not a date such as 2026-11-21 or 2026-11-21 14:30"),
        ("A,2027-01-01,1,5", "date 2027-01-01 is in the future"),
        ("A,1066-10-14,1,5", "date 1066-10-14 is before 1970"),
        ("A,2026-01-01,0,5", "quantity 0 is not between 1 and 1000000"),
        ("A,2026-01-01,1.5,5", "quantity '1.5' is not a whole number"),
        ("A,2026-01-01,1,-5", "amount '-5' is not a number such as 1250.00"),
        ("A,2026-01-01,1,12.505", "amount '12.505' has more than the 2 decimals of MYR"),
        ("A,2026-01-01,1,99999999999999", "amount '99999999999999' is too large"),
        ("A,2026-01-01,1,5,extra", "it has 5 fields, the first line 4"),
        ("A" * 65 + ",2026-01-01,1,5", "customer is longer than 64 characters"),
    ],
)
async def test_a_line_that_cannot_be_taken_is_named_with_its_reason(
    sqlite_url: str, tmp_path: Path, line: str, reason: str
) -> None:
    database = Database(sqlite_url)
    file = written(tmp_path / "p.csv", "customer,date,quantity,amount", "A,2026-01-01,1,5", line)
    report = await bring_in(database, "purchases", file)
    database.close()
    assert (report.added, [(each.line, each.reason) for each in report.refused]) == (1, [(3, reason)])


async def test_a_killed_import_goes_on_where_it_stopped(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "FIRST_CHUNK", 7)
    monkeypatch.setattr(frame, "SMALLEST_CHUNK", 7)
    monkeypatch.setattr(frame, "LARGEST_CHUNK", 7)
    lines = [f"{n % 5},2026-01-01,1,{'x' if n % 4 == 0 else 5}" for n in range(60)]
    file = written(tmp_path / "p.csv", "customer,date,quantity,amount", *lines)

    def die(done: int, _all: int) -> None:
        if done >= 30:
            raise Killed

    with pytest.raises(Killed):
        await bring_in(database, "purchases", file, progress=die)
    with (tmp_path / "p.csv.refused.csv").open("a") as refused:
        refused.write("58,written for a chunk that never committed,1\n5")
    report = await bring_in(database, "purchases", file)

    assert report.resumed_after in range(30, 45)
    assert (report.added, report.refused_total, report.known) == (45, 15, 0)
    expected = [n + 2 for n in range(60) if n % 4 == 0]
    assert [each.line for each in report.refused] == expected
    numbers = (tmp_path / "p.csv.refused.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [int(line.split(",")[0]) for line in numbers] == expected
    assert await rows(database, POINTS) == [(225,)]
    assert await database.read(ledger.audit) == []


async def test_a_chunk_that_fails_leaves_nothing_half_done(database: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "p.txt", "1 20260101 1 5.00", "2 20260101 1 5.00")
    with pytest.raises(Killed):
        await bring_in(Interfered(database, killed=2), "purchases", file)
    for table in ("contacts", "purchases", "accounts", "entries", "lots"):
        assert await rows(database, f"SELECT count(*) FROM {table}") == [(0,)]
    assert (await bring_in(database, "purchases", file)).added == 2


async def test_an_import_that_another_process_overtakes_stops(database: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "p.txt", *(f"{n} 20260101 1 5.00" for n in range(100)))

    async def overtake() -> None:
        other = "UPDATE imports SET lines_done = lines_done + 1"
        await database.transact(lambda connection: connection.exec_driver_sql(other))

    with pytest.raises(ImportedElsewhere):
        await bring_in(Interfered(database, first=overtake), "purchases", file)
    assert await rows(database, PURCHASES) == [(0, None, 0)]


async def test_an_import_killed_by_the_system_goes_on_in_the_next_process(sqlite_url: str, tmp_path: Path) -> None:
    file = written(tmp_path / "p.txt", *(f"{n // 3} 20260101 1 5.00" for n in range(600)))
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES, sqlite_url, file, cwd=ROOT)
    assert await child.wait() == -signal.SIGKILL
    database = Database(sqlite_url)
    report = await bring_in(database, "purchases", file)
    discrepancies = await database.read(ledger.audit)
    database.close()
    assert report.resumed_after > 0
    assert (report.added, report.points, report.contacts, report.known) == (600, 3_000, 200, 0)
    assert discrepancies == []


async def test_only_purchases_may_come_without_a_header(database: Database, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="no header"):
        await bring_in(database, "customers", written(tmp_path / "p.txt", "1 20260101 1 5.00"))


async def test_a_receipt_that_the_till_credited_earns_nothing_again(database: Database, tmp_path: Path) -> None:
    await sell(database, "tea", "bun")
    file = written(
        tmp_path / "a.csv", "order,customer,date,amount,sku", "a-77,A,2026-01-05,3,tea", "a-77,A,2026-01-05,2,bun"
    )
    [known] = await database.transact(lambda connection: meet_numbers(connection, ["A"], "en", NOON)[0].values())
    sold = Purchase("till:1:0", known, NOON, 1, 500, "MYR", receipt="A77", source="till")
    await database.transact(lambda connection: record(connection, [sold], programme.DEFAULT))
    report = await bring_in(database, "purchases", file)
    assert (report.added, report.known, report.points) == (0, 2, 0)

    await database.transact(lambda connection: refund(connection, "till:1:0", None, key="undone", at=NOON))
    report = await bring_in(database, "purchases", written(tmp_path / "b.csv", *file.read_text().splitlines(), ""))
    assert (report.added, report.points) == (2, 5)
