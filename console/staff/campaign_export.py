"""A campaign's report as tables to keep: its figures, and every recipient with what became of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.staff import amounts
from console.staff import campaign_frame as frame
from console.staff.access import Staff
from console.staff.audit_log import BOM
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from insights import campaigns as insight
from insights.campaigns import Figures, Rates
from insights.experiments import Difference
from insights.intervals import Interval
from insights.scores import Share
from loyalty import programme
from store import campaign_figures
from store.campaign_figures import One
from store.campaigns import Campaign
from talk.reading.spreadsheet import harmless

AT_ONCE = 1_000
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)  # what a minus begins is no formula then
DID = ("clicked", "replied", "stopped", "bought")
HEAD = ("section", "of", "detail", "figure", "value", "low", "high", "verdict")
COLUMNS = (
    *("customer", "number", "variant", "state", "reason", "language", "due_at", "sent_at"),
    *("clicked_at", "replied_at", "stopped_at", "bought_at", "paid"),
)


async def figures(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/report.csv`: every figure of the report, named in English for programs."""
    office, now = office_of(request), office_of(request).now()

    def read(connection: Connection) -> tuple[Campaign, Figures]:
        campaign = frame.campaign(connection, request)
        return campaign, insight.figures(connection, campaign, now)

    campaign, found = await office.database.read(read)
    await _note(request, staff, campaign, "report")
    lines = [_line(HEAD), *(_line(row) for row in rows(found))]
    return Response(BOM + "".join(lines), headers=_headers("campaign-report"), media_type="text/csv")


async def recipients(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/recipients.csv`: a row for each recipient, however many there are."""
    database = office_of(request).database

    def read(connection: Connection) -> tuple[Campaign, str]:
        return frame.campaign(connection, request), programme.read(connection).currency

    campaign, currency = await database.read(read)
    await _note(request, staff, campaign, "recipients")

    async def lines() -> AsyncIterator[str]:
        yield BOM + _line(COLUMNS)
        after = 0
        while True:
            look = partial(campaign_figures.ones, campaign_id=campaign.id, after=after, most=AT_ONCE)
            some = await database.read(look)
            if not some:
                return
            after = some[-1].contact_id
            yield "".join(_line(_one(each, currency)) for each in some)

    return StreamingResponse(lines(), headers=_headers("campaign-recipients"), media_type="text/csv")


def rows(found: Figures) -> Iterator[tuple[str, ...]]:
    """The figures, a row for each: shares are from 0 to 1, amounts in the business's currency."""
    yield _row("campaign", "", "", "name", found.name)
    for name, moment in (("started_at", found.started_at), ("ended_at", found.ended_at)):
        yield _row("campaign", "", "", name, _moment(moment))
    yield _row("recipients", "", "", "all", found.recipients)
    for part in found.parts:
        why = _why(part.reason)
        yield _row("recipients", part.state, why, "people", part.count)
    yield from _channels(found)
    yield from _rates("reactions", "", found.rates, found.currency)
    for variant in found.variants:
        yield _row("variants", variant.variant, "", "dealt", variant.dealt)
        yield from _rates("variants", variant.variant, variant.rates, found.currency)
        for name, difference in (("clicked", variant.clicked), ("bought", variant.bought)):
            if difference is not None:
                yield _compared("variants", variant.variant, f"{name}_difference", difference)
    for button in found.buttons:
        for name, value in (("people", button.people), ("times", button.times)):
            yield _row("buttons", button.variant, str(button.button), name, value)
    for language in found.languages:
        yield from _rates("languages", language.language, language.rates, found.currency)
    for stretch in found.stretches:
        for name, value in (("sent", stretch.sent), ("clicked", stretch.clicked)):
            yield _row("time", _moment(stretch.begins), str(found.step_hours), name, value)
    yield from _uplifts(found)


def _channels(found: Figures) -> Iterator[tuple[str, ...]]:
    for each in found.channels:
        yield _row("channels", each.channel, "", "left", each.messages)
        if each.delivered is not None:
            yield _row("channels", each.channel, "", "delivered", each.delivered)


def _uplifts(found: Figures) -> Iterator[tuple[str, ...]]:
    for each in found.uplifts:
        for group, of in (("dealt", each.dealt), ("without", each.without)):
            yield _row("uplift", each.against, group, "people", of.people)
            yield _row("uplift", each.against, group, "bought", of.bought)
            yield _row("uplift", each.against, group, "redeemed", of.redeemed)
            yield _row("uplift", each.against, group, "paid", amounts.plain(of.paid, found.currency))
        for name, difference in (("bought", each.bought), ("redeemed", each.redeemed)):
            yield _compared("uplift", each.against, name, difference)
        yield _compared("uplift", each.against, "paid", each.paid, found.currency)


def _rates(section: str, of: str, rates: Rates, currency: str) -> Iterator[tuple[str, ...]]:
    yield _row(section, of, "", "people", rates.people)
    for name in DID:
        share: Share = rates.share(name)
        yield _row(section, of, "", name, share.hits)
        yield _row(section, of, "", f"{name}_share", _ratio(share.value), share.interval)
    yield _row(section, of, "", "paid", amounts.plain(rates.paid, currency))


def _compared(section: str, of: str, figure: str, found: Difference, currency: str = "") -> tuple[str, ...]:
    if not currency:
        return _row(section, of, "difference", figure, _ratio(found.value), found.interval, found.verdict)
    ends = (found.interval.low, found.interval.high) if found.interval else (None, None)
    value, low, high = ("" if each is None else _amount(each, currency) for each in (found.value, *ends))
    return section, of, "difference", figure, value, low, high, found.verdict


def _row(
    section: str,
    of: str,
    detail: str,
    figure: str,
    value: int | str,
    interval: Interval | None = None,
    verdict: str = "",
) -> tuple[str, ...]:
    low, high = (_ratio(interval.low), _ratio(interval.high)) if interval is not None else ("", "")
    return section, of, detail, figure, str(value), low, high, verdict


def _one(each: One, currency: str) -> tuple[str, ...]:
    moments = (each.due_at, each.sent_at, each.clicked_at, each.replied_at, each.stopped_at, each.bought_at)
    about = (each.contact, each.number or "", each.variant, each.state, _why(each.reason), each.language)
    return *about, *map(_moment, moments), amounts.plain(each.paid, currency)


def _why(reason: str) -> str:
    """A reason in English, for programs and people alike."""
    return str(frame.reason(reason, "en").unescape()) if reason else ""


async def _note(request: Request, staff: Staff, campaign: Campaign, what: str) -> None:
    def note_it(connection: Connection) -> None:
        note(connection, request, staff.actor, f"campaign.{what}_exported", frame.subject(campaign), None, None)

    await office_of(request).database.transact(note_it)


def _amount(minor: float, currency: str) -> str:
    sign = "-" if round(minor) < 0 else ""
    return f"{sign}{amounts.plain(abs(round(minor)), currency)}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else at.astimezone(dt.UTC).isoformat(timespec="seconds")


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([cell if NUMBER.fullmatch(cell) else harmless(cell) for cell in cells])
    return written.getvalue()


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"', **NO_STORE}
