"""The inbox: the team's conversations in views, page by page, and what is found in them."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import inbox_texts, talk_texts
from console.staff.access import Staff
from console.staff.inbox_rows import row_values
from console.staff.office import office_of
from console.staff.rendering import render_page
from locales import LANGUAGES
from store import customer_pages, inboxes, queues, search
from store.inbox_rows import see_typing
from store.inboxes import VIEWS, Asked, Place, View
from store.queues import Queue

PAGE = "/staff/inbox"
PARTS = {"rows": "staff/inbox_rows.html", "listed": "staff/inbox_listed.html"}
ROWS, PEOPLE, LINES = 40, 8, 30
LONGEST = 100  # of what is typed to be found
FIRST: View = "all"
PLACE = re.compile(r"([wr])\.(\d{1,17})\.(\d{1,17})\.(\d{1,18})")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/inbox?view=&queue=&language=&after=&q=`: a view of the team's conversations, or what is found.

    With `part=rows` only the next rows, for a page that is scrolled; with `part=listed` what stands in the list.
    """
    values = await office_of(request).database.read(partial(pane, request, staff))
    template = PARTS.get(request.query_params.get("part", ""), "staff/inbox.html")
    return render_page(request, staff, template, inbox_texts.LIST | talk_texts.AWAY, **values)


def pane(request: Request, staff: Staff, connection: Connection) -> dict[str, Any]:
    """What `staff/inbox_layout.html` shows: the views with their figures, and the rows of the one that is open."""
    office, now = office_of(request), office_of(request).now()
    cursor = office.desk.cursor()  # before anything is read: what commits meanwhile comes again on the stream
    every = [one for one in queues.every(connection) if one.active]
    served = queues.served_by(connection, staff.id)
    view, queue, language = _asked(request, every)
    typed = request.query_params.get("q", "")[:LONGEST]
    chosen = (queue.id,) if queue else tuple(one.id for one in every)
    asked = Asked(view=view, staff_id=staff.id, queues=chosen, language=language)
    after = _place(request.query_params.get("after", ""))
    page = inboxes.page(connection, asked, after, ROWS)
    see_typing(connection, page.rows, now)
    where = {"view": view, "queue": queue.public_id if queue else "", "language": language}
    return {
        "rows": [row_values(row, every, now, staff.language) for row in page.rows],
        "next": _token(page.next),
        "counts": inboxes.counts(connection, {staff.id: served})[staff.id],
        "view": view,
        "views": VIEWS,
        "queue": queue,
        "all_queues": [(one, queues.name_of(one, staff.language), not served or one.id in served) for one in every],
        "spoken_filter": language,
        "languages": LANGUAGES,
        "where": urlencode({name: value for name, value in where.items() if value}),
        "everything": bool(served) and view != "mine" and (queue is None or queue.id not in served),
        "cursor": cursor,
        "q": typed,
        "found": _found(connection, typed) if typed.strip() else None,
    }


def _found(connection: Connection, typed: str) -> dict[str, Any]:
    """The customers and the messages that typed words may mean."""
    return {
        "people": customer_pages.search_people(connection, typed, PEOPLE),
        "lines": search.find(connection, typed, LINES),
    }


def _asked(request: Request, every: list[Queue]) -> tuple[View, Queue | None, str]:
    query = request.query_params
    view: View = next((one for one in VIEWS if one == query.get("view")), FIRST)
    queue = next((one for one in every if one.public_id == query.get("queue")), None)
    language = query.get("language", "")
    return view, queue if view == "unassigned" else None, language if language in LANGUAGES else ""


def _place(token: str) -> Place | None:
    """Where a page begins, from its address; the first page for whatever is none of ours."""
    found = PLACE.fullmatch(token)
    if found is None or not token.isascii():
        return None
    waits, at, moved, one = found.groups()
    try:
        return Place(waits == "w", EPOCH + int(at) * MICROSECOND, EPOCH + int(moved) * MICROSECOND, int(one))
    except OverflowError:
        return None


def _token(place: Place | None) -> str:
    if place is None:
        return ""
    at, moved = ((moment - EPOCH) // MICROSECOND for moment in (place.at, place.moved_at))
    return f"{'w' if place.waits else 'r'}.{at}.{moved}.{place.id}"
