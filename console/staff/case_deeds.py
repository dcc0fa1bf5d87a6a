"""What is done with a request: taken, given on, answered, noted in, put right, closed, opened again."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, gate, talk_choices
from console.staff import case_texts as texts
from console.staff.access import Form, Staff
from console.staff.case_list import PAGE
from console.staff.case_page import LONGEST, page
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from handlers.case_answered import case_answered
from handlers.case_assigned import case_assigned
from handlers.case_changed import CaseChanged, case_changed
from handlers.case_closed import case_closed
from handlers.case_deed import At, CaseStands, NoSuchCase, chatless
from handlers.case_noted import case_noted
from handlers.case_reopened import case_reopened
from locales import Text
from service import cases as service
from service import touchpoints
from service.ownership import Person
from store import staff as accounts
from store.cases import Case

T = TypeVar("T")
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


async def take(request: Request, staff: Staff) -> Response:
    """`POST …/take`: it is mine."""
    me = Person(staff.id, staff.public_id)

    def deed(scene: At, public_id: str) -> object:
        return case_assigned(scene, staff, public_id, me, staff.name, access.address(request))

    return await _done(request, staff, deed, "taken")


async def assign(request: Request, staff: Staff) -> Response:
    """`POST …/assign`: to a colleague, the field `to`, or to nobody in particular."""
    to = (await access.form(request)).get("to", "")

    def find(connection: Connection) -> tuple[Person | None, str] | None:
        found = accounts.by_public_id(connection, to) if to else None
        if found is None:
            return None if to else (None, "")
        return Person(found.id, found.public_id), found.name

    receiver = await office_of(request).database.read(find)
    if receiver is None:
        return await page(request, staff, status=422, problem=texts.NOT_SERVING)
    person, name = receiver

    def deed(scene: At, public_id: str) -> object:
        return case_assigned(scene, staff, public_id, person, name, access.address(request))

    return await _done(request, staff, deed, "given", texts.NOT_SERVING)


async def answer(request: Request, staff: Staff) -> Response:
    """`POST …/answer`: the customer reads it in the chat."""
    form = await access.form(request)
    text, key = talk_choices.clean(form.get("text", "")), _key(form)
    if problem := _wrong(text, texts.NO_ANSWER):
        return await page(request, staff, status=422, problem=problem, values={"number": LONGEST}, typed=form)

    def deed(scene: At, public_id: str) -> object:
        return case_answered(scene, staff, public_id, text, access.address(request), key=key)

    case = await _case(request, staff)
    outcome = await office_of(request).act(case.contact, partial(deed, public_id=case.public_id))
    if outcome is None:  # nothing could be sent, so nothing is kept as if it had been
        return await page(request, staff, status=409, problem=texts.NOT_SENT, typed=form)
    return await _onward(request, staff, outcome, "answered", texts.IS_CLOSED, form)


async def note(request: Request, staff: Staff) -> Response:
    """`POST …/note`: for colleagues alone."""
    form = await access.form(request)
    text, key = talk_choices.clean(form.get("note", "")), _key(form)
    if problem := _wrong(text, texts.NO_ANSWER):
        return await page(request, staff, status=422, problem=problem, values={"number": LONGEST}, typed=form)

    def deed(scene: At, public_id: str) -> object:
        return case_noted(scene, staff, public_id, text, key=key)

    return await _done(request, staff, deed, "noted")


async def close(request: Request, staff: Staff) -> Response:
    """`POST …/close`: with what came of it, which the customer reads; what was only noted may be closed without."""
    form = await access.form(request)
    outcome, case = talk_choices.clean(form.get("outcome", "")), await _case(request, staff)
    problem = None if not outcome and case.state == "noted" else _wrong(outcome, texts.NO_OUTCOME)
    if problem:
        return await page(request, staff, status=422, problem=problem, values={"number": LONGEST}, typed=form)

    def deed(scene: At, public_id: str) -> object:
        return case_closed(scene, staff, public_id, outcome, access.address(request))

    return await _done(request, staff, deed, "closed", texts.IS_CLOSED)


async def reopen(request: Request, staff: Staff) -> Response:
    """`POST …/reopen`."""

    def deed(scene: At, public_id: str) -> object:
        return case_reopened(scene, staff, public_id, access.address(request))

    return await _done(request, staff, deed, "reopened", texts.IS_OPEN)


async def change(request: Request, staff: Staff) -> Response:
    """`POST …/change`: what it is about, where it happened, who is responsible, whether it is urgent."""
    form, case = await access.form(request), await _case(request, staff)
    wanted = await office_of(request).database.read(partial(_wanted, case, form))

    def deed(scene: At, public_id: str) -> object:
        return case_changed(scene, staff, public_id, wanted, access.address(request))

    return await _done(request, staff, deed, "saved")


def _wanted(case: Case, form: Form, connection: Connection) -> dict[str, Any]:
    """The columns that a form names, each with what may stand there; whatever else is left as it is."""
    known: dict[str, set[Any]] = {
        "kind": {"praise", "complaint", "suggestion", "review", "question", case.kind},
        "urgent": {"", *service.URGENT},
        "touchpoint": {"", *touchpoints.named_in(connection, "en")},
        "department": {"", *touchpoints.departments_in(connection, "en")},
        "branch_id": {None, *(number for number, _name in accounts.all_branches(connection))},
        "praised_id": {None, *(one.id for one in accounts.every(connection))},
    }
    given: dict[str, Any] = {name: form[name] for name in known if name in form}
    given |= {name: whole_number(given[name]) for name in ("branch_id", "praised_id") if name in given}
    wanted = {name: value for name, value in given.items() if value in known[name]}
    moved = wanted.get("touchpoint", case.touchpoint) != case.touchpoint
    if moved and wanted.get("department") == case.department:
        del wanted["department"]  # it was not chosen: the new touchpoint brings its own
    return wanted


async def _done(
    request: Request, staff: Staff, deed: Callable[[At, str], object], said: str, problem: Text = texts.IS_CLOSED
) -> Response:
    """Do it, for a customer whom no chat reaches, too, and say so."""
    case = await _case(request, staff)
    outcome = await _act(request, case, lambda scene: deed(scene, case.public_id))
    return await _onward(request, staff, outcome, said, problem, await access.form(request))


async def _act(request: Request, case: Case, deed: Callable[[At], T]) -> T:
    office = office_of(request)
    outcome = await office.act(case.contact, deed)
    if outcome is not None:
        return outcome

    def without_chat(connection: Connection) -> T:
        place = chatless(connection, case.contact, office.now(), office.zone)
        if place is None:
            raise access.absent()
        return deed(place)

    return await office.database.transact(without_chat)


async def _onward(
    request: Request, staff: Staff, outcome: object, said: str, problem: Text, form: Form
) -> Response:
    if isinstance(outcome, NoSuchCase):
        raise access.absent()
    if isinstance(outcome, CaseStands):
        return await page(request, staff, status=409, problem=problem, typed=form)
    if isinstance(outcome, CaseChanged) and not outcome.fields:
        said = "nothing"
    return RedirectResponse(f"{PAGE}/{request.path_params['public_id']}?said={said}", 303, NO_STORE)


async def _case(request: Request, staff: Staff) -> Case:
    read = partial(gate.case, staff=staff, public_id=request.path_params["public_id"])
    return await office_of(request).database.read(read)


def _key(form: Form) -> str:
    """The form's own key, by which it counts once. Raises the 404 of what is not there for one that is none."""
    key = form.get("key", "")
    if not KEY.fullmatch(key):
        raise access.absent()
    return key


def _wrong(text: str, empty: Text) -> Text | None:
    if not text:
        return empty
    return texts.TOO_LONG if len(text) > LONGEST else None
