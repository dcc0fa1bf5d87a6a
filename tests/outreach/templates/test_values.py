"""What is known of customers is read in bulk, and only as far as the texts name it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales.formats import Money
from loyalty import ledger, vouchers
from loyalty.applying import apply
from loyalty.programme import Programme, Reward, Tier, Tiers
from outreach.clock import zone_of
from outreach.templates import values
from outreach.templates.content import Content, Gift
from outreach.templates.known import Nothing
from outreach.templates.registry import BY_NAME
from outreach.templates.values import Values
from store import anniversaries, contacts, offers, preferences, prepared, purchases, tables
from store.anniversaries import Day
from store.catalog import Product, product_ids, save_products
from store.database import Database
from store.purchases import Purchase
from tests.conftest import NOON, SECRET
from tests.outreach.templates.some_content import content

ZONE = "Asia/Kuala_Lumpur"
DAY = dt.timedelta(1)
MIDNIGHT = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)  # in Kuala Lumpur, when the 24th begins
RULES = Programme(
    business="Kopi Kita",
    tiers=Tiers((Tier("basic", "Basic", 0), Tier("gold", "Gold", 100, {"zh": "金卡"}))),
    rewards=(Reward("cake", "A slice of cake", 40, {"zh": "蛋糕"}, valid_days=14),),
)


class Shop:
    """A shop, and its customers on their way in."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        apply(connection, RULES, text="x", by="tests", at=NOON - 900 * DAY, zone=zone_of(ZONE, ZONE))
        save_products(
            connection,
            [Product(each, each.title(), {"zh": f"{each}茶"}, "", 1500, "MYR") for each in ("oolong", "sencha")],
        )
        connection.execute(tables.branches.insert().values(code="b", name="Bangsar"))

    def person(self, sender: str, **fields: Any) -> int:
        made = contacts.make(self.connection, "webchat", "web", sender, name="", language="en", at=NOON)
        if fields:
            change = tables.contacts.update().where(tables.contacts.c.id == made.id)
            self.connection.execute(change.values(**fields))
        return made.id

    def buys(self, contact_id: int, sku: str | None, at: dt.datetime) -> None:
        product = product_ids(self.connection)[sku] if sku else None
        branch = self.connection.scalar(sa.select(tables.branches.c.id))
        bought = Purchase(f"{contact_id}-{at}", contact_id, at, 1, 1250, "MYR", product, branch)
        purchases.add(self.connection, [bought])

    def regular(self) -> int:
        """Somebody of whom everything is known."""
        one = self.person("1", name="Aisyah binti Rahman", city="Ipoh", language="ms", digits="arab")
        ledger.open_accounts(self.connection, {one: NOON - 400 * DAY})
        for key, points, days in (("a", 30, 10), ("b", 15, 10), ("c", 5, 20)):
            until = NOON + days * DAY
            ledger.gift(self.connection, one, points, key=key, at=NOON - 5 * DAY, expires_at=until)
        ledger.gift(self.connection, one, 7, key="gone", at=NOON - 9 * DAY, expires_at=NOON - DAY)
        anniversaries.fill(self.connection, anniversaries.BIRTHDAY, {one: Day(305, None)}, NOON)
        self.buys(one, "oolong", NOON - 30 * DAY)
        self.buys(one, "sencha", NOON - 9 * DAY)
        self.buys(one, "sencha", NOON - 3 * DAY)
        return one

    def of(self, *contact_ids: int, content: Content | None = None) -> dict[int, Values]:
        return values.of(self.connection, contact_ids, NOON, ZONE, content)

    def known(self, contact_id: int) -> dict[str, Any]:
        return self.of(contact_id)[contact_id].known


def in_the_shop(work: Any) -> Any:
    """Have the test's body run in one transaction, in a shop."""

    async def test(database: Database) -> None:
        await database.transact(lambda connection: work(Shop(connection)))

    test.__name__, test.__doc__ = work.__name__, work.__doc__
    return test


@in_the_shop
def test_everything_is_known_of_a_regular(shop: Shop) -> None:
    one = shop.regular()
    vouchers.issue(shop.connection, SECRET, one, "cake", key="v", now=NOON.astimezone(zone_of(ZONE, ZONE)))
    shop_offers: dict[str, Any] = {"price": 900, "starts_at": NOON - DAY, "ends_at": MIDNIGHT, "by": "tests"}
    offers.add(shop.connection, product_ids(shop.connection)["oolong"], segment="", **shop_offers)
    offers.add(shop.connection, product_ids(shop.connection)["sencha"], segment="gold", **shop_offers)
    found = shop.of(one)[one]
    assert (found.contact_id, found.language, found.digits) == (one, "ms", "arab")
    known: dict[str, Any] = dict(found.known)
    [offer] = known.pop("offers")
    [voucher] = known.pop("vouchers")
    bought = known.pop("bought")
    assert [(each.name.name, each.day) for each in bought] == [
        ("Sencha", dt.date(2026, 11, 18)),
        ("Oolong", dt.date(2026, 10, 22)),
    ]
    assert (offer.name.name, offer.price, offer.usual_price) == ("Oolong", Money(900, "MYR"), Money(1500, "MYR"))
    assert offer.until == dt.date(2026, 11, 23)
    assert (voucher.name.said("zh"), voucher.until) == ("蛋糕", dt.date(2026, 12, 5))
    shown = {name: getattr(value, "name", value) for name, value in known.items()}
    assert shown == {
        "call_me": "Aisyah",
        "name": "Aisyah binti Rahman",
        "city": "Ipoh",
        "points": 50,
        "tier": "Basic",
        "next_tier": "Gold",
        "points_to_next_tier": 100,
        "points_expiring": 45,
        "expiry_day": dt.date(2026, 12, 1),
        "member_since": dt.date(2025, 10, 17),
        "birthday_month": "March",
        "last_product": "Sencha",
        "last_purchase_day": dt.date(2026, 11, 18),
        "branch": "Bangsar",
        "business": "Kopi Kita",
        "today": dt.date(2026, 11, 21),
    }
    assert set(known) | {"offers", "vouchers", "bought", "gift", "gift_points"} == set(BY_NAME)


@in_the_shop
def test_of_a_stranger_only_what_everybody_has_is_known(shop: Shop) -> None:
    one = shop.person("1")
    known = shop.known(one)
    assert {"business", "today", "points", "tier", "next_tier", "points_to_next_tier"} == set(known)
    assert (known["points"], known["points_to_next_tier"]) == (0, 100)


@in_the_shop
def test_who_wants_nothing_personal_gets_what_everybody_gets(shop: Shop) -> None:
    one = shop.regular()
    preferences.change(shop.connection, one, NOON, personalised=False)
    found = shop.of(one)[one]
    assert set(found.known) == {"business", "today"}
    assert found.language == "ms"


@in_the_shop
def test_only_what_the_texts_name_is_read(shop: Shop) -> None:
    one = shop.regular()
    with counted() as statements:
        known = shop.of(one, content=content('{{ call_me or "x" }}'))[one].known
    assert known["call_me"] == "Aisyah"
    assert "points" not in known
    assert len(statements) <= 2  # the programme and the people


@in_the_shop
def test_a_hundred_customers_take_no_more_statements_than_one(shop: Shop) -> None:
    everybody = [shop.regular(), *(shop.person(str(number)) for number in range(2, 102))]
    with counted() as of_one:
        shop.of(everybody[0])
    with counted() as of_all:
        assert set(shop.of(*everybody, 999_999)) == set(everybody)
    assert len(of_all) <= len(of_one)


@in_the_shop
def test_points_that_were_earned_lately_bring_the_next_tier_nearer(shop: Shop) -> None:
    one = shop.person("1")
    ledger.open_accounts(shop.connection, {one: NOON})
    earning = ledger.Earning("e", one, 60, NOON - DAY)
    ledger.earn(shop.connection, [earning])
    assert shop.known(one)["points_to_next_tier"] == 40
    ledger.earn(shop.connection, [ledger.Earning("f", one, 50, NOON - DAY)])
    known = shop.known(one)
    assert known["tier"].said("zh") == "金卡"
    assert "next_tier" not in known


@in_the_shop
def test_days_are_on_the_customers_own_clock(shop: Shop) -> None:
    here, there = shop.person("1"), shop.person("2", timezone="America/Santiago")
    found = values.of(shop.connection, [here, there], NOON + dt.timedelta(hours=13), ZONE)
    assert [found[each].known["today"] for each in (here, there)] == [dt.date(2026, 11, 22), dt.date(2026, 11, 21)]


@in_the_shop
def test_what_was_paid_back_whole_was_not_bought(shop: Shop) -> None:
    one = shop.person("1")
    shop.buys(one, "oolong", NOON - DAY)
    shop.connection.execute(tables.purchases.update().values(refunded=1250))
    assert "last_product" not in shop.known(one)
    shop.buys(one, None, NOON - 2 * DAY)
    known = shop.known(one)
    assert known["last_purchase_day"] == dt.date(2026, 11, 19)
    assert "last_product" not in known
    assert "bought" not in known


@in_the_shop
def test_a_voucher_without_end_has_no_last_day(shop: Shop) -> None:
    one = shop.person("1")
    apply(
        shop.connection,
        Programme(rewards=(Reward("cup", "A cup", 1),)),
        text="x",
        by="tests",
        at=NOON,
        zone=zone_of(ZONE, ZONE),
    )
    vouchers.issue(shop.connection, SECRET, one, "cup", key="v", now=NOON)
    [voucher] = shop.known(one)["vouchers"]
    assert isinstance(voucher.until, Nothing)


@in_the_shop
def test_the_gift_is_known_where_the_template_brings_one(shop: Shop) -> None:
    one = shop.person("1")
    known: dict[str, Any] = shop.of(one, content=content(gift=Gift(20, "cake")))[one].known
    assert (known["gift"].said("zh"), known["gift_points"]) == ("蛋糕", 20)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The prepared statements that run meanwhile."""
    found: list[str] = []
    execute = prepared._execute

    def noted(connection: Connection, sql: str, *rest: Any, **more: Any) -> Any:
        found.append(sql)
        return execute(connection, sql, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "_execute", noted)
        yield found
