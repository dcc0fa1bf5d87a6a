"""The form of a campaign: written, changed, and told at once for how many it is."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.staff import access, campaign_fields
from console.staff import campaign_frame as frame
from console.staff import campaign_texts as texts
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page, render_part
from locales import Text, render
from outreach.campaigns import checks, planning
from outreach.campaigns.checks import Draft, Problem
from outreach.campaigns.lifecycle import Refused
from outreach.campaigns.planning import Wrong
from outreach.campaigns.settings import VARIANTS, Settings
from outreach.segments import audience
from outreach.segments.audience import Counted
from store import segments, templates
from store.campaigns import DRAFT, Campaign

EMPTY = Draft(name="", kind="offer", segment="", settings=Settings())
FEW = 2  # variants that are shown at once; more are folded away


class Offered(NamedTuple):
    """What may be chosen: public ids and names."""

    segments: list[tuple[str, str]]
    templates: list[tuple[str, str]]


async def new(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/new?segment=…&template=…`."""
    chosen = request.query_params
    form = campaign_fields.typed(EMPTY, office_of(request).zone) | {
        "segment": chosen.get("segment", ""),
        "template-A": chosen.get("template", ""),
    }
    return await _page(request, staff, None, form, [])


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/campaigns/new`."""
    return await _save(request, staff)


async def edit(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/edit`: with what keeps it from being sent, each at its field."""
    office = office_of(request)

    def read(connection: Connection) -> tuple[Campaign, dict[str, str], list[Problem]]:
        found = frame.campaign(connection, request)
        draft = planning.draft_of(connection, found)
        wrong = checks.problems(connection, draft, office.now(), office.zone.key)
        return found, campaign_fields.typed(draft, office.zone), wrong

    found, form, wrong = await office.database.read(read)
    if found.state != DRAFT:
        return RedirectResponse(frame.page_of(found), 303, NO_STORE)
    return await _page(request, staff, found, form, wrong)


async def save(request: Request, staff: Staff) -> Response:
    """`POST /staff/campaigns/{public_id}/edit`."""
    return await _save(request, staff)


async def count(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/count?segment=…`: how many are in the segment that is chosen."""
    office = office_of(request)

    def read(connection: Connection) -> Counted | None:
        segment = segments.find(connection, request.query_params.get("segment", ""))
        if segment is None or segment.removed_at is not None:
            return None
        return audience.count(connection, segment, office.now(), office.zone.key)

    counted = await office.database.read(read)
    part = render_part(office, staff.language, "staff/campaign_count.html", texts.FORM, counted=counted)
    return HTMLResponse(part, headers=NO_STORE)


async def _save(request: Request, staff: Staff) -> Response:
    office, form = office_of(request), await access.form(request)
    draft, wrong = campaign_fields.read(form, office.zone)
    is_new = "public_id" not in request.path_params

    def keep(connection: Connection) -> tuple[Campaign | None, Campaign | Refused | Wrong | None]:
        found = None if is_new else frame.campaign(connection, request, lock=True)
        if wrong:
            return found, Wrong((*wrong, *checks.unkept(connection, draft)))
        kept: Campaign | Refused | Wrong
        if found is None:
            kept = planning.make(connection, draft, staff.public_id, office.now())
        else:
            seen = int(form.get("seen", "")) if form.get("seen", "").isdigit() else -1
            was = frame.told(connection, found)
            kept = planning.save(
                connection, found.public_id, draft, seen=seen, by=staff.public_id, now=office.now()
            )
        if isinstance(kept, Campaign):
            action = "campaign.made" if found is None else "campaign.changed"
            before = None if found is None else was
            note(
                connection, request, staff.actor, action, frame.subject(kept), before, frame.told(connection, kept)
            )
        return found, kept

    found, kept = await office.database.transact(keep)
    if isinstance(kept, Campaign):
        return RedirectResponse(f"{frame.page_of(kept)}?said={'made' if is_new else 'saved'}", 303, NO_STORE)
    problems = list(kept.problems) if isinstance(kept, Wrong) else []
    refusal = texts.FORM["submitted" if kept.why == "state" else "stale"] if isinstance(kept, Refused) else None
    return await _page(request, staff, found, form, problems, refusal)


async def _page(
    request: Request,
    staff: Staff,
    found: Campaign | None,
    form: Form,
    wrong: list[Problem],
    refusal: Text | None = None,
) -> Response:
    office, spoken = office_of(request), staff.language
    offered = await office.database.read(_offered)
    said = {campaign_fields.field_of(each): Markup(render(each.text, spoken, dict(each.values))) for each in wrong}  # noqa: S704 - rendered
    answers = request.method == "POST"
    return render_page(
        request,
        staff,
        "staff/campaign_form.html",
        texts.FORM,
        status=422 if answers else 200,
        campaign=found,
        action=f"{frame.page_of(found)}/edit" if found else f"{frame.PAGE}/new",
        back=frame.page_of(found) if found else frame.PAGE,
        form=form,
        wrong=said,
        refusal=Markup(render(refusal, spoken)) if refusal else "",  # noqa: S704 - our own text
        segments=offered.segments,
        templates=offered.templates,
        variants=VARIANTS,
        few=FEW,
        more=any(form.get(f"template-{letter}") for letter in VARIANTS[FEW:]),
        hours=range(24),
        zone=office.zone.key,
        longest=checks.LONGEST_NAME,
    )


def _offered(connection: Connection) -> Offered:
    return Offered(
        [(each.public_id, each.name) for each in segments.every(connection)],
        [(each.public_id, each.name) for each in templates.every(connection)],
    )
