"""Small shops for the tests of scores: who bought what, and what comes of it, computed plainly."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from insights import rfm
from loyalty.programme import Lifecycle, Programme
from store.tables import products, purchases
from tests.conftest import NOON
from tests.store.rows import add_contact

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
RULES = Programme(lifecycle=Lifecycle(new_days=30, loyal_orders=3, loyal_days=60, at_risk_days=50, lapsed_days=90))
COSTS: tuple[tuple[int | None, str], ...] = ((None, "MYR"), (300, "MYR"), (0, "MYR"), (300, "SGD"))
GONE: tuple[dict[str, Any], ...] = ({"erased_at": NOON}, {"deceased": True})


class Bought(NamedTuple):
    """A purchase; `product` is its place in COSTS, `back` what of it was paid back."""

    hours_ago: int
    amount: int
    back: int
    quantity: int
    currency: str
    product: int | None


class Customer(NamedTuple):
    """Somebody and what they bought; `gone` is a place in GONE."""

    bought: list[Bought]
    gone: int | None = None


def _purchases() -> st.SearchStrategy[Bought]:
    # Few different moments and amounts, so that many are alike; some exactly on the bounds of stages.
    moments = st.sampled_from((1, 2, 24 * 29, 24 * 30, 24 * 50, 24 * 50 + 1, 24 * 60, 24 * 90, 24 * 91, 24 * 200))
    return st.builds(
        lambda hours, amount, back, *more: Bought(hours, amount, min(back, amount), *more),
        moments,
        st.sampled_from((0, 100, 500, 1000)),
        st.sampled_from((0, 0, 0, 100, 1000)),
        st.integers(1, 3),
        st.sampled_from(("MYR", "MYR", "SGD")),
        st.none() | st.integers(0, len(COSTS) - 1),
    )


CUSTOMERS = st.builds(
    Customer, st.lists(_purchases(), max_size=6), st.sampled_from((None,) * 8 + tuple(range(len(GONE))))
)
SHOPS = st.lists(CUSTOMERS, min_size=1, max_size=14)


def stock(connection: Connection) -> list[int]:
    """The products; their ids in the order of COSTS."""
    made = products.insert().returning(products.c.id)
    return [
        connection.execute(
            made.values(sku=f"sku{place}", name="Tea", price=1_000, cost=cost, currency=currency)
        ).scalar_one()
        for place, (cost, currency) in enumerate(COSTS)
    ]


def buy(connection: Connection, contact_id: int, goods: list[int], bought: Bought) -> int:
    """Add a purchase as it stands; its id."""
    number = connection.scalar(sa.select(sa.func.count()).select_from(purchases))
    made: int = connection.execute(
        purchases.insert()
        .values(
            key=f"p{number}",
            contact_id=contact_id,
            at=NOON - bought.hours_ago * HOUR,
            quantity=bought.quantity,
            amount=bought.amount,
            currency=bought.currency,
            refunded=bought.back,
            product_id=None if bought.product is None else goods[bought.product],
        )
        .returning(purchases.c.id)
    ).scalar_one()
    return made


def open_shop(connection: Connection, shop: list[Customer], goods: list[int]) -> list[int]:
    """Write everybody and what they bought; their ids."""
    ids = []
    for place, customer in enumerate(shop):
        known = {} if customer.gone is None else GONE[customer.gone]
        ids.append(add_contact(connection, f"shop{place}", NOON, **known))
        for bought in customer.bought:
            buy(connection, ids[-1], goods, bought)
    return ids


def scored_plainly(shop: list[Customer], ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """What each customer's row says but when it was computed, as anybody would compute it."""
    sums = {}
    for contact_id, customer in zip(ids, shop, strict=True):
        kept = [one for one in customer.bought if not one.back or one.back < one.amount]
        if kept and customer.gone is None:
            moments = {NOON - one.hours_ago * HOUR for one in kept}
            mine = [one for one in kept if one.currency == "MYR"]
            costs = [(one, COSTS[one.product]) for one in mine if one.product is not None]
            known = [
                one.amount - one.back - cost * one.quantity
                for one, (cost, currency) in costs
                if cost is not None and currency == "MYR"
            ]
            spent = sum(one.amount - one.back for one in mine)
            sums[contact_id] = (min(moments), max(moments), len(moments), spent, sum(known) if known else None)
    found = {}
    for contact_id, (first, last, orders, spent, margin) in sums.items():
        scores = [
            _score(value, [one[place] for one in sums.values()])
            for value, place in ((last, 1), (orders, 2), (spent, 3))
        ]
        stage = _stage(RULES.lifecycle, first, last, orders)
        found[contact_id] = (first, last, orders, spent, margin, *scores, rfm.segment(*scores), stage)
    return found


def _score(value: Any, values: list[Any]) -> int:
    """How many of the first four fifths end before this value, and one."""
    ordered = sorted(values)
    ends = [ordered[-(-fifth * len(values) // 5) - 1] for fifth in (1, 2, 3, 4)]
    return 1 + len([end for end in ends if value > end])


def _stage(rules: Lifecycle, first: dt.datetime, last: dt.datetime, orders: int) -> str:
    silent, known = NOON - last, NOON - first
    if silent > rules.lapsed_days * DAY:
        return "lapsed"
    if silent > rules.at_risk_days * DAY:
        return "at_risk"
    if known <= rules.new_days * DAY:
        return "new"
    return "loyal" if orders >= rules.loyal_orders and known >= rules.loyal_days * DAY else "active"
