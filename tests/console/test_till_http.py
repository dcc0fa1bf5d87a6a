"""The till over HTTP: who may, what is answered, and that a repeated press is answered the same."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from console.till.answers import Speaker
from locales import LANGUAGES, Language
from locales.formats import Money
from loyalty.till.earning import BadLines, Brings, ReceiptKnown
from loyalty.till.guesses import TooManyGuesses
from loyalty.till.members import BadPhone, Member, NoMember, PhoneKnown
from loyalty.till.presses import Done, KeyTaken
from loyalty.till.redeeming import Shown
from loyalty.till.undoing import NotUndone, Undone
from store.database import Database
from store.members import Gone, HasCard, UnknownCode
from store.staff import Role
from store.tables import audit, contacts, due, staff_sessions
from tests.conftest import NOON
from tests.console.till_shop import TillShop, web

ADDRESS = "http://till.test"


class Till:
    """A cashier's browser without its page."""

    def __init__(self, client: httpx.AsyncClient, shop: TillShop) -> None:
        self.client = client
        self.shop = shop

    async def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        return await self.client.post(f"/till/{path}", json=body, headers=headers)

    async def member(self) -> str:
        answer = await self.post("find", {"typed": f"M:{self.shop.card}"})
        return str(answer.json()["members"][0]["id"])

    async def earn(self, key: str, **more: Any) -> httpx.Response:
        body = {"key": key, "member": await self.member(), "amount": "12.50", "branch": "KL"}
        return await self.post("earn", body | more)


@pytest.fixture
async def shop(database: Database) -> TillShop:
    opened = TillShop(database)
    await opened.open()
    return opened


async def open_till(shop: TillShop, role: Role = "cashier", language: Language = "en") -> Till:
    session = await shop.session(role, language)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(web(shop.database, ADDRESS)),
        base_url=ADDRESS,
        cookies={"sapa_staff": session},
        headers={"Accept": "application/json", "X-CSRF-Token": await shop.csrf(session)},
    )
    return Till(client, shop)


@pytest.fixture
async def till(shop: TillShop) -> AsyncIterator[Till]:
    opened = await open_till(shop)
    yield opened
    await opened.client.aclose()


@pytest.mark.parametrize("role", ["owner", "admin", "support", "cashier"])
async def test_whoever_serves_customers_sees_the_till(shop: TillShop, role: Role) -> None:
    till = await open_till(shop, role)
    page = await till.client.get("/till", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["permissions-policy"].startswith("camera=(self)")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "Card, member number, phone or voucher" in page.text
    await till.client.aclose()


@pytest.mark.parametrize("role", ["marketer", "viewer"])
async def test_others_do_not(shop: TillShop, role: Role) -> None:
    till = await open_till(shop, role)
    assert (await till.client.get("/till")).status_code == 403
    assert (await till.post("find", {"typed": "1"})).status_code == 403
    await till.client.aclose()


async def test_nothing_is_done_without_a_session_or_its_token(till: Till) -> None:
    assert (await till.post("find", {"typed": "1"}, **{"X-CSRF-Token": "wrong"})).status_code == 403
    till.client.cookies.clear()
    assert (await till.post("find", {"typed": "1"})).status_code == 401


async def test_one_press_sent_again_and_again_earns_once(till: Till) -> None:
    answers = await asyncio.gather(*(till.earn("press-number-1") for _time in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["says"] == ["Aisyah has 12 points more.", "The balance is 12 points."]
    assert await till.shop.balance() == 12
    (noted,) = await till.shop.database.read(
        lambda connection: connection.execute(sa.select(audit).where(audit.c.action == "till.earn")).all()
    )
    assert noted.actor.startswith("staff:")
    assert noted.after == {"points": 12, "reward": "", "branch": "KL"}


async def test_a_quote_says_what_a_purchase_brings_and_gives_nothing(till: Till) -> None:
    lines = [{"sku": "T1", "quantity": 2, "amount": 1000}]
    body = {"member": await till.member(), "amount": "RM 12,50", "branch": "KL", "lines": lines}
    assert (await till.post("quote", body)).json() == {"says": ["RM12.50 brings 32 points."]}
    assert await till.shop.balance() == 0


async def test_what_is_not_done_says_why(till: Till) -> None:
    await till.earn("press-number-1", receipt="R 1")
    twice = await till.earn("press-number-2", receipt="r1")
    assert twice.status_code == 409
    assert twice.json()["error"].startswith("This receipt has already brought this member points, on ")
    assert (await till.earn("press-number-3", amount="much")).json() == {
        "error": "Please write the amount of the receipt, for example RM25.00."
    }
    assert (await till.earn("press-number-1", amount="99")).json() == {
        "error": "This was sent for something else before. Please begin again."
    }
    assert (await till.post("find", {"typed": "nobody"})).status_code == 404
    assert (await till.client.get("/till/members/nobody")).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("find", None),
        ("find", {"typed": "x" * 101}),
        ("earn", {"key": "short", "member": "m", "amount": "1"}),
        ("earn", {"key": "press-number-1", "member": "m", "amount": "1", "lines": [{"sku": "T1", "quantity": 0}]}),
        ("redeem", {"code": 7}),
        ("undo", []),
    ],
)
async def test_what_cannot_be_read_is_refused(till: Till, path: str, body: object) -> None:
    assert (await till.post(path, body)).status_code == 422


async def test_odd_letters_break_nothing(till: Till) -> None:
    for typed in ("\x00", "'; drop table", "\ud7ff" * 100, "M:" + "Z" * 98):
        assert (await till.post("find", {"typed": typed})).status_code == 404


async def test_no_nul_is_put_together_out_of_what_was_taken_away(till: Till) -> None:
    answer = await till.client.post("/till/find", content=rb'{"typed": "\u\u00000000"}')
    assert answer.status_code == 422


async def test_whoever_is_logged_out_while_they_send_does_nothing(till: Till) -> None:
    asked, member = asyncio.Event(), await till.member()

    async def body() -> AsyncIterator[bytes]:
        asked.set()
        await closed.wait()
        yield msgspec.json.encode({"key": "press-number-1", "member": member, "amount": "12.50"})

    closed = asyncio.Event()
    sending = asyncio.create_task(till.client.post("/till/earn", content=body()))
    await asked.wait()
    await till.shop.database.transact(lambda connection: connection.execute(staff_sessions.delete()))
    closed.set()
    assert (await sending).status_code == 401
    assert await till.shop.balance() == 0


async def test_a_phone_number_may_be_typed_in_arabic_digits(till: Till) -> None:
    found = (await till.post("find", {"typed": "٠١٢٣٤٥٦٧٨٩"})).json()["members"]
    assert [member["name"] for member in found] == ["Aisyah"]


async def test_a_voucher_is_checked_redeemed_and_its_use_undone(till: Till) -> None:
    code = await till.shop.voucher()
    assert (await till.post("voucher", {"code": f"V:{code}", "branch": "KL"})).json()["valid"]
    body = {"key": "press-number-1", "code": code, "branch": "KL"}
    done = await till.post("redeem", body)
    assert done.json()["says"] == ["Redeemed: Free coffee, for Aisyah."]
    assert (await till.post("redeem", body)).text == done.text
    used = (await till.post("redeem", body | {"key": "press-number-2"})).json()
    assert (used["voucher"], used["valid"]) == ("used", False)
    assert used["lines"][0].endswith("KLCC")
    (listed,) = (await till.client.get("/till/actions")).json()["actions"]
    assert (listed["says"], listed["undone"]) == ("Free coffee, for Aisyah", False)
    assert (await till.post("undo", {"action": listed["action"]})).status_code == 200
    assert (await till.post("voucher", {"code": code})).json()["valid"]


async def test_a_discount_card_counts_its_uses(till: Till) -> None:
    code = await till.shop.voucher("tenth")
    for number in range(2):
        await till.post("redeem", {"key": f"press-number-{number}", "code": code, "branch": "KL"})
    shown = (await till.post("voucher", {"code": code})).json()
    assert (shown["reward"], shown["kind"], shown["valid"]) == ("10% off", "Discount card", True)
    assert "Used 2 times so far" in shown["lines"]


async def test_a_newcomer_gets_a_card_and_a_code_for_their_phone(till: Till) -> None:
    body = {"key": "press-number-1", "name": "Chen", "phone": "013 222 3333", "language": "zh"}
    joined = (await till.post("join", body)).json()
    assert joined["says"] == ["Chen is a member now."]
    assert joined["scan"]["path"].startswith("M4 4h1v1h-1z")
    found = (await till.post("find", {"typed": joined["card"]})).json()["members"]
    assert [member["name"] for member in found] == ["Chen"]
    again = await till.post("join", body | {"key": "press-number-2"})
    assert (again.status_code, len(again.json()["members"])) == (409, 1)
    assert (await till.post("join", body | {"key": "press-number-3", "name": " "})).status_code == 409


async def test_another_cashiers_action_is_as_unknown_as_none(shop: TillShop, till: Till) -> None:
    await till.earn("press-number-1")
    (listed,) = (await till.client.get("/till/actions")).json()["actions"]
    other = await open_till(shop)
    theirs = await other.post("undo", {"action": listed["action"]})
    assert theirs.text == (await other.post("undo", {"action": "none"})).text
    assert (await other.client.get("/till/actions")).json()["actions"] == []
    await other.client.aclose()


async def test_the_customer_is_told(till: Till) -> None:
    await till.earn("press-number-1")
    await till.post("redeem", {"key": "press-number-2", "code": await till.shop.voucher(), "branch": "KL"})
    planned = await till.shop.database.read(
        lambda connection: connection.execute(sa.select(due.c.flow, due.c.contact_id)).all()
    )
    assert sorted(planned) == [("points_earned", till.shop.member), ("voucher_used", till.shop.member)]


async def test_somebody_who_was_forgotten_is_found_no_more(till: Till) -> None:
    member = await till.member()
    await till.shop.database.transact(
        lambda connection: connection.execute(contacts.update().values(erased_at=NOON))
    )
    assert (await till.client.get(f"/till/members/{member}")).status_code == 404
    assert (await till.post("find", {"typed": till.shop.card})).status_code == 404


AISYAH = Member("m", "", "17", "Gold", 12, 0, pending=3, debt=2)
ANSWERS = (
    *(Done("a", kind, NOON, "m", "A", 5, True, 12, "C", "ABCD1234") for kind in ("earn", "redeem", "join", "link")),
    Done("a", "earn", NOON, "", ""),
    Brings(5, pending=True),
    *(
        Shown(state, "Coffee", "", True, "Aisyah", "m", expires_at=NOON, used_at=used, used_where=where)
        for state in ("valid", "used", "expired", "cancelled", "unknown")
        for used, where in ((None, ""), (NOON, ""), (NOON, "KLCC"))
    ),
    Shown("valid"),
    PhoneKnown((AISYAH,)),
    ReceiptKnown(NOON, True),
    ReceiptKnown(NOON, False),
    TooManyGuesses(NOON + dt.timedelta(minutes=10)),
    Undone("a"),
    NotUndone("late"),
    NotUndone("unknown"),
    NoMember(), BadLines(), KeyTaken(), BadPhone(), UnknownCode(), HasCard(), Gone(),
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_words(language: Language) -> None:
    speaker = Speaker(language, ZoneInfo("Asia/Kuala_Lumpur"))
    for answer in ANSWERS:
        more = {"amount": Money(1250, "MYR")} if isinstance(answer, Brings) else {}
        said = bytes(speaker.answer(answer, **more).body).decode()
        assert "{" not in said.replace('{"', "")
    assert len(speaker.member(AISYAH)["lines"]) == 5
