"""Who is in a segment, as a table to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.staff import segments_frame as frame
from console.staff.access import Staff, absent
from console.staff.audit_log import BOM
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from outreach.segments import audience
from outreach.segments.audience import Person
from outreach.segments.problem import ConditionWrong
from store.segments import Segment
from talk.reading.spreadsheet import harmless

COLUMNS = (
    "customer",
    "number",
    "name",
    "call_me",
    "language",
    "city",
    "stage",
    "orders",
    "last_purchase",
    "offers",
)
AT_ONCE = 500


async def customers(request: Request, staff: Staff) -> Response:
    """`GET /staff/segments/{public_id}/customers.csv`: everybody who is in it now, a row each.

    The columns are named in English for programs; moments are in UTC. No column says how somebody is reached.
    """
    office = office_of(request)
    now, zone = office.now(), office.zone.key

    def begin(connection: Connection) -> Segment:
        segment = frame.segment(connection, request)
        after = {"name": segment.name, "condition": segment.condition}
        note(connection, request, staff.actor, "segment.exported", frame.subject(segment), None, after)
        return segment

    def look(connection: Connection) -> list[Person]:
        return audience.sample(connection, frame.segment(connection, request), AT_ONCE, now, zone)

    try:
        first = await office.database.read(look)
    except ConditionWrong:
        raise absent() from None
    segment = await office.database.transact(begin)

    async def lines() -> AsyncIterator[str]:
        yield BOM + _written([COLUMNS])
        people = first
        while people:
            yield _written(map(_row, people))
            further = partial(
                audience.sample, segment=segment, most=AT_ONCE, now=now, zone=zone, after=people[-1].id
            )
            people = await office.database.read(further) if len(people) == AT_ONCE else []

    name = {"Content-Disposition": f'attachment; filename="segment-{segment.public_id}.csv"', **NO_STORE}
    return StreamingResponse(lines(), headers=name, media_type="text/csv")


def _row(person: Person) -> Sequence[str]:
    last = person.last_at.isoformat(timespec="seconds") if person.last_at else ""
    about = (person.public_id, person.number or "", person.name, person.call_me, person.language, person.city)
    return [harmless(each) for each in (*about, person.stage, str(person.orders), last, person.marketing)]


def _written(rows: object) -> str:
    table = io.StringIO()
    csv.writer(table).writerows(rows)  # type: ignore[arg-type]
    return table.getvalue()
