"""Purchases, refunds, points and vouchers as a shop's system gives and asks for them."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa

from loyalty import ledger, programme, vouchers
from loyalty.programme import Earn, Programme
from store import api_answers, tables
from tests.conftest import NOON, SECRET
from tests.console.api.shop import Shop, kind, where

ORDER = {"order": "INV/2026/42", "lines": [{"sku": "BEAN", "quantity": 2, "amount": "65.90"}, {"amount": "12.50"}]}


async def order(shop: Shop, number: str = "C-1") -> dict[str, Any]:
    """An order of a new customer, for the product that is sold."""
    await shop.post("/products", {"products": [{"sku": "BEAN", "name": "Beans", "price": "32.95"}]})
    return {**ORDER, "customer": (await shop.customer(number))["id"]}


async def count(shop: Shop, table: sa.Table) -> int:
    return await shop.database.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_an_order_earns_points_once_whatever_comes_again(shop: Shop) -> None:
    bought = await order(shop)
    first = await shop.post("/purchases", bought, key="k1")
    assert first.status_code == 201
    kept = first.json()
    assert [line["points"] for line in kept["lines"]] == [65, 12]
    assert (kept["points"], kept["balance"], kept["pending"], kept["known"]) == (77, 77, 0, False)
    again = await shop.post("/purchases", bought, key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    other_key = await shop.post("/purchases", {**bought, "order": "inv 2026-42"}, key="k2")
    assert other_key.json() == {**kept, "known": True, "order": "inv 2026-42"}
    assert await count(shop, tables.purchases) == 2
    (told,) = await shop.database.read(lambda c: c.execute(sa.select(tables.due)).all())
    assert (told.flow, told.args) == ("points_earned", {"points": 77})


async def test_a_key_with_another_body_is_refused(shop: Shop) -> None:
    bought = await order(shop)
    await shop.post("/purchases", bought, key="k1")
    for other in ({**bought, "order": "INV/2026/43"}, {**bought, "lines": [{"amount": "1"}]}):
        assert kind(await shop.post("/purchases", other, key="k1")) == "idempotency-key-reused"
    assert where(await shop.post("/purchases", bought)) == ["header.Idempotency-Key"]
    assert where(await shop.post("/purchases", bought, key="x" * 129)) == ["header.Idempotency-Key"]
    shop.key = await shop.new_key("purchases:write")
    mine = await shop.post("/purchases", {**bought, "order": "INV/2026/43"}, key="k1")
    assert mine.status_code == 201


async def test_a_branch_goes_by_its_code(shop: Shop) -> None:
    here = {"code": "bangsar", "name": "Bangsar"}
    await shop.database.transact(lambda c: c.execute(tables.branches.insert().values(here)).rowcount)
    bought = {**await order(shop), "branch": "bangsar"}
    assert (await shop.post("/purchases", bought, key="k1")).status_code == 201
    _, code = await voucher(shop)
    used = {"code": code, "branch": "bangsar"}
    assert kind(await shop.post("/vouchers/redeem", {**used, "branch": "nowhere"}, key="v1")) == "branch-unknown"
    assert (await shop.post("/vouchers/redeem", used, key="v1")).status_code == 201
    told = sa.select(tables.due.c.args).where(tables.due.c.flow == "voucher_used")
    assert [args["branch"] for args in await shop.database.read(lambda c: c.scalars(told).all())] == ["Bangsar"]
    kept = sa.select(tables.purchases.c.branch_id)
    assert None not in await shop.database.read(lambda c: c.scalars(kept).all())


async def test_an_order_with_other_figures_is_refused(shop: Shop) -> None:
    bought = await order(shop)
    stranger = await shop.customer("C-2")
    await shop.post("/purchases", bought, key="k1")
    for number, other in enumerate(
        ({**bought, "lines": [{"amount": "12.50"}]}, {**bought, "customer": stranger["id"]}), start=2
    ):
        assert kind(await shop.post("/purchases", other, key=f"k{number}")) == "order-differs"
    assert await count(shop, tables.api_answers) == 1


async def test_what_an_order_names_must_be_known(shop: Shop) -> None:
    bought = await order(shop)
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"lines": [{"sku": "TEA", "amount": "1"}]}, "product-unknown"),
        ({"branch": "nowhere"}, "branch-unknown"),
        ({"customer": "nobody"}, "not-found"),
        ({"lines": [{"amount": "1"}, {"amount": "1"}]}, "body.lines.1.sku"),
        ({"lines": [{"amount": "1.005"}]}, "body.lines.0.amount"),
        ({"lines": [{"amount": 1}]}, "body.lines.0.amount"),
        ({"at": "2026-11-23T12:00:00Z"}, "body.at"),
        ({"at": "2026-11-21 12:00"}, "body.at"),
        ({"at": 1763700000}, "body.at"),
    ]
    for number, (change, says) in enumerate(refusals):
        answer = await shop.post("/purchases", {**bought, **change}, key=f"k{number}")
        assert kind(answer) == says or list(where(answer)) == [says]
    assert await count(shop, tables.purchases) == 0
    assert await count(shop, tables.api_answers) == 0


async def test_eight_requests_with_one_key_do_one_thing_and_get_one_answer(shop: Shop) -> None:
    bought = await order(shop)
    answers = await asyncio.gather(*(shop.post("/purchases", bought, key="k1") for _ in range(8)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert [answer.status_code for answer in answers] == [201] * 8
    assert await count(shop, tables.purchases) == 2


async def test_eight_keys_for_one_order_keep_it_once(shop: Shop) -> None:
    bought = await order(shop)
    other = {**bought, "customer": (await shop.customer("C-2"))["id"]}
    posts = [shop.post("/purchases", other if number % 2 else bought, key=f"k{number}") for number in range(8)]
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 4
    assert await count(shop, tables.purchases) == 2


async def test_an_old_order_is_brought_along_without_telling_the_customer(shop: Shop) -> None:
    bought = {**await order(shop), "at": (NOON - dt.timedelta(days=30)).isoformat()}
    assert (await shop.post("/purchases", bought, key="k1")).json()["points"] == 77
    assert await count(shop, tables.due) == 0


async def test_a_refund_takes_the_points_of_what_was_brought_back(shop: Shop) -> None:
    bought = await order(shop)
    await shop.post("/purchases", bought, key="k1")
    back = {"customer": bought["customer"], "order": ORDER["order"]}
    half = {**back, "lines": [{"sku": "BEAN", "amount": "32.95"}]}
    part = await shop.post("/refunds", half, key="r1")
    assert part.status_code == 201
    assert (part.json()["amount"], part.json()["points"], part.json()["balance"]) == ("32.95", 32, 45)
    assert (await shop.post("/refunds", half, key="r1")).json() == part.json()
    too_much = {**back, "lines": [{"sku": "BEAN", "amount": "32.96"}]}
    refused = await shop.post("/refunds", too_much, key="r2")
    assert kind(refused) == "refund-refused"
    assert refused.json()["detail"] == "Of the line with the sku 'BEAN' only 32.95 is left to refund."
    rest = (await shop.post("/refunds", back, key="r3")).json()
    assert (rest["amount"], rest["points"], rest["debt"], rest["balance"]) == ("45.45", 45, 0, 0)
    assert kind(await shop.post("/refunds", back, key="r4")) == "refund-refused"
    assert await count(shop, tables.refunds) == 3


async def test_a_refund_of_points_that_were_spent_is_owed(shop: Shop) -> None:
    bought = await order(shop)
    await shop.post("/purchases", bought, key="k1")

    def spend(connection: sa.Connection) -> None:
        contact_id = connection.scalar(sa.select(tables.contacts.c.id)) or 0
        later = shop.now + dt.timedelta(minutes=15)
        ledger.hold(connection, contact_id, 70, key="hold", at=shop.now, until=later)
        ledger.post(connection, "hold", shop.now)

    await shop.database.transact(spend)
    back = {"customer": bought["customer"], "order": ORDER["order"]}
    answer = (await shop.post("/refunds", back, key="r1")).json()
    assert (answer["points"], answer["debt"], answer["balance"]) == (77, 70, 0)
    told = (await shop.get(f"/customers/{bought['customer']}/points")).json()
    assert (told["balance"], told["debt"]) == (0, 70)


async def test_a_refund_of_very_many_lines_is_given_in_parts(shop: Shop) -> None:
    skus = [f"S{number:02}" for number in range(26)]
    await shop.post("/products", {"products": [{"sku": sku, "name": sku, "price": "1"} for sku in skus]})
    customer = (await shop.customer())["id"]
    lines = [{"sku": sku, "amount": "1"} for sku in skus]
    await shop.post("/purchases", {"customer": customer, "order": "1", "lines": lines}, key="k1")
    back = {"customer": customer, "order": "1"}
    assert kind(await shop.post("/refunds", back, key="r1")) == "refund-refused"
    assert (await shop.post("/refunds", {**back, "lines": lines[:1]}, key="r1")).status_code == 201
    assert (await shop.post("/refunds", back, key="r2")).json()["points"] == 25


async def test_a_refund_is_refused_where_there_is_nothing_to_refund(shop: Shop) -> None:
    bought = await order(shop)
    await shop.post("/purchases", bought, key="k1")
    stranger = await shop.customer("C-2")
    back = {"customer": bought["customer"], "order": ORDER["order"]}
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"order": "INV/2026/43"}, "not-found"),
        ({"customer": stranger["id"]}, "not-found"),
        ({"lines": [{"sku": "TEA"}]}, "refund-refused"),
        ({"lines": [{"sku": "BEAN"}, {"sku": "BEAN"}]}, "refund-refused"),
        ({"lines": [{"amount": "0"}]}, "invalid"),
    ]
    for number, (change, says) in enumerate(refusals):
        assert kind(await shop.post("/refunds", {**back, **change}, key=f"r{number}")) == says


async def test_a_key_whose_answer_is_forgotten_still_does_nothing_twice(shop: Shop) -> None:
    bought = await order(shop)
    await shop.post("/purchases", bought, key="k1")
    back = {"customer": bought["customer"], "order": ORDER["order"], "lines": [{"amount": "5"}]}
    await shop.post("/refunds", back, key="r1")
    await shop.database.transact(lambda c: c.execute(tables.api_answers.delete()).rowcount)
    assert (await shop.post("/refunds", back, key="r1")).json()["points"] == 4
    other = {**back, "lines": [{"amount": "6"}]}
    await shop.database.transact(lambda c: c.execute(tables.api_answers.delete()).rowcount)
    assert kind(await shop.post("/refunds", other, key="r1")) == "idempotency-key-reused"
    assert await count(shop, tables.refunds) == 1


async def test_points_and_their_history_are_told(shop: Shop) -> None:
    bought = await order(shop)
    path = f"/customers/{bought['customer']}/points"
    assert (await shop.get(path)).json()["balance"] == 0
    await shop.post("/purchases", bought, key="k1")
    told = (await shop.get(path, language="ms")).json()
    assert (told["balance"], told["pending"], told["debt"], told["tier"]) == (77, 0, 0, "")
    assert sum(each["points"] for each in (await shop.get(f"{path}/history")).json()["movements"]) == 77
    assert kind(await shop.get("/customers/nobody/points")) == "not-found"
    assert where(await shop.get(f"{path}/history", limit=0)) == ["query.limit"]


async def test_pages_of_the_history_stay_while_points_come_and_go(shop: Shop) -> None:
    bought = {"customer": (await shop.customer())["id"]}
    path = f"/customers/{bought['customer']}/points/history"
    for number in range(1, 6):
        lines = [{"amount": f"{number}"}]
        await shop.post("/purchases", {**bought, "order": f"{number}", "lines": lines}, key=f"k{number}")
        page = (await shop.get(path, limit=2)).json()
    seen = [each["points"] for each in page["movements"]]
    while page["next"]:
        shop.now += dt.timedelta(minutes=1)
        news = {**bought, "order": f"new {len(seen)}", "lines": [{"amount": "9"}]}
        assert (await shop.post("/purchases", news, key=f"n{len(seen)}")).status_code == 201
        page = (await shop.get(path, limit=2, after=page["next"])).json()
        seen += [each["points"] for each in page["movements"]]
    assert seen == [5, 4, 3, 2, 1]
    stranger = (await shop.customer("C-2"))["id"]
    other = f"/customers/{stranger}/points/history"
    first = (await shop.get(path, limit=1)).json()["next"]
    assert kind(await shop.get(other, after=first)) == "not-found"
    assert where(await shop.get(path, after="x")) == ["query.after"]


async def voucher(shop: Shop) -> tuple[str, str]:
    """A voucher of a new customer: their id and its code."""
    customer = (await shop.customer())["id"]
    reward = {"code": "latte", "name": "A latte", "names": {"ms": "Latte"}, "points": 100}

    def issue(connection: sa.Connection) -> str:
        connection.execute(tables.rewards.insert().values(reward))
        contact_id = connection.scalar(sa.select(tables.contacts.c.id))
        issued = vouchers.issue(connection, SECRET, contact_id or 0, "latte", key="gift", now=shop.now)
        return vouchers.code_of(connection, SECRET, issued.public_id) or ""

    return customer, await shop.database.transact(issue)


async def test_a_voucher_is_shown_without_its_code_checked_and_used_once(shop: Shop) -> None:
    customer, code = await voucher(shop)
    listed = await shop.get(f"/customers/{customer}/vouchers", language="ms")
    (mine,) = listed.json()["vouchers"]
    assert (mine["reward"], mine["name"]) == ("latte", "Latte")
    assert code not in listed.text
    checked = (await shop.post("/vouchers/check", {"code": code.lower()})).json()
    assert (checked["state"], checked["customer"], checked["id"]) == ("valid", customer, mine["id"])
    answers = await asyncio.gather(*(shop.post("/vouchers/redeem", {"code": code}, key=f"v{n}") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 201)
    assert kind(answers[won - 1]) == "voucher-refused"
    again = await shop.post("/vouchers/redeem", {"code": code}, key=f"v{won}")
    assert again.json() == answers[won].json()
    assert (await shop.post("/vouchers/check", {"code": code})).json()["state"] == "used"
    assert (await shop.get(f"/customers/{customer}/vouchers")).json() == {"vouchers": []}


async def test_a_code_nobody_has_is_not_found(shop: Shop) -> None:
    await voucher(shop)
    for code in ("7K3M-9Q2X-HT4C-VB", "?", "x" * 64):
        assert kind(await shop.post("/vouchers/check", {"code": code})) == "not-found"
        assert kind(await shop.post("/vouchers/redeem", {"code": code}, key="v1")) == "not-found"
    assert await count(shop, tables.api_answers) == 0


async def test_points_that_wait_are_pending_and_other_currencies_earn_none(shop: Shop) -> None:
    rules = Programme(earn=Earn(pending_days=14))
    await shop.database.transact(lambda c: programme.keep(c, rules, text="", by="test", at=shop.now))
    bought = {"customer": (await shop.customer())["id"], "order": "1", "lines": [{"amount": "10"}]}
    kept = (await shop.post("/purchases", bought, key="k1")).json()
    assert (kept["points"], kept["balance"], kept["pending"]) == (10, 0, 10)
    dong = {**bought, "order": "2", "currency": "VND", "lines": [{"amount": "125000"}]}
    kept = (await shop.post("/purchases", dong, key="k2")).json()
    assert (kept["points"], kept["lines"][0]["amount"]) == (0, "125000")
    assert Decimal(kept["lines"][0]["amount"]) == 125_000


async def test_answers_are_forgotten_after_thirty_days(shop: Shop) -> None:
    bought = await order(shop)
    await shop.post("/purchases", bought, key="k1")
    for days, left in ((30, 1), (31, 0)):
        later = shop.now + dt.timedelta(days=days)
        assert not await shop.database.transact(partial(api_answers.forget, now=later))
        assert await count(shop, tables.api_answers) == left
