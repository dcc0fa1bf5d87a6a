"""From a sender's hands to what became of it: checks, marks, and who may write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import outbox, outbox_sending
from store.database import Database
from store.outbox import MARKETING, REPLY, Row
from store.outbox_sending import Mark, TakenByOthers
from store.standing import Standing, Touch
from store.tables import contacts, identities, preferences
from store.tables import outbox as table
from tests.conftest import NOON
from tests.store.rows import ACCOUNT, CHANNEL, add_contact, all_rows, message

MINUTE = dt.timedelta(minutes=1)
LEASE = NOON + MINUTE
YESTERDAY = NOON - dt.timedelta(days=1)
PREFERRED: dict[str, Any] = {
    "quiet_from": "22:30",
    "quiet_until": None,
    "refused": ["offer"],
    "seldom": True,
    "paused_until": LEASE,
    "people_only": False,
    "personalised": False,
}


def claimed(connection: Connection) -> Row:
    outbox.put(connection, [message(add_contact(connection, "1", NOON), "1", NOON)])
    (row,), _ = outbox.claim(connection, CHANNEL, ACCOUNT, REPLY, limit=1, now=NOON, leased_until=LEASE)
    return row


def picked(connection: Connection, *, sender: str = "1", **contact: Any) -> Row:
    contact_id = add_contact(connection, sender, NOON, **contact)
    outbox.put(connection, [message(contact_id, sender, NOON, lane=MARKETING)])
    return outbox.pick(connection, CHANNEL, ACCOUNT, limit=9, now=NOON)[-1]


def begun(connection: Connection, **contact: Any) -> Row:
    row = picked(connection, **contact)
    outbox_sending.begin(connection, [row], NOON, LEASE)
    return row


def mark(row: Row, state: str, **more: Any) -> Mark:
    return Mark(id=row.id, fence=row.fence, state=state, **more)


def contact(connection: Connection) -> Any:
    return connection.execute(sa.select(contacts)).one()


async def test_the_standing_tells_all_that_decides(database: Database) -> None:
    def work(connection: Connection) -> tuple[dict[int, Standing], Row]:
        row = picked(connection, owner="queue", timezone="Asia/Dubai", phone="+971501234567", seen_at=YESTERDAY)
        earlier = message(row.contact_id, "1", NOON, kind="offer", begun_at=YESTERDAY)
        outbox.put(connection, [earlier])
        connection.execute(table.update().where(table.c.kind == "offer").values(state="sent"))
        connection.execute(preferences.insert().values(contact_id=row.contact_id, **PREFERRED, changed_at=NOON))
        return outbox_sending.standings(connection, [row], NOON)[0], row

    found, row = await database.transact(work)
    expected = Standing(
        id=row.contact_id,
        phone="+971501234567",
        marketing="granted",
        owner="queue",
        timezone="Asia/Dubai",
        seen_at=YESTERDAY,
        reachable=True,
        touches=(Touch("offer", YESTERDAY),),
        **(PREFERRED | {"refused": ("offer",)}),
    )
    assert found == {row.id: expected}


async def test_the_standing_knows_blocked_and_vanished_chats_and_merged_contacts(database: Database) -> None:
    def work(connection: Connection) -> list[tuple[bool, bool | None]]:
        rows = [picked(connection, sender=sender) for sender in "123"]
        connection.execute(identities.update().where(identities.c.sender == "1").values(reachable=False))
        connection.execute(identities.delete().where(identities.c.sender == "2"))
        third = contacts.update().where(contacts.c.id == rows[2].contact_id)
        connection.execute(third.values(merged_into=rows[0].contact_id))
        found, _ = outbox_sending.standings(connection, rows, NOON)
        return [(found[row.id].merged, found[row.id].reachable) for row in rows]

    assert await database.transact(work) == [(False, False), (False, None), (True, True)]


async def test_the_standing_sees_a_reply_that_came_meanwhile(database: Database) -> None:
    def work(connection: Connection) -> bool:
        row = picked(connection)
        outbox.put(connection, [message(row.contact_id, "1", NOON)])
        return outbox_sending.standings(connection, [row], NOON)[0][row.id].waiting

    assert await database.transact(work)


async def test_a_contact_in_a_turn_is_asked_about_again(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        rows = [picked(connection, sender=sender) for sender in "12"]
    with engine.connect() as turn, engine.connect() as sender:
        turn.execute(sa.select(contacts.c.id).where(contacts.c.id == rows[0].contact_id).with_for_update())
        found, left = outbox_sending.standings(sender, rows, NOON)
    engine.dispose()
    assert list(found) == [rows[1].id]
    assert left == [rows[0]]


async def test_beginning_takes_a_place_in_the_conversation_and_among_what_came_unasked(database: Database) -> None:
    def work(connection: Connection) -> tuple[Row, Any, Any]:
        row = picked(connection, seq=4)
        outbox_sending.begin(connection, [row], NOON, LEASE)
        return row, all_rows(connection)[0], contact(connection)

    row, stored, person = await database.transact(work)
    assert (stored.state, stored.seq, stored.leased_until) == ("sending", 5, LEASE)
    assert (stored.fence, stored.attempts) == (1, 1) == (row.fence, row.attempts)
    assert (person.seq, stored.begun_at) == (5, NOON)


@pytest.mark.parametrize("state", ["skipped", "sending"])
async def test_nothing_begins_when_one_of_it_is_not_as_it_was_picked(database: Database, state: str) -> None:
    def work(connection: Connection) -> None:
        rows = [picked(connection, sender=sender) for sender in "12"]
        connection.execute(table.update().where(table.c.id == rows[0].id).values(state=state))
        outbox_sending.begin(connection, rows, NOON, LEASE)

    with pytest.raises(TakenByOthers):
        await database.transact(work)
    assert await database.read(all_rows) == []


async def test_marketing_that_is_put_off_keeps_its_place_and_no_attempt_counts(database: Database) -> None:
    def work(connection: Connection) -> tuple[Any, list[Row]]:
        row = picked(connection)
        outbox_sending.put_off(connection, [mark(row, "queued", due_at=LEASE)])
        outbox.put(connection, [message(row.contact_id, "1", NOON, lane=MARKETING)])
        return all_rows(connection)[0], outbox.pick(connection, CHANNEL, ACCOUNT, limit=9, now=NOON)

    row, next_ones = await database.transact(work)
    assert (row.state, row.due_at, row.attempts, row.fence) == ("queued", LEASE, 0, 1)
    assert next_ones == []


async def test_marketing_that_is_skipped_says_why_and_lets_the_next_go(database: Database) -> None:
    def work(connection: Connection) -> tuple[Any, list[Row]]:
        row = picked(connection)
        outbox_sending.put_off(connection, [mark(row, "skipped", reason="opted out")])
        outbox.put(connection, [message(row.contact_id, "1", NOON, lane=MARKETING)])
        return all_rows(connection)[0], outbox.pick(connection, CHANNEL, ACCOUNT, limit=9, now=NOON)

    row, next_ones = await database.transact(work)
    assert (row.state, row.reason, row.due_at) == ("skipped", "opted out", NOON)
    assert len(next_ones) == 1


async def test_a_receipt_is_written_once_and_for_all(database: Database) -> None:
    def work(connection: Connection) -> tuple[int, int, Any]:
        row = claimed(connection)
        first = outbox_sending.settle(connection, [mark(row, "sent", external_id="m1")], LEASE)
        again = outbox_sending.settle(connection, [mark(row, "failed", reason="late")], LEASE + MINUTE)
        return first, again, all_rows(connection)[0]

    first, again, row = await database.transact(work)
    assert (first, again) == (1, 0)
    assert (row.state, row.reason, row.external_id, row.sent_at) == ("sent", "", "m1", LEASE)


async def test_who_lost_the_lease_does_not_overwrite(database: Database) -> None:
    def work(connection: Connection) -> tuple[int, str]:
        row = claimed(connection)
        outbox.sweep(connection, CHANNEL, ACCOUNT, now=LEASE, after_many=LEASE)
        outbox.claim(connection, CHANNEL, ACCOUNT, REPLY, limit=1, now=LEASE, leased_until=LEASE + MINUTE)
        return outbox_sending.settle(connection, [mark(row, "sent")], LEASE), all_rows(connection)[0].state

    assert await database.transact(work) == (0, "claimed")


@pytest.mark.parametrize(("before", "after"), [("sent", "sent"), ("queued", "unknown")])
async def test_what_was_sent_is_sent_though_its_lease_ran_out(database: Database, before: str, after: str) -> None:
    def work(connection: Connection) -> str:
        row = begun(connection)
        outbox.sweep(connection, CHANNEL, ACCOUNT, now=LEASE, after_many=LEASE)
        outbox_sending.settle(connection, [mark(row, before)], LEASE)
        state: str = all_rows(connection)[0].state
        return state

    assert await database.transact(work) == after


async def test_an_opt_out_is_not_overwritten(database: Database) -> None:
    def work(connection: Connection) -> str:
        row = begun(connection)
        outbox_sending.settle(connection, [mark(row, "queued", refund=True)], NOON)
        outbox.skip_marketing(connection, row.contact_id, "opted out")
        outbox_sending.settle(connection, [mark(row, "queued", refund=True)], NOON)
        state: str = all_rows(connection)[0].state
        return state

    assert await database.transact(work) == "skipped"


async def test_a_message_given_back_keeps_its_due_time_and_its_attempt_does_not_count(database: Database) -> None:
    def work(connection: Connection) -> Any:
        row = begun(connection)
        outbox_sending.settle(connection, [mark(row, "queued", refund=True)], LEASE)
        return all_rows(connection)[0]

    row = await database.transact(work)
    assert (row.state, row.attempts, row.due_at, row.seq, row.begun_at) == ("queued", 0, NOON, None, None)


async def test_a_message_put_off_is_due_later_and_its_attempt_counts(database: Database) -> None:
    def work(connection: Connection) -> Any:
        row = claimed(connection)
        outbox_sending.settle(connection, [mark(row, "queued", due_at=LEASE, reason="later")], NOON)
        return all_rows(connection)[0]

    row = await database.transact(work)
    assert (row.state, row.attempts, row.due_at, row.reason) == ("queued", 1, LEASE, "later")


@pytest.mark.parametrize("state", ["sent", "failed"])
async def test_a_providers_endless_words_are_cut_and_cleaned(database: Database, state: str) -> None:
    def work(connection: Connection) -> Any:
        row = claimed(connection)
        words = mark(row, state, reason="a\x00b" * 200, external_id="\x00\ud83d" + "m" * 200)
        outbox_sending.settle(connection, [words], NOON)
        return all_rows(connection)[0]

    row = await database.transact(work)
    kept = ("", "?" + "m" * 127) if state == "sent" else ("ab" * 100, None)
    assert (row.reason, row.external_id) == kept


@pytest.mark.parametrize(("state", "counts"), [("unknown", True), ("sent", True), ("failed", False)])
async def test_what_certainly_did_not_go_takes_no_place(database: Database, state: str, counts: bool) -> None:
    def work(connection: Connection) -> dt.datetime | None:
        row = begun(connection)
        outbox_sending.settle(connection, [mark(row, state)], LEASE)
        at: dt.datetime | None = all_rows(connection)[0].begun_at
        return at

    assert await database.transact(work) == (NOON if counts else None)


async def test_a_chat_that_blocked_us_gets_no_more_marketing(database: Database) -> None:
    def work(connection: Connection) -> tuple[bool, list[tuple[str, str]]]:
        row = claimed(connection)
        lanes = [MARKETING, MARKETING, REPLY]
        outbox.put(connection, [message(row.contact_id, "1", NOON, lane=lane) for lane in lanes])
        outbox.put(connection, [message(row.contact_id, "web", NOON, lane=MARKETING, channel="webchat")])
        outbox_sending.block(connection, CHANNEL, ACCOUNT, row)
        reachable = connection.execute(sa.select(identities.c.reachable)).scalar_one()
        return reachable, [(row.state, row.reason) for row in all_rows(connection)]

    reachable, rows = await database.transact(work)
    assert not reachable
    assert rows == [("claimed", ""), ("skipped", "blocked"), ("skipped", "blocked"), ("queued", ""), ("queued", "")]


@pytest.mark.parametrize("known", [False, True])
async def test_a_chat_that_moved_takes_its_messages_along(database: Database, known: bool) -> None:
    def work(connection: Connection) -> tuple[list[tuple[str, bool]], list[str]]:
        row = claimed(connection)
        outbox.put(connection, [message(row.contact_id, "1", NOON)])
        outbox.put(connection, [message(row.contact_id, "other", NOON)])
        if known:
            add_contact(connection, "-100", NOON)
        outbox_sending.move(connection, CHANNEL, ACCOUNT, row, "-100")
        people = connection.execute(
            sa.select(identities.c.sender, identities.c.reachable).order_by(identities.c.id)
        )
        return [tuple(person) for person in people], [row.sender for row in all_rows(connection)]

    people, senders = await database.transact(work)
    assert people == ([("1", False), ("-100", True)] if known else [("-100", True)])
    assert senders == ["-100", "-100", "other"]


async def test_a_chat_on_hold_lets_everything_queued_wait(database: Database) -> None:
    def work(connection: Connection) -> list[dt.datetime]:
        row = claimed(connection)
        later = LEASE + MINUTE
        outbox.put(
            connection, [message(row.contact_id, "1", NOON), message(row.contact_id, "1", NOON, due_at=later)]
        )
        outbox_sending.hold(connection, CHANNEL, ACCOUNT, row, LEASE)
        return [row.due_at for row in all_rows(connection)]

    assert await database.transact(work) == [NOON, LEASE, LEASE + MINUTE]


async def test_no_statement_of_the_sender_reads_the_outbox_whole(sqlite_url: str) -> None:
    ran: list[str] = []

    def work(connection: Connection) -> list[str]:
        row = picked(connection)
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(ran.append)
        outbox_sending.standings(connection, [row], NOON)
        outbox_sending.put_off(connection, [mark(row, "queued")])
        row.fence += 1
        outbox_sending.begin(connection, [row], NOON, LEASE)
        outbox_sending.settle(connection, [mark(row, "unknown"), mark(row, "sent")], NOON)
        outbox_sending.block(connection, CHANNEL, ACCOUNT, row)
        outbox_sending.move(connection, CHANNEL, ACCOUNT, row, "2")
        outbox_sending.hold(connection, CHANNEL, ACCOUNT, row, LEASE)
        outbox_sending.lock_contacts(connection, [row.contact_id])
        outbox.sweep(connection, CHANNEL, ACCOUNT, now=NOON, after_many=NOON)
        outbox.skip_marketing(connection, row.contact_id, "opted out")
        driver.set_trace_callback(None)
        return [
            detail
            for statement in ran
            if statement.startswith(("WITH", "UPDATE", "SELECT"))
            for *_, detail in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]

    database = Database(sqlite_url)
    plans = await database.transact(work)
    database.close()
    assert len(plans) > 20
    assert {plan.split()[1] for plan in plans if plan.startswith("SCAN")} <= {"each", "json_each", "picked"}
