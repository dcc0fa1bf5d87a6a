"""The till's own rules: each press once, receipts once, vouchers once, and five minutes to take it back."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.engine import Connection

from loyalty import ledger, programme, vouchers
from loyalty.programme import Earn, ProductRule, Programme
from loyalty.purchases import Purchase, order_key, record_new
from loyalty.till import earning, members, redeeming, undoing
from loyalty.till.earning import BadLines, Bought, Brings, Line, ReceiptKnown
from loyalty.till.guesses import TooManyGuesses
from loyalty.till.members import BadPhone, Newcomer, PhoneKnown
from loyalty.till.presses import Done, KeyTaken, Press
from loyalty.till.redeeming import Shown
from loyalty.till.undoing import NotUndone, Undone
from store import cards, codes, customers, staff
from store.customers import Customer
from store.database import Database
from store.members import UnknownCode
from store.staff_sessions import Staff
from store.tables import (
    accounts,
    attempts,
    audit,
    branches,
    contacts,
    due,
    identities,
    products,
    purchases,
    rewards,
    till_actions,
)
from store.till import Branch
from tests.conftest import NOON, SECRET

T = TypeVar("T")
RULES = Programme(earn=Earn(products=(ProductRule(category="tea", multiplier=Decimal(3)),)))
SOON = dt.timedelta(minutes=4, seconds=59)


class Shop:
    """A branch with a cashier, another one and an admin, and one member."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.people: dict[str, Staff] = {}
        self.branch = Branch(0, "", "")
        self.member = ""
        self.member_id = 0

    async def do(self, work: Callable[[Connection], T]) -> T:
        return await self.database.transact(work)

    def open(self, connection: Connection) -> None:
        for role in ("cashier", "colleague", "admin", *(f"till {number}" for number in range(64))):
            account = staff.add(
                connection, f"{role}@shop.example", role, "admin" if role == "admin" else "cashier", "en", NOON
            )
            assert account is not None
            self.people[role] = Staff(
                id=account.id, public_id=account.public_id, email=account.email, name=account.name,
                role=account.role, language="en", branch_id=None, csrf="", session="", seen_at=NOON,
            )  # fmt: skip
        made = connection.execute(branches.insert().values(code="KL", name="KLCC").returning(branches.c.id))
        self.branch = Branch(made.scalar_one(), "KL", "KLCC")
        programme.keep(connection, RULES, text="", by="owner", at=NOON)
        self.member_id, self.member = self.new_member(connection, "Aisyah", "+60123456789")
        connection.execute(
            products.insert().values(sku="T1", name="Tea", category="tea", price=500, currency="MYR")
        )
        connection.execute(
            rewards.insert().values(code="coffee", name="Free coffee", points=10, place=1, active=True, listed=True)
        )

    def new_member(self, connection: Connection, name: str, phone: str | None = None) -> tuple[int, str]:
        public_id = secrets.token_urlsafe(12)
        values = {"public_id": public_id, "name": name, "phone": phone, "language": "ms", "created_at": NOON}
        member_id = connection.execute(contacts.insert().values(values).returning(contacts.c.id)).scalar_one()
        ledger.open_accounts(connection, {member_id: NOON})
        return member_id, public_id

    def press(self, key: str = "", who: str = "cashier") -> Press:
        return Press(key or secrets.token_hex(8), self.people[who], self.branch, SECRET, "127.0.0.1", self.now)

    async def earn(self, amount: int, key: str = "", who: str = "cashier", **more: Any) -> Any:
        bought = Bought(self.member, amount, **more)
        return await self.do(lambda connection: earning.earn(connection, self.press(key, who), bought))

    async def undo(self, action: str, who: str = "cashier") -> Undone | NotUndone:
        return await self.do(lambda connection: undoing.undo(connection, self.press(who=who), action))

    async def account(self) -> ledger.Account:
        return await self.database.read(lambda connection: ledger.account_of(connection, self.member_id, self.now))

    async def voucher(self) -> str:
        """A voucher's code."""

        def issue(connection: Connection) -> str:
            issued = vouchers.issue(
                connection, SECRET, self.member_id, "coffee", key=secrets.token_hex(8), now=self.now
            )
            return vouchers.code_of(connection, SECRET, issued.public_id) or ""

        return await self.do(issue)

    async def redeem(self, code: str, key: str = "", who: str = "cashier") -> Any:
        return await self.do(lambda connection: redeeming.redeem(connection, self.press(key, who), code))

    async def rows(self, statement: sa.Select[Any]) -> list[Any]:
        return await self.database.read(lambda connection: list(connection.execute(statement)))


@pytest.fixture
async def shop(database: Database) -> Shop:
    opened = Shop(database)
    await opened.do(opened.open)
    return opened


async def test_one_press_that_arrives_eight_times_earns_once_and_is_answered_the_same(shop: Shop) -> None:
    answers = await asyncio.gather(*(shop.earn(1250, "press-one") for _time in range(8)))
    assert len({answer.action for answer in answers}) == 1
    assert answers[0] == structs.replace(answers[-1])
    assert (await shop.account()).balance == 12
    assert len(await shop.rows(sa.select(due.c.id).where(due.c.flow == "points_earned"))) == 1
    assert len(await shop.rows(sa.select(audit.c.id).where(audit.c.action == "till.earn"))) == 1


async def test_the_same_key_for_something_else_is_refused(shop: Shop) -> None:
    await shop.earn(1250, "press-one")
    assert await shop.earn(9900, "press-one") == KeyTaken()
    assert isinstance(await shop.earn(1250, "press-one", who="colleague"), Done)


async def test_a_receipt_brings_points_once_however_it_is_typed(shop: Shop) -> None:
    await shop.earn(1000, receipt="KL-0042")
    assert await shop.earn(1000, receipt="kl 0042") == ReceiptKnown(NOON, theirs=True)
    _id, other = await shop.do(lambda connection: shop.new_member(connection, "Ben"))
    shop.member = other
    assert await shop.earn(1000, receipt="KL0042") == ReceiptKnown(NOON, theirs=False)


async def test_two_tills_with_one_receipt_at_once_credit_it_once(shop: Shop) -> None:
    """Whether for one member or for two, and whatever products they take it apart into."""
    _id, other = await shop.do(lambda connection: shop.new_member(connection, "Ben"))
    lines = (Line("T1", 1, 500),)
    tills: list[Any] = []
    for till in range(12):
        bought = Bought((shop.member, other)[till % 2], 1000, "R-1", lines if till % 3 else ())
        press = shop.press(who=f"till {till}")
        tills.append(shop.do(partial(earning.earn, press=press, bought=bought)))
    answers = await asyncio.gather(*tills)
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    assert sum(isinstance(answer, ReceiptKnown) for answer in answers) == 11
    (kept,) = await shop.rows(sa.select(sa.func.sum(purchases.c.amount)))
    assert kept[0] == 1000


async def test_a_receipt_that_the_shops_system_gives_at_the_same_moment_is_credited_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, elsewhere = Database(postgres_url), sa.create_engine(postgres_url)
    shop, lock = Shop(database), customers.lock
    await shop.do(shop.open)

    def lock_too_late(connection: Connection, contact_id: int) -> Customer | None:
        with elsewhere.begin() as other:
            key = order_key("INV/2026-1")
            given = Purchase(key, contact_id, NOON, 1, 1000, "MYR", None, None, "INV20261", "api")
            record_new(other, [given], RULES)
        return lock(connection, contact_id)

    monkeypatch.setattr(customers, "lock", lock_too_late)
    assert await shop.earn(1000, receipt="INV 2026 1") == ReceiptKnown(NOON, theirs=True)
    assert (await shop.account()).balance == 10
    elsewhere.dispose()
    database.close()


async def test_a_quote_is_what_the_purchase_brings_and_leaves_nothing_behind(shop: Shop) -> None:
    bought = Bought(shop.member, 2000, lines=(Line("T1", 2, 1000),))
    quoted = await shop.do(lambda connection: earning.quote(connection, shop.branch, bought, shop.now))
    assert quoted == Brings(40, pending=False)
    assert (await shop.account()).balance == 0
    done = await shop.earn(2000, lines=(Line("T1", 2, 1000),))
    assert (done.points, done.balance) == (40, 40)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": 100, "lines": (Line("T1", 1, 101),)}, {"amount": 100, "lines": (Line("X", 1, 1),)}],
)
async def test_a_purchase_that_cannot_be_is_refused(shop: Shop, wrong: dict[str, Any]) -> None:
    assert await shop.earn(**wrong) == BadLines()


async def test_an_earning_is_undone_by_its_cashier_and_its_receipt_can_be_entered_again(shop: Shop) -> None:
    done = await shop.earn(9990, receipt="R-7")
    shop.now += SOON
    assert await shop.undo(done.action) == await shop.undo(done.action) == Undone(done.action)
    assert (await shop.account()).balance == 0
    again = await shop.earn(990, receipt="R-7")
    assert (again.points, again.balance) == (9, 9)
    assert await shop.earn(990, receipt="R-7") == ReceiptKnown(shop.now, theirs=True)
    assert len(await shop.rows(sa.select(due.c.id).where(due.c.flow == "till_undone"))) == 1


async def test_after_five_minutes_nothing_is_undone(shop: Shop) -> None:
    done = await shop.earn(1000)
    shop.now += dt.timedelta(minutes=5)
    assert await shop.undo(done.action) == NotUndone("late")
    assert (await shop.account()).balance == 10


async def test_only_who_did_it_and_an_admin_may_undo_it(shop: Shop) -> None:
    done = await shop.earn(1000)
    assert await shop.undo(done.action, "colleague") == NotUndone("unknown")
    assert await shop.undo("nothing", "admin") == NotUndone("unknown")
    assert await shop.undo(done.action, "admin") == Undone(done.action)


async def test_points_that_were_spent_before_the_undoing_become_a_debt(shop: Shop) -> None:
    done = await shop.earn(1000)

    def spend(connection: Connection) -> None:
        until = shop.now + dt.timedelta(minutes=15)
        ledger.hold(connection, shop.member_id, 7, key="h", at=shop.now, until=until)
        ledger.post(connection, "h", shop.now)

    await shop.do(spend)
    await shop.undo(done.action)
    account = await shop.account()
    assert (account.balance, account.debt) == (0, 7)


async def test_of_sixty_four_who_redeem_one_voucher_one_does(shop: Shop) -> None:
    code = await shop.voucher()
    answers = await asyncio.gather(*(shop.redeem(code, who=f"till {till}") for till in range(64)))
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    assert {answer.state for answer in answers if isinstance(answer, Shown)} == {"used"}
    assert len(await shop.rows(sa.select(till_actions.c.id))) == 1


async def test_a_used_voucher_says_when_and_where_and_can_be_given_back(shop: Shop) -> None:
    code = await shop.voucher()
    done = await shop.redeem(code, "press-one")
    assert await shop.redeem(code, "press-one") == done
    shown = await shop.redeem(code, "press-two")
    assert (shown.state, shown.used_at, shown.used_where, shown.name) == ("used", NOON, "KLCC", "Aisyah")
    await shop.undo(done.action)
    checked = await shop.do(lambda connection: redeeming.check(connection, shop.press(), code))
    assert isinstance(checked, Shown)
    assert (checked.state, checked.reward) == ("valid", "Free coffee")
    assert isinstance(await shop.redeem(code), Done)


async def test_a_code_stands_in_no_table(shop: Shop) -> None:
    code = await shop.voucher()
    await shop.redeem(code)
    (row,) = await shop.rows(sa.select(till_actions))
    (noted,) = await shop.rows(sa.select(audit))
    assert code not in str(row) + str(noted)


async def test_whoever_tries_twenty_wrong_codes_must_wait(shop: Shop) -> None:
    for _code in range(20):
        shown = await shop.redeem("AAAA AAAA AAAA AA")
        assert shown.state == "unknown"
    assert await shop.redeem("AAAA AAAA AAAA AA") == TooManyGuesses(NOON + dt.timedelta(minutes=10))
    assert (await shop.redeem("AAAA", who="colleague")).state == "unknown"
    shop.now += dt.timedelta(minutes=10)
    assert (await shop.redeem("AAAA AAAA AAAA AA")).state == "unknown"
    assert len(await shop.rows(sa.select(attempts.c.id))) == 22


async def test_wrong_codes_that_arrive_together_are_counted_one_by_one(shop: Shop) -> None:
    def guess(connection: Connection) -> object:
        return members.link(connection, shop.press(), shop.member, "000000")

    answers = await asyncio.gather(*(shop.do(guess) for _time in range(40)))
    assert sum(isinstance(answer, UnknownCode) for answer in answers) == 20


async def test_a_member_is_found_by_card_number_and_phone(shop: Shop) -> None:
    await shop.do(lambda connection: connection.execute(contacts.update().values(number="C-17")))
    card = await shop.do(lambda connection: cards.card_of(connection, shop.member_id))

    async def found(typed: str) -> list[str]:
        some = await shop.database.read(lambda connection: members.find(connection, typed, "MY", shop.now, "en"))
        return [one.name for one in some]

    for typed in (f"M:{card}", card.lower(), "C-17", "012-345 6789", "+60 12 345 6789"):
        assert await found(typed) == ["Aisyah"]
    for typed in ("", "nobody", "M:", "019 999 9999"):
        assert await found(typed) == []


async def test_partners_and_the_forgotten_are_not_found(shop: Shop) -> None:
    await shop.do(lambda connection: connection.execute(contacts.update().values(kind="supplier")))
    assert await shop.database.read(
        lambda connection: members.find(connection, "0123456789", "MY", shop.now, "en")
    ) == ()  # fmt: skip


async def test_a_newcomer_gets_a_card_once_and_a_known_phone_is_shown_first(shop: Shop) -> None:
    newcomer = Newcomer("Chen", "013-222 3333", "zh")

    async def join(newcomer: Newcomer, key: str = "") -> Any:
        return await shop.do(lambda connection: members.join(connection, shop.press(key), newcomer, "MY"))

    first, second = await asyncio.gather(join(newcomer, "press-one"), join(newcomer, "press-one"))
    assert first == second
    assert len(first.card) == cards.LENGTH
    known = await join(newcomer)
    assert isinstance(known, PhoneKnown)
    assert [member.name for member in known.members] == ["Chen"]
    assert isinstance(await join(structs.replace(newcomer, anyway=True)), Done)
    assert await join(Newcomer("Dee", "12")) == BadPhone()
    assert (await shop.rows(sa.select(sa.func.count()).select_from(accounts).where(accounts.c.kind == "member")))[
        0
    ][0] == 3


async def test_a_chats_code_links_it_to_the_card(shop: Shop) -> None:
    await shop.earn(1000)

    def chat(connection: Connection) -> tuple[int, str | None]:
        values = {"public_id": "chat", "name": "A", "language": "ms", "created_at": NOON}
        made = connection.execute(contacts.insert().values(values).returning(contacts.c.id)).scalar_one()
        connection.execute(
            identities.insert().values(
                contact_id=made, channel="telegram", account="a", sender="1", reachable=True, created_at=NOON
            )
        )
        return made, codes.issue(connection, SECRET, made, None, codes.TILL, shop.now)

    contact_id, code = await shop.do(chat)
    done = await shop.do(lambda connection: members.link(connection, shop.press(), shop.member, code or ""))
    assert isinstance(done, Done)
    assert (done.member, done.balance) == ("chat", 10)
    shop.member_id = contact_id
    assert (await shop.account()).balance == 10
    again = await shop.do(lambda connection: members.link(connection, shop.press(), shop.member, code or ""))
    assert not isinstance(again, Done)


async def test_the_last_actions_say_how_long_they_can_be_undone(shop: Shop) -> None:
    done = await shop.earn(1000)
    shop.now += SOON
    await shop.earn(500, who="colleague")

    async def listed(who: str) -> list[tuple[int, str, dt.datetime | None]]:
        found = await shop.database.read(lambda connection: undoing.recent(connection, shop.people[who], shop.now))
        return [(one.points, one.by, one.until) for one in found]

    assert await listed("cashier") == [(10, "", done.at + dt.timedelta(minutes=5))]
    assert [points for points, _by, _until in await listed("admin")] == [5, 10]
    assert (await listed("admin"))[0][1] == "colleague"
    shop.now += dt.timedelta(seconds=1)
    assert await listed("cashier") == [(10, "", None)]
