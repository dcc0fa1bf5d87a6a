"""Lists of customers and products come in, and come in again."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from loyalty import ledger
from store import anniversaries, catalog
from store.database import Database
from store.tables import contacts
from tests.bot.importing_files import bring_in, rows, written
from tests.conftest import NOON

HEADER = "number,name,call_me,phone,email,birthday,language,city,timezone,points,marketing"
AMINAH = (
    "C1,Aminah binti Ali,Kak Minah,012-345 6789,Aminah@Example.COM,29/02/1988,ms,George Town,"
    "Asia/Kuala_Lumpur,120,yes"
)
DETAILS = (
    "SELECT name, call_me, phone, email, month_day, language, city, timezone, marketing FROM contacts "
    "LEFT JOIN anniversaries ON contact_id = contacts.id AND occasion = 'birthday'"
)


async def test_a_customer_comes_in_as_a_member_with_balance_and_consent(database: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", HEADER, AMINAH, "C2,李小龙,,,,,,,,,no", "C3,,,,,,,,,,")
    report = await bring_in(database, "customers", file)
    assert (report.added, report.points, report.refused_total) == (3, 120, 0)
    [row] = await database.read(
        lambda connection: connection.execute(sa.select(contacts).where(contacts.c.number == "C1")).all()
    )
    assert (row.name, row.call_me, row.phone) == ("Aminah binti Ali", "Kak Minah", "+60123456789")
    assert row.email == "Aminah@example.com"
    assert await database.read(lambda connection: anniversaries.of(connection, row.id)) == (
        ("birthday", 229, 1988, NOON),
        ("membership", 1121, 2026, NOON),
    )
    assert (row.language, row.city, row.timezone) == ("ms", "George Town", "Asia/Kuala_Lumpur")
    assert (row.language_chosen, row.marketing, row.created_at) == (False, "granted", NOON)
    consents = "SELECT purpose, channel, granted, wording, locale, evidence FROM consents ORDER BY id"
    assert await rows(database, consents) == [
        ("marketing", "all", True, "import", "ms", "import"),
        ("marketing", "all", False, "import", "en", "import"),
    ]
    assert await rows(database, "SELECT count(*) FROM accounts WHERE kind = 'member'") == [(3,)]
    account = await database.read(lambda connection: ledger.account_of(connection, row.id, NOON))
    assert account.balance == 120


async def test_the_same_list_again_adds_nothing(database: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", HEADER, AMINAH, "C2,,,,,,,,,,")
    await bring_in(database, "customers", file)
    before = await rows(database, DETAILS)
    for dry_run in (True, False):
        report = await bring_in(database, "customers", file, dry_run=dry_run)
        assert (report.added, report.changed, report.known, report.points) == (0, 0, 2, 0)
    assert await rows(database, DETAILS) == before
    assert await rows(database, "SELECT (SELECT count(*) FROM consents), (SELECT count(*) FROM entries)") == [
        (1, 1)
    ]


async def test_a_birthday_may_come_without_its_year_and_the_first_one_stays(
    database: Database, tmp_path: Path
) -> None:
    days = ("02-29", "--02-29", "29/2", "29.02.", "20000229")
    lines = [f"C{number},{day}" for number, day in enumerate(days)]
    await bring_in(database, "customers", written(tmp_path / "a.csv", "number,dob", *lines))
    report = await bring_in(database, "customers", written(tmp_path / "b.csv", "number,dob", "C0,1990-03-01"))
    assert (report.known, report.changed) == (1, 0)
    told = "SELECT month_day, year FROM anniversaries WHERE occasion = 'birthday' ORDER BY contact_id"
    assert await rows(database, told) == [(229, None)] * 4 + [(229, 2000)]


async def test_a_list_fills_in_what_purchases_left_empty(database: Database, tmp_path: Path) -> None:
    await bring_in(database, "purchases", written(tmp_path / "p.csv", "customer,date,amount", "C1,2026-01-01,5"))
    report = await bring_in(database, "customers", written(tmp_path / "c.csv", HEADER, AMINAH))
    assert (report.added, report.changed, report.points) == (0, 1, 120)
    [row] = await rows(database, DETAILS)
    assert (row[0], row[2], row[5], row[8]) == ("Aminah binti Ali", "+60123456789", "ms", "granted")


async def test_what_the_customer_said_is_not_overwritten(database: Database, tmp_path: Path) -> None:
    await bring_in(database, "customers", written(tmp_path / "a.csv", "number,language", "C1,en"))
    said = contacts.update().values(language="vi", language_chosen=True, call_me="Minh", marketing="withdrawn")
    await database.transact(lambda connection: connection.execute(said))
    report = await bring_in(database, "customers", written(tmp_path / "c.csv", HEADER, AMINAH))
    [row] = await rows(database, DETAILS)
    assert report.changed == 1
    assert (row[0], row[1], row[5], row[8]) == ("Aminah binti Ali", "Minh", "vi", "withdrawn")
    assert await rows(database, "SELECT count(*) FROM consents") == [(0,)]


async def test_each_field_that_cannot_be_read_refuses_its_line(database: Database, tmp_path: Path) -> None:
    wrong = {
        "number": "",
        "phone": "12",
        "email": "nobody",
        "birthday": "1.1.1800",
        "language": "fr",
        "timezone": "KL",
        "points": "-1",
        "marketing": "perhaps",
        "name": "x" * 201,
    }
    lines = []
    for bad, value in wrong.items():
        fields = dict.fromkeys(HEADER.split(","), "") | {"number": "C9", bad: value}
        lines.append(",".join(fields.values()))
    report = await bring_in(database, "customers", written(tmp_path / "c.csv", HEADER, *lines))
    assert (report.added, report.refused_total) == (0, len(wrong))
    assert [each.reason.split()[0] for each in report.refused] == list(wrong)


async def test_a_number_given_twice_with_other_details_is_refused(database: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", "number,name", "C1,Ali", "C1,Ali", "C1,Abu")
    report = await bring_in(database, "customers", file)
    assert (report.added, report.known) == (1, 1)
    assert [each.reason for each in report.refused] == ["number C1 was given with other details on line 2"]


async def test_phone_numbers_without_a_country_belong_to_the_region(database: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", "number,mobile", "C1,0912 345 678", "C2,'+971501234567")
    await bring_in(database, "customers", file, region="VN", language="vi")
    assert await rows(database, "SELECT phone, language FROM contacts ORDER BY number") == [
        ("+84912345678", "vi"),
        ("+971501234567", "vi"),
    ]


async def test_products_are_what_the_newest_list_says(database: Database, tmp_path: Path) -> None:
    first = written(
        tmp_path / "a.csv",
        "sku,name,name_ms,name_zh,category,price,currency,cost,repeatable",
        "tea,Tea,Teh,茶,drinks,3.50,,1.20,no",
        "pho,Pho,,,food,45000,VND,,",
    )
    assert (await bring_in(database, "products", first)).added == 2
    assert (await bring_in(database, "products", first)).known == 2
    second = written(tmp_path / "b.csv", "code,title,unit price,name_vi", "tea,Tea,3.90,Trà", "bun,Bun,2,")
    planned = await bring_in(database, "products", second, dry_run=True)
    report = await bring_in(database, "products", second)
    assert (
        (report.added, report.changed, report.known) == (planned.added, planned.changed, planned.known) == (1, 1, 0)
    )
    found = await database.read(lambda connection: catalog.find_products(connection, ["tea", "pho"]))
    assert found["tea"] == catalog.Product(
        "tea", "Tea", {"ms": "Teh", "zh": "茶", "vi": "Trà"}, "drinks", 390, "MYR", cost=120, repeatable=False
    )
    assert (found["pho"].price, found["pho"].currency) == (45_000, "VND")


async def test_products_that_cannot_be_read_are_refused(database: Database, tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.csv", "sku,name,price,shelf", ",Tea,1,", "tea,,1,", "tea,Tea,,", "a,A,1,", "a,A,2,"
    )
    report = await bring_in(database, "products", file)
    assert report.ignored_columns == ("shelf",)
    assert [each.reason for each in report.refused] == [
        "sku is empty",
        "name is empty",
        "amount '' is not a number such as 1250.00",
        "sku a was given with other details on line 5",
    ]
