"""Campaigns beside each other: the rates of each, sorted by one of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import amounts, charts
from console.staff import campaign_drawn as drawn
from console.staff import campaign_frame as frame
from console.staff import campaign_report_texts as texts
from console.staff import campaign_said as said
from console.staff.access import Staff
from console.staff.audit_log import BOM
from console.staff.charts import Bar
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from insights import campaign_outcome
from insights.campaign_outcome import Counts, Outcome
from insights.experiments import Difference
from insights.scores import Share
from locales import Language, Text, direction, formats, render
from loyalty import programme
from store import campaign_outcomes
from store.campaign_outcomes import Sent
from talk.reading.spreadsheet import harmless

LABEL = texts.COMPARE_LABEL
PAGE = f"{frame.PAGE}/compare"
MOST, DRAWN = 200, 12
RATES = tuple(texts.RATES)
ORDERS: Mapping[str, Text] = {
    "started": texts.COMPARE["by_started"],
    **texts.RATES,
    "uplift": texts.COMPARE["uplift"],
}


class Compared(NamedTuple):
    """A campaign that was sent, as it was last figured; `counts` is None until that was done once."""

    public_id: str
    name: str
    state: str
    started_at: dt.datetime
    as_of: dt.datetime | None
    counts: Counts | None
    uplift: Difference | None

    def share(self, name: str) -> Share:
        """The share of those whose message left, or may have, who did it."""
        counts = self.counts or Counts()
        return Share(getattr(counts, name), counts.sent + counts.unknown)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/compare?by=clicked`."""
    by, found, currency = await _found(request)
    return render_page(
        request,
        staff,
        "staff/campaign_compare.html",
        texts.COMPARE,
        by=by,
        orders={name: render(text, staff.language) for name, text in ORDERS.items()},
        here=PAGE,
        rows=[(each, _cells(each, currency, staff.language)) for each in found],
        mark=frame.mark,
        chart=_chart(found, staff.language),
    )


async def export(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/compare.csv?by=clicked`: the same as a table to keep, named in English for programs."""
    _by, found, currency = await _found(request)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(
        ("campaign", "name", "state", "started_at", "as_of", "sent", "unknown", *RATES, "paid", "uplift")
    )
    for each in found:
        counts = each.counts or Counts()
        moments = (_moment(each.started_at), _moment(each.as_of))
        figures = (counts.sent, counts.unknown, *(getattr(counts, name) for name in RATES))
        uplift = "" if each.uplift is None or each.uplift.value is None else f"{each.uplift.value:.6f}"
        about = (each.public_id, harmless(each.name), each.state)
        writer.writerow((*about, *moments, *figures, amounts.plain(counts.paid, currency), uplift))
    name = {"Content-Disposition": 'attachment; filename="campaigns.csv"', **NO_STORE}
    return Response(f"{BOM}{lines.getvalue()}", media_type="text/csv", headers=name)


async def _found(request: Request) -> tuple[str, list[Compared], str]:
    asked = request.query_params.get("by", "")
    by = asked if asked in ORDERS else "started"

    def read(connection: Connection) -> tuple[list[Compared], str]:
        sent = campaign_outcomes.latest(connection, MOST)
        return [_compared(each) for each in sent], programme.read(connection).currency

    found, currency = await office_of(request).database.read(read)
    if by != "started":
        found.sort(key=lambda each: _figure(each, by), reverse=True)
    return by, found, currency


def _compared(campaign: Sent) -> Compared:
    last: Outcome | None = campaign_outcome.read(campaign.outcome).last
    held = [each for each in campaign_outcome.uplifts(last) if each.against == "held"] if last is not None else []
    return Compared(
        campaign.public_id,
        campaign.name,
        campaign.state,
        campaign.started_at,
        last.at if last is not None else None,
        last.counts if last is not None else None,
        held[0].bought if held else None,
    )


def _figure(each: Compared, by: str) -> float:
    """What a campaign is sorted by; one that has no such figure comes last."""
    if by == "uplift":
        return each.uplift.value if each.uplift is not None and each.uplift.value is not None else -2.0
    value = each.share(by).value
    return -1.0 if value is None else value


def _cells(each: Compared, currency: str, spoken: Language) -> list[tuple[str, str]]:
    counts = each.counts or Counts()
    figures = [(f"rate_{name}", said.shared(each.share(name), spoken)) for name in RATES]
    uplift = said.points(each.uplift.value, spoken) if each.uplift is not None else "–"
    return [
        ("sent", formats.number(counts.sent + counts.unknown, spoken)),
        *figures,
        ("paid", said.money(counts.paid, currency, spoken)),
        ("uplift", uplift),
    ]


def _chart(found: list[Compared], spoken: Language) -> Markup:
    counted = [each for each in found if each.counts is not None][:DRAWN]
    most = max((each.share("clicked").value or 0.0 for each in counted), default=0.0) or 1.0
    bars = [
        Bar(each.name, (share.value or 0.0) / most, said.percent(share.value, spoken))
        for each in counted
        for share in [each.share("clicked")]
    ]
    title, about = (drawn.plain(text, spoken) for text in (texts.RATES["clicked"], texts.ABOUT_COMPARED))
    return charts.bars("compared", title, about, bars, rtl=direction(spoken) == "rtl") if bars else Markup()


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else at.astimezone(dt.UTC).isoformat(timespec="seconds")
