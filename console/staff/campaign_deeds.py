"""What is done to a campaign from its page: submitted, approved, paused, cancelled, tried, tested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access
from console.staff import campaign_frame as frame
from console.staff import campaign_texts as texts
from console.staff.access import Form, Staff, absent
from console.staff.login import note
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, render_message
from locales import render
from outreach.campaigns import lifecycle, planning, testing, trial
from outreach.campaigns.lifecycle import Refused, Retried
from outreach.campaigns.planning import Wrong
from outreach.templates.rendering import Stamp
from store import campaign_links
from store.campaigns import DRAFT, PLANNED, WAITING, Campaign
from store.tags import Bearer

Deed: TypeAlias = Callable[..., Campaign | Refused | Wrong]
COPY = texts.PAGE["copy_name"]


async def do(request: Request, staff: Staff) -> Response:
    """`POST /staff/campaigns/{public_id}/deed`: one of DEEDS, as whoever does it has seen the campaign."""
    office, form = office_of(request), await access.form(request)
    name = form.get("deed", "")
    if name == "retry":
        return await _retry(request, staff)
    if name not in DEEDS:
        raise absent()
    people = 0
    if name == "submit":
        people = await office.database.read(partial(_people, request=request, office=office))

    def change(connection: Connection) -> tuple[Campaign, Campaign | Refused | Wrong]:
        found = frame.campaign(connection, request, lock=True)
        done = DEEDS[name](connection, found, form, staff=staff, office=office, people=people)
        if isinstance(done, Campaign):
            before, after = _states(found, done) if name != "copy" else (None, frame.told(connection, done))
            note(connection, request, staff.actor, f"campaign.{DONE[name]}", frame.subject(done), before, after)
        return found, done

    found, done = await office.database.transact(change)
    if not isinstance(done, Campaign):
        return _refused(request, staff, found, done)
    said = {"submitted": done.state, "taken_back": "taken"}.get(DONE[name], DONE[name])
    there = frame.PAGE if name == "remove" else frame.page_of(done)
    return RedirectResponse(f"{there}?said={said}", 303, NO_STORE)


async def attempt(request: Request, staff: Staff) -> Response:
    """`POST /staff/campaigns/{public_id}/trial`: have it counted, by the scheduler."""
    office = office_of(request)

    def change(connection: Connection) -> tuple[Campaign, Wrong | Refused | None]:
        found = frame.campaign(connection, request, lock=True)
        if found.state not in (DRAFT, WAITING, PLANNED):
            return found, Refused("state", found.state)
        asked = trial.ask(connection, found, office.now())
        return found, asked if isinstance(asked, Wrong) else None

    found, refusal = await office.database.transact(change)
    if refusal is not None:
        return _refused(request, staff, found, refusal)
    return RedirectResponse(f"{frame.page_of(found)}?said=trying#trial", 303, NO_STORE)


async def test(request: Request, staff: Staff) -> Response:
    """`POST /staff/campaigns/{public_id}/test`: to the chats of colleagues, in the languages that are ticked."""
    office, form = office_of(request), await access.form(request)

    def read(connection: Connection) -> tuple[Campaign, list[Bearer], list[str]]:
        found = frame.campaign(connection, request)
        spoken = testing.languages(connection, found)
        return found, testing.testers(connection), [each for each in spoken if f"language-{each}" in form]

    found, testers, wanted = await office.database.read(read)
    sent, not_said = 0, set[str]()
    link = partial(campaign_links.link, office.secret, office.address, found.public_id)
    stamp = Stamp(found.public_id, link)
    for tester in testers if wanted else ():
        send = partial(testing.send, campaign=found, tester=tester, wanted=wanted, stamp=stamp)
        tested = await office.database.transact(partial(send, now=office.now(), zone=office.zone.key))
        sent += tested.sent if tested else 0
        not_said |= set(tested.not_said) if tested else set()
    if sent:
        after = {"languages": wanted, "testers": len(testers)}
        await office.database.transact(
            lambda connection: note(
                connection, request, staff.actor, "campaign.tested", frame.subject(found), None, after
            )
        )
    said = "tested_some" if sent and not_said else "tested" if sent else "untested"
    return RedirectResponse(f"{frame.page_of(found)}?said={said}#test", 303, NO_STORE)


async def _retry(request: Request, staff: Staff) -> Response:
    """Let the failed ones wait again, a thousand in a transaction."""
    office = office_of(request)
    asked_at, number = office.now(), 0
    found = await office.database.read(lambda connection: frame.campaign(connection, request))

    def some(connection: Connection) -> Retried | Refused:
        done = lifecycle.retry_failed(connection, found.public_id, asked_at=asked_at)
        if isinstance(done, Retried) and not number:
            note(connection, request, staff.actor, "campaign.retried", frame.subject(found), None, None)
        return done

    while isinstance(done := await office.database.transact(some), Retried):
        number += done.number
        if not done.more:
            break
    if isinstance(done, Refused) and not number:
        return _refused(request, staff, found, done)
    return RedirectResponse(f"{frame.page_of(found)}?said=retried", 303, NO_STORE)


def _people(connection: Connection, request: Request, office: Office) -> int:
    return planning.people(connection, frame.campaign(connection, request), office.now(), office.zone.key)


def _seen(form: Form) -> int:
    return int(form["seen"]) if form.get("seen", "").isdecimal() and len(form["seen"]) < 10 else -1


def _submit(
    connection: Connection, found: Campaign, form: Form, *, office: Office, people: int, **_others: object
) -> Campaign | Refused | Wrong:
    return planning.submit(
        connection, found.public_id, seen=_seen(form), people=people, now=office.now(), zone=office.zone.key
    )


def _approve(
    connection: Connection, found: Campaign, form: Form, *, staff: Staff, office: Office, **_others: object
) -> Campaign | Refused:
    return lifecycle.approve(connection, found.public_id, by=staff.public_id, now=office.now(), seen=_seen(form))


def _copy(
    connection: Connection, found: Campaign, _form: Form, *, staff: Staff, office: Office, **_others: object
) -> Campaign:
    name = Markup(render(COPY, staff.language, {"name": found.name})).unescape()  # noqa: S704 - becomes plain text
    return planning.copy(connection, found, name, staff.public_id, office.now())


def _remove(connection: Connection, found: Campaign, _form: Form, **_others: object) -> Campaign | Refused:
    return planning.remove(connection, found.public_id)


def _moved(how: Callable[..., Campaign | Refused]) -> Deed:
    def deed(
        connection: Connection, found: Campaign, _form: Form, *, office: Office, **_others: object
    ) -> Campaign | Refused:
        return how(connection, found.public_id, now=office.now())

    return deed


DEEDS: dict[str, Deed] = {
    "submit": _submit,
    "approve": _approve,
    "take_back": _moved(lifecycle.take_back),
    "pause": _moved(lifecycle.pause),
    "resume": _moved(lifecycle.resume),
    "cancel": _moved(lifecycle.cancel),
    "copy": _copy,
    "remove": _remove,
}
DONE = {
    "submit": "submitted",
    "approve": "approved",
    "take_back": "taken_back",
    "pause": "paused",
    "resume": "resumed",
    "cancel": "cancelled",
    "copy": "copied",
    "remove": "removed",
}


def _states(before: Campaign, after: Campaign) -> tuple[dict[str, object], dict[str, object]]:
    """What the audit log keeps of a campaign that moved on."""

    def told(each: Campaign) -> dict[str, object]:
        starts: dt.datetime | None = each.starts_at
        return {"name": each.name, "state": each.state, "starts": starts.isoformat() if starts else None}

    return told(before), told(after)


def _refused(request: Request, staff: Staff, found: Campaign, refusal: Refused | Wrong) -> Response:
    """What cannot be done, in a sentence; what must be put right first stands on the campaign's page."""
    if isinstance(refusal, Wrong):
        return RedirectResponse(frame.page_of(found), 303, NO_STORE)
    return render_message(request, staff, 409, texts.REFUSED[refusal.why])
