"""One deed for each way to change offers, and the action that the audit log calls it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import sqlalchemy as sa

from console.staff.offers import PAGE
from store import catalog, tables
from store.catalog import Product
from tests.console.staff.team import Team

Deed: TypeAlias = Callable[[Team], Awaitable[object]]
BEANS = Product("BEAN", "Beans", None, "coffee", 3200, "MYR", cost=2000)
OFFER = {"sku": "BEAN", "price": "25.00", "from": "2026-11-20", "until": "2099-12-31"}


async def sells_beans(team: Team) -> None:
    """The shop has beans at RM32, which cost RM20."""
    await team.database.transact(lambda connection: catalog.save_products(connection, [BEANS]))


async def _make(team: Team) -> object:
    await sells_beans(team)
    return await (await team.browser("marketer")).submit(PAGE, **OFFER)


async def _withdraw(team: Team) -> object:
    await _make(team)
    made = await team.database.read(lambda connection: connection.scalar(sa.select(tables.offers.c.public_id)))
    return await (await team.browser("marketer")).submit(f"{PAGE}/{made}")


async def _rule(team: Team) -> object:
    browser = await team.browser("marketer")
    return await browser.submit(f"{PAGE}/rules", least_margin="20", after_hours="48", cross_sell="yes")


OFFERS_DEEDS: dict[str, tuple[str, Deed]] = {
    PAGE: ("offer.made", _make),
    f"{PAGE}/{{public_id}}": ("offer.withdrawn", _withdraw),
    f"{PAGE}/rules": ("offers.changed", _rule),
}
