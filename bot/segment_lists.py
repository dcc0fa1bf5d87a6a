"""Lists of customers from files, and segments to files, for `sapa segment`."""

from __future__ import annotations

import csv
import datetime as dt
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.engine import Connection

from bot.app import utc_now
from bot.keeping import kept_database
from bot.once import who
from bot.running import open_database
from bot.settings import Settings
from outreach.segments import audience, members
from outreach.segments.members import Missed, Taken
from store import audit, customers, segments
from store.database import Database
from store.segments import NameTaken, Segment, Stale
from talk.errors import SapaError

A_PAGE = 2_000


class Brought(NamedTuple):
    """How many came onto a list, how many were on it, and which lines name nobody, and why."""

    added: int
    known: int
    missed: list[tuple[int, Missed]]


def segment_of(connection: Connection, name: str) -> Segment:
    """The segment of this name or id. Raises SapaError."""
    called = segments.called(connection, name)
    if len(called) > 1:
        ids = ", ".join(each.public_id for each in called)
        raise SapaError(f"Several segments are called “{name}”; name it by its id: {ids}.")
    found = called[0] if called else segments.find(connection, name)
    if found is None or found.removed_at is not None:
        raise SapaError(f"There is no segment “{name}”; `sapa segment list` lists them.")
    return found


def note(connection: Connection, action: str, before: Segment | None, after: Segment, now: dt.datetime) -> None:
    """Add a change of a segment to the audit log."""
    was, now_is = ({"name": each.name, "condition": each.condition} if each else None for each in (before, after))
    audit.note(connection, audit.COMMAND_LINE, action, f"segment:{after.public_id}", was, now_is, "", now)


def kept(saved: Segment | NameTaken | Stale) -> Segment:
    """The segment that was kept. Raises SapaError where somebody else was quicker."""
    if not isinstance(saved, Segment):
        raise SapaError("Somebody changed this segment at the same moment; give the command again.")
    return saved


async def bring_in(settings: Settings, name: str, path: Path) -> Brought:
    """Put whoever a file names on a list, which is made if there is none; a bar shows how far it is.

    Raises SapaError. What was done before a problem stays, and doing it again does no harm.
    """
    database = await open_database(settings.database, migrate=settings.new_sqlite)
    try:
        with path.open("rb") as file:
            into = await database.transact(partial(_list, name=name, now=utc_now()))
            taken = await _taken(database, settings, into, file)
    except OSError as error:
        raise SapaError(f"{path} cannot be read ({error.strerror}).") from None
    except members.TooLong:
        raise SapaError(f"{path} has more than {members.MOST_LINES:,} lines; split it.") from None
    finally:
        database.close()
    missed = [each for one in taken for each in one.missed]
    return Brought(sum(each.added for each in taken), sum(each.known for each in taken), missed)


async def write_out(settings: Settings, name: str, file: IO[str]) -> int:
    """Write who is in a segment now, as CSV, a page at a time; how many they are. Raises SapaError."""
    writer, after, number = csv.writer(file, lineterminator="\n"), 0, 0
    async with kept_database(settings) as database:
        segment = await database.read(partial(segment_of, name=name))
        writer.writerow(("id", "number"))
        while rows := await database.read(partial(_page, settings=settings, segment=segment, after=after)):
            writer.writerows((public_id, listed or "") for _id, public_id, listed in rows)
            after, number = rows[-1][0], number + len(rows)
    return number


async def _taken(database: Database, settings: Settings, into: Segment, file: BinaryIO) -> list[Taken]:
    taken: list[Taken] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    size = file.seek(0, 2)
    file.seek(0)
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(into.name, total=size)
        for piece in members.pieces(file):
            region, now = settings.business_country, utc_now()
            take = partial(members.take, segment_id=into.id, piece=piece, region=region, now=now)
            taken.append(await database.transact(take))
            bar.update(task, completed=file.tell())
    added = sum(each.added for each in taken)
    if added:
        await database.transact(partial(_note, into=into, added=added, now=utc_now()))
    return taken


def _list(connection: Connection, name: str, now: dt.datetime) -> Segment:
    """The list of this name, made if there is none. Raises SapaError for a condition."""
    if segments.called(connection, name) or segments.find(connection, name):
        found = segment_of(connection, name)
        if found.condition is not None:
            raise SapaError(f"“{name}” is a condition; customers are put on lists alone.")
        return found
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise SapaError("Name the list in at most 100 letters.")
    made = kept(segments.add(connection, name=name, condition=None, by=who()[:64], now=now))
    note(connection, "segment.added", None, made, now)
    return made


def _note(connection: Connection, into: Segment, added: int, now: dt.datetime) -> None:
    told, subject = {"added": added}, f"segment:{into.public_id}"
    audit.note(connection, audit.COMMAND_LINE, "segment.members", subject, None, told, "", now)


def _page(connection: Connection, settings: Settings, segment: Segment, after: int) -> list[customers.Handles]:
    ids = audience.page(connection, segment, after, A_PAGE, utc_now(), settings.business_timezone)
    return customers.handles(connection, ids)
