"""The rules of the desk: how long an answer reopens a conversation, who is away, and what needs two people."""

from __future__ import annotations

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, _, render
from service import rules
from service.rules import Desk

PAGE = "/staff/settings/desk"
LABEL = _("Desk rules")
WORDS: dict[str, Text] = {
    "desk": LABEL,
    "about": _("How the team serves customers. What is changed here holds at once."),
    "reopen_days": _("Days in which an answer opens a closed conversation again"),
    "away_minutes": _("Minutes without a page open after which somebody is away"),
    "away_minutes_help": _("Their open conversations go back to the queue."),
    "adjust_limit": _("Points that one person may add or take alone"),
    "adjust_limit_help": _("A larger adjustment waits for a second person."),
    "remind_minutes": _("Minutes before a promise is due at which its maker is reminded"),
    "answer_days": _("Working days within which feedback is answered"),
    "answer_days_help": _("Customers are told the day when they complain or ask, and hear of it when it slips."),
    "ask_rating": _("Customers rate a conversation when it is closed"),
    "save": _("Save"),
    "said_saved": _("The rules are saved."),
}
BOUNDS = {
    "reopen_days": (0, 90),
    "away_minutes": (2, 240),
    "adjust_limit": (0, 10_000_000),
    "remind_minutes": (5, 1440),
    "answer_days": (1, 30),
}
WRONG = _("{name}: please give a whole number from {first} to {last}.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/desk`."""
    return await _show(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/desk`."""
    office, form = office_of(request), await access.form(request)
    numbers = {name: whole_number(form.get(name, "")) for name in BOUNDS}
    wrong = [
        name
        for name, number in numbers.items()
        if number is None or not BOUNDS[name][0] <= number <= BOUNDS[name][1]
    ]
    if wrong:
        return await _show(request, staff, form=form, wrong=wrong, status=422)

    def save(connection: Connection) -> None:
        before = rules.read(connection)
        after = msgspec.structs.replace(before, **numbers, ask_rating="ask_rating" in form)
        if after != before:
            rules.save(connection, after, office.now())
            note(connection, request, staff.actor, "desk.changed", "desk:rules", _plain(before), _plain(after))

    await office.database.transact(save)
    return RedirectResponse(f"{PAGE}?said=saved", 303, NO_STORE)


async def _show(
    request: Request, staff: Staff, *, form: Form | None = None, wrong: list[str] | None = None, status: int = 200
) -> Response:
    desk = await office_of(request).database.read(rules.read)
    problems = [
        render(WRONG, staff.language, {"name": WORDS[name], "first": BOUNDS[name][0], "last": BOUNDS[name][1]})
        for name in wrong or ()
    ]
    return render_page(
        request,
        staff,
        "staff/desk_rules.html",
        WORDS,
        status=status,
        problems=[Markup(problem) for problem in problems],  # noqa: S704 - render escapes what it inserts
        bounds=BOUNDS,
        given={name: form.get(name, "") if form is not None else getattr(desk, name) for name in BOUNDS},
        ask_rating="ask_rating" in form if form is not None else desk.ask_rating,
    )


def _plain(desk: Desk) -> dict[str, object]:
    return {name: getattr(desk, name) for name in (*BOUNDS, "ask_rating")}
