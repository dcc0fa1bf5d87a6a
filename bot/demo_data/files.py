"""The sample business as the files a shop would bring: customers, products, purchases; and its settings."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from bot.demo_data import canned
from bot.demo_data.customers import Customer, customers
from bot.demo_data.pictures import pictures
from bot.demo_data.purchases import Bought, purchases
from bot.demo_data.shop import FILE, ITEMS, programme
from bot.importing import ImportKind
from loyalty import applying
from store import catalog
from store.media import File

ZONE = ZoneInfo("Asia/Kuala_Lumpur")  # of the business
SEED = "Daun Pagi"  # of a sample, not of a secret


def write(folder: Path, today: dt.date) -> dict[ImportKind, Path]:
    """Write the lists into `folder`, the same for the same day; their paths by what they are lists of.

    The programme is beside them, with the pictures of products and rewards that it names.
    """
    people = customers(Random(f"{SEED}: customers"), today)  # noqa: S311
    bought = purchases(Random(f"{SEED}: purchases"), people, today)  # noqa: S311
    _write_pictures(folder / "pictures")
    shutil.copy(FILE, folder)
    return {
        "customers": _write(folder / "customers.csv", CUSTOMERS, map(_customer, people)),
        "products": _write(folder / "products.csv", PRODUCTS, _products()),
        "purchases": _write(folder / "purchases.csv", PURCHASES, map(_purchase, bought)),
    }


def apply_setup(connection: Connection, now: dt.datetime) -> None:
    """Set what a business sets itself: its programme, with its branches and rewards, and its canned replies."""
    _apply(connection, {}, now)
    canned.apply(connection, now)


def apply_pictures(connection: Connection, now: dt.datetime) -> None:
    """Give the imported products, and the rewards, their pictures.

    They were drawn by `write`, or by calling `pictures`: drawing takes longer than a transaction may last.
    """
    drawn = pictures()
    for item in ITEMS:
        catalog.set_picture(connection, item.sku, drawn[item.sku], now)
    names = {each.code: Path(each.picture).stem for each in programme().rewards if each.picture}
    files = {code: File.of("image/png", drawn[name]) for code, name in names.items()}
    kept = {code: catalog.keep_picture(connection, names[code], file, now) for code, file in files.items()}
    _apply(connection, kept, now)


def _apply(connection: Connection, kept: Mapping[str, int], now: dt.datetime) -> None:
    text = FILE.read_text(encoding="utf-8")
    applying.apply(connection, programme(), text=text, by="demo", at=now, zone=ZONE, pictures=kept)


CUSTOMERS = (
    "number",
    "name",
    "call_me",
    "phone",
    "email",
    "birthday",
    "language",
    "city",
    "timezone",
    "points",
    "marketing",
)
PRODUCTS = (
    *("sku", "name", "name_ms", "name_vi", "name_ar", "name_zh", "category", "price", "currency"),
    *("cost", "repeatable", "refill_days"),
)
PURCHASES = ("order", "customer", "date", "quantity", "amount", "currency", "sku", "branch")


def _customer(each: Customer) -> Sequence[object]:
    birthday = each.birthday.isoformat() if each.birthday else ""
    place = each.branch.city, each.branch.timezone
    details = each.name, each.call_me, each.phone, each.email, birthday, each.language
    return each.number, *details, *place, each.points or "", each.marketing


def _products() -> Iterable[Sequence[object]]:
    for item in ITEMS:
        names = item.en, item.ms, item.vi, item.ar, item.zh
        money = _amount(item.price), programme().currency, _amount(item.cost)
        yield item.sku, *names, item.category, *money, "no" if item.lasts == 0 else "yes", item.lasts or ""


def _purchase(each: Bought) -> Sequence[object]:
    total = _amount(each.item.price * each.quantity)
    when = each.at.isoformat(timespec="minutes")
    code = each.customer.branch.code
    return each.order, each.customer.number, when, each.quantity, total, programme().currency, each.item.sku, code


def _amount(sen: int) -> str:
    return f"{sen // 100}.{sen % 100:02d}"


def _write_pictures(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for sku, png in pictures().items():
        (folder / f"{sku}.png").write_bytes(png)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
