"""Coming in by a password, and going out."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import language
from console.refusals import Refusal
from console.staff import access, halfway, known, mails, texts
from console.staff.access import Staff
from console.staff.browsers import browser_of
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, _, n_, render
from store import attempts, audit, staff_sessions
from store import staff as accounts
from store.staff import Account

EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]+\.[^\s@<>,;]{2,}")
LOCKED = n_(
    "There were too many failed log-ins. Please wait {minutes} minute, then try again.",
    "There were too many failed log-ins. Please wait {minutes} minutes, then try again.",
    "minutes",
)
NO_PASSWORDS = _("Here everybody logs in with {provider}.")
WORDS: dict[str, Text] = texts.DOORS | {
    "forgotten": _("Forgot your password?"),
    "company": _("Log in with {provider}"),
    "or": _("or"),
    "only_company": NO_PASSWORDS,
    "said_late": _("That took too long. Please log in again."),
    "said_company_stopped": _("The log-in was stopped. You can try again."),
}


async def show_login(request: Request, token: str) -> Response:
    """`GET /staff/login`: the form; whoever is logged in goes on."""
    if await access.who(request):
        return RedirectResponse(access.onward(request.query_params.get("next", "")), 303, NO_STORE)
    return login_page(request, token)


async def log_in(request: Request, token: str) -> Response:
    """`POST /staff/login`: on when the password is right (to the code from the app, where one is owed)."""
    office, form = office_of(request), await access.form(request)
    if not office.password_log_in:
        raise Refusal(403, texts.FORBIDDEN)
    email, password, now = form.get("email", "")[:254], form.get("password", ""), office.now()
    counted = known.counted(request, email)
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now))
    if until is not None:
        return _locked_page(request, token, until, email)
    account = await office.database.read(partial(accounts.by_email, email=email))
    usable = account if account and account.active else None
    wrong = partial(login_page, request, token, status=401, problem=texts.WRONG_LOGIN, email=email)
    if not await office.passwords.verify(usable.password if usable else "", password) or usable is None:
        await office.database.transact(partial(failed, counted=counted, account=account, request=request))
        return wrong(onward=form.get("next", ""))
    fresh = await office.passwords.hash(password) if office.passwords.outdated(usable.password) else None
    proved = await office.database.transact(partial(_proved, request=request, account=usable, fresh=fresh))
    if proved is None:  # the account was closed, or has another password, since a moment ago
        return wrong(onward=form.get("next", ""))
    return await go_on(request, token, proved, access.onward(form.get("next", "")))


async def log_out(request: Request, staff: Staff) -> Response:
    """`POST /staff/logout`."""
    office = office_of(request)

    def leave(connection: Connection) -> None:
        staff_sessions.end(connection, staff.session)
        note(connection, request, staff.actor, "staff.logged_out", f"staff:{staff.public_id}", None, None)

    await office.database.transact(leave)
    response = RedirectResponse(f"{access.LOGIN}?said=out", 303, NO_STORE)
    access.set_cookie(request, response, access.session_cookie(request), "", 0)
    return response


async def go_on(request: Request, token: str, account: Account, where: str) -> Response:
    """What comes once the first half is proved: the code from the app where one is asked for, else a session."""
    if account.totp_at is not None:
        return halfway.ask(request, token, account, where)
    session = await office_of(request).database.transact(partial(begin, request=request, account=account))
    return entered(request, account.email, session, where, strange(request, account))


def begin(connection: Connection, request: Request, account: Account) -> str:
    """A new session of an account that has proved all it must; the one that this browser had ends."""
    older = request.cookies.get(access.session_cookie(request), "")
    staff_sessions.end(connection, staff_sessions.digest(older))
    note(connection, request, f"staff:{account.public_id}", "staff.logged_in", _subject(account), None, None)
    return new_session(connection, request, account.id)


def new_session(connection: Connection, request: Request, staff_id: int) -> str:
    """A session of this browser; its token."""
    now, agent = office_of(request).now(), request.headers.get("user-agent", "")
    return staff_sessions.begin(connection, staff_id, now, address=access.address(request), agent=agent)


def entered(request: Request, email: str, session: str, where: str, mail: BackgroundTask | None = None) -> Response:
    """Go on with a session of this account that has just begun."""
    response = RedirectResponse(where, 303, NO_STORE, background=mail)
    seconds = int(staff_sessions.LIFETIME.total_seconds())
    access.set_cookie(request, response, access.session_cookie(request), session, seconds)
    known.remember(request, response, email)
    return response


def strange(request: Request, account: Account) -> BackgroundTask | None:
    """Notice to the account of a browser it was never logged in with; None for one that is known."""
    if known.before(request, account.email):
        return None
    browser = browser_of(request.headers.get("user-agent", "")) or "?"
    lines = (mails.NEW_BROWSER, mails.WHERE)
    return mails.notice(request, account, *lines, browser=browser, address=access.address(request))


def note(
    connection: Connection, request: Request, actor: str, action: str, subject: str, before: Any, after: Any
) -> None:
    """Note what this request changed."""
    audit.note(connection, actor, action, subject, before, after, access.address(request), office_of(request).now())


def failed(connection: Connection, counted: tuple[str, ...], account: Account | None, request: Request) -> None:
    """Note it when a wrong guess was the last for a while."""
    if account is not None and attempts.left(connection, counted, office_of(request).now()) <= 0:
        note(connection, request, "nobody", "staff.locked_out", _subject(account), None, None)


def _proved(connection: Connection, request: Request, account: Account, fresh: str | None) -> Account | None:
    current = accounts.by_id(connection, account.id)
    if current is None or not current.active or current.password != account.password:
        return None
    attempts.right(connection, known.counted(request, account.email), office_of(request).now())
    if fresh is not None:
        accounts.change(connection, account.id, password=fresh)
    return accounts.by_id(connection, account.id)


def _subject(account: Account) -> str:
    return f"staff:{account.public_id}"


def login_page(
    request: Request, token: str, *, status: int = 200, problem: Text | None = None, **values: Any
) -> Response:
    """The page to log in on, with what went wrong."""
    office, spoken = office_of(request), language.of_page(request)
    onward = values.get("onward", request.query_params.get("next", ""))
    return render_page(
        request,
        None,
        "staff/login.html",
        WORDS,
        status=status,
        problem=render(problem, spoken, values) if problem else "",
        token=token,
        onward=onward if access.onward(onward) == onward else "",
        email=values.get("email", ""),
        provider=office.company.name if office.company else "",
        passwords=office.password_log_in,
    )


def locked(until: dt.datetime, now: dt.datetime) -> tuple[Text, dict[str, object]]:
    """What to say while no password is looked at, with the values to put in."""
    return LOCKED, {"minutes": math.ceil((until - now).total_seconds() / 60)}


def _locked_page(request: Request, token: str, until: dt.datetime, email: str) -> Response:
    now = office_of(request).now()
    problem, values = locked(until, now)
    page = login_page(request, token, status=429, problem=problem, email=email, **values)
    page.headers["Retry-After"] = str(math.ceil((until - now).total_seconds()))
    return page
