"""The report of a campaign: where everybody is, what they did, what it brought, and what to do next."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import campaign_drawn as drawn
from console.staff import campaign_frame as frame
from console.staff import campaign_report_texts as texts
from console.staff import campaign_said as said
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import render_page
from insights import campaigns as insight
from insights.campaign_outcome import Uplift
from insights.campaigns import Figures, VariantFigures
from locales import Language, render
from outreach.campaigns import planning
from outreach.templates.content import Content
from store.campaigns import Campaign

PAGE = f"{frame.CAMPAIGN}/report"
KNOWN_CHANNELS = ("telegram", "webchat")


class Row(NamedTuple):
    """A row of a table: its head, or the name of what is measured, and what stands in its cells."""

    head: str
    cells: tuple[str, ...]


class Brought(NamedTuple):
    """What a campaign brought against one group: a row for each measure, and a chart of the differences."""

    against: str
    people: tuple[int, int]
    rows: list[Row]
    chart: Markup


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/report`."""
    office, now = office_of(request), office_of(request).now()

    def read(connection: Connection) -> tuple[Campaign, Figures, dict[str, Content]]:
        campaign = frame.campaign(connection, request)
        contents = planning.contents_of(connection, campaign)
        return (
            campaign,
            insight.figures(connection, campaign, now),
            {letter: msgspec.convert(each, Content) for letter, each in contents.items()},
        )

    campaign, found, contents = await office.database.read(read)
    step = said.next_step(found, now, office.zone)
    return render_page(
        request,
        staff,
        "staff/campaign_report.html",
        texts.PAGE,
        campaign=campaign,
        figures=found,
        home=frame.page_of(campaign),
        step=step.to(staff.language) if step is not None else "",
        why=lambda code: frame.reason(code, staff.language),
        known_channels=KNOWN_CHANNELS,
        **_told(found, contents, staff.language, office.zone),
    )


def _told(found: Figures, contents: dict[str, Content], spoken: Language, zone: Any) -> dict[str, Any]:
    several = len(found.variants) > 1
    return {
        "places": drawn.places(found, spoken),
        "did": drawn.did(found, spoken),
        "means": {name: render(text, spoken, {"days": found.days}) for name, text in texts.MEANS.items()},
        "buttons": drawn.buttons(found, contents, spoken),
        "several": several,
        "variants": [_variant(each, place, spoken) for place, each in enumerate(found.variants)] if several else [],
        "side_by_side": any(each.tried != each.rates for each in found.variants),
        "languages": drawn.languages(found, spoken),
        "time": drawn.over_time(found, spoken, zone),
        "brought": [_brought(each, found, spoken) for each in found.uplifts],
    }


def _variant(each: VariantFigures, place: int, spoken: Language) -> Row:
    clicked = each.clicked
    return Row(
        each.variant,
        (
            drawn.number(each.dealt, spoken),
            drawn.number(each.rates.people, spoken),
            said.shared(each.rates.share("clicked"), spoken),
            said.shared(each.rates.share("bought"), spoken),
            said.points(clicked.value, spoken) if clicked else "–",
            said.points_within(clicked.interval, spoken) if clicked else "–",
            said.verdict(clicked, texts.VERDICTS, spoken)
            if clicked
            else render(texts.PAGE["first_one"], spoken)
            if place == 0
            else "–",
        ),
    )


def _brought(each: Uplift, found: Figures, spoken: Language) -> Brought:
    rows = [
        Row(
            name,
            (
                said.shared(each.dealt.share(name), spoken),
                said.shared(each.without.share(name), spoken),
                said.points(difference.value, spoken),
                said.points_within(difference.interval, spoken),
                said.verdict(difference, texts.EFFECTS, spoken),
            ),
        )
        for name, difference in (("bought", each.bought), ("redeemed", each.redeemed))
    ]
    money = Row(
        "paid",
        (
            said.money(each.dealt.mean.value, found.currency, spoken),
            said.money(each.without.mean.value, found.currency, spoken),
            said.money(each.paid.value, found.currency, spoken, signed=True),
            said.money_within(each.paid.interval, found.currency, spoken),
            said.verdict(each.paid, texts.EFFECTS, spoken),
        ),
    )
    people = (each.dealt.people, each.without.people)
    return Brought(each.against, people, [rows[0], money, rows[1]], drawn.effects(each, spoken))
