"""Points that expire soon: whose they are, what they were told of it, and reminding the others before time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import today_texts
from console.staff.access import Staff
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, TODAY, render_page
from console.staff.today_lists import in_chunks, place_of, token_of
from outreach import reminding
from outreach.occasions import DAY, NOTICES
from store import expiring_members
from store.expiring_members import Counted, Place, Told

PAGE = f"{TODAY}/points"
ROWS = 50
AT_ONCE, MOST = 100, 5_000  # in a transaction, and by one press


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/today/points?after=…`: whose points expire first in front."""
    office, now = office_of(request), office_of(request).now()
    asked, after = reminding.asked(now), place_of(request.query_params.get("after", ""))

    def read(connection: Connection) -> dict[str, Any]:
        found = expiring_members.page(connection, asked, Place(*after) if after else None, ROWS + 1)
        last = found[ROWS - 1] if len(found) > ROWS else None
        return {
            "rows": found[:ROWS],
            "next": token_of(last.first, last.contact_id) if last else "",
            "more": expiring_members.more_than_looked_at(connection, asked),
            "expiring": told(expiring_members.count(connection, asked)),
        }

    values = await office.database.read(read)
    return render_page(
        request,
        staff,
        "staff/today_points.html",
        today_texts.POINTS,
        whole=values["more"],
        may_write=staff.role in MARKETERS,
        by_itself=now + NOTICES[reminding.LAST].days * DAY,
        done=request.query_params.get("done", ""),
        done_count=whole_number(request.query_params.get("count", "")) or 0,
        **values,
    )


async def remind(request: Request, staff: Staff) -> Response:
    """`POST /staff/today/points/remind`: plan the notice of those who heard nothing for now."""
    office, now = office_of(request), office_of(request).now()
    found = await office.database.read(partial(reminding.untold, now=now, most=MOST))
    parts = [found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE)]
    chunks = [partial(reminding.remind, members=part, zone=office.zone.key, now=now) for part in parts]
    note_it = partial(_note, request=request, staff=staff, count=len(found))
    count = await in_chunks(office.database, chunks, note_it)
    return RedirectResponse(f"{PAGE}?{urlencode({'done': 'reminded', 'count': count})}", 303, NO_STORE)


def told(found: Mapping[Told, Counted]) -> dict[str, Counted]:
    """The figures of every sort, and of `all` of them."""
    sorts: tuple[Told, ...] = ("told", "planned", "open", "out")
    whole = Counted(sum(one.members for one in found.values()), sum(one.points for one in found.values()))
    return {"all": whole} | {sort: found.get(sort, Counted(0, 0)) for sort in sorts}


def _note(connection: Connection, request: Request, staff: Staff, count: int) -> None:
    after = {"customers": count}
    note(connection, request, staff.actor, "points.reminded", "points:expiring", None, after)
