"""Recommendations in the chat: never below margin, never what is not wanted, counted when followed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows import recommending
from loyalty import offers
from loyalty.offers import BelowMargin, CostUnknown, NotLess, Rules, least_price
from scheduler import suggesting
from store import catalog, contacts, new_purchases, preferences, purchases, shown_products, tables, tastes
from store import offers as kept_offers
from store.catalog import Product
from store.database import Database
from store.offers import Offer
from store.purchases import Purchase
from talk.engine import Act
from tests.conftest import NOON, SECRET

DAY = dt.timedelta(days=1)
MUG = Product("MUG", "Mug", {"zh": "杯子"}, "home", 5000, "MYR", cost=3000, address="https://shop.test/mug")
BEANS = Product("BEAN", "Beans", None, "coffee", 3000, "MYR", cost=1500)


def customer(connection: Connection, sender: str = "a") -> int:
    catalog.save_products(connection, [MUG, BEANS])
    return contacts.make(connection, "webchat", "", sender, name="", language="en", at=NOON).id


def offer(connection: Connection, product: Product, price: int, at: dt.datetime = NOON) -> Offer:
    product_id = catalog.product_ids(connection)[product.sku]
    made = offers.make(
        connection,
        product_id,
        product,
        price=price,
        segment="",
        starts_at=at,
        ends_at=at + 9 * DAY,
        by="t",
        now=at,
    )
    assert isinstance(made, Offer)
    return made


def act(connection: Connection, contact_id: int, key: str = "1:0:cards#1", now: dt.datetime = NOON) -> Act:
    return Act(connection, contact_id, key, now, "en", SECRET, "https://chat.test")


def bought(connection: Connection, contact_id: int, product: Product, at: dt.datetime) -> None:
    product_id = catalog.product_ids(connection)[product.sku]
    key = f"order:{contact_id}:{product.sku}:{at.isoformat()}"
    purchases.add(connection, [Purchase(key, contact_id, at, 1, product.price, "MYR", product_id)])


def test_the_least_price_leaves_the_margin_and_not_a_sen_more() -> None:
    for cost in (1, 99, 1500, 3333):
        for margin in (0, 10, 33, 95):
            least = least_price(cost, margin)
            assert (least - cost) * 100 >= margin * least
            assert (least - 1 - cost) * 100 < margin * (least - 1)


async def test_an_offer_is_below_the_usual_price_and_never_below_its_margin(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        contact = customer(connection)
        mug = catalog.product_ids(connection)["MUG"]
        times = {"segment": "", "starts_at": NOON, "ends_at": NOON + DAY, "by": "t", "now": NOON}
        refused = [
            offers.make(connection, mug, MUG, price=price, **times)  # type: ignore[arg-type]
            for price in (5000, 3332)
        ]
        unknown = MUG._replace(cost=None)
        refused.append(offers.make(connection, mug, unknown, price=4000, **times))  # type: ignore[arg-type]
        offer(connection, MUG, 4000)
        seen = recommending.cards(act(connection, contact), "", ())
        catalog.save_products(connection, [MUG._replace(cost=3900)])  # since then it has grown dearer
        later = recommending.cards(act(connection, contact, "2:0:cards#1"), "", ())
        return [*refused, [(card.name, card.price, card.usual) for card in seen], list(later)]

    told = await database.transact(work)
    assert told == [NotLess(), BelowMargin(3334), CostUnknown(), [("Mug", 4000, 5000)], []]


async def test_what_is_not_wanted_is_not_shown_again_until_it_is_taken_back(database: Database) -> None:
    def work(connection: Connection) -> list[str]:
        contact, other = customer(connection), customer(connection, "b")
        offer(connection, MUG, 4000)
        (card,) = recommending.cards(act(connection, contact), "", ())
        assert recommending.not_interested(act(connection, other), card.shown) == ""  # somebody else's button
        assert recommending.not_interested(act(connection, contact), card.shown) == "Mug"
        gone = recommending.cards(act(connection, contact, "2:0:cards#1"), "", ())
        recommending.interested(act(connection, contact), card.shown)
        back = recommending.cards(act(connection, contact, "3:0:cards#1"), "", ())
        return [each.name for each in (*gone, *back)]

    assert await database.transact(work) == ["Mug"]


async def test_who_waits_for_an_offer_hears_of_each_once(database: Database) -> None:
    def prepare(connection: Connection) -> None:
        first, second = customer(connection), customer(connection, "b")
        mug = catalog.product_ids(connection)["MUG"]
        for contact in (first, second):
            assert kept_offers.watch(connection, contact, mug, NOON)
        assert not kept_offers.watch(connection, first, mug, NOON)
        kept_offers.unwatch(connection, second, mug)
        offer(connection, MUG, 4000)

    await database.transact(prepare)
    while await suggesting.tell_offers(database, NOON):
        pass
    planned = sa.select(tables.due.c.flow, tables.due.c.contact_id, tables.due.c.args)
    rows = await database.read(lambda connection: connection.execute(planned).all())
    assert [(row.flow, row.args["kind"]) for row in rows] == [("offer_made", "awaited_offer")]
    cards = await database.transact(
        lambda c: recommending.on_offer(act(c, rows[0].contact_id), rows[0].args["offer"])
    )
    assert [(card.name, card.price) for card in cards] == [("Mug", 4000)]
    withdrawn = await database.transact(
        lambda c: (
            kept_offers.withdraw(c, rows[0].args["offer"], NOON),
            recommending.on_offer(act(c, rows[0].contact_id, "2:0:card#1"), rows[0].args["offer"]),
        )
    )
    assert withdrawn == (True, ())


async def test_a_purchase_is_credited_to_what_was_shown_and_followed_once_a_day(database: Database) -> None:
    def prepare(connection: Connection) -> int:
        contact = customer(connection)
        offers.save(connection, Rules(cross_sell=True, after_hours=2), NOON)
        mug = catalog.product_ids(connection)["MUG"]
        shown_products.keep(connection, contact, [(mug, None, "popular")], key="k", place="asked", at=NOON)
        new_purchases.between(connection, suggesting.FOLLOW, NOON)
        bought(connection, contact, MUG, NOON + DAY)
        bought(connection, contact, BEANS, NOON + DAY)
        return contact

    contact = await database.transact(prepare)
    for minutes in (1441, 1443):
        while await suggesting.follow_purchases(database, NOON + dt.timedelta(minutes=minutes)):
            pass
    planned = sa.select(tables.due.c.flow, tables.due.c.at).where(tables.due.c.contact_id == contact)
    rows = await database.read(lambda connection: connection.execute(planned).all())
    assert [tuple(row) for row in rows] == [("cross_sell", NOON + DAY + dt.timedelta(hours=2))]
    tally = await database.read(lambda connection: shown_products.tallies(connection, NOON))
    assert tally == [("asked", 1, 0, 1)]


async def test_who_wants_nothing_personal_is_suggested_nothing_after_a_purchase(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, ...]:
        contact = customer(connection)
        offer(connection, MUG, 4000)
        bought(connection, contact, BEANS, NOON - DAY)
        beans = catalog.product_ids(connection)["BEAN"]
        preferences.change(connection, contact, NOON, personalised=False)
        assert tastes.shopper(connection, contact) is not None
        return recommending.after_purchase(act(connection, contact), beans)

    assert await database.transact(work) == ()
