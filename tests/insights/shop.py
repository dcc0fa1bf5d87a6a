"""A shop whose customers have tastes: each buys of one group of its products, and something else now and then."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from scheduler import fitting
from scheduler.fitting import Progress
from store import recommenders
from store.database import Database
from store.recommenders import Row
from store.tables import contacts, products, purchases
from tests.conftest import NOON

GROUPS, IN_GROUP = 4, 6
DAY = dt.timedelta(days=1)


def group_of(product_id: int) -> int:
    return (product_id - 1) % GROUPS


def stock_up(connection: Connection, **fields: Any) -> None:
    """The shop's products, 1 to 24, one ringgit dearer each; their category is their group."""
    connection.execute(
        products.insert(),
        [
            {
                "id": number,
                "sku": f"sku{number}",
                "name": f"Product {number}",
                "category": f"group{group_of(number)}",
            }
            | {"price": 1000 + 100 * number, "currency": "MYR"}
            | fields
            for number in range(1, GROUPS * IN_GROUP + 1)
        ],
    )


def customer(connection: Connection, contact_id: int, **fields: Any) -> int:
    row = {"id": contact_id, "public_id": f"c{contact_id}", "number": f"C{contact_id}", "language": "en"}
    connection.execute(contacts.insert().values(row | fields | {"created_at": NOON}))
    return contact_id


def buy(connection: Connection, contact_id: int, *product_ids: int, days_ago: int = 100, **fields: Any) -> None:
    """One of each, at its price."""
    rows = [
        {"key": f"{contact_id}:{number}:{days_ago}:{place}", "contact_id": contact_id, "product_id": number}
        | {"at": NOON - days_ago * DAY, "quantity": 1, "amount": 1000 + 100 * number, "currency": "MYR"}
        | fields
        for place, number in enumerate(product_ids)
    ]
    connection.execute(purchases.insert(), rows)


def fill(connection: Connection, customers: int = 240) -> None:
    """The shop, and customers from 1001 on: of the group of their number, in Penang the even ones."""
    stock_up(connection)
    draw = random.Random(7)
    for number in range(1001, 1001 + customers):
        customer(connection, number, city="Ipoh" if number % 2 else "Penang", language=("en", "ms")[number % 2])
        own = [each for each in range(1, GROUPS * IN_GROUP + 1) if group_of(each) == number % GROUPS]
        chosen = {*draw.sample(own, 4), draw.randint(1, GROUPS * IN_GROUP)}
        buy(connection, number, *sorted(chosen), days_ago=draw.randint(40, 300))


async def learn(database: Database) -> int:
    """Learn in this process, and let what was learnt serve; the model's id."""
    heard: list[Progress] = []
    made = await fitting.learnt(database, heard.append)
    from insights.weights import packed

    rows = [
        Row(product_id, packed(weights), made.gaps.get(product_id))
        for product_id, weights in zip(made.items, made.weights, strict=True)
    ]

    def keep(connection: Connection) -> int:
        model = recommenders.begin(connection, NOON)
        assert model is not None
        assert recommenders.store(connection, model, rows, len(rows), len(rows), NOON)
        figures = {"customers": made.customers, "purchases": made.purchases}
        assert recommenders.ready(connection, model, items=made.items, popular=made.popular, **figures, now=NOON)
        return model

    return await database.transact(keep)


def ids(found: Sequence[Any]) -> list[int]:
    return [each.item.id for each in found]
