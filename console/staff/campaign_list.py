"""The list of campaigns: what is open, each with how far it is, and what has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import campaign_frame as frame
from console.staff import campaign_texts as texts
from console.staff import gate
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import render_page
from outreach.campaigns import progress
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.progress import Progress
from outreach.campaigns.settings import Settings
from store import campaigns, segments
from store.campaigns import CANCELLED, DONE, DRAFT, PAUSED, PLANNED, RUNNING, WAITING, Campaign

LABEL = texts.LABEL
SHOWN: dict[str, tuple[str, ...]] = {
    "open": (WAITING, RUNNING, PAUSED, PLANNED, DRAFT),
    "ended": (DONE, CANCELLED),
}
MOST = 200  # those that were changed last


class Row(NamedTuple):
    """A campaign as the list shows it; `progress` is told while it is under way."""

    campaign: Campaign
    settings: Settings
    segment: str
    author: str
    progress: Progress | None
    mark: str


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns?show=open`."""
    asked = request.query_params.get("show", "")
    chosen = asked if asked in SHOWN else "open"

    def read(connection: Connection) -> list[Row]:
        return _rows(connection, campaigns.listed(connection, SHOWN[chosen], MOST))

    rows = await office_of(request).database.read(read)
    order = SHOWN[chosen]
    if chosen == "open":
        rows.sort(key=lambda row: order.index(row.campaign.state))
    return render_page(
        request,
        staff,
        "staff/campaigns.html",
        texts.LIST,
        rows=rows,
        shown=SHOWN,
        chosen=chosen,
        may_edit=may_edit(staff),
        waits_for=lambda row: _waits_for(row, staff),
        **clocks(),
    )


def clocks() -> dict[str, Any]:
    """What a template needs to tell a start by customers' clocks."""
    return {"hour_of": lambda settings: dt.time(settings.hour)}


def may_edit(staff: Staff) -> bool:
    """Whether they decide what customers are sent, rather than only look."""
    return staff.role in gate.MARKETERS


def _waits_for(row: Row, staff: Staff) -> bool:
    return row.campaign.state == WAITING and row.campaign.by != staff.public_id and may_edit(staff)


def _rows(connection: Connection, found: list[Campaign]) -> list[Row]:
    of = {each.id: segments.one(connection, each.segment_id) for each in found}
    authors = frame.names(connection, {each.by for each in found})
    return [
        Row(
            each,
            settings_of(each),
            segment.name if (segment := of[each.id]) else "",
            authors.get(each.by, ""),
            progress.read(connection, each.id) if each.state in (RUNNING, PAUSED) else None,
            frame.mark(each.state),
        )
        for each in found
    ]
