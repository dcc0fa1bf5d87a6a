"""Goods of rehearsals: what the customer has bought, what goes with what, and an offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from bot.demo_data.shop import ITEMS
from loyalty import offers
from store import catalog, purchases, recommenders
from store.offers import Offer
from store.purchases import Purchase
from store.recommenders import Row

OFFERED, PRICE = "HM-02", 1900  # drip coffee, RM24 otherwise
LAST_DAY = dt.timedelta(days=9)
GAP = dt.timedelta(days=25)  # since the last purchase, and between any two
NEXT, OVERNEXT = 0.9, 0.5  # what a product says of the two after it in the list


def shop(connection: Connection, contact_id: int, skus: Sequence[str], now: dt.datetime) -> None:
    """Let the contact have bought these, the last one last, and learn that each goes with those after it."""
    ids = catalog.product_ids(connection)
    prices = {item.sku: item.price for item in ITEMS}
    bought = [
        Purchase(f"order:{number}", contact_id, now - number * GAP, 1, prices[sku], "MYR", ids[sku])
        for number, sku in enumerate(reversed(skus), start=1)
    ]
    purchases.add(connection, bought)
    _learn(connection, [ids[item.sku] for item in ITEMS], now)
    _offer(connection, ids[OFFERED], now)


def _learn(connection: Connection, items: Sequence[int], now: dt.datetime) -> None:
    import numpy as np

    from insights.weights import packed

    model = recommenders.begin(connection, now)
    assert model is not None
    rows = []
    for place, product_id in enumerate(items):
        weights = np.zeros(len(items))
        weights[(place + 1) % len(items)], weights[(place + 2) % len(items)] = NEXT, OVERNEXT
        rows.append(Row(product_id, packed(weights), None))
    recommenders.store(connection, model, rows, len(rows), len(rows), now)
    popular = {"": items}
    recommenders.ready(connection, model, items=items, popular=popular, customers=90, purchases=900, now=now)


def _offer(connection: Connection, product_id: int, now: dt.datetime) -> None:
    product = catalog.find_products(connection, [OFFERED])[OFFERED]
    made = offers.make(
        connection,
        product_id,
        product,
        price=PRICE,
        segment="",
        starts_at=now - dt.timedelta(days=1),
        ends_at=now + LAST_DAY,
        by="demo",
        now=now,
    )
    assert isinstance(made, Offer)
