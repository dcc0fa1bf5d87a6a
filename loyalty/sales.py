"""Purchases as the earn rules see them: with what was bought, where, and on which clock."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from loyalty.programme import Programme
from loyalty.rules import Sale, house_zone
from store import purchases
from store.purchases import Purchase


def sales_of(connection: Connection, bought: Sequence[Purchase], rules: Programme) -> list[Sale]:
    """A sale for each purchase; only what the rules ask for is looked up."""
    earn = rules.earn
    if not earn.products and not earn.periods:
        return [Sale(each.amount, each.currency, each.at, each.quantity) for each in bought]
    goods = purchases.goods(connection, {each.product_id for each in bought if each.product_id is not None})
    places = purchases.places(connection, {each.branch_id for each in bought if each.branch_id is not None})
    house = house_zone(rules)
    sales = []
    for each in bought:
        sku, category = goods.get(each.product_id, ("", ""))
        branch, zone = places.get(each.branch_id, ("", None))
        at = each.at.astimezone(zone or house)
        sales.append(Sale(each.amount, each.currency, at, each.quantity, sku, category, branch))
    return sales
