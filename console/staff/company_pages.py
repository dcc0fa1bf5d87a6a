"""Coming in by the company's own log-in: to the provider, and back from it.

Nobody gets an account that way. Somebody is known by the provider's name for them; at first by the e-mail address
that the provider has verified, which links the two for good.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import partial
from typing import NamedTuple

import msgspec
import structlog
from itsdangerous import BadSignature, Signer
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.refusals import Refusal
from console.staff import access, mails
from console.staff.company import Asked, Company, CompanyAway, CompanyRefused, Person
from console.staff.login import go_on, note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from locales import _
from store import attempts
from store import staff as accounts
from store.staff import Account
from talk.errors import SapaError

START, BACK = "/staff/company", "/staff/company/back"
COOKIE = "sapa_company"
PATIENCE = dt.timedelta(minutes=10)  # to log in at the provider
AWAY = _("The company log-in can't be reached just now. Please try again in a moment.")
REFUSED = _("The company log-in didn't confirm who you are. Please try again.")
UNKNOWN = _("The company log-in knows you, but you have no account here. Please ask an owner or administrator.")

log = structlog.get_logger()


class Journey(msgspec.Struct, frozen=True):
    """A browser on its way to the provider and back, and where it wants to go then."""

    asked: Asked
    onward: str
    until: dt.datetime


class Found(NamedTuple):
    """Whose account it is, and whether it was linked just now."""

    account: Account
    linked: bool


async def start(request: Request, _token: str) -> Response:
    """`GET /staff/company`: to the provider."""
    company, asked = _company(request), Asked.anew()
    onward = access.onward(request.query_params.get("next", ""))
    journey = Journey(asked, onward, office_of(request).now() + PATIENCE)
    try:
        there = await company.address(_back(request), asked)
    except CompanyAway as error:
        raise _refusal(error) from error
    response = RedirectResponse(there, 303, NO_STORE)
    signed = _signer(request).sign(msgspec.json.encode(journey).hex()).decode()
    access.set_cookie(request, response, access.cookie(request, COOKIE), signed, int(PATIENCE.total_seconds()))
    return response


async def back(request: Request, token: str) -> Response:
    """`GET /staff/company/back`: a session for whoever the provider says it is, if they work here."""
    company, journey = _company(request), _journey(request)
    if journey is None or request.query_params.get("state", "") != journey.asked.state:
        raise Refusal(403, REFUSED)
    if "error" in request.query_params:
        return _done(request, RedirectResponse(f"{access.LOGIN}?said=company_stopped", 303, NO_STORE))
    office = office_of(request)
    # Once each: whoever saw the address cannot come back by it, even with a copy of the cookie.
    once = (f"company:{hashlib.sha256(journey.asked.state.encode()).hexdigest()}",)
    if await office.database.transact(partial(attempts.begin, counted=once, now=office.now(), most=1)):
        raise Refusal(403, REFUSED)
    try:
        person = await company.person(request.query_params.get("code", ""), _back(request), journey.asked)
    except (CompanyAway, CompanyRefused) as error:
        raise _refusal(error) from error
    found = await office.database.transact(partial(_account, request=request, person=person))
    if found is None:
        raise Refusal(403, UNKNOWN)
    response = _done(request, await go_on(request, token, found.account, access.onward(journey.onward)))
    if found.linked:
        response.background = mails.notice(request, found.account, mails.COMPANY_LINKED, provider=company.name)
    return response


def _account(connection: Connection, request: Request, person: Person) -> Found | None:
    """The account that is linked, or the one that is linked now, if it may log in."""
    account = accounts.by_company(connection, person.who)
    if account is not None:
        return Found(account, False) if account.active else None
    account = accounts.by_email(connection, person.email) if person.email else None
    if account is None or not account.active or account.oidc is not None:
        return None
    accounts.change(connection, account.id, oidc=person.who)
    who = f"staff:{account.public_id}"
    note(connection, request, who, "staff.company_linked", who, None, {"email": account.email})
    return Found(account, True)


def _company(request: Request) -> Company:
    company = office_of(request).company
    if company is None:
        raise access.absent()
    return company


def _refusal(error: SapaError) -> Refusal:
    log.warning("company_log_in", error=str(error))
    return Refusal(503, AWAY) if isinstance(error, CompanyAway) else Refusal(403, REFUSED)


def _back(request: Request) -> str:
    return f"{office_of(request).address}{BACK}"


def _done(request: Request, response: Response) -> Response:
    access.set_cookie(request, response, access.cookie(request, COOKIE), "", 0)
    return response


def _journey(request: Request) -> Journey | None:
    signed = request.cookies.get(access.cookie(request, COOKIE), "")
    try:
        plain = bytes.fromhex(_signer(request).unsign(signed).decode())
        journey = msgspec.json.decode(plain, type=Journey)
    except (BadSignature, ValueError, msgspec.DecodeError):
        return None
    return journey if journey.until > office_of(request).now() else None


def _signer(request: Request) -> Signer:
    return Signer(office_of(request).secret, salt="sapa.company", digest_method=hashlib.sha256)
