"""What the live half of the console tells: conversations read together, written as the pages show them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection
from functools import partial
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from console.desk_hub import Moved
from console.desk_stream import Where
from console.staff import inbox_texts, talk_texts
from console.staff.inbox_rows import row_values
from console.staff.office import Office
from console.staff.rendering import render_part
from console.staff.rich import rich
from locales import Language
from service import assignment
from store import case_lists, desk_agents, desk_marks, inboxes, queues, talk_lines
from store.desk import State
from store.desk_agents import Agent
from store.desk_marks import Mark
from store.inbox_rows import Row, newest_of, see_typing
from store.inboxes import Counts
from store.queues import Queue
from store.talk_line import Line

FEW = 3  # places that are told of a conversation that was not known before
MANY = 20  # and to somebody who was away
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
ROW, LINE = "staff/inbox_row.html", "staff/desk_line.html"
WORDS = talk_texts.PAGE | inbox_texts.LIST


class _Read(NamedTuple):
    row: Row
    lines: list[Line]


class News:
    """One conversation as it was read; `before` is where it stood."""

    def __init__(self, office: Office, read: _Read, every_queue: list[Queue], before: Where | None) -> None:
        row = read.row
        self.contact_id = row.contact_id
        self.before = before
        self.after = None if row.state == "closed" else Where(row.state, row.queue_id, row.staff_id)
        self._office, self._row, self._lines, self._queues = office, row, read.lines, every_queue

    def written(self, language: Language) -> bytes:
        """The row of the list and what was said last, as HTML in a document."""
        row, office = self._row, self._office
        shown = row_values(row, self._queues, office.now(), language)
        document = {
            "contact": row.public_id,
            "name": row.name,
            "state": row.state,
            "owner": row.owner,
            "queue": row.queue_id,
            "moved": row.moved_at.timestamp(),
            "row": render_part(office, language, ROW, WORDS, **shown),
            "lines": [self._line(line, language) for line in self._lines],
            "said": row.last_text if row.last_by == "customer" else "",
        }
        return msgspec.json.encode(document)

    def _line(self, line: Line, language: Language) -> dict[str, object]:
        around = {"talk": self._row, "rich": rich, "staff": None, "home": ""}
        html = render_part(self._office, language, LINE, WORDS, line=line, **around)
        return {"id": line.id, "seq": line.seq, "from": line.speaker, "html": html.strip()}


class LiveDesk:
    """The store and the templates behind `console.desk_hub.DeskHub`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._known: dict[int, Mark] = {}
        self._noted: dict[int, dt.datetime] = {}  # who was noted as being there, and when

    async def begin(self) -> None:
        """Learn where all open conversations stand; the first event shall not wait for templates to be read."""
        self._known = await self._office.database.read(desk_marks.marks)
        await asyncio.to_thread(lambda: [self._office.templates.get_template(name) for name in (ROW, LINE)])

    async def read(self, contact_ids: Collection[int]) -> list[Moved]:
        """These contacts' conversations as they are now, with what is new in each since it was read last."""
        # The last place that was told of is told once more: notes stand at it, and it may have changed since.
        after = {one: self._known[one].seq - 1 for one in contact_ids if one in self._known}
        found, every = await self._office.database.read(partial(self._find, contact_ids, after, FEW))
        news: list[Moved] = []
        for one in found:
            row = one.row
            mark = self._known.pop(row.contact_id, None)
            before = Where(mark.state, mark.queue_id, mark.staff_id) if mark else None
            if row.state != "closed":
                self._known[row.contact_id] = Mark(row.state, row.queue_id, row.staff_id, row.seq, row.moved_at)
            if before is not None or row.state != "closed":
                news.append(News(self._office, one, every, before))
        return news

    async def again(self, since: dt.datetime, most: int) -> list[Moved] | None:
        """Whatever moved since a moment, for one who missed it; None when that is more than `most`."""

        def find(connection: Connection) -> tuple[list[_Read], list[Queue]] | None:
            contacts = {contact_id for contact_id, _state, _at in desk_marks.moved(connection, since)}
            return None if len(contacts) > most else self._find(contacts, {}, MANY, connection)

        found = await self._office.database.read(find)
        if found is None:
            return None
        # Where each stood before is not known any more, so that nobody is spared it.
        return [News(self._office, one, found[1], None) for one in found[0]]

    async def unread(self, since: dt.datetime) -> list[int]:
        """Contacts whose conversations moved since a moment and were not read as they are now."""
        moved = await self._office.database.read(partial(desk_marks.moved, since=since))
        return [one for one, state, at in moved if self._is_news(self._known.get(one), state, at)]

    async def counts(self, agents: Collection[Agent]) -> dict[int, Counts]:
        """The figures of the views, by the id of the member of staff."""

        served, now = {agent.id: agent.queues for agent in agents}, self._office.now()

        def count(connection: Connection) -> dict[int, Counts]:
            cases = case_lists.pressing(connection, served, now)
            found = inboxes.counts(connection, served)
            return {one: msgspec.structs.replace(counts, requests=cases[one]) for one, counts in found.items()}

        return await self._office.database.read(count)

    async def agents(self, sessions: Collection[str]) -> dict[str, Agent]:
        """Who is behind each session that still holds; they are noted as being there."""
        database, now = self._office.database, self._office.now()
        found = await database.read(partial(desk_agents.agents, sessions=sessions, now=now))
        there = {agent.id for agent in found.values()}
        due = [one for one in there if now - self._noted.get(one, NEVER) >= assignment.TOUCH]
        if due:

            def note(connection: Connection) -> None:
                for staff_id in sorted(due):  # in the order in which all lock them
                    assignment.seen(connection, staff_id, now)

            await database.transact(note)
        self._noted = {one: now if one in due else self._noted[one] for one in there}
        return found

    @staticmethod
    def _is_news(mark: Mark | None, state: State, at: dt.datetime) -> bool:
        return state != "closed" if mark is None else mark.moved_at < at

    def _find(
        self, contact_ids: Collection[int], after: dict[int, int], few: int, connection: Connection
    ) -> tuple[list[_Read], list[Queue]]:
        rows = list(newest_of(connection, contact_ids).values())
        see_typing(connection, rows, self._office.now())
        every = [one for one in queues.every(connection) if one.active]
        return [_Read(row, self._new(connection, row, after, few)) for row in rows], every

    def _new(self, connection: Connection, row: Row, after: dict[int, int], few: int) -> list[Line]:
        since = after.get(row.contact_id, row.seq - few)
        found = talk_lines.after(connection, row.contact_id, max(0, since)).lines
        return [line for line in found if line.seq > since]
