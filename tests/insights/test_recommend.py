"""Recommended from the store: what suits, why, and nothing that must not be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from insights.recommend import Recommended, recommend
from store import recommenders
from store.database import Database
from store.tables import contacts, not_interested, offers, preferences, products, purchases
from tests.conftest import NOON
from tests.insights.shop import DAY, GROUPS, buy, customer, fill, group_of, ids, learn, stock_up

T = TypeVar("T")


class Shop:
    """A shop that has learnt, and somebody who asks for things."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def open(self) -> None:
        await self.database.transact(fill)
        await learn(self.database)

    async def does(self, work: Callable[[Connection], T]) -> T:
        return await self.database.transact(work)

    async def shown(self, contact_id: int, size: int = 6, **how: Any) -> tuple[Recommended, ...]:
        return await self.database.read(
            lambda connection: recommend(connection, contact_id, size=size, now=NOON, **how)
        )

    async def somebody(self, contact_id: int, *bought: int, **fields: Any) -> int:
        def work(connection: Connection) -> int:
            customer(connection, contact_id, **fields)
            buy(connection, contact_id, *bought) if bought else None
            return contact_id

        return await self.does(work)


@pytest.fixture
async def shop(database: Database) -> Shop:
    opened = Shop(database)
    await opened.open()
    return opened


async def test_what_goes_with_purchases_comes_with_the_purchase_that_says_so(shop: Shop) -> None:
    mine = (2, 6)
    found = await shop.shown(await shop.somebody(1, *mine))
    assert len(found) == 6
    assert found[0].why == "bought"
    assert group_of(found[0].item.id) == group_of(2)
    assert not set(ids(found)) & set(mine)

    def weigh(connection: Connection) -> dict[int, list[float]]:
        import numpy as np

        model = recommenders.newest(connection)
        assert model is not None
        rows = recommenders.rows(connection, model.id, mine)
        return {row.product_id: np.frombuffer(row.weights, "<f2").tolist() for row in rows}

    weights = await shop.does(weigh)
    model = await shop.does(recommenders.newest)
    assert model is not None
    for each in found:
        if each.why == "bought":
            assert each.because is not None
            place = list(model.items).index(each.item.id)
            assert weights[each.because.product_id][place] == max(row[place] for row in weights.values())


async def test_a_purchase_counts_at_once_and_one_paid_back_counts_no_more(shop: Shop) -> None:
    who = await shop.somebody(1, 1)
    assert group_of((await shop.shown(who))[0].item.id) == group_of(1)
    await shop.does(lambda connection: connection.execute(purchases.update().values(refunded=10**6)))
    assert {each.why for each in await shop.shown(who)} == {"popular"}
    await shop.does(lambda connection: buy(connection, who, 4, days_ago=1))
    [first, *_others] = await shop.shown(who)
    assert (first.why, group_of(first.item.id)) == ("bought", group_of(4))


async def test_newcomers_get_what_is_bought_where_they_live_and_strangers_nothing(shop: Shop) -> None:
    there = await shop.somebody(1, city=" PENANG ", language="vi")
    elsewhere = await shop.somebody(2, city="Miri", language="vi")
    model = await shop.does(recommenders.newest)
    assert model is not None
    assert {"", "city:penang", "city:ipoh", "language:en", "language:ms"} == set(model.popular)
    found = await shop.shown(there, size=1)
    assert ids(found) == [model.popular["city:penang"][0]]
    assert (found[0].why, found[0].because) == ("popular", None)
    assert ids(await shop.shown(elsewhere, size=1)) == [model.popular[""][0]]
    assert await shop.shown(99) == ()


async def test_what_is_not_sold_not_there_not_wanted_or_had_for_good_is_left_out(shop: Shop) -> None:
    who = await shop.somebody(1, 1, 5)
    before = ids(await shop.shown(who, size=4))

    def change(connection: Connection) -> None:
        gone, empty, refused, _stays = before
        connection.execute(products.update().where(products.c.id == gone).values(active=False))
        connection.execute(products.update().where(products.c.id == empty).values(stock=0))
        connection.execute(not_interested.insert().values(contact_id=who, product_id=refused, at=NOON))
        connection.execute(products.update().where(products.c.id.in_((1, 5))).values(repeatable=False))

    await shop.does(change)
    for place in ("asked", "cross_sell", "upsell"):
        assert not set(ids(await shop.shown(who, size=24, place=place))) & {*before[:3], 1, 5}
    other = await shop.somebody(2, 9)
    assert before[2] in ids(await shop.shown(other, size=24))  # it was another's word


async def test_it_is_time_for_a_refill_when_people_buy_again(shop: Shop) -> None:
    def again(connection: Connection) -> None:
        for contact_id in range(1001, 1021):
            buy(connection, contact_id, 7, days_ago=30)
            buy(connection, contact_id, 7, days_ago=10)

    await shop.does(again)
    await learn(shop.database)
    due = await shop.somebody(1)
    early = await shop.somebody(2)
    await shop.does(lambda connection: buy(connection, due, 7, days_ago=22))
    await shop.does(lambda connection: buy(connection, early, 7, days_ago=9))
    [first, *_others] = await shop.shown(due)
    assert (first.item.id, first.why) == (7, "refill")
    assert first.because is not None
    assert first.because.name == "Product 7"
    assert 7 not in ids(await shop.shown(early, size=24))


async def test_more_like_a_product_is_of_its_group_whatever_else_they_buy(shop: Shop) -> None:
    who = await shop.somebody(1, 1, 5)
    found = await shop.shown(who, size=4, place="alike", like=2)
    assert {group_of(each.item.id) for each in found} == {group_of(2)}
    assert {(each.why, each.because and each.because.product_id) for each in found} == {("alike", 2)}
    assert 2 not in ids(found)


async def test_what_is_new_is_like_others_of_its_category(shop: Shop) -> None:
    new = {"id": 99, "sku": "new", "name": "New", "category": "group1", "price": 900, "currency": "MYR"}
    await shop.does(lambda connection: connection.execute(products.insert().values(**new)))
    found = await shop.shown(await shop.somebody(1), size=3, place="alike", like=99)
    assert {(each.item.product.category, each.why) for each in found} == {("group1", "alike")}


async def test_upsell_is_dearer_and_of_what_they_buy(shop: Shop) -> None:
    found = await shop.shown(await shop.somebody(1, 1, 5, 9), place="upsell")
    assert {each.item.product.category for each in found} == {"group0"}
    assert all(each.item.price > 1000 + 100 * 5 for each in found)
    assert await shop.shown(await shop.somebody(2), place="upsell") == ()


async def test_offers_are_told_apart_by_tier_and_nothing_else_is_shown_at_their_place(shop: Shop) -> None:
    def put_up(connection: Connection) -> None:
        connection.execute(products.update().values(cost=100))
        common = {"starts_at": NOON - DAY, "ends_at": NOON + DAY, "by": "me"}
        for number, segment in ((3, ""), (4, "gold")):
            row = {"public_id": f"offer{number}", "product_id": number, "price": 900, "segment": segment}
            connection.execute(offers.insert().values(**row, **common))

    await shop.does(put_up)
    [shown] = await shop.shown(await shop.somebody(1, 1), place="offer")
    assert (shown.item.id, shown.item.price, shown.item.product.price) == (3, 900, 1300)
    newcomer = await shop.somebody(2)
    assert [each.why for each in await shop.shown(newcomer, place="offer")] == ["offer"]


async def test_who_wants_nothing_personalised_gets_what_everybody_buys(shop: Shop) -> None:
    who = await shop.somebody(1, 1, 5, city="Penang")
    keep = {"contact_id": who, "personalised": False, "changed_at": NOON}
    await shop.does(lambda connection: connection.execute(preferences.insert().values(**keep)))
    found = await shop.shown(who, size=3)
    model = await shop.does(recommenders.newest)
    assert model is not None
    assert {(each.why, each.because) for each in found} == {("popular", None)}
    assert found[0].item.id == model.popular[""][0]
    alike = await shop.shown(who, size=2, place="alike", like=2)
    assert {each.why for each in alike} == {"alike"}


async def test_purchases_of_those_who_are_gone_or_want_nothing_personalised_teach_nothing(shop: Shop) -> None:
    before = await shop.does(lambda connection: recommenders.statuses(connection, 1))

    def leave(connection: Connection) -> None:
        connection.execute(contacts.update().where(contacts.c.id == 1001).values(erased_at=NOON))
        connection.execute(preferences.insert().values(contact_id=1002, personalised=False, changed_at=NOON))

    await shop.does(leave)
    await learn(shop.database)
    after = await shop.does(lambda connection: recommenders.statuses(connection, 1))
    assert before[0].customers - after[0].customers == 2


async def test_with_too_few_purchases_nothing_is_said_of_tastes(database: Database) -> None:
    await database.transact(lambda connection: fill(connection, customers=20))
    shop = Shop(database)
    who = await shop.somebody(1, 1)
    assert await shop.shown(who) == ()  # nothing was learnt yet
    await learn(database)
    [status] = await shop.does(lambda connection: recommenders.statuses(connection, 1))
    assert (status.products, status.customers) == (0, 21)
    assert {each.why for each in await shop.shown(who)} == {"popular"}


async def test_no_category_has_more_than_its_share(shop: Shop) -> None:
    found = await shop.shown(await shop.somebody(1, 1, 2, 3, 4), size=GROUPS + 1)
    counts = [sum(group_of(each.item.id) == group for each in found) for group in range(GROUPS)]
    assert max(counts) <= 2


async def test_an_empty_shop_recommends_nothing(database: Database) -> None:
    def work(connection: Connection) -> tuple[Recommended, ...]:
        stock_up(connection)
        customer(connection, 1)
        return recommend(connection, 1, size=5, now=NOON + dt.timedelta(days=1))

    assert await database.transact(work) == ()
    assert await database.read(lambda connection: connection.scalar(sa.select(sa.func.count(products.c.id)))) == 24
