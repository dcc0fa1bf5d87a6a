"""A customer's vouchers, and the consents they gave and took back."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, gate, service_texts
from console.staff import customers_texts as texts
from console.staff.access import Form, Staff
from console.staff.customers_head import Head, Problem, local_now, noted, read_head, render_tab
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from loyalty import vouchers
from loyalty.vouchers import Cancelled, NotCancellable
from store import consents, customer_things

STAFF_CHANNEL = "staff"
WORDING = "staff-1"  # the customer saw no wording of ours: the proof says what they said
TOLD_BY = ("phone", "branch", "letter")
PURPOSES = (consents.MARKETING, consents.PROFILING)
LONGEST_PROOF = 300


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/vouchers`."""
    return await _vouchers(request, staff)


async def cancel(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/vouchers/{voucher}/cancel`: its points go back."""

    def deed(connection: Connection) -> Cancelled | NotCancellable:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        voucher = request.path_params["voucher"]
        key, now = f"staff:cancel:{voucher}", office_of(request).now()
        outcome = vouchers.cancel(connection, person.id, voucher, key=key, now=now)
        if isinstance(outcome, Cancelled):
            after = {"voucher": voucher, "points": outcome.points}
            noted(connection, request, staff, person, "voucher.cancelled", None, after)
        return outcome

    outcome = await office_of(request).database.transact(deed)
    if isinstance(outcome, NotCancellable):
        if outcome.reason == "unknown":
            raise access.absent()
        problem = Problem(texts.NOT_CANCELLED[outcome.reason], {})
        return await _vouchers(request, staff, problem=problem, status=409)
    home = f"/staff/customers/{request.path_params['public_id']}/vouchers"
    return RedirectResponse(f"{home}?said=cancelled", 303, NO_STORE)


async def consented(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/consents`."""
    return await _consents(request, staff)


async def record(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/consents`: what the customer told the team, with how it is known."""
    form = await access.form(request)
    proof, purpose, channel = form.get("proof", "").strip(), form.get("purpose", ""), form.get("channel", "")
    if not 3 <= len(proof) <= LONGEST_PROOF or purpose not in PURPOSES or channel not in TOLD_BY:
        return await _consents(request, staff, form=form, problem=Problem(texts.NO_PROOF, {}))
    granted = form.get("answer") == "yes"

    def deed(connection: Connection) -> None:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        consents.record(
            connection,
            person.id,
            purpose=purpose,
            channel=channel,
            granted=granted,
            wording=WORDING,
            locale=person.language,
            evidence=f"{staff.name}: {proof}",
            at=office_of(request).now(),
        )
        after = {"purpose": purpose, "granted": granted, "channel": channel, "proof": proof}
        noted(connection, request, staff, person, "customer.consent", None, after)

    await office_of(request).database.transact(deed)
    home = f"/staff/customers/{request.path_params['public_id']}/consents"
    return RedirectResponse(f"{home}?said=recorded", 303, NO_STORE)


async def _vouchers(
    request: Request, staff: Staff, *, problem: Problem | None = None, status: int = 200
) -> Response:
    now = local_now(request)

    def read(connection: Connection) -> tuple[Head, list[Any]]:
        head = read_head(connection, request, staff)
        return head, customer_things.vouchers_of(connection, head.person.id, staff.language, now)

    head, rows = await office_of(request).database.read(read)
    return render_tab(request, staff, head, "vouchers", texts.VOUCHERS, status=status, problem=problem, rows=rows)


async def _consents(
    request: Request, staff: Staff, *, form: Form | None = None, problem: Problem | None = None
) -> Response:
    def read(connection: Connection) -> tuple[Head, list[Any]]:
        head = read_head(connection, request, staff)
        return head, customer_things.consents_of(connection, head.person.id)

    head, rows = await office_of(request).database.read(read)
    return render_tab(
        request,
        staff,
        head,
        "consents",
        texts.CONSENTS | {f"in_{name}": text for name, text in service_texts.LANGUAGES.items()},
        status=422 if problem else 200,
        problem=problem,
        rows=rows,
        purposes=PURPOSES,
        told_by=TOLD_BY,
        form=form or {},
    )
