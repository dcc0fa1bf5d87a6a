"""Claims of missing points: the open ones, the first that was promised in front, and the decision."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, amounts, gate, service_texts
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, render
from loyalty import claims, programme
from loyalty.claims import Approved, Credited, NotOpen, Refused, TooOld
from store import profiles
from store import staff as accounts
from store.claims import Claim

PAGE = "/staff/claims"
LABEL = service_texts.CLAIMS
NOON = dt.time(12)


async def waiting(request: Request, staff: Staff) -> Response:
    """`GET /staff/claims`."""
    office = office_of(request)

    def read(connection: Connection) -> list[tuple[Claim, profiles.Profile]]:
        found = claims.waiting(connection)
        return [(claim, profiles.profile(connection, claim.contact_id)) for claim in found]

    rows = await office.database.read(read)
    return render_page(request, staff, "staff/claims.html", service_texts.CLAIM, rows=rows, now=office.now())


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/claims/{public_id}`."""
    return await _page(request, staff)


async def approve(request: Request, staff: Staff) -> Response:
    """`POST /staff/claims/{public_id}/approve`: amount, day and branch of the purchase that the receipt shows."""
    office, form = office_of(request), await access.form(request)
    rules = await office.database.read(programme.read)
    amount, bought = amounts.typed(form.get("amount", ""), rules.currency), _day(form.get("bought", ""), request)
    if amount is None:
        example = amounts.example(rules.currency)
        return await _page(request, staff, service_texts.NO_AMOUNT, form=form, example=example)
    if bought is None:
        return await _page(request, staff, service_texts.NO_DAY, form=form)
    decide = partial(
        _approve, request=request, staff=staff, amount=amount, bought=bought, branch=form.get("branch", "")
    )
    outcome = await office.database.transact(decide)
    if isinstance(outcome, Approved):
        return RedirectResponse(f"{PAGE}?said=approved", 303, NO_STORE)
    if isinstance(outcome, TooOld):
        return await _page(request, staff, service_texts.TOO_OLD, form=form, earliest=outcome.earliest)
    problem = service_texts.CREDITED if isinstance(outcome, Credited) else service_texts.DECIDED
    return await _page(request, staff, problem, form=form, status=409)


async def refuse(request: Request, staff: Staff) -> Response:
    """`POST /staff/claims/{public_id}/refuse`: with the reason that the customer reads."""
    office, form = office_of(request), await access.form(request)
    reason = form.get("reason", "").strip()
    if not 0 < len(reason) <= 200:
        return await _page(request, staff, service_texts.NO_REASON, form=form)

    def decide(connection: Connection) -> Refused | NotOpen:
        claim = _gate(request, staff, connection)
        outcome = claims.refuse(connection, claim.public_id, reason, staff.id, _local_now(request))
        if isinstance(outcome, Refused):
            _note(connection, request, staff, claim, "refused", {"reason": reason})
        return outcome

    if isinstance(await office.database.transact(decide), NotOpen):
        return await _page(request, staff, service_texts.DECIDED, form=form, status=409)
    return RedirectResponse(f"{PAGE}?said=refused", 303, NO_STORE)


def _approve(
    connection: Connection, request: Request, staff: Staff, amount: int, bought: dt.datetime, branch: str
) -> Approved | NotOpen | Credited | TooOld:
    claim = _gate(request, staff, connection)
    branch_id = {str(number): number for number, _name in accounts.all_branches(connection)}.get(branch)
    now = _local_now(request)
    outcome = claims.approve(connection, claim.public_id, amount, bought, branch_id, staff.id, now)
    if isinstance(outcome, Approved):
        given = {
            "amount": amount,
            "bought": bought.date().isoformat(),
            "branch": branch_id,
            "points": outcome.points,
        }
        _note(connection, request, staff, claim, "approved", given)
    return outcome


def _note(
    connection: Connection, request: Request, staff: Staff, claim: Claim, state: str, decision: dict[str, Any]
) -> None:
    after = {"state": state, **decision}
    about = f"claim:{claim.public_id}"
    note(connection, request, staff.actor, f"claim.{state}", about, {"state": claim.state}, after)


def _day(text: str, request: Request) -> dt.datetime | None:
    """Noon of the day on the business's clock, or now when it is today; None for no day and for one to come."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    now = _local_now(request)
    return (
        min(dt.datetime.combine(day, NOON, now.tzinfo), now) if dt.date(2000, 1, 1) <= day <= now.date() else None
    )


def _local_now(request: Request) -> dt.datetime:
    office = office_of(request)
    return office.now().astimezone(office.zone)


def _gate(request: Request, staff: Staff, connection: Connection) -> Claim:
    return gate.claim(connection, staff, request.path_params["public_id"])


async def _page(
    request: Request,
    staff: Staff,
    problem: Text | None = None,
    *,
    form: Form | None = None,
    status: int = 422,
    **values: object,
) -> Response:
    office = office_of(request)
    claim = await office.database.read(partial(_gate, request, staff))
    rules = await office.database.read(programme.read)
    return render_page(
        request,
        staff,
        "staff/claim.html",
        service_texts.CLAIM,
        status=status if problem else 200,
        problem=render(problem, staff.language, dict(values)) if problem else "",
        claim=claim,
        customer=await office.database.read(partial(profiles.profile, contact_id=claim.contact_id)),
        branches=await office.database.read(accounts.all_branches),
        currency=rules.currency,
        today=_local_now(request).date().isoformat(),
        now=office.now(),
        form=form or {},
    )
