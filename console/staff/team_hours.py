"""When the team is there: its week, and the days that differ."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, weeks
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from flows.days import WEEKDAYS
from locales import Language, Text, _, formats, render
from loyalty import hours as opening
from loyalty import programme
from loyalty.programme import Hours
from service import rules
from service.hours import ALWAYS, Times
from service.rules import Desk
from store import choices

PAGE = "/staff/settings/hours"
LABEL = _("Team hours")
NAMES = "names_of_days"  # the document that has what days that differ are called
WORDS: dict[str, Text] = {
    **weeks.WORDS,
    "hours": LABEL,
    "about": _("When a person answers. Outside these hours customers are told when somebody is back."),
    "week": _("Every week"),
    "save": _("Save"),
    "as_business": _("Use the opening hours"),
    "is_business": _("The team has no hours of its own: the opening hours of the business hold."),
    "is_always": _("Nobody has said any hours, so customers are told that the team is always there."),
    "now": _("Just now"),
    "days": _("Holidays and other days that differ"),
    "days_about": _("These hold instead of the week's times. Leave the times empty for a day off."),
    "day": _("Date"),
    "called": _("Name"),
    "off": _("Day off"),
    "add": _("Add the day"),
    "remove": _("Remove"),
    "no_days": _("No day differs."),
    "said_saved": _("The hours are saved."),
    "said_business": _("The opening hours of the business hold for the team, too."),
    "said_added": _("The day is saved."),
    "said_removed": _("The day is removed."),
}
THERE = _("The team is there, until {moment}.")
THERE_ALWAYS = _("The team is there, around the clock.")
BACK = _("The team is away, and back at {moment}.")
NEVER = _("The team is away, and no time is set at which it is back.")
NO_DAY = _("Please choose a day that is not over yet.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/hours`."""
    return await _show(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/hours`: save the week, copy a day to the others, or follow the opening hours."""
    office, form = office_of(request), await access.form(request)
    business = form.get("deed") == "business"
    read = weeks.read(form)
    if not business and (read.problems or form.get("deed", "").startswith("copy-")):
        status = 422 if read.problems else 200
        return await _show(request, staff, read=read, status=status)

    def save(connection: Connection) -> None:
        desk = rules.read(connection)
        days = desk.hours.days if desk.hours else {}
        week = () if business else read.week
        _save(connection, request, staff, desk, Hours(week=week, days=days) if week or days else None)

    await office.database.transact(save)
    return RedirectResponse(f"{PAGE}?said={'business' if business else 'saved'}", 303, NO_STORE)


async def change_day(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/hours/days`: a day that differs is added, changed or removed."""
    office, form = office_of(request), await access.form(request)
    given = form.get("day", "")
    day, removes = _date(given), "remove" in form
    problems: list[weeks.Problem] = []
    times = weeks.intervals(form.get("from", ""), form.get("until", ""), WORDS["day"], problems)
    if not removes and (day is None or day < office.now().astimezone(office.zone).date()):
        problems.append(weeks.Problem(NO_DAY, WORDS["day"]))
    if problems and not removes:
        return await _show(request, staff, problems=problems, typed_day=dict(form), status=422)

    def save(connection: Connection) -> None:
        desk = rules.read(connection)
        hours = desk.hours or Hours()
        days, names = dict(hours.days), _names(connection)
        days.pop(given, None)
        names.pop(given, None)
        if not removes:
            days[given] = times
            names[given] = form.get("called", "").strip()[:60]
        choices.save(connection, NAMES, {key: name for key, name in names.items() if key in days}, office.now())
        hours = Hours(week=hours.week, days=dict(sorted(days.items())))
        _save(connection, request, staff, desk, hours if hours.week or hours.days else None)

    await office.database.transact(save)
    return RedirectResponse(f"{PAGE}?said={'removed' if removes else 'added'}", 303, NO_STORE)


def preview(hours: Hours, now: dt.datetime, request: Request, language: Language) -> Markup:
    """Whether the team is there now, and until when or when again."""
    times = Times(hours, office_of(request).zone)
    if times.there(now):
        until = opening.open_until(hours, now, times.zone)
        says = render(THERE, language, {"moment": until}) if until else render(THERE_ALWAYS, language)
    else:
        back = times.back(now)
        says = render(BACK, language, {"moment": back}) if back else render(NEVER, language)
    return Markup(says)  # noqa: S704 - render escapes what it inserts


def _save(connection: Connection, request: Request, staff: Staff, desk: Desk, hours: Hours | None) -> None:
    changed = msgspec.structs.replace(desk, hours=hours)
    if changed != desk:
        rules.save(connection, changed, office_of(request).now())
        before, after = _plain(desk.hours), _plain(hours)
        note(connection, request, staff.actor, "hours.changed", "desk:hours", before, after)


async def _show(
    request: Request,
    staff: Staff,
    *,
    read: weeks.Read | None = None,
    problems: list[weeks.Problem] | None = None,
    typed_day: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    office, language = office_of(request), staff.language

    def look(connection: Connection) -> tuple[Hours | None, Hours, dict[str, str]]:
        return rules.read(connection).hours, programme.read(connection).hours, _names(connection)

    own, business, names = await office.database.read(look)
    own = own or Hours()
    week = (read.week if read and not read.problems else own.week) or business.week or ALWAYS.week
    shown = Hours(week=week, days={**business.days, **own.days})
    wrong = [*(read.problems if read else ()), *(problems or ())]
    return render_page(
        request,
        staff,
        "staff/hours.html",
        WORDS,
        status=status,
        problems=[Markup(render(each.text, language, dict(weeks.values(each)))) for each in wrong],  # noqa: S704
        typed=read.typed if read else weeks.typed(own.week or business.week),
        day_names=[render(day, language) for day in WEEKDAYS],
        follows="" if own.week else "business" if business.week else "always",
        preview=preview(shown, office.now(), request, language),
        days=[_day(day, own.days[day], names) for day in sorted(own.days)],
        typed_day=typed_day or {},
        date_of=lambda day: formats.date(day, language),
        clock_of=lambda time: formats.time(time, language),
        today=office.now().astimezone(office.zone).date().isoformat(),
    )


def _day(day: str, times: tuple[tuple[dt.time, dt.time], ...], names: dict[str, str]) -> dict[str, Any]:
    return {"iso": day, "date": dt.date.fromisoformat(day), "times": times, "name": names.get(day, "")}


def _names(connection: Connection) -> dict[str, str]:
    found: dict[str, str] = choices.read(connection, NAMES) or {}
    return found


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2026-12-25") else None
    except ValueError:
        return None


def _plain(hours: Hours | None) -> Any:
    return msgspec.to_builtins(hours) if hours else None
