"""The sample business is whole, plausible, the same for the same day, and comes in without a refusal."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.engine import Connection

from bot import demo_data
from bot.demo.command import people
from bot.demo_data.shop import ITEMS, programme
from bot.importing import ImportKind, import_file
from bot.importing.kinds import KINDS
from channels.telegram.fake import TOKEN, FakeTelegram
from loyalty import ledger, rewards
from store.database import Database
from store.tables import contacts
from talk.reading.contact_points import read_phone
from tests.bot.importing_files import rows
from tests.conftest import NOON

pytestmark = pytest.mark.slow

TODAY = NOON.date()
LANGUAGES = {"en", "ms", "vi", "ar", "zh"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[ImportKind, Path]:
    return demo_data.write(tmp_path_factory.mktemp("demo"), TODAY)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


def all_accounts(connection: Connection) -> list[ledger.Account]:
    ids = connection.scalars(sa.select(contacts.c.id)).all()
    return [ledger.account_of(connection, number, NOON) for number in ids]


class Member(NamedTuple):
    phone: str
    language: str
    points: int


def members(connection: Connection) -> list[Member]:
    found = connection.execute(sa.select(contacts.c.id, contacts.c.phone, contacts.c.language)).all()
    return [Member(row.phone, row.language, ledger.account_of(connection, row.id, NOON).balance) for row in found]


async def test_it_comes_in_whole_by_import(files: dict[ImportKind, Path], opened: Database) -> None:
    await opened.transact(lambda connection: demo_data.apply_setup(connection, NOON))
    reports = {kind: await import_file(opened, kind, files[kind], now=NOON) for kind in KINDS}
    assert {kind: (report.refused, report.known, report.contacts) for kind, report in reports.items()} == (
        dict.fromkeys(KINDS, ((), 0, 0))
    )
    assert (reports["customers"].added, reports["products"].added) == (500, len(ITEMS))
    assert await opened.read(ledger.audit) == []
    names = "SELECT count(*), count(DISTINCT language), count(DISTINCT city) FROM contacts"
    assert await rows(opened, names) == [(500, 5, 5)]
    assert await rows(opened, "SELECT count(*) FROM purchases WHERE product_id IS NULL OR branch_id IS NULL") == [
        (0,)
    ]
    accounts = await opened.read(all_accounts)
    assert {account.tier for account in accounts} == {tier.name for tier in programme().tiers.levels}
    assert sum(account.next_expiry is not None and account.balance > 0 for account in accounts) > 300


def test_the_same_day_gives_the_same_files_and_another_day_others(
    files: dict[ImportKind, Path], tmp_path: Path
) -> None:
    again = demo_data.write(tmp_path, TODAY)
    assert [again[kind].read_bytes() for kind in KINDS] == [files[kind].read_bytes() for kind in KINDS]
    later = demo_data.write(tmp_path, TODAY + dt.timedelta(days=1))
    assert later["purchases"].read_bytes() != files["purchases"].read_bytes()


def test_leap_days_are_days_like_others(tmp_path: Path) -> None:
    people = lines(demo_data.write(tmp_path, dt.date(2028, 2, 29))["customers"])
    assert [person["birthday"] for person in people[:3]] == ["1990-02-28", "1990-02-28", "1990-03-01"]


def test_purchases_have_the_rhythm_of_a_cafe(files: dict[ImportKind, Path]) -> None:
    bought = lines(files["purchases"])
    moments = [dt.datetime.fromisoformat(line["date"]) for line in bought]
    assert 10_000 < len(bought) < 14_000
    days = {moment.date() for moment in moments}
    assert (min(days), max(days)) >= (TODAY - dt.timedelta(days=365), TODAY - dt.timedelta(days=1))
    assert max(days) < TODAY
    assert len(days) > 360
    hours = Counter(moment.hour for moment in moments)
    assert set(hours) <= set(range(7, 21))
    assert sum(hours[hour] for hour in (7, 8, 9, 10, 11)) > sum(hours[hour] for hour in (16, 17, 18, 19, 20))
    a_weekend_day = sum(moment.weekday() >= 5 for moment in moments) / 2
    assert a_weekend_day > sum(moment.weekday() < 5 for moment in moments) / 5
    assert len({line["customer"] for line in bought}) == 500


def test_phone_numbers_are_valid_and_each_is_one_customers(files: dict[ImportKind, Path]) -> None:
    people = lines(files["customers"])
    assert all(read_phone(person["phone"], "MY") == person["phone"] for person in people)
    assert len({person["phone"] for person in people}) == len({person["number"] for person in people}) == 500
    assert {person["email"].rpartition("@")[2] for person in people} == {"", "example.com"}
    assert sum(person["birthday"][5:] == f"{TODAY:%m-%d}" for person in people) >= 2


def test_everything_has_its_name_in_five_languages() -> None:
    for item in ITEMS:
        assert all((item.en, item.ms, item.vi, item.ar, item.zh))
    named = [each.names for each in programme().rewards] + [each.names for each in programme().tiers.levels]
    assert all({"en", *(names or {})} == LANGUAGES for names in named)
    assert len({item.sku for item in ITEMS}) == 28
    assert len({branch.city for branch in programme().branches}) == 5


async def test_products_get_pictures_that_are_small_and_kept_once(
    files: dict[ImportKind, Path], opened: Database
) -> None:
    pictures = demo_data.pictures()
    named = {Path(each.picture).stem for each in programme().rewards if each.picture}
    assert {item.sku for item in ITEMS} <= set(pictures) == {item.sku for item in ITEMS} | named
    for png in pictures.values():
        assert len(png) < 20_000
        with Image.open(io.BytesIO(png)) as image:
            assert (image.format, image.size) == ("PNG", (512, 512))
    await import_file(opened, "products", files["products"], now=NOON)
    for _ in range(2):
        await opened.transact(lambda connection: demo_data.apply_pictures(connection, NOON))
    kept = "SELECT count(*), count(DISTINCT digest) FROM media WHERE contact_id IS NULL AND state = 'kept'"
    assert await rows(opened, kept) == [(len(pictures), len(pictures))]
    assert await rows(opened, "SELECT count(*) FROM rewards WHERE picture_id IS NOT NULL") == [(8,)]
    assert await rows(opened, "SELECT count(*) FROM products WHERE picture_id IS NULL") == [(0,)]


async def test_whoever_shares_their_number_in_the_played_telegram_has_a_card_with_points(
    files: dict[ImportKind, Path], opened: Database
) -> None:
    await opened.transact(lambda connection: demo_data.apply_setup(connection, NOON))
    for kind in KINDS:
        await import_file(opened, kind, files[kind], now=NOON)
    fake = FakeTelegram(token=TOKEN)
    await opened.read(lambda connection: people(connection, fake))
    accounts = {account.phone: account for account in await opened.read(members)}
    for number, language in enumerate(("en", "ms", "vi", "ar", "zh"), start=1001):
        customer = fake.customer(number)
        message = customer.chat.messages[customer.sends_contact()]
        member = accounts[message["contact"]["phone_number"]]
        assert (member.language, member.points > 0) == (language, True)


async def test_rewards_are_named_in_the_customers_language(opened: Database) -> None:
    await opened.transact(lambda connection: demo_data.apply_setup(connection, NOON))
    in_chinese = await opened.read(lambda connection: rewards.available(connection, 0, NOON, "zh"))
    assert [reward.points for reward in in_chinese] == sorted(reward.points for reward in in_chinese)
    assert {reward.code: reward.name for reward in in_chinese}["coffee"] == "任选咖啡一杯"
