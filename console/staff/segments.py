"""The list of segments: what each says, who was in it when it was last counted, what it is used for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.staff import segments_frame as frame
from console.staff import segments_house, segments_starters
from console.staff import segments_texts as texts
from console.staff.access import Staff
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page, render_part
from outreach.segments.problem import ConditionWrong
from store import segment_counts, segments
from store.campaigns import Campaign
from store.segment_counts import LastCount
from store.segments import NameTaken, Segment


class Line(NamedTuple):
    """A segment as the list shows it."""

    segment: Segment
    words: Markup
    counted: LastCount | None
    changer: str
    used_by: list[Campaign]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/segments`."""

    def read(connection: Connection) -> dict[str, Any]:
        lines = _lines(connection, segments.every(connection), staff)
        return {
            "lines": lines,
            "removed": _lines(connection, segments.every(connection, removed=True), staff),
            "starters": [] if lines else segments_starters.offered(connection, staff.language),
        }

    values = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/segments_list.html",
        texts.LIST,
        writes=staff.role in MARKETERS,
        taken="taken" in request.query_params,
        which=request.query_params.get("which", ""),
        **values,
    )


async def count(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/count`: its figures, counted now and kept for whoever looks next."""
    office = office_of(request)

    def look(connection: Connection) -> tuple[Segment, LastCount | None]:
        segment = frame.segment(connection, request)
        try:
            return segment, frame.count(connection, segment, office)
        except ConditionWrong:
            return segment, None

    looked = await frame.at_leisure(request, look)
    if looked is None:
        return Response(status_code=204)
    segment, counted = looked
    if counted is not None:
        await office.database.transact(lambda connection: frame.keep(connection, segment, counted))
    values: dict[str, Any] = {"counted": counted, "segment": segment, "fresh": True}
    part = render_part(office, staff.language, "staff/segments_figures.html", texts.LIST, **values)
    return HTMLResponse(part, headers=NO_STORE)


async def remove(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/remove`: it is offered to no campaign any more."""
    office = office_of(request)

    def put_away(connection: Connection) -> Segment:
        segment = frame.segment(connection, request, lock=True)
        if segment.removed_at is None:
            segments.remove(connection, segment.id, office.now())
            note(
                connection,
                request,
                staff.actor,
                "segment.removed",
                frame.subject(segment),
                frame.told(segment),
                None,
            )
        return segment

    segment = await office.database.transact(put_away)
    return RedirectResponse(f"{frame.PAGE}?said=removed&which={segment.public_id}", 303, NO_STORE)


async def restore(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/restore`: it is offered again, unless another took its name meanwhile."""
    office = office_of(request)

    def bring_back(connection: Connection) -> tuple[Segment, bool]:
        segment = frame.segment(connection, request, lock=True)
        if segment.removed_at is None:
            return segment, True
        if isinstance(segments.restore(connection, segment.id, office.now()), NameTaken):
            return segment, False
        note(
            connection, request, staff.actor, "segment.restored", frame.subject(segment), None, frame.told(segment)
        )
        return segment, True

    segment, back = await office.database.transact(bring_back)
    to = f"{frame.page_of(segment)}?said=restored" if back else f"{frame.PAGE}?taken=yes"
    return RedirectResponse(to, 303, NO_STORE)


def _lines(connection: Connection, found: list[Segment], staff: Staff) -> list[Line]:
    words = frame.in_words(connection, found, staff.language)
    counts, changers = segment_counts.every(connection), frame.changers(connection, found)
    used: dict[int, list[Campaign]] = defaultdict(list)
    for campaign in segments_house.every_campaign(connection):
        used[campaign.segment_id].append(campaign)
    return [
        Line(each, words[each.id], counts.get(each.id), changers[each.id], used.get(each.id, [])) for each in found
    ]
