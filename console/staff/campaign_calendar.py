"""What is planned to go out, by days: campaigns, greetings, rounds of surveys. As a month, or as a list."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Literal, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import campaign_frame as frame
from console.staff import campaign_texts as texts
from console.staff.access import Staff
from console.staff.office import Office, office_of
from console.staff.rendering import render_page
from flows.days import WEEKDAYS
from locales import Language, formats, render
from loyalty import programme
from outreach import public_holidays
from outreach.campaigns.lifecycle import settings_of
from outreach.occasions import GREETED, day_in, gift_of
from store import anniversaries, campaigns, invitation_rules
from store import surveys as kept_surveys
from store.campaigns import CANCELLED, DONE, DRAFT, PAUSED, PLANNED, RUNNING, WAITING, Campaign
from surveys import rules
from surveys.rules import Rule, rule_of

SHOWN = (DRAFT, WAITING, PLANNED, RUNNING, PAUSED, DONE, CANCELLED)
VIEWS = ("month", "list")
MOST = 500  # campaigns, those that were changed last
DAY = dt.timedelta(days=1)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class Event(NamedTuple):
    """Something on a day: its words, where it leads, and what it is."""

    sort: Literal["campaign", "survey", "occasion"]
    words: Markup
    page: str
    state: str = ""
    going: bool = False


class Day(NamedTuple):
    """A day of the calendar, and what is on it."""

    day: dt.date
    events: list[Event]
    today: bool
    holiday: bool  # where the business is
    elsewhere: bool  # in the month before or after


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/calendar?month=2026-11&view=month`."""
    office, asked = office_of(request), request.query_params
    today = office.now().astimezone(office.zone).date()
    view = asked.get("view", "") if asked.get("view", "") in VIEWS else VIEWS[0]
    month = asked.get("month", "")
    first = dt.date.fromisoformat(f"{month}-01") if _MONTH.fullmatch(month) else today.replace(day=1)
    whole = calendar.Calendar().monthdatescalendar(first.year, first.month)
    span = whole[0][0], whole[-1][-1]

    def read(connection: Connection) -> list[list[Day]]:
        found: dict[dt.date, list[Event]] = defaultdict(list)
        for day, event in _events(connection, span, office, staff.language):
            found[day].append(event)

        def shown(day: dt.date) -> Day:
            is_holiday = public_holidays.is_holiday(office.region, day)
            return Day(day, found.get(day, []), day == today, is_holiday, day.month != first.month)

        return [[shown(day) for day in week] for week in whole]

    weeks = await office.database.read(read)
    return render_page(
        request,
        staff,
        "staff/campaign_calendar.html",
        texts.CALENDAR,
        weeks=weeks,
        days=[day for week in weeks for day in week if not day.elsewhere and _says(day)],
        empty=not any(day.events for week in weeks for day in week if not day.elsewhere),
        view=view,
        views=VIEWS,
        month=f"{first:%Y-%m}",
        title=formats.month(first, staff.language),
        earlier=f"{first - DAY:%Y-%m}",
        later=f"{first + 31 * DAY:%Y-%m}",
        this_month=f"{today:%Y-%m}",
        weekdays=[Markup(render(name, staff.language)) for name in WEEKDAYS],  # noqa: S704 - our own texts
        written=lambda day: formats.date(day, staff.language),
    )


def _says(day: Day) -> bool:
    return bool(day.events or day.today or day.holiday)


def _events(
    connection: Connection, span: tuple[dt.date, dt.date], office: Office, spoken: Language
) -> Iterator[tuple[dt.date, Event]]:
    for each in campaigns.listed(connection, SHOWN, MOST):
        yield from _of_campaign(each, span, office, spoken)
    yield from _of_surveys(connection, span, spoken)
    yield from _of_occasions(connection, span, spoken)


def _of_campaign(
    found: Campaign, span: tuple[dt.date, dt.date], office: Office, spoken: Language
) -> Iterator[tuple[dt.date, Event]]:
    """The day on which it begins, with the hour, and those on which it goes on."""
    settings = settings_of(found)
    begins = found.started_at or found.starts_at or settings.at
    if found.state == CANCELLED and found.started_at is None:
        return
    local = begins.astimezone(office.zone) if begins else None
    first = settings.day or (local.date() if local else None)
    if first is None:
        return
    hour = dt.time(settings.hour) if settings.day else local.time() if local else dt.time(0)
    ends_at = found.ended_at or found.ends_at
    last = ends_at.astimezone(office.zone).date() if ends_at else first
    name, page = Markup.escape(found.name), frame.page_of(found)
    day = max(first, span[0])
    while day <= min(max(first, last), span[1]):
        if day == first:
            words = Markup("{} <bdi>{}</bdi>").format(formats.time(hour, spoken), name)
        else:
            words = _say("going_on", spoken, name=found.name)
        yield day, Event("campaign", words, page, found.state, day != first)
        day += DAY


def _of_surveys(
    connection: Connection, span: tuple[dt.date, dt.date], spoken: Language
) -> Iterator[tuple[dt.date, Event]]:
    """The rounds in which customers are invited to surveys."""
    names = {row.public_id: row.names for row in kept_surveys.every(connection)}
    for row in invitation_rules.at_work(connection, ("every", "hand")):
        known = names.get(row.survey, {})
        name = known.get(spoken) or known.get("en") or next(iter(known.values()), "")
        for day in _rounds(rule_of(row.settings), span):
            page = f"/staff/surveys/{row.survey}/invitations"
            yield day, Event("survey", _say("survey", spoken, name=name), page)


def _rounds(rule: Rule, span: tuple[dt.date, dt.date]) -> Iterator[dt.date]:
    if rule.cause == "hand":
        if rule.day is not None and span[0] <= rule.day <= span[1]:
            yield rule.day
        return
    day = rules.next_day(rule, span[0] - DAY)
    while day is not None and day <= span[1]:
        yield day
        day = rules.next_day(rule, day)


def _of_occasions(
    connection: Connection, span: tuple[dt.date, dt.date], spoken: Language
) -> Iterator[tuple[dt.date, Event]]:
    """How many have their day, of the occasions that are greeted."""
    greeted = programme.read(connection).occasions
    days = [span[0] + number * DAY for number in range((span[1] - span[0]).days + 1)]
    for occasion in GREETED:
        if not gift_of(greeted, occasion).greet:
            continue
        for year in sorted({day.year for day in days}):
            theirs = {day.month * 100 + day.day for day in days if day.year == year}
            if 228 in theirs and not calendar.isleap(year):
                theirs.add(229)
            kept: dict[dt.date, int] = defaultdict(int)
            for month_day, number in anniversaries.numbers(connection, occasion, year, theirs).items():
                kept[day_in(month_day, year)] += number
            for day, number in kept.items():
                yield day, Event("occasion", _say(occasion, spoken, count=number), "")


def _say(text: str, spoken: Language, /, **values: object) -> Markup:
    return Markup(render(texts.CALENDAR[text], spoken, values))  # noqa: S704 - render escapes what it inserts
