"""The form of one rule: made, changed, and tried out while it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.staff import access, case_texts, customers_texts, gate, service_texts
from console.staff import survey_inviting_texts as texts
from console.staff import survey_rule_forms as forms
from console.staff import survey_rule_words as words
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page, render_part
from console.staff.survey_frame import around
from console.staff.survey_inviting import page_of, rule
from console.staff.survey_rule_forms import Wrong
from console.staff.survey_rule_words import House
from locales import LANGUAGES, Language, Text, render
from store import invitation_rules
from store.invitation_rules import Row
from surveys import library, rounds, rules, trying
from surveys.library import Kept
from surveys.rules import CASE_KINDS, CAUSES, Cause, Rule, Ruled, rule_of
from surveys.trying import Tried

NEW = "new"  # whom a rule that is not kept yet would draw


class Read(NamedTuple):
    """What a form needs: the survey, its rule unless it is new, and what the house has."""

    survey: Kept
    row: Row | None
    of: House
    kinds: tuple[str, ...]


async def show(request: Request, staff: Staff) -> Response:
    """`GET …/invitations/new?cause=…` and `GET …/invitations/rules/{rule}`."""
    read = await office_of(request).database.read(partial(_read, request=request, staff=staff))
    settings = rule_of(read.row.settings) if read.row else Rule(cause=_cause(request.query_params.get("cause", "")))
    return _page(request, staff, read, settings.cause, forms.typed(settings, read.of), [])


async def save(request: Request, staff: Staff) -> Response:
    """`POST …/invitations/new` and `POST …/invitations/rules/{rule}`."""
    office, form = office_of(request), await access.form(request)

    def keep(connection: Connection) -> tuple[Read, Cause, list[Wrong]]:
        read = _read(connection, request, staff)
        cause = _cause(read.row.cause if read.row else form.get("cause", ""))
        settings, wrong = forms.read(form, cause, read.of, read.kinds, office.now().astimezone(office.zone).date())
        if not wrong:
            _keep(connection, request, staff, read, settings)
        return read, cause, wrong

    read, cause, wrong = await office.database.transact(keep)
    if wrong:
        return _page(request, staff, read, cause, form, wrong)
    said = "changed" if read.row else "inviting" if cause == "hand" and not form.get("day") else "added"
    return RedirectResponse(f"{page_of(read.survey)}?said={said}", 303, NO_STORE)


async def count(request: Request, staff: Staff) -> Response:
    """`GET …/invitations/count?cause=…&rule=…`: whom the rule as it is typed would invite."""
    office, form = office_of(request), request.query_params
    now = office.now()

    def attempt(connection: Connection) -> Tried | None:
        read = _read(connection, request, staff)
        settings, wrong = forms.read(
            form, _cause(form.get("cause", "")), read.of, read.kinds, now.astimezone(office.zone).date()
        )
        if any(each.field != "day" for each in wrong):  # whom it names does not hang on the day
            return None
        name = form.get("rule", "") or NEW
        ruled = Ruled(0, name, read.survey.id, read.survey.public_id, settings, read.kinds)
        return trying.tried(connection, ruled, office.zone, now)

    tried = await office.database.read(attempt)
    values: dict[str, Any] = {"tried": tried, "most": trying.MOST}
    part = render_part(office, staff.language, "staff/survey_rule_count.html", texts.RULE, **values)
    return HTMLResponse(part, headers=NO_STORE)


def _read(connection: Connection, request: Request, staff: Staff) -> Read:
    survey = gate.survey(connection, request.path_params["public_id"])
    row = rule(connection, survey, request) if "rule" in request.path_params else None
    kinds = library.current(connection, survey.public_id).kinds
    return Read(survey, row, words.house(connection, staff.language), kinds)


def _keep(connection: Connection, request: Request, staff: Staff, read: Read, settings: Rule) -> None:
    office, plain = office_of(request), msgspec.to_builtins(settings)
    now = office.now()
    first = rounds.first(settings, now.astimezone(office.zone).date(), now)
    subject, after = f"survey:{read.survey.public_id}", _plain(settings)
    if read.row is None:
        invitation_rules.add(connection, read.survey.id, settings.cause, plain, first, now)
        note(connection, request, staff.actor, "survey.rule_added", subject, None, after)
        return
    before = rule_of(read.row.settings)
    if before == settings:
        return
    fields: dict[str, Any] = {"settings": plain}
    if (before.day, before.months) != (settings.day, settings.months):
        fields |= {"next_at": first, "reached": 0}
    invitation_rules.change(connection, read.row.id, **fields)
    note(connection, request, staff.actor, "survey.rule_changed", subject, _plain(before), after)


def _plain(settings: Rule) -> dict[str, Any]:
    """A rule as the log of changes keeps it."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    who = {"bought_at" if name == "branches" else name: value for name, value in plain.pop("who", {}).items()}
    return {"rule": plain.pop("cause"), **who, **plain}


def _cause(typed: str) -> Cause:
    return next((cause for cause in CAUSES if cause == typed), CAUSES[0])


def _page(request: Request, staff: Staff, read: Read, cause: Cause, form: Form, wrong: list[Wrong]) -> Response:
    page, spoken = page_of(read.survey), staff.language
    return render_page(
        request,
        staff,
        "staff/survey_rule.html",
        texts.RULE,
        status=422 if wrong else 200,
        **around(request, staff, read.survey, "invitations"),
        page=page,
        action=f"{page}/rules/{read.row.public_id}" if read.row else f"{page}/new",
        rule=read.row.public_id if read.row else "",
        cause=cause,
        event=cause in rules.EVENTS,
        form=form,
        bought=any(name.startswith("bought-") for name in form),
        problems=[Markup(render(each.text, spoken, each.values)) for each in wrong],  # noqa: S704 - rendered
        wrong={each.field for each in wrong},
        **_offered(read, spoken),
    )


def _offered(read: Read, spoken: Language) -> dict[str, Any]:
    """What may be ticked, with its names."""

    def called(texts: Mapping[str, Text], codes: Iterable[str]) -> dict[str, Markup]:
        return {code: Markup(render(texts[code], spoken)) for code in codes if code in texts}  # noqa: S704 - our own

    return {
        "branches": dict(read.of.branches),
        "categories": {each: each for each in read.of.categories},
        "tiers": dict(read.of.tiers),
        "touchpoints": dict(read.of.touchpoints),
        "languages": called(service_texts.LANGUAGES, LANGUAGES),
        "kinds": called(customers_texts.KINDS, read.kinds),
        "case_kinds": called(case_texts.KINDS, CASE_KINDS),
        "hours": range(24),
        "currency": read.of.currency,
    }
