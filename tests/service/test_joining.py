"""Two contacts who are one person come together and can be parted again, as if nothing had been."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from loyalty import joining as points_of
from loyalty import ledger, refunds
from loyalty.refunds import Refunded
from service import joining, ownership
from service.joining import Apart, Refused, Together
from service.ownership import Person
from store import contacts as contact_store
from store import erasures, merges, preferences, staff, tags
from store.database import Database
from store.tables import (
    accounts,
    anniversaries,
    consents,
    contact_tags,
    contacts,
    conversations,
    identities,
    metadata,
)
from store.tables import purchases as purchase_rows
from tests.conftest import NOON
from tests.loyalty.members import ledger_in_memory, make_contacts, spend

pytestmark = pytest.mark.slow

DAY = dt.timedelta(days=1)
# What a joining leaves its traces in, and what is made anew after it.
WORN = {"sessions", "owner_changes", "merges", "conversations", "customer_rhythms"}


class Twins:
    """A contact who chats and a member who was imported: one person. `mei` works here."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.chat, self.card = make_contacts(connection, 2)
        made = staff.add(connection, "mei@shop.test", "Mei", "admin", "en", NOON)
        assert made is not None
        self.mei = made
        self.change(self.chat, name="Ali", call_me="Ali")
        self.change(self.card, name="Ali bin Abu", number="C-7", phone="+60123456789", marketing="granted")
        for number, contact in enumerate((self.chat, self.card)):
            connection.execute(
                identities.insert().values(
                    contact_id=contact, channel="telegram", account="1", sender=str(number), created_at=NOON
                )
            )
            earned = ledger.Earning(f"e{number}", contact, 100 + number, NOON - DAY, expires_at=NOON + 90 * DAY)
            ledger.earn(connection, [earned])

    def change(self, contact: int, **values: object) -> None:
        self.connection.execute(contacts.update().where(contacts.c.id == contact).values(**values))

    def join(self) -> str:
        done = joining.join(self.connection, self.card, self.chat, self.mei.id, NOON)
        assert isinstance(done, Together)
        return done.public_id

    def part(self, public_id: str) -> object:
        found = merges.find(self.connection, public_id)
        assert found is not None
        return joining.undo(self.connection, found, self.mei.id, NOON)

    def field(self, contact: int, name: str) -> Any:
        return self.connection.scalar(sa.select(contacts.c[name]).where(contacts.c.id == contact))

    def points(self, contact: int) -> int:
        assert ledger.audit(self.connection) == []
        return ledger.account_of(self.connection, contact, NOON).balance


def everything(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows about people but those that a joining wears."""
    return {
        table.name: sorted((dict(row) for row in connection.execute(sa.select(table)).mappings()), key=repr)
        for table in metadata.sorted_tables
        if table.name not in WORN | {"accounts", "draws", "entries", "lots", "tier_changes"}
    }


async def test_everything_comes_together_and_parts_again_as_it_was(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        for number, contact in enumerate((twins.chat, twins.card)):
            tags.add(connection, contact, "regular", NOON)
            tags.add(connection, contact, f"own {number}", NOON)
            connection.execute(
                anniversaries.insert().values(
                    contact_id=contact, occasion="birthday", month_day=229 + number, given_at=NOON + number * DAY
                )
            )
            preferences.change(connection, contact, NOON + number * DAY, seldom=bool(number))
        before = everything(connection)
        public_id = twins.join()

        assert twins.field(twins.card, "merged_into") == twins.chat
        assert [twins.field(twins.chat, name) for name in ("name", "call_me", "number", "phone")] == [
            *("Ali bin Abu", "Ali", "C-7", "+60123456789")
        ]
        held = sa.select(contact_tags.c.tag).where(contact_tags.c.contact_id == twins.chat)
        assert set(connection.scalars(held)) == {"regular", "own 0", "own 1"}
        assert preferences.read(connection, twins.chat).seldom  # the last word
        birthdays = sa.select(anniversaries.c.month_day).where(anniversaries.c.occasion == "birthday")
        assert connection.scalars(birthdays).all() == [229]  # the one that was given first
        assert (twins.points(twins.chat), twins.points(twins.card)) == (201, 0)

        assert twins.part(public_id) == Apart(101, 0)
        assert everything(connection) == before
        assert (twins.points(twins.chat), twins.points(twins.card)) == (100, 101)

    await database.transact(work)


async def test_points_that_were_spent_meanwhile_stay_gone_and_the_rest_goes_back(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        public_id = twins.join()
        spend(connection, twins.chat, 150, key="cup")
        assert twins.part(public_id) == Apart(51, 50)
        assert (twins.points(twins.chat), twins.points(twins.card)) == (0, 51)

    await database.transact(work)


async def test_what_was_changed_after_the_joining_is_not_undone_with_it(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        public_id = twins.join()
        twins.change(twins.chat, phone="+60199999999")
        twins.part(public_id)
        assert twins.field(twins.chat, "phone") == "+60199999999"
        assert twins.field(twins.card, "phone") == "+60123456789"
        assert (twins.field(twins.chat, "number"), twins.field(twins.card, "number")) == (None, "C-7")

    await database.transact(work)


async def test_the_higher_tier_and_what_was_earned_for_it_go_along_and_come_back(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        public_id = twins.join()
        member = ledger.account_of(connection, twins.chat, NOON)
        twins.part(public_id)
        alone = ledger.account_of(connection, twins.chat, NOON)
        assert (member.tier, alone.tier) == (member.tier, alone.tier)

    await database.transact(work)


async def test_a_purchase_of_before_is_refunded_from_the_points_that_went_over(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        buy(connection, twins, 50)
        twins.join()
        done = refunds.refund(connection, "till:9", None, key="r1", at=NOON)
        assert isinstance(done, Refunded)
        assert (done.points, done.debt) == (50, 0)
        assert twins.points(twins.chat) == 201

    await database.transact(work)


async def test_a_debt_goes_along_and_is_repaid_from_what_there_is(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        owe(connection, twins)
        assert twins.points(twins.card) == 0
        public_id = twins.join()
        assert twins.points(twins.chat) == 100 - 50
        assert twins.part(public_id) == Apart(0, 0)
        assert twins.points(twins.chat) == 50

    await database.transact(work)


def buy(connection: Connection, twins: Twins, points: int) -> None:
    """The member bought something, and earned points with it."""
    fixed = {"quantity": 1, "source": "till", "refunded": 0, "product_id": None, "branch_id": None}
    row = {"contact_id": twins.card, "key": "till:9", "amount": 5000, "currency": "MYR", "at": NOON - DAY, **fixed}
    known = {column.name for column in purchase_rows.c}
    new = purchase_rows.insert().values({name: value for name, value in row.items() if name in known})
    bought = connection.scalar(new.returning(purchase_rows.c.id))
    earned = ledger.Earning("purchase:till:9", twins.card, points, NOON - DAY, purchase_id=bought)
    ledger.earn(connection, [earned])


def owe(connection: Connection, twins: Twins) -> None:
    """The member spent all they had, and then gave back what had earned 50 of it."""
    buy(connection, twins, 50)
    spend(connection, twins.card, 151, key="all")
    done = refunds.refund(connection, "till:9", None, key="r", at=NOON)
    assert isinstance(done, Refunded)
    assert done.debt == 50


async def test_a_conversation_with_the_team_goes_along(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        for contact_id in (twins.chat, twins.card):
            found = contact_store.lock_chat(connection, contact_id)
            assert found is not None
            ownership.give(
                connection, found, NOON, Person(twins.mei.id, twins.mei.public_id), by="rule", why="taken"
            )
        twins.join()
        still_open = sa.select(conversations.c.contact_id).where(conversations.c.state != "closed")
        assert connection.scalars(still_open).all() == [twins.chat]
        assert twins.field(twins.chat, "owner") == twins.mei.public_id

    await database.transact(work)


async def test_a_no_to_offers_in_either_chat_holds_for_the_one_person(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        for contact, granted, at in ((twins.card, True, NOON - 2 * DAY), (twins.chat, False, NOON - DAY)):
            said = {"purpose": "marketing", "channel": "telegram", "wording": "v1", "locale": "en", "evidence": ""}
            connection.execute(consents.insert().values(contact_id=contact, granted=granted, at=at, **said))
        public_id = twins.join()
        assert twins.field(twins.chat, "marketing") == "withdrawn"
        twins.part(public_id)
        assert [twins.field(one, "marketing") for one in (twins.chat, twins.card)] == ["withdrawn", "granted"]

    await database.transact(work)


async def test_what_cannot_be_joined_or_parted_is_refused_and_nothing_is_changed(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        [third] = make_contacts(connection, 1)
        assert joining.join(connection, twins.chat, twins.chat, twins.mei.id, NOON) == Refused("same")
        until = NOON + dt.timedelta(minutes=15)
        ledger.hold(connection, twins.card, 10, key="h", at=NOON, until=until)
        assert joining.join(connection, twins.card, twins.chat, twins.mei.id, NOON) == Refused("held")
        ledger.void(connection, "h", NOON)
        public_id = twins.join()
        assert joining.join(connection, twins.card, third, twins.mei.id, NOON) == Refused("gone")
        joining.join(connection, third, twins.chat, twins.mei.id, NOON)
        assert twins.part(public_id) == Refused("later")
        erasures.ask(connection, twins.chat, NOON)
        assert twins.part(public_id) == Refused("gone")

    await database.transact(work)


async def test_a_joining_is_undone_once(database: Database) -> None:
    def work(connection: Connection) -> None:
        twins = Twins(connection)
        public_id = twins.join()
        assert twins.part(public_id) == Apart(101, 0)
        assert isinstance(twins.part(public_id), Refused)
        again = twins.join()
        assert again != public_id
        assert (twins.points(twins.chat), twins.points(twins.card)) == (201, 0)

    await database.transact(work)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(1, 60), st.integers(-9, 9)), max_size=8), st.integers(0, 99)
)
def test_no_point_is_made_or_lost_by_joining_and_parting(moves: list[tuple[int, int, int]], spent: int) -> None:
    with ledger_in_memory() as connection:
        both = make_contacts(connection, 2)
        for number, (who, points, day) in enumerate(moves):
            matures = NOON + day * DAY if day > 4 else None
            expires = NOON + day * DAY if 0 < day <= 4 else None
            at = NOON - 10 * DAY
            earning = ledger.Earning(f"e{number}", both[who], points, at, expires_at=expires, matures_at=matures)
            ledger.earn(connection, [earning])
        total = _owned(connection)
        joined = points_of.join(connection, both[1], both[0], "j", NOON)
        assert isinstance(joined, points_of.Joined)
        assert ledger.audit(connection) == []
        assert _owned(connection) == total
        spend(connection, both[0], spent or 1, key="s")
        left = _owned(connection)
        parted = points_of.part(connection, both[1], both[0], joined, "j:undone", NOON)
        assert isinstance(parted, points_of.Parted)
        assert ledger.audit(connection) == []
        assert _owned(connection) == left
        joined_through = sa.select(accounts.c.balance).where(accounts.c.id == -5)
        assert connection.scalar(joined_through) in (None, 0)


def _owned(connection: Connection) -> int:
    pockets = accounts.c.balance + accounts.c.pending + accounts.c.held - accounts.c.debt
    return connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(pockets), 0)).where(accounts.c.id > 0)) or 0
