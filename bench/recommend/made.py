"""A store of customers with tastes: most of what one buys is of two of fifty groups of products."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import numpy as np

from store import schema
from store.database import Database

NOW = dt.datetime(2027, 9, 15, 4, 0, tzinfo=dt.UTC)
GROUPS, DAYS, BOUGHT = 50, 730, 10
CITIES = ("Ipoh", "Penang", "Johor Bahru", "Kuching", "")
AT_ONCE = 200_000
_FIRST = NOW.date() - dt.timedelta(days=DAYS)
_DAYS = [f"{_FIRST + dt.timedelta(days=day)} 04:00:00.000000" for day in range(DAYS)]


def make(file: Path, customers: int, products: int) -> int:
    """Make the store; how many purchases are in it."""
    database = Database(f"sqlite:///{file}")
    with database.engine.execution_options(sapa_writes=True).begin() as connection:
        schema.upgrade(connection)
    database.close()
    store = sqlite3.connect(file)
    try:
        store.execute("PRAGMA synchronous=OFF")
        indices = store.execute(
            "SELECT name, sql FROM sqlite_master"
            " WHERE type = 'index' AND tbl_name = 'purchases' AND sql IS NOT NULL"
        ).fetchall()
        for name, _sql in indices:  # made afterwards, in a tenth of the time
            store.execute(f"DROP INDEX {name}")
        _fill(store, customers, products)
        for _name, sql in indices:
            store.execute(sql)
        store.execute("ANALYZE")
        store.commit()
        return int(store.execute("SELECT count(*) FROM purchases").fetchone()[0])
    finally:
        store.close()


def _fill(store: sqlite3.Connection, customers: int, products: int) -> None:
    store.executemany(
        "INSERT INTO products (id, sku, name, category, price, currency) VALUES (?, ?, ?, ?, ?, 'MYR')",
        ((i, f"sku{i}", f"Product {i}", f"group{i % GROUPS}", _price(i)) for i in range(1, products + 1)),
    )
    store.executemany(
        "INSERT INTO contacts (id, public_id, language, city, created_at) VALUES (?, ?, ?, ?, ?)",
        (
            (i, f"made-{i}", ("en", "ms", "vi", "ar", "zh")[i % 5], CITIES[i % len(CITIES)], _DAYS[0])
            for i in range(1, customers + 1)
        ),
    )
    random, number = np.random.default_rng(42), 0
    for first in range(1, customers + 1, AT_ONCE // BOUGHT):
        who = np.arange(first, min(first + AT_ONCE // BOUGHT, customers + 1))
        rows = _bought(random, who, products)
        store.executemany(
            "INSERT INTO purchases (id, key, contact_id, product_id, at, quantity, amount, currency)"
            " VALUES (?, printf('m%09d', ?1), ?2, ?3, ?4, 1, ?5, 'MYR')",
            ((number + place, *row) for place, row in enumerate(rows, 1)),
        )
        number += len(rows)


def _price(product: int) -> int:
    return 500 + product * 7919 % 20_000


def _bought(random: np.random.Generator, who: np.ndarray, products: int) -> list[tuple[int, int, str, int]]:
    """What these customers bought: about BOUGHT purchases each, by group and by how much a product is loved."""
    buyers = np.repeat(who, random.poisson(BOUGHT, len(who)))
    group = np.where(random.random(len(buyers)) < 0.5, buyers * 7919 % GROUPS, buyers * 104_729 % GROUPS)
    group = np.where(random.random(len(buyers)) < 0.2, random.integers(GROUPS, size=len(buyers)), group)
    loved = (random.pareto(1.0, len(buyers)) * 2).astype(np.int64) % max(1, products // GROUPS)
    product = np.minimum(loved * GROUPS + group + 1, products)
    day = random.integers(DAYS, size=len(buyers))
    return [
        (a, b, _DAYS[c], _price(b)) for a, b, c in zip(buyers.tolist(), product.tolist(), day.tolist(), strict=True)
    ]
