"""Redeeming in a chat: what is set aside comes back whatever happens; of two who want the last piece one wins."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows import rewards as dialogue
from handlers.button_pressed import STALE
from loyalty import ledger, vouchers
from loyalty.ledger import Earning
from scheduler.jobs import release_holds
from store import contacts, tables
from store.database import Database
from store.tables import due, holds, identities, inbox, outbox, sessions
from store.tables import vouchers as kept
from tests.conftest import NOON, SECRET
from tests.handlers.house import Customer, TestHouse
from tests.loyalty.shop import balance, code_of, open_shop

POINTS = 320


def make_member(connection: Connection, sender: str, points: int = POINTS) -> int:
    """Somebody known in the web chat, with points."""
    contact = contacts.make(connection, "webchat", "web", sender, name="", language="en", at=NOON)
    contact.welcomed_at, contact.language_chosen = NOON, True
    contacts.save(connection, contact)
    ledger.earn(connection, [Earning(f"earned:{sender}", contact.id, points, NOON)])
    return contact.id


async def shop(database: Database, *senders: str) -> tuple[TestHouse, list[int]]:
    """The shop, and members with points."""

    def furnish(connection: Connection) -> list[int]:
        open_shop(connection)
        return [make_member(connection, sender) for sender in senders]

    return TestHouse(database), await database.transact(furnish)


async def owned(house: TestHouse, member: int) -> tuple[int, int]:
    """What a member can spend, and how many vouchers they have."""

    def read(connection: Connection) -> tuple[int, int]:
        mine = vouchers.mine(connection, member, house.now, "en")
        return balance(connection, member, house.now), len(mine)

    return await house.database.read(read)


async def looks(customer: Customer) -> None:
    """See both pages of the rewards."""
    await customer.types("rewards")
    await customer.presses("More rewards")


async def chooses(customer: Customer, reward: str) -> list[str]:
    await looks(customer)
    return await customer.presses(reward)


async def test_what_is_chosen_is_set_aside_and_taken_only_when_it_is_confirmed(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    (asked,) = await chooses(customer, "A coffee")
    assert "takes 100 points" in asked
    assert "220 points left" in asked
    assert await owned(house, member) == (220, 0)
    await customer.presses("Yes")
    assert await owned(house, member) == (220, 1)


async def test_a_confirmation_that_is_pressed_twice_gives_one_voucher(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    yes = customer.event("button", button=customer.buttons["Yes"])
    await customer.sends(yes)
    assert await customer.sends(yes) == []  # the platform delivers it again
    assert (await customer.presses("Yes"))[0].startswith(STALE.one)
    assert await owned(house, member) == (220, 1)


async def test_a_stale_confirmation_takes_nothing(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    yes = customer.buttons["Yes"]
    await customer.presses("No")
    assert await owned(house, member) == (POINTS, 0)
    await customer.sends(customer.event("button", button=yes))
    assert await owned(house, member) == (POINTS, 0)


async def test_no_answer_within_ten_minutes_puts_the_points_back_and_says_so(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    house.now += dt.timedelta(minutes=10)
    for row in await house.rows(sa.select(due.c.id).where(due.c.kind == "deadline")):
        await house.turn.fall_due(row.id)
    assert await customer.answers() == [dialogue.TOO_LATE.one]
    assert await owned(house, member) == (POINTS, 0)


async def test_a_dialogue_that_is_abandoned_loses_no_points(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    await customer.types("person")  # and nobody ever comes back to the question
    house.now += dt.timedelta(minutes=15)
    while await release_holds(database, house.now):
        pass
    assert await owned(house, member) == (POINTS, 0)


async def test_a_confirmation_after_the_hold_has_lapsed_takes_nothing_and_asks_to_choose_again(
    database: Database,
) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    house.now += dt.timedelta(minutes=16)  # and the deadline's row is still to be claimed
    assert await customer.presses("Yes") == [dialogue.LAPSED.one]
    assert await owned(house, member) == (POINTS, 0)


async def test_who_chooses_anew_has_left_what_they_chose_before(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A tumbler")  # 200 of 320, so both would be too much
    (asked,) = await chooses(customer, "A tumbler")
    assert "120 points left" in asked
    await customer.presses("Yes")
    assert await owned(house, member) == (120, 1)
    states = await house.rows(sa.select(holds.c.state).order_by(holds.c.id))
    assert [row.state for row in states] == ["voided", "posted"]


async def test_a_price_that_changed_since_it_was_shown_is_told_before_it_is_taken(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await looks(customer)
    dearer = tables.rewards.update().where(tables.rewards.c.code == "coffee").values(points=150)
    await database.transact(lambda connection: connection.execute(dearer))
    (asked,) = await customer.presses("A coffee")
    assert "takes 150 points" in asked
    assert "170 points left" in asked
    await customer.presses("Yes")
    assert await owned(house, member) == (170, 1)


async def test_of_two_customers_who_want_the_last_piece_one_gets_it(database: Database) -> None:
    house, members = await shop(database, "1", "2")
    first, second = house.customer("1"), house.customer("2")
    for customer in (first, second):
        await looks(customer)
    await first.presses("A tumbler")
    assert await second.presses("A tumbler") == [dialogue.GONE.one]
    await first.presses("Yes")
    assert [await owned(house, member) for member in members] == [(120, 1), (POINTS, 0)]


@pytest.mark.parametrize("last", ["phone", "page"])
async def test_two_chats_of_one_member_take_the_last_piece_once(database: Database, last: str) -> None:
    house, (member,) = await shop(database, "1")
    chats = {"phone": house.customer("1"), "page": house.customer("2")}
    await chats["page"].sends(chats["page"].event("start"))
    both = identities.update().values(contact_id=member)
    await database.transact(lambda connection: connection.execute(both))
    for chat in chats.values():  # who looks in the page has left what they chose on the phone
        await chooses(chat, "A tumbler")
    first = "page" if last == "phone" else "phone"
    await chats[first].presses("Yes")
    await chats[last].presses("Yes")
    assert await owned(house, member) == (120, 1)


async def test_a_cancelled_voucher_gives_its_points_back_once(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    await customer.presses("Yes")
    await customer.types("my vouchers")
    await customer.presses("Cancel this voucher")
    await customer.presses("Yes")
    assert await owned(house, member) == (POINTS, 0)
    await customer.presses("Yes")
    assert await owned(house, member) == (POINTS, 0)


async def test_a_voucher_used_at_the_till_meanwhile_is_not_cancelled(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    await customer.presses("Yes")
    await customer.types("my vouchers")
    await customer.presses("Cancel this voucher")

    def use(connection: Connection) -> None:
        (voucher,) = vouchers.mine(connection, member, house.now, "en")
        code = code_of(connection, voucher)
        vouchers.redeem(connection, SECRET, code, key="till", branch_id=None, by="", now=house.now)

    await database.transact(use)
    assert "has been used already" in (await customer.presses("Yes"))[0]
    assert await owned(house, member) == (220, 0)


async def test_a_code_stands_in_no_text_that_is_kept(database: Database) -> None:
    house, (member,) = await shop(database, "1")
    customer = house.customer()
    await chooses(customer, "A coffee")
    await customer.presses("Yes")
    await customer.types("my vouchers")

    def written(connection: Connection) -> tuple[str, str]:
        (voucher,) = vouchers.mine(connection, member, house.now, "en")
        everything = [connection.execute(sa.select(table)).all() for table in (outbox, inbox, sessions, kept)]
        return code_of(connection, voucher), repr(everything)

    code, texts = await database.read(written)
    assert code not in texts
    assert code[:4] not in texts
    assert "voucher." in texts


@pytest.mark.parametrize("kind", ["supplier", "distributor", "agency", "intermediary", "shareholder", "investor"])
async def test_a_contact_without_points_is_offered_none(sqlite_url: str, kind: str) -> None:
    house, _members = await shop(Database(sqlite_url), "1")
    of_kind = tables.contacts.update().values(kind=kind)
    await house.database.transact(lambda connection: connection.execute(of_kind))
    customer = house.customer()
    (menu,) = await customer.types("menu")
    assert menu == "What can I do for you?"
    assert {"Opening hours", "Talk to a person"} <= set(customer.buttons)
    assert not {"My points", "Rewards", "My vouchers", "My card", "Missing points"} & set(customer.buttons)
    for asked in ("points", "rewards", "my vouchers", "my card", "how do points work"):
        assert "for our customers" in (await customer.types(asked))[0]
    house.database.close()
