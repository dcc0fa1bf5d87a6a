"""Requests of customers: the list, the oldest promise first, and what was said of colleagues."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.numbers import whole_number
from console.staff import case_texts as texts
from console.staff import gate, talk_choices
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import render_page
from service import touchpoints
from store import case_lists
from store import staff as accounts
from store.case_lists import Place, View, Wanted

PAGE, PRAISE = "/staff/requests", "/staff/praise"
SIZE = 30
LONGEST_TYPED = 100
FILTERS = ("kind", "touchpoint", "department", "branch")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/requests?view=…`: and whatever else they must be like."""
    office, query = office_of(request), request.query_params
    asked = query.get("view", "")
    view: View = next((one for one in case_lists.VIEWS if one == asked), "open")
    wanted = Wanted(
        view=view,
        staff_id=staff.id,
        now=office.now(),
        kind=query.get("kind", ""),
        touchpoint=query.get("touchpoint", ""),
        department=query.get("department", ""),
        branch_id=whole_number(query.get("branch", "")),
        typed=talk_choices.clean(query.get("q", ""))[:LONGEST_TYPED],
    )

    def read(connection: Connection) -> dict[str, Any]:
        rows, place = case_lists.page(connection, wanted, placed(query.get("after", "")), SIZE)
        every = {
            name: case_lists.count(connection, msgspec.structs.replace(wanted, view=name))
            for name in case_lists.VIEWS
        }
        return {"rows": rows, "next": written(place), "counts": every, **named(connection, staff)}

    found = await office.database.read(read)
    narrowed = {name: query.get(name, "") for name in (*FILTERS, "q") if query.get(name, "")}
    return render_page(
        request,
        staff,
        "staff/cases.html",
        texts.LIST,
        views=case_lists.VIEWS,
        view=view,
        typed=wanted.typed,
        chosen={name: query.get(name, "") for name in FILTERS},
        narrowed=narrowed,
        most=case_lists.MOST_COUNTED,
        kinds=texts.KINDS,
        later="after" in query,
        here=lambda **more: f"{PAGE}?{urlencode({'view': view, **narrowed, **more})}",
        now=office.now(),
        **found,
    )


async def praise(request: Request, staff: Staff) -> Response:
    """`GET /staff/praise`: of oneself; whoever manages reads everybody's."""
    query = request.query_params
    everybody = staff.role in gate.MANAGERS and query.get("of") != "me"

    def read(connection: Connection) -> dict[str, Any]:
        of = None if everybody else staff.id
        rows, place = case_lists.praise(connection, of, placed(query.get("after", "")), SIZE)
        return {"rows": rows, "next": written(place), **named(connection, staff)}

    found = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/praise.html",
        texts.PRAISE,
        everybody=everybody,
        manages=staff.role in gate.MANAGERS,
        serves_customers=staff.role in gate.SERVICE,
        of="all" if everybody else "me",
        **found,
    )


def named(connection: Connection, staff: Staff) -> dict[str, Any]:
    """Touchpoints, departments and branches by code and id, as their reader calls them."""
    return {
        "touchpoints": touchpoints.named_in(connection, staff.language),
        "departments": touchpoints.departments_in(connection, staff.language),
        "branches": dict(accounts.all_branches(connection)),
    }


def placed(text: str) -> Place | None:
    """The place that an address names; None for none."""
    parts = [whole_number(part, digits=18) for part in text.split(".")]
    if len(parts) != 3 or None in parts:
        return None
    answered, micros, number = cast("list[int]", parts)
    try:
        at = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=micros)
    except OverflowError:
        return None
    return Place(bool(answered), at, number)


def written(place: Place | None) -> str:
    """The place as an address names it."""
    if place is None:
        return ""
    micros = (place.at - dt.datetime.fromtimestamp(0, dt.UTC)) // dt.timedelta(microseconds=1)
    return f"{int(place.answered)}.{micros}.{place.id}"
