"""What a turn reads and writes: contacts, inbox, sessions, due rows, runs, schedules."""

from __future__ import annotations

import asyncio
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts, due, inbox, runs, schedules, sessions
from store.contacts import Contact
from store.database import Database
from store.tables import contacts as contacts_table
from store.tables import inbox as inbox_table
from store.tables import sessions as sessions_table
from talk.journal import Entry, ParkedAt, Record
from talk.messages import Inbound
from tests.conftest import NOON


def _make(connection: Connection, sender: str = "7") -> Contact:
    return contacts.make(connection, "webchat", "web", sender, name="Siti", language="ms", at=NOON)


def _event(external_id: str = "e1") -> Inbound:
    return Inbound(
        channel="webchat", account="web", external_id=external_id, sender="7", kind="text", text="hi", at=NOON
    )


async def test_two_first_messages_at_once_make_one_contact(database: Database) -> None:
    def meet(connection: Connection) -> int:
        found = contacts.lock(connection, "webchat", "web", "7") or _make(connection)
        return found.id

    met = await asyncio.gather(*(database.transact(meet) for _message in range(8)))
    assert len(set(met)) == 1
    rows = await database.read(lambda connection: connection.scalars(sa.select(contacts_table.c.id)).all())
    assert len(rows) == 1


async def test_a_contact_is_saved_and_found_as_it_was(database: Database) -> None:
    def change(connection: Connection) -> None:
        contact = _make(connection)
        contact.seq, contact.flood, contact.seen_at = 5, 1.5, NOON
        contact.language, contact.drift = "zh", "vi"
        contacts.save(connection, contact)

    await database.transact(change)
    found = await database.transact(lambda connection: contacts.lock(connection, "webchat", "web", "7"))
    assert found is not None
    assert (found.seq, found.flood, found.seen_at, found.owner) == (5, 1.5, NOON, "bot")
    assert (found.language, found.drift, found.reachable) == ("zh", "vi", True)


async def test_an_event_is_recorded_once(database: Database) -> None:
    contact = await database.transact(_make)
    record = await asyncio.gather(
        *(
            database.transact(lambda connection: inbox.record(connection, _event(), contact.id, 1, NOON))
            for _copy in range(5)
        )
    )
    assert sorted(record) == [False, False, False, False, True]


async def test_a_tried_event_is_finished_by_its_turn_and_counted_until_then(database: Database) -> None:
    contact = await database.transact(_make)

    def tries(connection: Connection) -> int | None:
        return inbox.count_try(connection, _event(), NOON)

    assert [await database.transact(tries) for _try in range(2)] == [1, 2]
    assert await database.transact(lambda connection: inbox.record(connection, _event(), contact.id, 1, NOON))
    assert await database.transact(tries) is None


async def test_a_parked_event_stays_parked(database: Database) -> None:
    contact = await database.transact(_make)
    await database.transact(lambda connection: inbox.count_try(connection, _event(), NOON))
    parked = [
        await database.transact(lambda connection: inbox.park(connection, _event(), contact.id, 1, "broken"))
        for _time in range(2)
    ]
    assert parked == [True, False]
    assert not await database.transact(lambda connection: inbox.record(connection, _event(), contact.id, 2, NOON))


async def test_of_what_is_nothing_to_us_only_the_key_is_kept(database: Database) -> None:
    def keep(connection: Connection) -> list[object]:
        reasons: tuple[inbox.Unread, ...] = ("unreadable", "ignored", "ignored")
        kept = [inbox.keep_unread(connection, ("telegram", "shop", each), "words", each, NOON) for each in reasons]
        told = connection.scalars(sa.select(inbox_table.c.details).order_by(inbox_table.c.id))
        return [*kept, *told]

    assert await database.transact(keep) == [True, True, False, {"raw": "words"}, None]


async def test_a_session_comes_back_with_its_journal(database: Database) -> None:
    parked = ParkedAt("drink#1", "ask", 3, tries=1, draft=["a"], until=NOON)
    record = Record(
        flow="order", revision="r", args={"x": 1}, journal=[Entry("a#1", "ask", 5)], parked=parked, asked=3
    )

    def work(connection: Connection) -> Contact:
        contact = _make(connection)
        session = sessions.open_new(connection, contact.id, contact.identity_id, record, NOON)
        session.state = "asking"
        sessions.save(connection, [session], {session.id: 2}, contact.identity_id, NOON)
        return contact

    contact = await database.transact(work)
    ((session, moved),) = await database.read(lambda connection: sessions.stack(connection, contact.id))
    assert session.record == record
    assert (session.state, moved) == ("asking", NOON)


async def test_only_one_session_of_a_contact_may_ask(database: Database) -> None:
    def two(connection: Connection) -> None:
        contact = _make(connection)
        for _session in range(2):
            session = sessions.open_new(connection, contact.id, contact.identity_id, Record("f", "r"), NOON)
            session.state = "asking"
            sessions.save(connection, [session], {}, contact.identity_id, NOON)

    outcome = await asyncio.gather(database.transact(two), return_exceptions=True)
    assert isinstance(outcome[0], sa.exc.IntegrityError)
    rows = await database.read(lambda connection: connection.scalars(sa.select(sessions_table.c.id)).all())
    assert rows == []


async def _with_due(database: Database) -> int:
    def work(connection: Connection) -> int:
        contact = _make(connection)
        session = sessions.open_new(connection, contact.id, contact.identity_id, Record("f", "r"), NOON)
        for _time in range(2):
            due.put(connection, "wake", contact.id, session.id, 1, NOON)
        return due.ready(connection, NOON, 10)[0]

    return await database.transact(work)


async def test_a_due_row_is_ready_at_its_moment_and_put_once(database: Database) -> None:
    await _with_due(database)
    before = NOON - dt.timedelta(seconds=1)
    assert await database.read(lambda connection: due.ready(connection, before, 10)) == []
    assert len(await database.read(lambda connection: due.ready(connection, NOON, 10))) == 1


async def test_a_due_row_is_claimed_by_one(database: Database) -> None:
    due_id = await _with_due(database)
    claims = await asyncio.gather(
        *(database.transact(lambda connection: due.claim(connection, due_id)) for _replica in range(6))
    )
    assert sum(claim is not None for claim in claims) == 1


async def test_a_due_row_that_fails_five_times_is_set_aside(database: Database) -> None:
    due_id = await _with_due(database)
    parked = [await database.transact(lambda connection: due.fail(connection, due_id, NOON)) for _time in range(5)]
    assert parked == [False, False, False, False, True]
    assert await database.read(lambda connection: due.ready(connection, NOON, 10)) == []


async def test_a_run_that_did_not_end_makes_the_next_careful_once(database: Database) -> None:
    async def start(pid: int, alive: bool) -> tuple[int, bool]:
        return await database.transact(
            lambda connection: runs.begin(connection, "host", pid, "web", NOON, lambda _pid: alive)
        )

    first, unclean = await start(1, alive=False)
    assert not unclean
    _second, unclean = await start(2, alive=False)
    assert unclean
    third, unclean = await start(3, alive=True)
    assert not unclean
    await database.transact(lambda connection: runs.end(connection, third, NOON))
    assert first != third


async def test_a_job_is_claimed_once_each_time_it_is_due(database: Database) -> None:
    every = dt.timedelta(hours=1)

    async def claims(now: dt.datetime) -> int:
        taken = await asyncio.gather(
            *(
                database.transact(lambda connection: schedules.claim(connection, "job", every, now))
                for _r in range(4)
            )
        )
        return sum(taken)

    assert await claims(NOON) == 1
    assert await claims(NOON + dt.timedelta(minutes=59)) == 0
    assert await claims(NOON + every) == 1
    jobs = {"job": every, "other": every}
    assert await database.read(lambda connection: schedules.waiting(connection, jobs, NOON + every)) == {"job"}


async def test_a_clock_that_was_a_year_ahead_keeps_no_job_from_running(database: Database) -> None:
    every, year = dt.timedelta(hours=1), dt.timedelta(days=365)
    for now in (NOON + year, NOON):
        jobs = {"job": every}
        assert await database.read(lambda connection: schedules.waiting(connection, jobs, now)) == set()  # noqa: B023
        assert await database.transact(lambda connection: schedules.claim(connection, "job", every, now))  # noqa: B023
