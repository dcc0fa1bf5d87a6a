"""Customers at risk: who they are, and a tag by which they are found again."""

from __future__ import annotations

import math
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, gate, today_texts
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, TODAY, render_page
from console.staff.today_lists import in_chunks, place_of, token_of
from loyalty import programme
from store import rhythms, tags
from store.rhythms import Place

PAGE = f"{TODAY}/at-risk"
AT_RISK = "at risk"  # the tag, which is the house's: the same whoever gives it
EXAMPLE = "sapa import purchases purchases.csv"
ROWS = 50
AT_ONCE, MOST = 100, 5_000  # in a transaction, and by one press


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/today/at-risk?after=…`: those who fell silent last first."""
    office, now = office_of(request), office_of(request).now()
    after = place_of(request.query_params.get("after", ""))

    def read(connection: Connection) -> dict[str, Any]:
        found = rhythms.page(connection, AT_RISK, now, Place(*after) if after else None, ROWS + 1)
        last = found[ROWS - 1] if len(found) > ROWS else None
        return {
            "rows": found[:ROWS],
            "next": token_of(last.silent_from, last.contact_id) if last else "",
            "counted": rhythms.count(connection, AT_RISK, now),
            "bearers": tags.borne_by(connection, AT_RISK, rhythms.MOST_COUNTED),
            "rhythms_known": rhythms.any_kept(connection),
            "currency": programme.read(connection).currency,
        }

    values = await office.database.read(read)
    return render_page(
        request,
        staff,
        "staff/today_risk.html",
        today_texts.RISK,
        most=rhythms.MOST_COUNTED,
        tag=AT_RISK,
        command=EXAMPLE,
        markets=staff.role in gate.MARKETERS,
        done=request.query_params.get("done", ""),
        done_count=whole_number(request.query_params.get("count", "")) or 0,
        **values,
    )


async def tag(request: Request, staff: Staff) -> Response:
    """`POST /staff/today/at-risk/tag`: give the tag to those who do not bear it yet, or with `off` take it away."""
    form, office, now = await access.form(request), office_of(request), office_of(request).now()
    off = form.get("off") == "yes"
    if off:
        bearers = await office.database.read(partial(tags.borne_by, tag=AT_RISK, most=rhythms.MOST_COUNTED))
        chunks = [partial(tags.remove_from_many, tag=AT_RISK, most=AT_ONCE)] * math.ceil(bearers / AT_ONCE)
    else:
        found = await office.database.read(partial(rhythms.untagged, name=AT_RISK, now=now, most=MOST))
        parts = [found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE)]
        chunks = [partial(tags.add_to_many, contact_ids=part, tag=AT_RISK, now=now) for part in parts]
        bearers = len(found)
    note_it = partial(_note, request=request, staff=staff, off=off, count=bearers)
    count = await in_chunks(office.database, chunks, note_it)
    query = urlencode({"done": "untagged" if off else "tagged", "count": count})
    return RedirectResponse(f"{PAGE}?{query}", 303, NO_STORE)


def _note(connection: Connection, request: Request, staff: Staff, off: bool, count: int) -> None:
    action = "customer.untagged" if off else "customer.tagged"
    note(connection, request, staff.actor, action, f"tag:{AT_RISK}", None, {"tag": AT_RISK, "customers": count})
