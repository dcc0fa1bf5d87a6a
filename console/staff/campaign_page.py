"""One campaign: what is sent to whom and when, tried and tested before, and how far it is while it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.staff import campaign_fields, charts, template_view
from console.staff import campaign_frame as frame
from console.staff import campaign_texts as texts
from console.staff.access import Staff
from console.staff.campaign_list import clocks, may_edit
from console.staff.charts import Piece, Stack, Style
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, render_page, render_part
from console.staff.template_view import Seen
from locales import Language, formats, render
from loyalty import programme
from outreach.campaigns import checks, planning, progress, testing, trial
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.progress import OPEN, Progress, Sample
from outreach.campaigns.settings import VARIANTS
from outreach.campaigns.trial import Trial
from outreach.segments import audience
from outreach.templates.content import Content
from store import templates
from store.campaigns import CANCELLED, DONE, DRAFT, PAUSED, PLANNED, RUNNING, WAITING, Campaign
from store.templates import Template

BEGUN = (RUNNING, PAUSED, DONE, CANCELLED)
SHORT = dt.timedelta(seconds=10)  # over which a pace is measured
HOUR = 60
PARTS: tuple[tuple[Style, tuple[str, ...], str], ...] = (  # of the bar, each with the states it takes in
    ("up", ("sent",), "sent"),
    ("faint", OPEN, "waiting"),
    ("middle", ("skipped",), "skipped"),
    ("down", ("failed",), "failed"),
    ("plain", ("unknown",), "unknown"),
)


class Variant(NamedTuple):
    """A variant, and how customers would see it; `content` is None where its template was removed."""

    letter: str
    weight: int
    template: Template | None
    content: Content | None
    seen: list[Seen]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}`."""
    office = office_of(request)

    def read(connection: Connection) -> dict[str, Any]:
        found = frame.campaign(connection, request)
        return _facts(connection, found, staff, office) | live_values(connection, found, request, staff)

    values = await office.database.read(read)
    return render_page(request, staff, "staff/campaign.html", texts.PAGE, **values)


async def live(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/live?state=…`: how far it is, asked for again and again."""
    office = office_of(request)

    def read(connection: Connection) -> dict[str, Any]:
        return live_values(connection, frame.campaign(connection, request), request, staff)

    values = await office.database.read(read)
    part = render_part(office, staff.language, "staff/campaign_live.html", texts.PAGE, **values)
    moved = values["campaign"].state != request.query_params.get("state", values["campaign"].state)
    return HTMLResponse(part, headers=NO_STORE | ({"HX-Refresh": "true"} if moved else {}))


async def tried(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/trial`: what the dry run has found so far."""
    office = office_of(request)

    def read(connection: Connection) -> dict[str, Any]:
        return trial_values(frame.campaign(connection, request), staff)

    values = await office.database.read(read)
    return HTMLResponse(
        render_part(office, staff.language, "staff/campaign_trial.html", texts.PAGE, **values), headers=NO_STORE
    )


async def people(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/people`: how many it is for, and whether a second person is asked."""
    office = office_of(request)

    def read(connection: Connection) -> dict[str, Any]:
        found = frame.campaign(connection, request)
        segment = planning.segment_of(connection, found)
        counted = audience.count(connection, segment, office.now(), office.zone.key)
        above = programme.read(connection).outreach.approve_above
        second = found.state == DRAFT and above is not None and counted.everybody > above
        return {"counted": counted, "second": second}

    values = await office.database.read(read)
    return HTMLResponse(
        render_part(office, staff.language, "staff/campaign_people.html", texts.PAGE, **values), headers=NO_STORE
    )


def live_values(connection: Connection, found: Campaign, request: Request, staff: Staff) -> dict[str, Any]:
    """What the live part shows; it goes on asking until the campaign has ended for good."""
    asked, now = request.query_params, office_of(request).now()
    how = progress.read(connection, found.id) if found.state in BEGUN else Progress(())
    sample = Sample(now, how.of("sent"))
    base, pace = _pace(asked.get("base", ""), asked.get("next", ""), sample)
    left = progress.minutes_left(how.left, pace) if found.state == RUNNING else 0
    return {
        "campaign": found,
        "progress": how,
        "bar": _bar(how, staff.language),
        "under_way": found.state in BEGUN and found.ended_at is None,
        "gathering": found.state in (RUNNING, PAUSED) and found.expanded_at is None,
        "pace": pace if found.state == RUNNING else 0,
        "left_minutes": left if left < 2 * HOUR else 0,
        "left_hours": left // HOUR if left >= 2 * HOUR else 0,
        "query": f"state={found.state}&{base}",
        "why": lambda code: frame.reason(code, staff.language),
    }


def trial_values(found: Campaign, staff: Staff) -> dict[str, Any]:
    """What the part of the dry run shows."""
    last = trial.of(found)
    return {
        "campaign": found,
        "trial": last,
        "runs": last is not None and last.stage == "running",
        "old": last is not None and last.edit != found.edit,
        "slow": trial.too_slow(found, last) if last else 0,
        "may_try": found.state in (DRAFT, WAITING, PLANNED),
        "percent": _percent(last),
        "why": lambda code: frame.reason(code, staff.language),
    }


def _facts(connection: Connection, found: Campaign, staff: Staff, office: Office) -> dict[str, Any]:
    settings, now = settings_of(found), office.now()
    names = frame.names(connection, {found.by, found.approved_by})
    wrong = (
        checks.problems(connection, planning.draft_of(connection, found), now, office.zone.key)
        if found.state == DRAFT
        else []
    )
    return {
        "mark": frame.mark(found.state),
        "may_edit": may_edit(staff),
        "settings": settings,
        "segment": planning.segment_of(connection, found),
        "variants": _variants(connection, found, office, staff.language),
        "author": names.get(found.by, ""),
        "approver": names.get(found.approved_by, ""),
        "mine": found.by == staff.public_id,
        "wrong": [(campaign_fields.field_of(each), _said(each, staff.language)) for each in wrong],
        "tester_names": tuple(each.name or each.public_id for each in testing.testers(connection)),
        "tag": testing.TAG,
        "tested_in": testing.languages(connection, found),
        "begun": found.state in BEGUN and found.started_at is not None,
        "retryable": found.state in (RUNNING, PAUSED, DONE) and found.ends_at is not None and found.ends_at > now,
        **trial_values(found, staff),
        **clocks(),
    }


def _variants(connection: Connection, found: Campaign, office: Office, spoken: Language) -> list[Variant]:
    """Each variant with its template, and what customers would see of it in each language."""
    contents = planning.contents_of(connection, found)
    variants = []
    for letter, each in zip(VARIANTS, settings_of(found).variants, strict=False):
        content = msgspec.convert(contents[letter], Content) if letter in contents else None
        seen = template_view.seen(connection, content, template_view.FIRST, office, spoken) if content else []
        variants.append(Variant(letter, each.weight, templates.find(connection, each.template), content, seen))
    return variants


def _said(problem: checks.Problem, spoken: Language) -> Markup:
    return Markup(render(problem.text, spoken, dict(problem.values)))  # noqa: S704 - rendered


def _percent(found: Trial | None) -> int:
    return 100 * found.reached // found.last if found and found.last else 0


def _bar(how: Progress, spoken: Language) -> Markup:
    """The parts of everybody who is to get it, and what each means."""
    if not how.audience:
        return Markup("")
    counts = [(style, how.of(*states), _word(name, spoken)) for style, states, name in PARTS]
    pieces = [
        Piece(count / how.audience, formats.number(count, spoken), style) for style, count, _name in counts if count
    ]
    key = [(style, f"{name}: {formats.number(count, spoken)}") for style, count, name in counts if count]
    title, about = (_plain(texts.PAGE[name], spoken) for name in ("progress", "bar_about"))
    return charts.stacks("progress", title, about, [Stack("", pieces)], key, rtl=spoken == "ar")


def _word(name: str, spoken: Language) -> str:
    return _plain(texts.FATES[name], spoken)


def _plain(text: Any, spoken: Language) -> str:
    return Markup(render(text, spoken)).unescape()  # noqa: S704 - our own text, escaped by the chart


def _pace(base: str, following: str, sample: Sample) -> tuple[str, int]:
    """What the page asks with the next time, and how many are sent in a minute.

    The page brings two earlier samples; once the older one is old enough, the newer takes its place, so that a pace
    is always of the last ten to twenty seconds.
    """
    first, second = _sample(base) or sample, _sample(following)
    pace = progress.a_minute(first, sample)
    if second is None and sample.at - first.at >= SHORT:
        second = sample
    elif second is not None and sample.at - second.at >= SHORT:
        first, second = second, sample
    asks = f"base={_written(first)}" + (f"&next={_written(second)}" if second else "")
    return asks, pace


def _sample(text: str) -> Sample | None:
    at, _dot, sent = text.partition(".")
    if not (at.isdecimal() and sent.isdecimal() and at.isascii() and sent.isascii() and len(text) < 30):
        return None
    return Sample(dt.datetime.fromtimestamp(int(at[:11]), dt.UTC), int(sent))


def _written(sample: Sample) -> str:
    return f"{int(sample.at.timestamp())}.{sample.sent}"
