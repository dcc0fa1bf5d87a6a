"""Conversations that wait for a person: the list."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import service_texts, talk
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, render
from store import conversations
from store.contacts import QUEUE
from store.conversations import Held

PAGE = "/staff/conversations"
LABEL = service_texts.CONVERSATIONS


class Wait(NamedTuple):
    """How long somebody waits, as a text of `WAITS` and what it counts."""

    text: Text
    values: dict[str, object]


async def waiting(request: Request, staff: Staff) -> Response:
    """`GET /staff/conversations`: who waits longest first."""
    office = office_of(request)
    now = office.now()
    held = await office.database.read(partial(conversations.held, now=now))
    tag = _tag(staff, [(one.public_id, one.owner, one.seq, _wait(one, now)) for one in held])
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=NO_STORE)
    rows = [(one, _shown_wait(one, now, staff)) for one in held]
    page = render_page(request, staff, "staff/conversations.html", service_texts.LIST, rows=rows, QUEUE=QUEUE)
    page.headers["ETag"] = tag
    return page


async def following(request: Request, staff: Staff) -> Response:
    """`GET /staff/conversations/next?after=…`: whoever waits longest and is nobody else's, or the list."""
    office = office_of(request)
    held = await office.database.read(partial(conversations.held, now=office.now()))
    left = request.query_params.get("after", "")
    mine = [one for one in held if one.since and one.owner in (QUEUE, staff.public_id) and one.public_id != left]
    return RedirectResponse(talk.address(mine[0].public_id) if mine else PAGE, 303, NO_STORE)


def _wait(held: Held, now: dt.datetime) -> Wait | None:
    if held.since is None:
        return None
    minutes = max(1, int((now - held.since).total_seconds() // 60))
    if minutes < 60:
        return Wait(service_texts.WAITS["minutes"], {"minutes": minutes})
    if minutes < 48 * 60:
        return Wait(service_texts.WAITS["hours"], {"hours": minutes // 60})
    return Wait(service_texts.WAITS["days"], {"days": minutes // (24 * 60)})


def _shown_wait(held: Held, now: dt.datetime, staff: Staff) -> str:
    wait = _wait(held, now)
    return render(wait.text, staff.language, wait.values) if wait else ""


def _tag(staff: Staff, seen: Sequence[object]) -> str:
    """What a page shows, in short: a page that refreshes itself is only sent again when it changed."""
    return f'"{hashlib.sha256(repr((staff.session, staff.language, seen)).encode()).hexdigest()[:24]}"'
