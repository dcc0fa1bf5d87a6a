"""Where customers meet the business, and which department answers for it there: named, put in order, put away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.staff import access, case_texts
from console.staff.access import Form, Staff, absent
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import LANGUAGES, Text, _, render
from service import touchpoints as service
from service.touchpoints import Invalid
from store import touchpoints
from store.touchpoints import Department, Touchpoint
from talk.reading.normal import fold

PAGE = "/staff/settings/touchpoints"
LABEL = _("Departments and touchpoints")
KINDS = ("departments", "touchpoints")
WORDS: dict[str, Text] = {
    "title": LABEL,
    "about": _("Where customers meet you, and who answers for it there. Requests and surveys carry both."),
    "departments": _("Departments"),
    "about_departments": _("Parts of the business that answer for something."),
    "touchpoints": _("Touchpoints"),
    "about_touchpoints": _("Customers choose among these when they say where something happened, in this order."),
    "new_departments": _("New department"),
    "new_touchpoints": _("New touchpoint"),
    "names": _("Name in each language"),
    "names_help": _("Where a language has no name, the one in {language} is shown."),
    "department": case_texts.LIST["department"],
    "nobody": _("Nobody"),
    "at_branch": _("Ask at which branch"),
    "save": _("Save"),
    "add": _("Add"),
    "up": _("Move up"),
    "down": _("Move down"),
    "put_away": _("Put away"),
    "again": _("Use it again"),
    "away": _("Put away"),
    "none": _("None is in use."),
    "said_saved": _("The changes are saved."),
    "said_away": _("It is put away. What it was written on keeps it."),
}
PROBLEMS: dict[str, Text] = {
    "name": _("Please write a name of at most {number} characters, at least in {language}."),
    "code": _("Please write another name."),
    "department": _("This department is not there any more. Please choose another one."),
    "many": _("These are too many: customers could not choose among them. Put some away first."),
}


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/touchpoints`."""
    return await _page(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/touchpoints/{kind}`: one of them (`code`, empty: a new one) saved, moved, put away."""
    kind, form = request.path_params["kind"], await access.form(request)
    if kind not in KINDS:
        raise absent()

    def save(connection: Connection) -> Invalid | None:
        before = _read(connection)
        wanted = _wanted(before[kind], kind, form)
        saved: Invalid | None
        if kind == "departments":
            saved = service.save_departments(connection, [each for each in wanted if isinstance(each, Department)])
        else:
            saved = service.save_touchpoints(connection, [each for each in wanted if isinstance(each, Touchpoint)])
        if saved is None:
            after = _read(connection)
            was, now = ({kind: _plain(each[kind])} for each in (before, after))
            note(connection, request, staff.actor, "touchpoints.changed", f"touchpoints:{kind}", was, now)
        return saved

    problem = await office_of(request).database.transact(save)
    if problem is not None:
        words = render(
            PROBLEMS[problem.why],
            staff.language,
            {"number": service.LONGEST_NAME, "language": chat_texts.NAMES["en"]},
        )
        return await _page(request, staff, problem=words, kind=kind, form=form, status=422)
    said = "away" if form.get("deed") == "away" else "saved"
    return RedirectResponse(f"{PAGE}?said={said}#{kind}", 303, NO_STORE)


async def _page(
    request: Request,
    staff: Staff,
    *,
    problem: str = "",
    kind: str = "",
    form: Form | None = None,
    status: int = 200,
) -> Response:
    every = await office_of(request).database.read(_read)
    departments = {each.code: service.name_of(each.names, staff.language) for each in every["departments"]}
    return render_page(
        request,
        staff,
        "staff/touchpoints.html",
        WORDS,
        status=status,
        problem=problem,
        kinds=KINDS,
        every=every,
        called=lambda one: service.name_of(one.names, staff.language),
        department_names=departments,
        names_of=chat_texts.NAMES,
        longest=service.LONGEST_NAME,
        failed=(kind, form.get("code", "")) if form is not None else ("", ""),
        form=form or {},
    )


def _read(connection: Connection) -> dict[str, Sequence[Department | Touchpoint]]:
    return {
        "departments": touchpoints.read_departments(connection),
        "touchpoints": touchpoints.read_touchpoints(connection),
    }


def _wanted(before: Sequence[Any], kind: str, form: Form) -> list[Any]:
    """Those in use afterwards, in their order."""
    code, deed = form.get("code", ""), form.get("deed", "save")
    used, found = [each for each in before if each.active], next((one for one in before if one.code == code), None)
    if code and found is None:
        raise absent()
    if found is None:
        return [*used, _typed(kind, _new_code(form.get("name-en", ""), {one.code for one in before}), form)]
    if deed == "again":
        return [*(one for one in used if one.code != code), msgspec.structs.replace(found, active=True)]
    if deed == "away":
        return [one for one in used if one.code != code]
    if deed in ("up", "down"):
        place = next((place for place, one in enumerate(used) if one.code == code), 0)
        to = max(0, min(len(used) - 1, place + (1 if deed == "down" else -1)))
        used[place], used[to] = used[to], used[place]
        return used
    return [_typed(kind, code, form) if one.code == code else one for one in used]


def _typed(kind: str, code: str, form: Form) -> Department | Touchpoint:
    names: dict[str, str] = {
        one: name for one in LANGUAGES if (name := " ".join(form.get(f"name-{one}", "").split()))
    }
    if "en" not in names:
        names = {}
    if kind == "departments":
        return Department(code, names)
    return Touchpoint(code, names, form.get("department", ""), "at_branch" in form)


def _new_code(name: str, taken: set[str]) -> str:
    """A code for a new one: of its English name, as far as that has letters."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:24].strip("_")
    base = base if base[:1].isalpha() else f"place_{base}".strip("_")
    return next(code for number in count(1) if (code := base if number == 1 else f"{base}_{number}") not in taken)


def _plain(every: Sequence[Department | Touchpoint]) -> list[str]:
    """Them as the audit log keeps them: the names of those in use, in order, with who answers for each."""
    return [
        f"{one.names.get('en', one.code)} ({one.department})"
        if isinstance(one, Touchpoint) and one.department
        else one.names.get("en", one.code)
        for one in every
        if one.active
    ]
