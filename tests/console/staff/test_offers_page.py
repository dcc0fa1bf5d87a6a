"""Offers are made on their page, and none below its margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from console.staff.offers import PAGE
from store import catalog, tables
from tests.console.staff.offers_deeds import BEANS, OFFER, sells_beans
from tests.console.staff.team import Team


async def kept(team: Team) -> Sequence[Any]:
    found = sa.select(tables.offers.c.price, tables.offers.c.public_id, tables.offers.c.withdrawn_at)
    return await team.database.read(lambda connection: connection.execute(found).all())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sku": "NONE"}, "Please choose a product"),
        ({"price": "cheap"}, "Please give the price"),
        ({"price": "32"}, "must be below the usual one, RM32.00"),
        ({"price": "22.22"}, "The lowest price that leaves it is RM22.23"),  # 20 / 0.9
        ({"until": "2026-11-19"}, "Please give a first and a last day"),
        ({"from": "soon"}, "Please give a first and a last day"),
    ],
)
async def test_what_cannot_be_offered_is_told_with_what_to_do(
    sqlite_team: Team, change: dict[str, str], said: str
) -> None:
    await sells_beans(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    refused = await marketer.submit(PAGE, **OFFER | change)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert await kept(sqlite_team) == []


async def test_an_offer_is_made_once_withdrawn_and_brought_back(sqlite_team: Team) -> None:
    await sells_beans(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    assert (await marketer.submit(PAGE, **OFFER)).headers["location"] == f"{PAGE}?said=made"
    assert "runs for the same customers" in (await marketer.submit(PAGE, **OFFER)).text
    ((price, public_id, _withdrawn),) = await kept(sqlite_team)
    assert price == 2500
    assert (await marketer.submit(f"{PAGE}/{public_id}")).headers["location"] == f"{PAGE}?said=withdrawn"
    assert "Bring back" in (await marketer.get(PAGE)).text
    assert (await marketer.submit(f"{PAGE}/{public_id}", back="yes")).headers["location"] == f"{PAGE}?said=back"
    assert (await kept(sqlite_team))[0].withdrawn_at is None
    assert (await marketer.submit(f"{PAGE}/nobody")).status_code == 404


async def test_an_offer_whose_product_grew_dearer_is_marked(sqlite_team: Team) -> None:
    await sells_beans(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    await marketer.submit(PAGE, **OFFER)
    dearer = BEANS._replace(cost=2400)
    await sqlite_team.database.transact(lambda connection: catalog.save_products(connection, [dearer]))
    assert "Not shown: below the margin" in (await marketer.get(PAGE)).text


async def test_a_product_whose_cost_nobody_told_is_not_offered(sqlite_team: Team) -> None:
    unknown = BEANS._replace(cost=None)
    await sqlite_team.database.transact(lambda connection: catalog.save_products(connection, [unknown]))
    marketer = await sqlite_team.browser("marketer")
    page = await marketer.get(PAGE)
    assert "1 product has no cost" in page.text
    assert "Nobody has told what this product costs" in (await marketer.submit(PAGE, **OFFER)).text
