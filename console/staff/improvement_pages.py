"""Improvements: what is done about what customers say, by whom until when, and whether it helped."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, gate, improvement_effect, talk_choices
from console.staff import improvement_texts as texts
from console.staff.access import Form, Staff, absent
from console.staff.improvement_effect import Effect
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, formats, render
from service import themes, touchpoints
from store import improvements, theme_figures
from store import staff as accounts
from store import surveys as kept_surveys
from store import themes as kept_themes
from store.improvements import Improvement
from store.theme_figures import Span

PAGE = "/staff/improvements"
SHOWN: dict[str, tuple[improvements.State, ...]] = {
    "open": improvements.OPEN,
    "done": ("done",),
    "dropped": ("dropped",),
}
LONGEST_TITLE, LONGEST_ABOUT = 120, 2000
ONE_FORM = ("title", "about", "owner", "state", "due_on", "lifts", "theme")


class Mentions(NamedTuple):
    """How often a theme was spoken of in as many days before and after."""

    days: int
    before: int
    after: int


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/improvements?show=open`."""
    asked = request.query_params.get("show", "")
    chosen = asked if asked in SHOWN else "open"
    today = _today(request)

    def read(connection: Connection) -> list[dict[str, Any]]:
        return [_row(one, staff, today) for one in improvements.every(connection, SHOWN[chosen])]

    rows = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/improvements.html",
        texts.LIST,
        rows=rows,
        shown=SHOWN,
        chosen=chosen,
        late=sum(row["late"] for row in rows),
        may_edit=staff.role in gate.LOOKERS,
    )


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/improvements/{public_id}`; `new` for one that is not there yet."""
    return await _page(request, staff)


async def save(request: Request, staff: Staff) -> Response:
    """`POST /staff/improvements/{public_id}`; `new` for one that is not there yet."""
    office, form = office_of(request), await access.form(request)

    def change(connection: Connection) -> Improvement | tuple[Text, dict[str, object]]:
        before = _found(connection, request, lock=True)
        wanted = _wanted(connection, form)
        if isinstance(wanted, tuple):
            return wanted
        now = office.now()
        saved = (
            improvements.change(connection, before, now, **wanted)
            if before
            else improvements.make(connection, now, **wanted)
        )
        about = f"improvement:{saved.public_id}"
        note(connection, request, staff.actor, "improvement.saved", about, _plain(before), _plain(saved))
        return saved

    saved = await office.database.transact(change)
    if not isinstance(saved, Improvement):
        problem, values = saved
        return await _page(request, staff, form=form, problem=render(problem, staff.language, values), status=422)
    said = "made" if request.path_params["public_id"] == "new" else "saved"
    return RedirectResponse(f"{PAGE}/{saved.public_id}?said={said}", 303, NO_STORE)


async def _page(
    request: Request, staff: Staff, *, form: Form | None = None, problem: str = "", status: int = 200
) -> Response:
    office, now = office_of(request), office_of(request).now()

    def read(connection: Connection) -> dict[str, Any]:
        kept = _found(connection, request)
        found: Effect | None = None
        if kept is not None:
            found = improvement_effect.effect(connection, kept, staff.language, office.business, now, office.zone)
        return {
            "kept": kept,
            "row": _row(kept, staff, _today(request)) if kept else {},
            "effect": found,
            "mentions": _mentions(connection, kept, now) if kept else None,
            "choices": improvement_effect.choices(connection, staff.language, office.business),
            "people": [(each.public_id, each.name) for each in accounts.every(connection) if _may_own(each, kept)],
            "themes": [
                (each.public_id, themes.name_of(each, staff.language))
                for each in kept_themes.every(connection)
                if each.active or (kept is not None and each.id == kept.theme_id)
            ],
            "owner": _owner(connection, kept),
        }

    found = await office.database.read(read)
    may_edit = staff.role in gate.LOOKERS
    if found["kept"] is None and not may_edit:
        raise absent()
    return render_page(
        request,
        staff,
        "staff/improvement.html",
        texts.ONE,
        status=status,
        problem=problem,
        values=_values(request, staff, found["kept"], found["owner"], form),
        states=improvements.STATES,
        may_edit=may_edit,
        longest_title=LONGEST_TITLE,
        longest_about=LONGEST_ABOUT,
        **{name: value for name, value in found.items() if name != "owner"},
    )


def _found(connection: Connection, request: Request, *, lock: bool = False) -> Improvement | None:
    public_id = request.path_params["public_id"]
    found = None if public_id == "new" else improvements.find(connection, public_id, lock=lock)
    if found is None and public_id != "new":
        raise absent()
    return found


def _values(
    request: Request, staff: Staff, kept: Improvement | None, owner: str, form: Form | None
) -> dict[str, str]:
    """What stands in the form: what was typed, or is kept, or (of a new one) what its address proposes."""
    if form is not None:
        return {name: form.get(name, "") for name in ONE_FORM}
    if kept is None:
        proposed = {name: request.query_params.get(name, "") for name in ("theme", "lifts")}
        return dict.fromkeys(ONE_FORM, "") | {"state": "planned", "owner": staff.public_id} | proposed
    lifts = f"{kept.survey}/{kept.question}" if kept.survey else ""
    plain = {"title": kept.title, "about": kept.about, "state": kept.state, "due_on": kept.due_on}
    return plain | {"owner": owner, "lifts": lifts, "theme": kept.theme}


def _wanted(connection: Connection, form: Form) -> dict[str, Any] | tuple[Text, dict[str, object]]:
    """The columns that a form says, or why they are not taken."""
    title = " ".join(talk_choices.clean(form.get("title", "")).split())
    about = talk_choices.clean(form.get("about", ""))
    if not 0 < len(title) <= LONGEST_TITLE:
        return texts.NO_TITLE, {"number": LONGEST_TITLE}
    if len(about) > LONGEST_ABOUT:
        return texts.LONG_ABOUT, {"number": LONGEST_ABOUT}
    owner = accounts.by_public_id(connection, form.get("owner", ""))
    if owner is None:
        return texts.NO_OWNER, {}
    due = form.get("due_on", "")
    if due and _day(due) is None:
        return texts.NO_DAY, {}
    survey, _slash, key = form.get("lifts", "").partition("/")
    lifted = (
        kept_surveys.find(connection, survey)
        if key and improvement_effect.measured(connection, survey, key)
        else None
    )
    theme = kept_themes.find(connection, form.get("theme", ""))
    state = form.get("state", "")
    return {
        "title": title,
        "about": about,
        "staff_id": owner.id,
        "state": state if state in improvements.STATES else "planned",
        "survey_id": lifted.id if lifted else None,
        "question": key if lifted else "",
        "theme_id": theme.id if theme else None,
        "due_on": due,
    }


def _row(one: Improvement, staff: Staff, today: dt.date) -> dict[str, Any]:
    due = _day(one.due_on)
    return {
        "one": one,
        "late": one.late(today),
        "due": formats.date(due, staff.language) if due else "",
        "theme": touchpoints.name_of(one.theme_names, staff.language) if one.theme else "",
        "survey": touchpoints.name_of(one.survey_names, staff.language) if one.survey else "",
    }


def _mentions(connection: Connection, one: Improvement, now: dt.datetime) -> Mentions | None:
    if one.theme_id is None or one.done_at is None or (now - one.done_at).days < 1:
        return None
    days = min(90, (now - one.done_at).days)
    length = dt.timedelta(days)
    spans = [Span(one.done_at - length, one.done_at), Span(one.done_at, one.done_at + length)]
    before, after = theme_figures.trend(connection, spans, one.theme_id).get(one.theme_id, [0, 0])
    return Mentions(days, before, after)


def _may_own(account: accounts.Account, kept: Improvement | None) -> bool:
    return account.active or (kept is not None and account.id == kept.staff_id)


def _owner(connection: Connection, kept: Improvement | None) -> str:
    account = accounts.by_id(connection, kept.staff_id) if kept else None
    return account.public_id if account else ""


def _plain(one: Improvement | None) -> dict[str, Any] | None:
    """One as the audit log keeps it."""
    if one is None:
        return None
    return {
        "title": one.title,
        "about": one.about,
        "by": one.staff,
        "state": one.state,
        "due": one.due_on,
        "survey": one.survey,
        "question": one.question,
        "theme": one.theme,
    }


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2026-12-31") else None
    except ValueError:
        return None


def _today(request: Request) -> dt.date:
    office = office_of(request)
    return office.now().astimezone(office.zone).date()
