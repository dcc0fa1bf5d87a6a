"""Who asks to be forgotten is forgotten whole, in small pieces, and nothing is sent to them once it has begun."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import claims, ledger
from loyalty.ledger import Earning
from scheduler.erasing import forget_one
from store import consents, erasures, forgetting, forgetting_steps, media, outbox, preferences, suppressions
from store.absorption import absorb
from store.database import Database
from store.media import File
from store.outbox import MARKETING
from store.tables import accounts, contacts, entries, identities, metadata, purchases, rewards, vouchers
from store.tables import erasures as erasures_table
from store.tables import outbox as outbox_table
from tests.conftest import NOON, SECRET
from tests.handlers.house import TestHouse
from tests.store.rows import add_contact, message

pytestmark = pytest.mark.slow

CANARY = "Zanzibar"
PHONE = "+60187654321"
DAY = dt.timedelta(hours=25)


def furnish(connection: Connection, contact_id: int) -> None:
    """Leave the canary everywhere."""
    who = {"name": f"Ona {CANARY}", "call_me": CANARY, "phone": PHONE, "email": f"{CANARY}@example.com".lower()}
    more = {"city": CANARY, "number": f"N-{CANARY}", "card": CANARY[:8].upper()}
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(**who, **more))
    words = {"purpose": "marketing", "channel": "all", "wording": "news-1", "locale": "en", "evidence": CANARY}
    consents.record(connection, contact_id, granted=True, at=NOON, **words)
    preferences.change(connection, contact_id, NOON, seldom=True)
    ledger.earn(connection, [Earning("earned", contact_id, 120, NOON)])
    ledger.hold(connection, contact_id, 20, key="hold", at=NOON, until=NOON + DAY)
    bought = {"key": "p", "contact_id": contact_id, "at": NOON, "quantity": 1, "amount": 5, "currency": "MYR"}
    connection.execute(purchases.insert().values(**bought))
    claims.file(connection, contact_id, f"{CANARY}-1", "", NOON)
    picture = File.of("image/png", CANARY.encode() * 300_000)
    where = {"channel": "webchat", "account": "web", "ref": CANARY, "name": CANARY, "contact_id": contact_id}
    media.keep_new(connection, picture, NOON, public_id="picture", **where)
    outbox.put(
        connection, [message(contact_id, "1", NOON, CANARY, lane=MARKETING, channel="webchat", account="web")]
    )


def traces(connection: Connection) -> set[str]:
    """The tables in which the canary still sits."""
    found = set()
    for table in metadata.sorted_tables:
        for row in connection.execute(sa.select(table)):
            held = " ".join(repr(value) for value in row).lower()
            if CANARY.lower() in held or PHONE in held:
                found.add(table.name)
    return found


async def customer_of(house: TestHouse) -> int:
    """Somebody who wrote, told a lot, and asked to be forgotten."""
    writer = house.customer("1")
    for words in (f"hello from {CANARY}", "English", CANARY):
        await writer.types(words)

    def work(connection: Connection) -> int:
        mine = sa.select(identities.c.contact_id).where(identities.c.sender == "1")
        contact_id: int = connection.scalars(mine).one()
        old = add_contact(connection, f"old-{CANARY}", NOON, name=CANARY, phone=PHONE)
        absorb(connection, old, contact_id)
        furnish(connection, contact_id)
        erasures.ask(connection, contact_id, NOON)
        return contact_id

    return await house.database.transact(work)


async def test_no_trace_is_left_and_the_books_stay_whole(database: Database) -> None:
    house = TestHouse(database)
    contact_id = await customer_of(house)
    assert {"contacts", "consents", "inbox", "outbox", "media_pieces"} <= await database.read(traces)
    assert await forget_one(database, SECRET, NOON) is False
    while await forget_one(database, SECRET, NOON + DAY):
        pass
    # The receipt's number stays, as the books' own: it must not be claimed again.
    assert await database.read(traces) <= {"claims"}

    def look(connection: Connection) -> tuple[Any, ...]:
        account = connection.execute(sa.select(accounts).where(accounts.c.contact_id == contact_id)).one()
        bought = connection.scalars(sa.select(purchases.c.contact_id)).all()
        kinds = set(connection.scalars(sa.select(entries.c.kind)))
        return account.balance, account.held, bought, kinds, ledger.audit(connection)

    balance, held, bought, kinds, wrong = await database.read(look)
    assert (balance, held, bought, wrong) == (0, 0, [contact_id], [])
    assert kinds == {"earn", "hold", "void", "expire"}


async def test_who_takes_it_back_in_time_stays_as_they_were(database: Database) -> None:
    house = TestHouse(database)
    contact_id = await customer_of(house)
    before = await database.read(traces)
    taken = await database.transact(lambda connection: erasures.take_back(connection, contact_id, NOON + DAY / 2))
    late = await database.transact(lambda connection: erasures.take_back(connection, contact_id, NOON + DAY / 2))
    assert (taken, late) == (True, False)
    assert await forget_one(database, SECRET, NOON + DAY) is False
    assert await database.read(traces) == before


async def test_an_erasure_that_was_broken_off_goes_on(database: Database) -> None:
    house = TestHouse(database)
    contact_id = await customer_of(house)
    for _ in range(2):
        await database.transact(lambda connection: forgetting.begin(connection, SECRET, contact_id, NOON + DAY))
        await database.transact(lambda connection: forgetting.STEPS[0](connection, contact_id))
    while await forget_one(database, SECRET, NOON + DAY):
        pass
    assert await database.read(traces) <= {"claims"}


async def test_who_writes_again_is_somebody_new_and_a_list_does_not_bring_them_back(database: Database) -> None:
    house = TestHouse(database)
    contact_id = await customer_of(house)
    while await forget_one(database, SECRET, NOON + DAY):
        pass
    answers = await house.customer("1").types("hello")
    assert "welcome" in answers[0].lower()

    def look(connection: Connection) -> tuple[set[int], set[suppressions.Address]]:
        found = set(connection.scalars(sa.select(identities.c.contact_id).where(identities.c.sender == "1")))
        asked: list[suppressions.Address] = [("phone", PHONE), ("email", "somebody@example.com")]
        return found, suppressions.suppressed(connection, SECRET, asked)

    now, known = await database.read(look)
    assert contact_id not in now
    assert known == {("phone", PHONE)}


async def test_nothing_is_claimed_for_them_once_it_has_begun_whoever_is_sending(database: Database) -> None:
    """Senders claim a broadcast while its receivers are being forgotten."""
    count = 24

    def prepare(connection: Connection) -> list[int]:
        ids = []
        for place in range(count):
            contact_id = add_contact(connection, f"chat-{place}", NOON)
            outbox.put(connection, [message(contact_id, f"chat-{place}", NOON, CANARY)])
            erasures.ask(connection, contact_id, NOON - DAY)
            ids.append(contact_id)
        return ids

    ids = await database.transact(prepare)
    begun: dict[int, float] = {}
    loop = asyncio.get_running_loop()

    async def forget() -> None:
        while (contact := await database.read(lambda connection: erasures.next_due(connection, NOON))) is not None:
            await forget_one(database, SECRET, NOON)
            begun[contact] = loop.time()

    def claim(connection: Connection) -> list[outbox.Row]:
        lease = NOON + dt.timedelta(minutes=1)
        return outbox.claim(connection, "telegram", "shop", outbox.REPLY, limit=1, now=NOON, leased_until=lease)[0]

    async def send() -> list[tuple[int, float]]:
        claimed = []
        for _ in range(count):
            started = loop.time()
            claimed += [(row.contact_id, started) for row in await database.transact(claim)]
        return claimed

    _, *sent = await asyncio.gather(forget(), send(), send())
    assert set(begun) == set(ids)
    assert all(started < begun[contact] for claims_ in sent for contact, started in claims_)
    left = await database.read(lambda connection: connection.execute(sa.select(outbox_table)).all())
    assert CANARY not in repr(left)
    assert {row.state for row in left} == {"skipped"}


async def test_what_waits_for_them_is_stopped_in_pieces_unless_they_took_it_back(database: Database) -> None:
    def prepare(connection: Connection) -> int:
        contact_id = add_contact(connection, "1", NOON)
        many = [message(contact_id, "1", NOON, CANARY) for _ in range(2 * forgetting_steps.AT_ONCE + 1)]
        outbox.put(connection, many)
        return contact_id

    contact_id = await database.transact(prepare)
    waiting = sa.select(sa.func.count()).where(outbox_table.c.state == "queued")

    async def quieten() -> tuple[bool, int]:
        more = await database.transact(lambda connection: forgetting.quieten(connection, contact_id, NOON))
        return more, await database.read(lambda connection: connection.scalar(waiting) or 0)

    assert await quieten() == (False, 2 * forgetting_steps.AT_ONCE + 1)
    await database.transact(lambda connection: erasures.ask(connection, contact_id, NOON - DAY))
    assert [await quieten() for _ in range(3)] == [(True, forgetting_steps.AT_ONCE + 1), (True, 1), (False, 0)]


async def test_one_whose_message_is_with_a_provider_keeps_nobody_else_waiting(database: Database) -> None:
    def prepare(connection: Connection) -> tuple[int, int]:
        first, second = add_contact(connection, "1", NOON), add_contact(connection, "2", NOON)
        outbox.put(connection, [message(first, "1", NOON)])
        connection.execute(outbox_table.update().values(state="sending"))
        erasures.ask(connection, first, NOON - 2 * DAY)
        erasures.ask(connection, second, NOON - DAY)
        return first, second

    async def left(now: dt.datetime) -> list[int]:
        while await forget_one(database, SECRET, now):
            pass
        undone = sa.select(erasures_table.c.contact_id).where(erasures_table.c.done_at.is_(None))
        return await database.read(lambda connection: list(connection.scalars(undone)))

    first, _second = await database.transact(prepare)
    assert await left(NOON) == [first]
    sent = outbox_table.update().values(state="sent")
    await database.transact(lambda connection: connection.execute(sent))
    assert await left(NOON + dt.timedelta(minutes=1)) == []


async def test_an_open_request_is_closed_and_nobody_is_asked_to_decide_it(database: Database) -> None:
    house = TestHouse(database)
    await customer_of(house)
    assert await database.read(claims.waiting) != ()
    while await forget_one(database, SECRET, NOON + DAY):
        pass
    assert await database.read(claims.waiting) == ()


async def test_vouchers_can_no_longer_be_used(database: Database) -> None:
    house = TestHouse(database)
    contact_id = await customer_of(house)

    def give(connection: Connection) -> None:
        reward = rewards.insert().values(code="tea", name="Tea", points=10).returning(rewards.c.id)
        row = {"public_id": "v", "key": "v", "contact_id": contact_id, "digest": "d", "sealed": b"sealed"}
        reward_id = connection.scalars(reward).one()
        connection.execute(vouchers.insert().values(**row, reward_id=reward_id, state="valid", issued_at=NOON))

    await database.transact(give)
    while await forget_one(database, SECRET, NOON + DAY):
        pass
    kept = await database.read(lambda connection: connection.execute(sa.select(vouchers)).one())
    assert (kept.state, kept.sealed) == ("cancelled", b"")
