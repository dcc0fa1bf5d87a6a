"""What follows a campaign's message is counted: purchases in its days less what was paid back, and replies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from outreach.campaigns.settings import Settings, Variant
from scheduler import crediting
from store import campaign_purchases, new_rows, purchases, refunds
from store.campaign_purchases import Touched
from store.campaigns import Campaign
from store.database import Database
from store.purchases import Purchase
from store.refunds import Refund
from store.tables import campaign_recipients, inbox
from tests.conftest import NOON
from tests.loyalty.members import ledger_in_memory
from tests.outreach.sent_campaigns import campaign, recipient
from tests.store.rows import add_contact

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_numbers = count(1)


def sent(connection: Connection, days: int = 14) -> Campaign:
    return campaign(connection, NOON, settings=Settings(variants=(Variant("a"),), days=days))


def buy(connection: Connection, contact: int, at: dt.datetime, amount: int = 1_000, currency: str = "MYR") -> int:
    key = f"order:{next(_numbers)}"
    purchases.add(connection, [Purchase(key, contact, at, 1, amount, currency)])
    kept = purchases.lock(connection, key)
    assert kept is not None
    return kept.id


def pay_back(connection: Connection, purchase: int, amount: int) -> None:
    refunds.add(connection, Refund(f"refund:{next(_numbers)}", purchase, amount, 0, NOON))


def say(connection: Connection, contact: int, at: dt.datetime, kind: str = "text", state: str = "done") -> None:
    row = {"channel": "telegram", "account": "shop", "external_id": f"e{next(_numbers)}", "state": state}
    connection.execute(inbox.insert().values(**row, contact_id=contact, kind=kind, text="hello", at=at))


async def credited(database: Database, now: dt.datetime) -> None:
    """Let every job look until nothing is left."""
    for moment in (now, now + new_rows.SETTLED):
        for job in crediting.JOBS.values():
            while await job.chunk(database, moment):
                pass


@pytest.fixture
async def at_work(database: Database) -> Database:
    """The jobs have looked before."""
    await credited(database, NOON - DAY)
    return database


async def row(database: Database, recipient_id: int) -> Any:
    found = sa.select(campaign_recipients).where(campaign_recipients.c.id == recipient_id)
    return await database.read(lambda connection: connection.execute(found).one())


async def test_purchases_in_the_days_after_the_message_count(at_work: Database) -> None:
    def make(connection: Connection) -> int:
        contact = add_contact(connection, "1", NOON)
        made = recipient(connection, sent(connection), contact, NOON)
        for moment in (NOON - HOUR, NOON + DAY, NOON + 2 * DAY, NOON + 14 * DAY):
            buy(connection, contact, moment)
        buy(connection, contact, NOON + DAY, currency="SGD")
        return made

    made = await at_work.transact(make)
    await credited(at_work, NOON + 20 * DAY)
    found = await row(at_work, made)
    assert (found.bought_at, found.paid) == (NOON + DAY, 2_000)


async def test_a_purchase_before_the_message_is_folded_in_counts(at_work: Database) -> None:
    def make(connection: Connection) -> int:
        contact = add_contact(connection, "1", NOON)
        made = recipient(connection, sent(connection), contact, NOON, folded=False)
        buy(connection, contact, NOON + HOUR)
        return made

    made = await at_work.transact(make)
    await credited(at_work, NOON + 2 * HOUR)
    assert (await row(at_work, made)).paid == 1_000


async def test_what_is_paid_back_counts_no_more(at_work: Database) -> None:
    def make(connection: Connection) -> tuple[int, list[int]]:
        contact = add_contact(connection, "1", NOON)
        made = recipient(connection, sent(connection), contact, NOON)
        return made, [buy(connection, contact, NOON + HOUR), buy(connection, contact, NOON + DAY)]

    made, bought = await at_work.transact(make)
    await credited(at_work, NOON + 2 * DAY)
    await at_work.transact(lambda connection: pay_back(connection, bought[0], 400))
    await credited(at_work, NOON + 3 * DAY)
    assert ((await row(at_work, made)).bought_at, (await row(at_work, made)).paid) == (NOON + HOUR, 1_600)
    await at_work.transact(lambda connection: pay_back(connection, bought[0], 600))
    await credited(at_work, NOON + 4 * DAY)
    assert ((await row(at_work, made)).bought_at, (await row(at_work, made)).paid) == (NOON + DAY, 1_000)
    await at_work.transact(lambda connection: pay_back(connection, bought[1], 1_000))
    await credited(at_work, NOON + 5 * DAY)
    assert ((await row(at_work, made)).bought_at, (await row(at_work, made)).paid) == (None, 0)


async def test_a_purchase_counts_for_each_campaign_whose_days_it_falls_into(at_work: Database) -> None:
    def make(connection: Connection) -> Sequence[int]:
        contact = add_contact(connection, "1", NOON)
        long, short, late = sent(connection, 14), sent(connection, 1), sent(connection)
        rows = [
            recipient(connection, long, contact, NOON),
            recipient(connection, short, contact, NOON),
            recipient(connection, late, contact, NOON + 4 * DAY),
        ]
        buy(connection, contact, NOON + 3 * DAY)
        return rows

    rows = await at_work.transact(make)
    await credited(at_work, NOON + 5 * DAY)
    assert [(await row(at_work, each)).paid for each in rows] == [1_000, 0, 0]


@pytest.mark.parametrize(("state", "paid"), [("held", 1_000), ("unknown", 1_000), ("failed", 0), ("skipped", 0)])
async def test_who_was_held_back_has_the_same_days(at_work: Database, state: str, paid: int) -> None:
    def make(connection: Connection) -> int:
        contact = add_contact(connection, "1", NOON)
        made = recipient(connection, sent(connection), contact, NOON, state=state)
        buy(connection, contact, NOON + HOUR)
        return made

    made = await at_work.transact(make)
    await credited(at_work, NOON + 2 * HOUR)
    assert (await row(at_work, made)).paid == paid


async def test_a_message_of_ones_own_is_a_reply_to_what_came_last(at_work: Database) -> None:
    def make(connection: Connection) -> Sequence[int]:
        contact, silent = add_contact(connection, "1", NOON), add_contact(connection, "2", NOON)
        rows = [
            recipient(connection, sent(connection), contact, NOON),
            recipient(connection, sent(connection), contact, NOON + DAY),
            recipient(connection, sent(connection), silent, NOON),
        ]
        say(connection, contact, NOON + DAY + HOUR, kind="button")
        say(connection, contact, NOON + DAY + 2 * HOUR, kind="photo")
        say(connection, contact, NOON + DAY + 3 * HOUR)
        say(connection, silent, NOON + HOUR, kind="edited")
        say(connection, silent, NOON + HOUR, state="parked")
        say(connection, silent, NOON + 4 * DAY)
        return rows

    rows = await at_work.transact(make)
    await credited(at_work, NOON + 5 * DAY)
    replied = [(await row(at_work, each)).replied_at for each in rows]
    assert replied == [None, NOON + DAY + 2 * HOUR, None]


async def test_what_was_there_before_the_jobs_first_look_is_left_alone(database: Database) -> None:
    def make(connection: Connection) -> int:
        contact = add_contact(connection, "1", NOON)
        made = recipient(connection, sent(connection), contact, NOON)
        buy(connection, contact, NOON + HOUR)
        return made

    made = await database.transact(make)
    await credited(database, NOON + DAY)
    assert (await row(database, made)).paid == 0


moments = st.integers(0, 40).map(lambda hours: NOON + hours * 12 * HOUR)
history = st.lists(st.tuples(moments, st.integers(0, 500), st.sampled_from((0.0, 0.5, 1.0))), max_size=8)


@settings(max_examples=25)
@given(bought=history, messages=st.lists(st.tuples(moments, st.integers(1, 20)), max_size=4), data=st.data())
def test_however_purchases_come_in_each_message_has_those_of_its_days(
    bought: list[tuple[dt.datetime, int, float]], messages: list[tuple[dt.datetime, int]], data: st.DataObject
) -> None:
    with ledger_in_memory() as connection:
        contact = add_contact(connection, "1", NOON)
        rows = [recipient(connection, sent(connection, days), contact, at) for at, days in messages]
        for at, amount, back in data.draw(st.permutations(bought)):
            made = buy(connection, contact, at, amount)
            campaign_purchases.credit(connection, [Touched(contact, at, at)], "MYR")
            if refund := int(amount * back):
                pay_back(connection, made, refund)
                campaign_purchases.credit(connection, [Touched(contact, at, at)], "MYR")
        for id_, (begins, days) in zip(rows, messages, strict=True):
            kept = [
                (at, amount - int(amount * back))
                for at, amount, back in bought
                if begins <= at < begins + days * DAY and (amount == 0 or int(amount * back) < amount)
            ]
            found = connection.execute(sa.select(campaign_recipients).where(campaign_recipients.c.id == id_)).one()
            assert found.paid == sum(paid for _at, paid in kept)
            assert found.bought_at == min((at for at, _paid in kept), default=None)
