"""Whoever has proved the first half (a password, a link, the company's log-in) and owes a code from their app.

That is kept in the browser alone: a signed cookie for ten minutes, bound to the form cookie of this browser and
void when the account's password changes.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec
from itsdangerous import BadSignature, Signer
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from store import staff as accounts
from store.staff import Account

PAGE = "/staff/login/second"
LIFETIME = dt.timedelta(minutes=10)
COOKIE = "sapa_halfway"


class Halfway(msgspec.Struct, frozen=True):
    """Whose first half is proved, until when, in which browser, with which password, and where they want to go."""

    account: str
    until: dt.datetime
    browser: str
    password: str
    onward: str


def ask(request: Request, token: str, account: Account, onward: str) -> Response:
    """Send a browser, whose forms carry `token`, to the second half."""
    until = office_of(request).now() + LIFETIME
    half = Halfway(account.public_id, until, _short(token), _short(account.password), onward)
    response = RedirectResponse(PAGE, 303, NO_STORE)
    signed = _signer(request).sign(msgspec.json.encode(half).hex()).decode()
    access.set_cookie(request, response, _cookie(request), signed, int(LIFETIME.total_seconds()))
    return response


def of(request: Request, token: str) -> Halfway | None:
    """What this browser has proved; None for nothing, too long ago, or in another browser."""
    try:
        plain = bytes.fromhex(_signer(request).unsign(request.cookies.get(_cookie(request), "")).decode())
        half = msgspec.json.decode(plain, type=Halfway)
    except (BadSignature, ValueError, msgspec.DecodeError):
        return None
    fits = half.browser == _short(token) and half.until > office_of(request).now()
    return half if fits else None


def account_of(connection: Connection, half: Halfway) -> Account | None:
    """The account, while its password is the one that was proved and it may log in."""
    account = accounts.by_public_id(connection, half.account)
    if account is None or not account.active or _short(account.password) != half.password:
        return None
    return account


def end(request: Request, response: Response) -> None:
    """Take the cookie away."""
    access.set_cookie(request, response, _cookie(request), "", 0)


def _short(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def _cookie(request: Request) -> str:
    return access.cookie(request, COOKIE)


def _signer(request: Request) -> Signer:
    return Signer(office_of(request).secret, salt="sapa.halfway", digest_method=hashlib.sha256)
