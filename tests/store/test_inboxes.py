"""The inbox's views: their order, their pages, and that ten thousand open conversations cost what a page shows."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import desk_marks, inboxes, queues
from store.database import Database
from store.inbox_rows import Row, newest_of
from store.inboxes import VIEWS, Asked, Place, View
from store.queues import Queue
from store.tables import contacts, conversations, mentions, notes, staff
from tests.conftest import NOON
from tests.store.plans import plans_of

pytestmark = pytest.mark.slow

ME, OTHER = 1, 2


def people(connection: Connection) -> None:
    """Two who serve customers."""
    row = {"role": "support", "language": "en", "created_at": NOON}
    rows = [
        {**row, "id": one, "public_id": f"s{one}", "email": f"{one}@x", "name": f"S{one}"} for one in (ME, OTHER)
    ]
    connection.execute(staff.insert(), rows)


def fill(connection: Connection, number: int, **more: Any) -> list[int]:
    """Open conversations in ten queues: two in three wait, every fifth is somebody's; the ids of the queues."""
    people(connection)
    for one in range(9):
        queues.save(connection, Queue(topic=f"topic{one}", names={"en": f"Queue {one}"}))
    ids = [one.id for one in queues.every(connection)]
    person = {"owner": "queue", "created_at": NOON, "name": "N", "language": "en"}
    connection.execute(
        contacts.insert(), [{**person, "id": one, "public_id": f"c{one}"} for one in range(1, number + 1)]
    )
    connection.execute(conversations.insert(), [_row(one, ids, **more) for one in range(1, number + 1)])
    return ids


def _row(one: int, ids: list[int], **more: Any) -> dict[str, Any]:
    held = one % 5 == 0
    return {
        "id": one,
        "public_id": f"v{one}",
        "contact_id": one,
        "queue_id": ids[one // 3 % len(ids)],
        "state": "held" if held else "queued",
        "staff_id": (ME if one % 500 == 0 else OTHER) if held else None,
        "language": ("en", "ar", "zh")[one % 3],
        "why": "asked",
        "opened_at": NOON,
        "moved_at": NOON + dt.timedelta(seconds=one // 2),  # pairs move at the same moment
        "waiting_since": NOON - dt.timedelta(seconds=one * 7919 % 9973 // 2) if one % 3 else None,
        **more,
    }


def asked(view: View, ids: list[int], **more: Any) -> Asked:
    """A view of mine, over these queues."""
    return Asked(view=view, staff_id=ME, queues=tuple(ids), **more)


def walk(connection: Connection, wanted: Asked, size: int) -> list[Row]:
    """Every row of a view, page by page."""
    place, found = None, []
    while True:
        page = inboxes.page(connection, wanted, place, size)
        found += page.rows
        place = page.next
        if place is None:
            return found


async def test_who_waits_longest_stands_first_and_no_page_repeats_or_leaves_out_a_row(database: Database) -> None:
    def look(connection: Connection) -> None:
        ids = fill(connection, 300)
        rows = walk(connection, asked("all", ids), 7)
        assert sorted(row.id for row in rows) == list(range(1, 301))
        waits = [row for row in rows if row.waiting_since]
        assert rows[: len(waits)] == waits
        assert all(
            a.waiting_since <= b.waiting_since for a, b in pairwise(waits) if a.waiting_since and b.waiting_since
        )
        assert all(a.moved_at >= b.moved_at for a, b in pairwise(rows[len(waits) :]))
        assert {row.state for row in walk(connection, asked("unassigned", ids[:2]), 7)} == {"queued"}
        assert {row.queue_id for row in walk(connection, asked("unassigned", ids[:2]), 7)} == set(ids[:2])
        assert {row.language for row in walk(connection, asked("all", ids, language="ar"), 7)} == {"ar"}

    await database.transact(look)


async def test_each_view_has_its_own_and_its_own_order(database: Database) -> None:
    def look(connection: Connection) -> dict[str, list[int]]:
        ids = fill(connection, 30)
        change = conversations.update()
        soon = {"state": "snoozed", "snoozed_until": NOON + dt.timedelta(hours=1)}
        later = {"state": "snoozed", "snoozed_until": NOON + dt.timedelta(hours=2)}
        for one, values in (
            (1, later),
            (2, soon),
            (3, {"state": "closed", "closed_at": NOON}),
            (5, {"staff_id": ME}),
        ):
            connection.execute(change.where(conversations.c.id == one).values(values))
        connection.execute(
            change.where(conversations.c.id == 4).values(state="closed", closed_at=NOON + dt.timedelta(1))
        )
        for one, seen in ((1, NOON), (2, None)):
            note = {"contact_id": one, "staff_id": OTHER, "seq": 1, "text": "@S1", "at": NOON}
            connection.execute(notes.insert().values({**note, "id": one, "public_id": f"n{one}"}))
            connection.execute(mentions.insert().values(note_id=one, staff_id=ME, seen_at=seen))
        counts = inboxes.counts(connection, {ME: set(), OTHER: {ids[2]}})
        assert (counts[ME].mine, counts[ME].mentions, counts[ME].snoozed, counts[ME].all) == (1, 1, 2, 26)
        assert sum(counts[ME].unassigned.values()) == 20
        assert counts[ME].attention == 21
        assert counts[OTHER].attention == counts[OTHER].unassigned[ids[2]]
        views: tuple[View, ...] = ("mine", "snoozed", "mentions", "closed")
        return {view: [row.id for row in walk(connection, asked(view, ids), 1)] for view in views}

    assert await database.transact(look) == {"mine": [5], "snoozed": [2, 1], "mentions": [2, 1], "closed": [4, 3]}


async def test_with_ten_thousand_open_a_page_reads_what_it_shows(sqlite_url: str) -> None:
    def look(connection: Connection) -> tuple[set[str], int]:
        ids, driver = fill(connection, 10_000), connection.connection.driver_connection
        connection.execute(sa.text("ANALYZE"))
        far = Place(True, NOON - dt.timedelta(seconds=2500), NOON, 1)
        steps = {"n": 0}

        def pages() -> None:
            for view in VIEWS:
                for place in (None, far, Place(False, NOON, NOON + dt.timedelta(seconds=2500), 1)):
                    inboxes.page(connection, asked(view, ids), place, 40)

        plans = plans_of(connection, pages)
        driver.set_progress_handler(lambda: steps.__setitem__("n", steps["n"] + 1), 100)  # type: ignore[union-attr]
        inboxes.page(connection, asked("all", ids), far, 40)
        driver.set_progress_handler(None, 0)  # type: ignore[union-attr]
        scans = {
            step
            for _statement, plan in plans
            for step in plan
            if re.match(r"SCAN conversations(?! USING INDEX)", step)
        }
        newest_of(connection, {1})
        return scans, steps["n"]

    database = Database(sqlite_url)
    scans, steps = await database.transact(look)
    assert scans == set()
    assert steps < 300  # of a hundred instructions each; going through all would take ten times that
    database.close()


async def test_figures_are_read_from_an_index_alone(sqlite_url: str) -> None:
    def look(connection: Connection) -> list[list[str]]:
        people(connection)
        return [plan for _statement, plan in plans_of(connection, lambda: inboxes.by_state(connection))]

    database = Database(sqlite_url)
    assert await database.transact(look) == [["SCAN conversations USING COVERING INDEX ix_conversations_listed"]]
    database.close()


@pytest.mark.parametrize("view", ["unassigned", "all"])
async def test_postgresql_goes_by_the_index_too(postgres_url: str, view: View) -> None:
    def look(connection: Connection) -> set[str]:
        ids = fill(connection, 10_000)
        connection.execute(sa.text("ANALYZE conversations"))
        ran: list[tuple[str, Any]] = []

        @sa.event.listens_for(connection, "before_cursor_execute")
        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
            ran.append((statement, parameters))

        inboxes.page(connection, asked(view, ids), Place(True, NOON - dt.timedelta(seconds=1000), NOON, 1), 40)
        desk_marks.moved(connection, NOON + dt.timedelta(seconds=4990))
        sa.event.remove(connection, "before_cursor_execute", note)
        looked = [(sql, values) for sql, values in ran if "labels" not in sql and "contacts" not in sql]
        plans = [connection.exec_driver_sql(f"EXPLAIN {sql}", values).scalars().all() for sql, values in looked]
        return {step.strip() for plan in plans for step in plan if "Seq Scan" in step or "Sort " in step}

    database = Database(postgres_url)
    assert await database.transact(look) == set()
    database.close()
