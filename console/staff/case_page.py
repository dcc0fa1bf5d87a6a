"""One request: what the customer told, everything that was said and done, and what is known of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import case_texts as texts
from console.staff import gate
from console.staff.access import Staff
from console.staff.case_list import PAGE, named
from console.staff.office import office_of
from console.staff.rendering import render_page
from console.staff.rich import rich
from locales import Language, Text, formats, render
from loyalty.programme import named as in_language
from service import cases as service
from service import themes
from store import case_lists, cases, customer_pages
from store import staff as accounts
from store import themes as kept_themes
from store.cases import Case, CaseLine
from store.staff import SERVING

LONGEST = 3000  # characters of an answer: with the number before it, one message


class Change(NamedTuple):
    """What one field of a case was and is, in words."""

    field: str
    was: str
    now: str


class Names(NamedTuple):
    """What codes and ids are called in the reader's language."""

    touchpoints: Mapping[str, str]
    departments: Mapping[str, str]
    branches: Mapping[int, str]
    people: Mapping[int, str]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/requests/{public_id}`."""
    return await page(request, staff)


async def page(
    request: Request,
    staff: Staff,
    *,
    status: int = 200,
    problem: Text | None = None,
    values: Mapping[str, object] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page, with what was `typed` and why it was not taken."""
    found = await office_of(request).database.read(lambda connection: _read(connection, request, staff))
    case: Case = found["case"]
    owed = case.state == "open" and case.answered_at is None
    late = owed and case.promised_at is not None and case.promised_at < office_of(request).now()
    return render_page(
        request,
        staff,
        "staff/case.html",
        texts.ONE,
        status=status,
        problem=render(problem, staff.language, values) if problem else "",
        typed=typed or {},
        nonce=secrets.token_urlsafe(12),
        home=f"{PAGE}/{case.public_id}",
        owed=owed,
        late=late,
        longest=LONGEST,
        happened=formats.date(dt.date.fromisoformat(case.happened_on), staff.language) if case.happened_on else "",
        kinds=[kind for kind in texts.KINDS if kind != "survey" or case.kind == "survey"],
        urgent_kinds=service.URGENT,
        rich=rich,
        **found,
    )


def _read(connection: Connection, request: Request, staff: Staff) -> dict[str, Any]:
    case = gate.case(connection, staff, request.path_params["public_id"])
    person = customer_pages.find(connection, case.contact)
    everybody = accounts.every(connection)
    around = named(connection, staff)
    names = Names(**around, people={one.id: one.name for one in everybody})
    lines = [(line, changes(line, names, staff.language)) for line in cases.lines(connection, case.id)]
    marks = kept_themes.marks_of(connection, "case", [case.id]).get(case.id, [])
    return {
        "case": case,
        "person": person,
        "lines": lines,
        "product": in_language(case.product, case.product_names, staff.language) if case.product else "",
        "survey": case_lists.survey_of(connection, case.response_id),
        "colleagues": [
            (one.public_id, one.name)
            for one in everybody
            if one.active and one.role in SERVING and one.id not in (case.staff_id, staff.id)
        ],
        "people": [(one.id, one.name) for one in everybody if one.active or one.id == case.praised_id],
        "praised_name": names.people.get(case.praised_id or 0, ""),
        "themes": [
            (mark.theme.public_id, themes.name_of(mark.theme, staff.language)) for mark in marks if not mark.removed
        ],
        **around,
    }


def changes(line: CaseLine, names: Names, language: Language) -> list[Change]:
    """What a line of changes tells, in words."""
    if line.kind != "change" or not line.details:
        return []
    return [
        Change(
            render(texts.CHANGED[field], language),
            _value(field, was, names, language),
            _value(field, now, names, language),
        )
        for field, (was, now) in line.details.items()
        if field in texts.CHANGED
    ]


def _value(field: str, value: Any, names: Names, language: Language) -> str:
    """A value of a case's field in words; empty for none."""
    if value in (None, ""):
        return ""
    words: dict[str, Mapping[Any, Text]] = {"state": texts.STATES, "kind": texts.KINDS, "urgent": texts.URGENT}
    if field in words:
        return render(words[field][value], language) if value in words[field] else str(value)
    called: dict[str, Mapping[Any, str]] = {
        "touchpoint": names.touchpoints,
        "department": names.departments,
        "branch_id": names.branches,
        "praised_id": names.people,
    }
    return called.get(field, {}).get(value, str(value))
