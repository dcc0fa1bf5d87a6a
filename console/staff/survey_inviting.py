"""The invitations of a survey: its rules, what became of whom they invited, and its waves."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, gate
from console.staff import survey_inviting_texts as texts
from console.staff import survey_rule_words as words
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_frame import PAGE, around
from console.staff.survey_rule_words import House
from store import invitation_rules, survey_invited
from store.invitation_rules import Row
from store.survey_invitations import ASKED, BEGUN, DECLINED, DONE, EXPIRED, SKIPPED, STATES
from store.survey_invited import Count
from surveys import rounds, waves
from surveys.library import Kept
from surveys.rules import CAUSES, rule_of

DAYS, LAST, FEW = 90, 20, 20  # of which is told what became of them; rows; too few to tell a share
ANSWERABLE = (ASKED, BEGUN, DONE, DECLINED, EXPIRED)


class Shown(NamedTuple):
    """A rule as the page shows it: its phrases, how it stands, and what became of whom it invited."""

    public_id: str
    cause: str
    phrases: list[Markup]
    stands: str
    next_day: dt.date | None
    asked: int
    done: int


def page_of(survey: Kept) -> str:
    """The address of the page of a survey's invitations."""
    return f"{PAGE}/{survey.public_id}/invitations"


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/invitations?state=…`."""
    office, now = office_of(request), office_of(request).now()
    state = request.query_params.get("state", "")
    state = state if state in STATES else ""

    def read(connection: Connection) -> dict[str, Any]:
        survey = gate.survey(connection, request.path_params["public_id"])
        counts = survey_invited.counts(connection, survey.id, now - dt.timedelta(days=DAYS))
        of = words.house(connection, staff.language)
        return {
            "survey": survey,
            "rules": [_shown(row, of, counts, staff) for row in invitation_rules.of(connection, survey.id)],
            "last": survey_invited.last(connection, survey.id, state, LAST),
            "waves": waves.of(connection, survey.id),
            **_became(counts, staff),
        }

    values = await office.database.read(read)
    survey = values.pop("survey")
    return render_page(
        request,
        staff,
        "staff/survey_invitations.html",
        texts.PAGE,
        **around(request, staff, survey, "invitations"),
        **values,
        page=page_of(survey),
        causes=CAUSES,
        days=DAYS,
        few=FEW,
        states=STATES,
        state=state,
        why=partial(_why, staff=staff),
        removed=request.query_params.get("rule", ""),
    )


async def put(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/invitations/rules/{rule}/state`: pause, resume, remove, or bring back."""
    office, form = office_of(request), await access.form(request)
    deed = form.get("deed", "")
    if deed not in _DEEDS:
        raise access.absent()

    def change(connection: Connection) -> Kept:
        survey = gate.survey(connection, request.path_params["public_id"])
        row = rule(connection, survey, request)
        fields = _fields(row, deed, office.now(), office.zone)
        before = {name: getattr(row, name) for name in ("active", "removed_at")}
        invitation_rules.change(connection, row.id, **fields)
        if any(before[name] != fields[name] for name in before if name in fields):
            was = {"rule": row.cause, "active": row.active and row.removed_at is None}
            note(connection, request, staff.actor, f"survey.rule_{deed}d", _subject(survey), was, None)
        return survey

    survey = await office.database.transact(change)
    said = {"said": _DEEDS[deed]} | ({"rule": request.path_params["rule"]} if deed == "remove" else {})
    return RedirectResponse(f"{page_of(survey)}?{urlencode(said)}", 303, NO_STORE)


async def begin_wave(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/invitations/waves`: what is answered from now on belongs to a new wave."""
    office, form = office_of(request), await access.form(request)
    name = " ".join(form.get("name", "").split())

    def begin(connection: Connection) -> Kept:
        survey = gate.survey(connection, request.path_params["public_id"])
        if name:
            wave = waves.begin(connection, survey.id, name, office.now())
            note(connection, request, staff.actor, "survey.wave_begun", _subject(survey), None, {"name": wave.name})
        return survey

    survey = await office.database.transact(begin)
    return _waves(survey, "wave" if name else "nameless")


async def rename_wave(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/invitations/waves/{wave}`: another name."""
    office, form = office_of(request), await access.form(request)
    name, public_id = " ".join(form.get("name", "").split()), request.path_params["wave"]

    def rename(connection: Connection) -> Kept:
        survey = gate.survey(connection, request.path_params["public_id"])
        before = next((each for each in waves.of(connection, survey.id) if each.public_id == public_id), None)
        if before is None:
            raise access.absent()
        if name and name != before.name:
            waves.rename(connection, survey.id, public_id, name)
            was, now = {"name": before.name}, {"name": name}
            note(connection, request, staff.actor, "survey.wave_renamed", _subject(survey), was, now)
        return survey

    survey = await office.database.transact(rename)
    return _waves(survey, "renamed" if name else "nameless")


def rule(connection: Connection, survey: Kept, request: Request) -> Row:
    """The rule of this survey that the address names."""
    found = invitation_rules.find(connection, request.path_params["rule"])
    if found is None or found.survey_id != survey.id:
        raise access.absent()
    return found


def _fields(row: Row, deed: str, now: dt.datetime, zone: dt.tzinfo) -> dict[str, Any]:
    match deed:
        case "pause":
            return {"active": False}
        case "remove":
            return {"removed_at": now}
    fields: dict[str, Any] = {"active": True} if deed == "resume" else {"removed_at": None}
    if row.cause == "every" and not row.reached:  # a round that was missed meanwhile does not come late
        fields["next_at"] = rounds.first(rule_of(row.settings), now.astimezone(zone).date(), now)
    return fields


_DEEDS = {"pause": "paused", "resume": "resumed", "remove": "removed", "restore": "restored"}


def _shown(row: Row, of: House, counts: list[Count], staff: Staff) -> Shown:
    settings = rule_of(row.settings)
    mine = [each for each in counts if each.rule_id == row.id]
    return Shown(
        row.public_id,
        row.cause,
        [Markup(phrase) for phrase in words.summary(settings, of, staff.language)],  # noqa: S704 - rendered
        _stands(row),
        rounds.day_of(row, settings),
        sum(each.number for each in mine if each.state in ANSWERABLE),
        sum(each.number for each in mine if each.state == DONE),
    )


def _stands(row: Row) -> str:
    if row.cause == "hand" and row.next_at is None:
        return "carried_out"
    if not row.active:
        return "paused"
    return "under_way" if row.reached or (row.cause == "hand" and not row.settings.get("day")) else "running"


def _became(counts: list[Count], staff: Staff) -> dict[str, Any]:
    """How many stand how, why some were not asked, and the share of those asked that answered."""
    states, reasons = Counter[str](), Counter[str]()
    for each in counts:
        states[each.state] += each.number
        if each.state == SKIPPED:
            reasons[_why(each.reason, staff)] += each.number
    asked = sum(states[state] for state in ANSWERABLE)
    return {
        "became": [(state, states[state]) for state in STATES if states[state]],
        "reasons": reasons.most_common(),
        "asked": asked,
        "answered": round(100 * states[DONE] / asked) if asked else 0,
    }


def _why(code: str, staff: Staff) -> Markup:
    return Markup(words.reason(code, staff.language))  # noqa: S704 - our own text, or escaped


def _subject(survey: Kept) -> str:
    return f"survey:{survey.public_id}"


def _waves(survey: Kept, said: str) -> Response:
    return RedirectResponse(f"{page_of(survey)}?said={said}#waves", 303, NO_STORE)
