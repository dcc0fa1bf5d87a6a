"""Redemption of one customer: stopped when their phone or card may be in other hands, and allowed again."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, gate
from console.staff import customers_texts as texts
from console.staff.access import Staff
from console.staff.customers_head import Problem, noted
from console.staff.customers_points import LONGEST, points_page
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from loyalty import freezing
from store import due

TELLS = "redemption_allowed"  # the dialogue
BY_STAFF = "staff"


async def stop(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/points/stop`: nothing is redeemed any more; with a reason."""
    return await _set(request, staff, stopped=True)


async def allow(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/points/allow`: it goes on, and the customer is told; with a reason."""
    return await _set(request, staff, stopped=False)


async def _set(request: Request, staff: Staff, *, stopped: bool) -> Response:
    why = (await access.form(request)).get("why", "").strip()
    if not 0 < len(why) <= LONGEST:
        return await points_page(request, staff, problem=Problem(texts.NO_WHY, {}))
    await office_of(request).database.transact(
        partial(_change, request=request, staff=staff, stopped=stopped, why=why)
    )
    said = "stopped" if stopped else "allowed"
    return RedirectResponse(
        f"/staff/customers/{request.path_params['public_id']}/points?said={said}", 303, NO_STORE
    )


def _change(connection: Connection, *, request: Request, staff: Staff, stopped: bool, why: str) -> None:
    person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
    now = office_of(request).now()
    if stopped:
        changed = freezing.freeze(connection, person.id, BY_STAFF, now)
    else:
        changed = freezing.allow(connection, person.id)
        if changed:
            due.plan(connection, person.id, TELLS, {}, key=f"{TELLS}:{person.public_id}:{now.isoformat()}", at=now)
    if changed:
        action = "redemption.stopped" if stopped else "redemption.allowed"
        noted(connection, request, staff, person, action, None, {"reason": why})
