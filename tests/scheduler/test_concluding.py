"""What a campaign brought is figured whole, some people at a time, whoever is cut off in between."""

from __future__ import annotations

import datetime as dt
from itertools import count, pairwise
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from insights import campaign_outcome
from insights.campaign_outcome import Counts, Group, Kept
from loyalty import programme
from loyalty.programme import Outreach, Programme
from outreach import hold_out
from outreach.campaigns.settings import Settings, Variant
from scheduler import concluding
from store import campaigns, purchases, visitors
from store.campaigns import Campaign
from store.database import Database
from store.purchases import Purchase
from store.tables import identities, outbox, rewards, voucher_uses, vouchers
from tests.conftest import NOON
from tests.outreach.sent_campaigns import campaign, recipient
from tests.store.rows import add_contact

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_numbers = count(1)


def sent(connection: Connection, **values: Any) -> Campaign:
    return campaign(connection, NOON, settings=Settings(variants=(Variant("a"),), days=10), **values)


def buy(connection: Connection, contact: int, at: dt.datetime, amount: int = 1_000) -> None:
    purchases.add(connection, [Purchase(f"order:{next(_numbers)}", contact, at, 1, amount, "MYR")])


def redeem(connection: Connection, contact: int, at: dt.datetime, undone_at: dt.datetime | None = None) -> None:
    number = str(next(_numbers))
    reward = connection.execute(
        rewards.insert()
        .values(code=number, kind="voucher", name="Coffee", points=0, listed=True, active=True, place=0)
        .returning(rewards.c.id)
    ).scalar_one()
    ids = {"public_id": number, "key": number, "digest": number}
    values = {"contact_id": contact, "reward_id": reward, "sealed": b"", "state": "used", "issued_at": NOON}
    made = connection.execute(vouchers.insert().values(**ids, **values).returning(vouchers.c.id)).scalar_one()
    connection.execute(voucher_uses.insert().values(key=number, voucher_id=made, at=at, undone_at=undone_at))


async def concluded(database: Database, now: dt.datetime) -> None:
    while await concluding.conclude(database, now):
        pass


async def kept(database: Database, made: Campaign) -> Kept:
    found = await database.read(lambda connection: campaigns.one(connection, made.id))
    assert found is not None
    return campaign_outcome.read(found.outcome)


async def test_everybody_who_was_dealt_it_counts_with_their_group_over_the_same_time(database: Database) -> None:
    def make(connection: Connection) -> Campaign:
        made = sent(connection)
        ids = [add_contact(connection, str(number), NOON) for number in range(6)]
        for contact, state in zip(ids, ("sent", "unknown", "skipped", "failed", "held", "held"), strict=True):
            recipient(connection, made, contact, NOON + 2 * DAY, state=state)
        buy(connection, ids[0], NOON - HOUR)  # before it began
        buy(connection, ids[0], NOON + HOUR)  # before their own message, as it counts of who was held out
        buy(connection, ids[0], NOON + DAY)
        buy(connection, ids[2], NOON + DAY)  # passed over, and dealt it all the same
        buy(connection, ids[4], NOON + DAY, 500)
        redeem(connection, ids[1], NOON + DAY)
        redeem(connection, ids[5], NOON + DAY)
        redeem(connection, ids[4], NOON + DAY, undone_at=NOON + DAY)
        return made

    made = await database.transact(make)
    await concluded(database, NOON + 2 * DAY)
    found = (await kept(database, made)).last
    assert found is not None
    assert found.groups == {
        "dealt": Group(people=4, bought=2, redeemed=1, paid=3_000, squares=2_000.0**2 + 1_000.0**2),
        "held": Group(people=2, bought=1, redeemed=1, paid=500, squares=500.0**2),
    }
    assert found.counts == Counts(recipients=6, sent=1, unknown=1)
    assert found.channels == {"telegram": 2}
    assert (found.since, found.until, found.final) == (NOON, NOON + 2 * DAY, False)


async def test_what_arrived_is_told_where_the_channel_tells(database: Database) -> None:
    def make(connection: Connection) -> Campaign:
        made = sent(connection)
        ids = [add_contact(connection, str(number), NOON) for number in range(7)]
        for contact, state in zip(ids[:6], ("sent", "sent", "sent", "unknown", "failed", "sent"), strict=True):
            recipient(connection, made, contact, NOON + HOUR, state=state)
        recipient(connection, made, ids[6], NOON + HOUR, clicked_at=NOON + HOUR)  # and left at once
        chats = outbox.update().where(outbox.c.contact_id.in_([*ids[:5], ids[6]]))
        connection.execute(chats.values(channel=visitors.CHANNEL, account=visitors.ACCOUNT))
        pages = (NOON + HOUR, NOON, None, NOON + 2 * HOUR, NOON + 2 * HOUR, None, None)
        for contact, until in zip(ids, pages, strict=True):
            whose = {"channel": visitors.CHANNEL, "account": visitors.ACCOUNT, "sender": f"chat-{contact}"}
            connection.execute(
                identities.insert().values(contact_id=contact, shown_until=until, created_at=NOON, **whose)
            )
        return made

    made = await database.transact(make)
    await concluded(database, NOON + 2 * HOUR)
    found = (await kept(database, made)).last
    assert found is not None
    assert (found.channels, found.delivered) == ({"telegram": 1, "webchat": 5}, {"webchat": 2})


async def test_who_is_held_out_of_everything_is_a_group_of_their_own(database: Database) -> None:
    apart = [number for number in range(1, 60) if hold_out.is_held(number, 20)]

    def make(connection: Connection) -> Campaign:
        rules = Programme(outreach=Outreach(hold_out=20))
        programme.keep(connection, rules, text="", by="test", at=NOON)
        made = sent(connection)
        for number in range(1, 60):
            contact = add_contact(connection, str(number), NOON)
            state = "held" if contact % 3 == 0 else "skipped" if contact in apart else "sent"
            recipient(connection, made, contact, NOON, state=state)
        return made

    made = await database.transact(make)
    await concluded(database, NOON + DAY)
    found = (await kept(database, made)).last
    assert found is not None
    assert found.groups["apart"].people == len(apart) > 0
    assert sum(group.people for group in found.groups.values()) == found.counts.recipients == 59
    assert found.groups["held"].people == len([number for number in range(3, 60, 3) if number not in apart])


async def test_it_goes_on_where_it_was_cut_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concluding, "AT_ONCE", 2)
    monkeypatch.setattr(concluding, "STRETCHES", 1)

    def make(connection: Connection) -> Campaign:
        made = sent(connection)
        for number in range(7):
            contact = add_contact(connection, str(number), NOON)
            recipient(connection, made, contact, NOON, clicked_at=NOON)
            buy(connection, contact, NOON + HOUR)
        return made

    made = await database.transact(make)
    await concluding.conclude(database, NOON + DAY)
    begun = await kept(database, made)
    assert (begun.last, begun.reached > 0) == (None, True)
    await concluded(database, NOON + DAY + HOUR)
    found = await kept(database, made)
    assert found.last is not None
    assert (found.under_way, found.last.at) == (None, NOON + DAY)
    assert found.last.groups == {"dealt": Group(people=7, bought=7, paid=7_000, squares=7 * 1_000.0**2)}
    assert found.last.counts == Counts(recipients=7, sent=7, clicked=7)


async def test_it_is_figured_again_until_its_days_are_over_and_a_day_more(database: Database) -> None:
    made = await database.transact(lambda connection: sent(connection, ended_at=NOON + DAY))
    moments = []
    for hours in range(0, 24 * 20, 6):
        await concluded(database, NOON + hours * HOUR)
        last = (await kept(database, made)).last
        if last is not None and last.at not in moments:
            moments.append(last.at)
    assert moments[0] == NOON + 6 * HOUR
    assert {later - earlier for earlier, later in pairwise(moments)} == {DAY}
    last = (await kept(database, made)).last
    assert last is not None
    assert (last.final, last.until) == (True, NOON + 11 * DAY)
    assert last.at < NOON + 14 * DAY


async def test_nothing_is_figured_of_a_draft(database: Database) -> None:
    await database.transact(lambda connection: sent(connection, started_at=None, state="draft"))
    assert not await concluding.conclude(database, NOON + DAY)
