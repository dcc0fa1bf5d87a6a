"""A customer's points: every entry with what was owned after it, and corrections by one person or by two."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, gate
from console.staff import customers_texts as texts
from console.staff.access import Form, Staff
from console.staff.amounts import western
from console.staff.customers_head import Head, Problem, address, local_now, noted, read_head, render_tab
from console.staff.login import note
from console.staff.nonces import is_nonce, once
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_message, render_page
from loyalty import adjusting
from loyalty.adjusting import Adjusted, Declined, Gone, NeedsSecond, NotWaiting, SamePerson
from loyalty.moving import Refused
from service import rules
from store import adjustments, ledger, ledger_freezing, ledger_history, ledger_lots
from store.adjustments import Told
from store.ledger_history import Line

CORRECTIONS = "/staff/corrections"
LINES = 50
LISTED = 200
LONGEST = 200
NEXT_LOTS = 5


class Owned(NamedTuple):
    """An entry as the customer sees it, and what they owned after it."""

    id: int
    line: Line
    after: int


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/points?before=ID`."""
    return await points_page(request, staff)


async def adjust(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/points`: give or take; a form that comes twice moves points once."""
    form = await access.form(request)
    points, reason, nonce = _points(form), form.get("reason", "").strip(), form.get("nonce", "")
    if points is None:
        return await points_page(
            request, staff, form=form, problem=Problem(texts.NO_POINTS, {"most": adjusting.MOST})
        )
    if not 0 < len(reason) <= LONGEST or not is_nonce(nonce):
        return await points_page(request, staff, form=form, problem=Problem(texts.NO_WHY, {}))
    deed = partial(_adjust, request=request, staff=staff, points=points, reason=reason, nonce=nonce)
    outcome = await office_of(request).database.transact(deed)
    home = f"/staff/customers/{request.path_params['public_id']}/points"
    if isinstance(outcome, Gone):
        return render_message(request, staff, 409, texts.GONE)
    if isinstance(outcome, Adjusted | NeedsSecond):
        said = "moved" if isinstance(outcome, Adjusted) else "waits"
        return RedirectResponse(f"{home}?said={said}", 303, NO_STORE)
    problem = Problem(texts.NOT_WAITING, {})
    if isinstance(outcome, Refused):
        problem = Problem(texts.TOO_FEW, {"points": outcome.available})
    return await points_page(request, staff, form=form, problem=problem, status=409)


async def corrections(request: Request, staff: Staff) -> Response:
    """`GET /staff/corrections`: what waits for a second person."""
    return await _waiting(request, staff)


async def agree(request: Request, staff: Staff) -> Response:
    """`POST /staff/corrections/{public_id}/agree`: by anybody but whoever asked for it."""

    def decide(connection: Connection) -> Adjusted | SamePerson | NotWaiting | Refused:
        outcome = adjusting.approve(connection, _asked_for(connection, request), staff.id, local_now(request))
        if isinstance(outcome, Adjusted):
            _noted(
                connection,
                request,
                staff,
                "points.correction_agreed",
                {"state": "posted", "points": outcome.points},
            )
        return outcome

    return await _decided(request, staff, await office_of(request).database.transact(decide), "agreed")


async def refuse(request: Request, staff: Staff) -> Response:
    """`POST /staff/corrections/{public_id}/refuse`: by anybody but whoever asked for it."""

    def decide(connection: Connection) -> Declined | SamePerson | NotWaiting:
        outcome = adjusting.decline(connection, _asked_for(connection, request), staff.id, local_now(request))
        if isinstance(outcome, Declined):
            _noted(connection, request, staff, "points.correction_refused", {"state": "refused"})
        return outcome

    return await _decided(request, staff, await office_of(request).database.transact(decide), "refused")


def _asked_for(connection: Connection, request: Request) -> str:
    """The public id of the correction that is meant. Raises the 404 of what is not there."""
    public_id: str = request.path_params["public_id"]
    if adjustments.find(connection, public_id) is None:
        raise access.absent()
    return public_id


def _adjust(
    connection: Connection, request: Request, staff: Staff, points: int, reason: str, nonce: str
) -> Adjusted | NeedsSecond | Declined | Refused | Gone:
    person = gate.customer(connection, staff, request.path_params["public_id"])
    public_id = once("correction", staff.public_id, person.public_id, nonce)
    known = adjustments.find(connection, public_id) is not None
    outcome = adjusting.adjust(
        connection,
        person.id,
        points,
        reason,
        staff_id=staff.id,
        limit=rules.read(connection).adjust_limit,
        public_id=public_id,
        now=local_now(request),
    )
    if not known and isinstance(outcome, Adjusted | NeedsSecond):
        waits = isinstance(outcome, NeedsSecond)
        after = {"points": points, "reason": reason, "state": "waiting" if waits else "posted"}
        action = "points.correction_asked" if waits else "points.corrected"
        noted(connection, request, staff, person, action, None, after)
    return outcome


def _noted(connection: Connection, request: Request, staff: Staff, action: str, after: dict[str, Any]) -> None:
    """Note a decision under the customer's name, with what was asked for and by whom."""
    found = adjustments.find(connection, request.path_params["public_id"])
    assert found is not None
    asked = adjustments.told(connection, found.id)
    before = {"state": "waiting", "points": asked.points, "reason": asked.reason, "asked_by": asked.staff}
    note(connection, request, staff.actor, action, f"customer:{asked.contact}", before, {**before, **after})


async def _decided(request: Request, staff: Staff, outcome: object, said: str) -> Response:
    match outcome:
        case SamePerson():
            return await _waiting(request, staff, Problem(texts.SAME_PERSON, {}), 409)
        case NotWaiting():
            return await _waiting(request, staff, Problem(texts.NOT_WAITING, {}), 409)
        case Refused(available=available):
            return await _waiting(request, staff, Problem(texts.TOO_FEW, {"points": available}), 409)
    return RedirectResponse(f"{CORRECTIONS}?said={said}", 303, NO_STORE)


async def _waiting(request: Request, staff: Staff, problem: Problem | None = None, status: int = 200) -> Response:
    rows: list[Told] = await office_of(request).database.read(partial(adjustments.waiting, limit=LISTED))
    shown = problem.shown(staff) if problem else ""
    return render_page(
        request, staff, "staff/corrections.html", texts.CORRECTIONS, status=status, rows=rows, problem=shown
    )


def _points(form: Form) -> int | None:
    typed = form.get("points", "").replace(",", "").replace(".", "").replace(" ", "")
    points = whole_number(western(typed)) or 0
    if not 0 < points <= adjusting.MOST or form.get("how") not in ("give", "take"):
        return None
    return points if form["how"] == "give" else -points


async def points_page(
    request: Request, staff: Staff, *, form: Form | None = None, problem: Problem | None = None, status: int = 422
) -> Response:
    """The customer's points; `problem` says why the last step was not taken, `form` what was filled in."""

    def read(connection: Connection) -> tuple[Head, dict[str, Any]]:
        head = read_head(connection, request, staff)
        return head, _read(connection, request, head)

    head, values = await office_of(request).database.read(read)
    return render_tab(
        request,
        staff,
        head,
        "points",
        texts.POINTS,
        status=status if problem else 200,
        problem=problem,
        form=form or {},
        nonce=secrets.token_urlsafe(12),
        most=adjusting.MOST,
        back=address(head.person),
        **values,
    )


def _read(connection: Connection, request: Request, head: Head) -> dict[str, Any]:
    member = ledger.read_account(connection, head.person.id)
    before = whole_number(request.query_params.get("before", ""), 15)
    found: list[tuple[int, Line]] = []
    if member is not None:
        newest = ledger_history.newest(connection, member.id, LINES + 1)
        earlier = ledger_history.after(connection, member.id, before, LINES + 1) if before else newest
        found = newest if earlier is None else earlier
    owned = ledger_history.owned_after(connection, member.id, found[0][0]) if member and found else 0
    lines: list[Owned] = []
    for entry_id, line in found[:LINES]:
        lines.append(Owned(entry_id, line, owned))
        owned -= line.points
    lots = ledger_lots.open_lots(connection, member.id) if member else []
    now = local_now(request)
    expiring = sorted((lot.expires_at, lot.left) for lot in lots if lot.expires_at and lot.expires_at > now)
    return {
        "lines": lines,
        "older": lines[-1].id if len(found) > LINES else 0,
        "first_page": not before,
        "expiring": expiring[:NEXT_LOTS],
        "limit": rules.read(connection).adjust_limit,
        "waiting": adjustments.waiting_for(connection, head.person.id),
        "member": member is not None,
        "frozen": ledger_freezing.of_contact(connection, head.person.id),
    }
