"""Coming in and going out: the log-in, the log-out, and the one-time links by which a password is chosen."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import language
from console import texts as chat_texts
from console.staff import access, known, texts
from console.staff.access import Form, Staff
from console.staff.office import office_of
from console.staff.passwords import LONGEST, SHORTEST, weakness
from console.staff.rendering import NO_STORE, render_message, render_page
from locales import LANGUAGES, Text, n_, render
from store import attempts, audit, invitations, staff_sessions
from store import staff as accounts
from store.staff import Account

EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]+\.[^\s@<>,;]{2,}")
LOCKED = n_(
    "There were too many failed log-ins. Please wait {minutes} minute, then try again.",
    "There were too many failed log-ins. Please wait {minutes} minutes, then try again.",
    "minutes",
)


async def show_login(request: Request, token: str) -> Response:
    """`GET /staff/login`: the form; whoever is logged in goes on."""
    if await access.who(request):
        return RedirectResponse(access.onward(request.query_params.get("next", "")), 303, NO_STORE)
    return _login_page(request, token)


async def log_in(request: Request, token: str) -> Response:
    """`POST /staff/login`: a new session when the password is right, and the same page with the reason when not."""
    office, form = office_of(request), await access.form(request)
    email, password, now = form.get("email", "")[:254], form.get("password", ""), office.now()
    counted = known.counted(request, email)
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now))
    if until is not None:
        return _locked_page(request, token, until, email)
    account = await office.database.read(partial(accounts.by_email, email=email))
    usable = account if account and account.active else None
    if not await office.passwords.verify(usable.password if usable else "", password) or usable is None:
        await office.database.transact(partial(_failed, counted=counted, account=account, request=request, now=now))
        return _login_page(
            request, token, status=401, problem=texts.WRONG_LOGIN, email=email, onward=form.get("next", "")
        )
    fresh = await office.passwords.hash(password) if office.passwords.outdated(usable.password) else None
    session = await office.database.transact(partial(_enter, request=request, account=usable, fresh=fresh, now=now))
    if session is None:  # the account was closed, or has another password, since a moment ago
        return _login_page(
            request, token, status=401, problem=texts.WRONG_LOGIN, email=email, onward=form.get("next", "")
        )
    return entered(request, usable.email, session, access.onward(form.get("next", "")))


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


async def show_welcome(request: Request, token: str) -> Response:
    """`GET /staff/welcome/{link}`: choose a password, or become the first owner."""
    invited = await office_of(request).database.read(partial(_invited, request=request))
    if invited is None:
        return render_message(request, None, 410, texts.LINK_VOID)
    return _welcome_page(request, token, invited)


async def welcome(request: Request, token: str) -> Response:
    """`POST /staff/welcome/{link}`: the link is used up, and whoever opened it is logged in."""
    office, form = office_of(request), await access.form(request)
    invited = await office.database.read(partial(_invited, request=request))
    if invited is None:
        return render_message(request, None, 410, texts.LINK_VOID)
    problem = _problem(invited, form)
    if problem is not None:
        return _welcome_page(request, token, invited, status=422, problem=problem, form=form)
    password = await office.passwords.hash(form["password"])
    session = await office.database.transact(
        partial(_settle, request=request, invited=invited, form=form, password=password)
    )
    if session is None:
        return render_message(request, None, 410, texts.LINK_VOID)
    return entered(request, invited.account.email if invited.account else form["email"], session, "/staff")


def entered(request: Request, email: str, session: str, where: str) -> Response:
    """Go on with a session of this account that has just begun."""
    response = RedirectResponse(where, 303, NO_STORE)
    seconds = int(staff_sessions.LIFETIME.total_seconds())
    access.set_cookie(request, response, access.session_cookie(request), session, seconds)
    known.remember(request, response, email)
    return response


def note(
    connection: Connection, request: Request, actor: str, action: str, subject: str, before: Any, after: Any
) -> None:
    """Note what this request changed."""
    audit.note(connection, actor, action, subject, before, after, access.address(request), office_of(request).now())


class Invited(NamedTuple):
    """Whom a link is for: an account, or whoever becomes the first owner."""

    account: Account | None


def _invited(connection: Connection, request: Request) -> Invited | None:
    found = invitations.find(connection, request.path_params["link"], office_of(request).now())
    if found is None:
        return None
    if found[0] is None:
        return None if accounts.any_there(connection) else Invited(None)
    account = accounts.by_id(connection, found[0])
    return Invited(account) if account and account.active else None


def _problem(invited: Invited, form: Form) -> Text | None:
    name, email = form.get("name", ""), form.get("email", "")
    if invited.account is not None:
        name, email = invited.account.name, invited.account.email
    elif not EMAIL.fullmatch(email.strip()) or len(email) > 254:
        return texts.EMAIL_FORM
    elif not 0 < len(name.strip()) <= 100:
        return texts.NAME_MISSING
    return weakness(form.get("password", ""), form.get("repeat", ""), name, email)


def _settle(connection: Connection, request: Request, invited: Invited, form: Form, password: str) -> str | None:
    now = office_of(request).now()
    if not invitations.use(connection, request.path_params["link"], now):
        return None
    account = invited.account
    if account is None:
        spoken = form.get("language") if form.get("language") in LANGUAGES else language.of_page(request)
        account = accounts.add(connection, form["email"], form["name"], "owner", str(spoken), now)
        if account is None:
            return None
        note(
            connection, request, f"staff:{account.public_id}", "staff.added", _subject(account), None, account.shown
        )
    accounts.change(connection, account.id, password=password)
    staff_sessions.end_all(connection, account.id)
    attempts.forget(connection, attempts.account_key(account.email))
    note(connection, request, f"staff:{account.public_id}", "staff.password_chosen", _subject(account), None, None)
    return staff_sessions.begin(connection, account.id, now)


def _failed(
    connection: Connection, counted: tuple[str, ...], account: Account | None, request: Request, now: dt.datetime
) -> None:
    if account is not None and attempts.left(connection, counted, now) <= 0:
        note(connection, request, "nobody", "staff.locked_out", _subject(account), None, None)


def _enter(
    connection: Connection, request: Request, account: Account, fresh: str | None, now: dt.datetime
) -> str | None:
    current = accounts.by_id(connection, account.id)
    if current is None or not current.active or current.password != account.password:
        return None
    attempts.right(connection, known.counted(request, account.email), now)
    if fresh is not None:
        accounts.change(connection, account.id, password=fresh)
    older = request.cookies.get(access.session_cookie(request), "")
    staff_sessions.end(connection, staff_sessions.digest(older))
    note(connection, request, f"staff:{account.public_id}", "staff.logged_in", _subject(account), None, None)
    return staff_sessions.begin(connection, account.id, now)


def _subject(account: Account) -> str:
    return f"staff:{account.public_id}"


def _login_page(
    request: Request, token: str, *, status: int = 200, problem: Text | None = None, **values: Any
) -> Response:
    spoken = language.of_page(request)
    return render_page(
        request,
        None,
        "staff/login.html",
        texts.DOORS,
        status=status,
        problem=render(problem, spoken, values) if problem else "",
        token=token,
        onward=values.get("onward", request.query_params.get("next", "")),
        email=values.get("email", ""),
    )


def locked(until: dt.datetime, now: dt.datetime) -> tuple[Text, dict[str, object]]:
    """What to say while no password is looked at, with the values to put in."""
    return LOCKED, {"minutes": math.ceil((until - now).total_seconds() / 60)}


def _locked_page(request: Request, token: str, until: dt.datetime, email: str) -> Response:
    now = office_of(request).now()
    problem, values = locked(until, now)
    page = _login_page(request, token, status=429, problem=problem, email=email, **values)
    page.headers["Retry-After"] = str(math.ceil((until - now).total_seconds()))
    return page


def _welcome_page(
    request: Request,
    token: str,
    invited: Invited,
    *,
    status: int = 200,
    problem: Text | None = None,
    form: Form | None = None,
) -> Response:
    spoken = invited.account.language if invited.account else language.of_page(request)
    limits: dict[str, object] = {"shortest": SHORTEST, "longest": LONGEST, "example": texts.EXAMPLE}
    return render_page(
        request,
        None,
        "staff/welcome.html",
        texts.DOORS,
        status=status,
        spoken=spoken,
        problem=render(problem, spoken, limits) if problem else "",
        token=token,
        account=invited.account,
        form=form or {},
        languages=chat_texts.NAMES,
    )
