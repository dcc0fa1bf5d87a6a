"""One customer: who they are, and everything that happened with them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, case_texts, gate
from console.staff import customers_texts as texts
from console.staff.access import Staff
from console.staff.customers_head import Head, Problem, address, local_now, noted, read_head, render_tab
from console.staff.customers_told import Talk, Teller, Told
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from handlers.conversation_taken import Taken, conversation_taken
from locales import formats
from locales.formats import DayOfYear
from loyalty import programme
from loyalty.programme import named
from store import anniversaries, case_lists, tags, timeline
from store import staff as accounts
from store.contacts import BOT
from store.timeline import Place

EVENTS = 30
REQUESTS = 5
PRIVATE = ("messages", "team", "requests", "changes")  # what is not for those who only look


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}?show=…`."""
    return await _overview(request, staff)


async def events(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/events?show=…&before=…`: more of what happened, for htmx or as a page."""
    if request.headers.get("hx-request") != "true":
        return await _overview(request, staff)

    def read(connection: Connection) -> tuple[Head, dict[str, Any]]:
        head = read_head(connection, request, staff)
        return head, _happened(connection, request, staff, head)

    head, happened = await office_of(request).database.read(read)
    values = {"home": address(head.person), "person": head.person, **happened}
    return render_page(request, staff, "staff/customers_events.html", texts.ONE, **values)


async def tag(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/tags`: add `tag`, or take the one in `off` away, which can be undone."""
    form, now = await access.form(request), office_of(request).now()
    wanted, off = tags.clean(form.get("tag", "")), form.get("off", "")

    def change(connection: Connection) -> None:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        if off and tags.remove(connection, person.id, off):
            noted(connection, request, staff, person, "customer.untagged", {"tag": off}, None)
        elif wanted and tags.add(connection, person.id, wanted, now):
            noted(connection, request, staff, person, "customer.tagged", None, {"tag": wanted})

    await office_of(request).database.transact(change)
    if request.headers.get("hx-request") != "true":
        query = f"?{urlencode({'removed': off})}" if off else ""
        return RedirectResponse(f"{_home(request)}{query}#tags", 303, NO_STORE)

    def read(connection: Connection) -> tuple[Head, tuple[str, ...]]:
        head = read_head(connection, request, staff)
        return head, tags.of(connection, head.person.id)

    head, kept = await office_of(request).database.read(read)
    values: dict[str, Any] = {"home": address(head.person), "tags": kept, "removed": off}
    return render_page(request, staff, "staff/customers_tagged.html", texts.ONE, **values)


async def start(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/start`: begin a conversation; it is theirs, and the customer is told."""
    office = office_of(request)
    person = await office.database.read(
        partial(gate.customer, staff=staff, public_id=request.path_params["public_id"])
    )
    deed = partial(conversation_taken, staff=staff, seen=BOT, address=access.address(request))
    outcome = await office.act(person.public_id, deed)
    if isinstance(outcome, Taken):
        return RedirectResponse(f"/staff/inbox/{person.public_id}", 303, NO_STORE)
    problem = Problem(texts.NO_CHAT if outcome is None else texts.OTHER_HAS_IT, {})
    return await _overview(request, staff, status=409, problem=problem)


async def _overview(
    request: Request, staff: Staff, *, status: int = 200, problem: Problem | None = None
) -> Response:
    def read(connection: Connection) -> tuple[Head, dict[str, Any]]:
        head = read_head(connection, request, staff)
        kept = {each.occasion: each for each in anniversaries.of(connection, head.person.id)}
        born = kept.get(anniversaries.BIRTHDAY)
        day = DayOfYear(*divmod(born.month_day, 100)) if born else None
        values = {
            "tags": tags.of(connection, head.person.id),
            "birthday": formats.shown(day, staff.language) if day else "",
            "requests": case_lists.of_contact(connection, [head.person.id], REQUESTS)
            if staff.role in gate.SERVICE
            else [],
        }
        return head, values | _happened(connection, request, staff, head)

    head, values = await office_of(request).database.read(read)
    removed = tags.clean(request.query_params.get("removed", ""))
    values |= {"removed": removed if removed not in values["tags"] else ""}
    return render_tab(
        request, staff, head, "overview", texts.ONE | case_texts.SHORT, status=status, problem=problem, **values
    )


def _happened(connection: Connection, request: Request, staff: Staff, head: Head) -> dict[str, Any]:
    """A page of what happened, and the ways to other pages of it."""
    groups = [group for group in timeline.KINDS if staff.role in gate.SERVICE or group not in PRIVATE]
    show = request.query_params.get("show", "")
    chosen = [show] if show in groups else groups
    kinds = {kind for group in chosen for kind in timeline.KINDS[group]}
    meant = timeline.whose(connection, head.person.id)
    place = _place(request)
    found, further = timeline.page(connection, meant, kinds, place, EVENTS)
    said = {event.what["author"] for event in found if event.kind == "said"}
    teller = Teller(
        staff.language,
        local_now(request).tzinfo or dt.UTC,
        _tiers(connection, staff),
        accounts.names(connection, said),
    )
    told: list[Told | Talk] = teller.tell(found)
    older = urlencode({"show": show, "before": _written(further)}) if further else ""
    return {
        "groups": groups,
        "show": show if show in groups else "",
        "events": told,
        "older": f"{address(head.person)}/events?{older}" if further else "",
        "day_before": place.at.astimezone(office_of(request).zone).date() if place else None,
    }


def _tiers(connection: Connection, staff: Staff) -> dict[str, str]:
    levels = programme.read(connection).tiers.levels
    names = {level.code: named(level.name, level.names, staff.language) for level in levels}
    # What everybody has is kept without a name.
    return names | {"": next((names[level.code] for level in levels if not level.threshold), "–")}


def _place(request: Request) -> Place | None:
    """The place that an address names; None for none, and for one that makes no sense."""
    at, _, rest = request.query_params.get("before", "").partition(" ")
    kind, _, row = rest.partition(" ")
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    number = whole_number(row, 15)
    if number is None or moment.tzinfo is None or not kind.isalpha():
        return None
    return Place(moment, kind, number)


def _written(place: Place) -> str:
    return f"{place.at.astimezone(dt.UTC).isoformat()} {place.kind} {place.id}"


def _home(request: Request) -> str:
    return f"/staff/customers/{request.path_params['public_id']}"
