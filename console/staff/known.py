"""Browsers in which somebody has logged in before: guesses that strangers make do not lock these out.

Each has a random name in a cookie, signed for one account. It lets nobody in: it only has tries of its own.
"""

from __future__ import annotations

import hashlib
import secrets

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from console.staff import access
from console.staff.office import office_of
from store import attempts

YEAR = 365 * 24 * 3600


def counted(request: Request, email: str, what: str = attempts.ACCOUNT) -> tuple[str, ...]:
    """Under what a log-in to this account from here is counted (`store.attempts`)."""
    return attempts.keys(email, access.address(request), _browser(request, email), what)


def before(request: Request, email: str) -> bool:
    """Whether this account was logged in with this browser before."""
    return bool(_browser(request, email))


def remember(request: Request, response: Response, email: str) -> None:
    """Know this browser when the account logs in here again."""
    name = _browser(request, email) or secrets.token_urlsafe(16)
    signed = _signer(request, email).sign(name).decode()
    access.set_cookie(request, response, _cookie(request, email), signed, YEAR)


def _browser(request: Request, email: str) -> str:
    try:
        return _signer(request, email).unsign(request.cookies.get(_cookie(request, email), "")).decode()
    except BadSignature:
        return ""


def _cookie(request: Request, email: str) -> str:
    # One for each account: at a till several people log in with the same phone.
    return access.cookie(request, f"sapa_known_{attempts.account_key(email)[-12:]}")


def _signer(request: Request, email: str) -> Signer:
    salt = f"sapa.known.{attempts.account_key(email)}"
    return Signer(office_of(request).secret, salt=salt, digest_method=hashlib.sha256)
