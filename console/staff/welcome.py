"""The one-time links by which a password is chosen, the first owner's and those for whoever forgot theirs."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import language
from console import texts as chat_texts
from console.staff import access, halfway, mails, texts
from console.staff.access import Form
from console.staff.login import EMAIL, entered, new_session, note
from console.staff.office import office_of
from console.staff.passwords import LONGEST, SHORTEST, weakness
from console.staff.rendering import render_message, render_page
from locales import LANGUAGES, Text, render
from store import attempts, invitations, staff_sessions
from store import staff as accounts
from store.staff import Account


class Invited(NamedTuple):
    """Whom a link is for: an account, or whoever becomes the first owner."""

    account: Account | None


async def show_welcome(request: Request, token: str) -> Response:
    """`GET /staff/welcome/{link}`: choose a password, or become the first owner."""
    invited = await office_of(request).database.read(partial(_invited, request=request))
    if invited is None:
        return render_message(request, None, 410, texts.LINK_VOID)
    return _page(request, token, invited)


async def welcome(request: Request, token: str) -> Response:
    """`POST /staff/welcome/{link}`: the link is used up; whoever opened it is logged in, or asked for a code."""
    office, form = office_of(request), await access.form(request)
    invited = await office.database.read(partial(_invited, request=request))
    if invited is None:
        return render_message(request, None, 410, texts.LINK_VOID)
    problem = _problem(invited, form)
    if problem is not None:
        return _page(request, token, invited, status=422, problem=problem, form=form)
    password = await office.passwords.hash(form["password"])
    settle = partial(_settle, request=request, invited=invited, form=form, password=password)
    account = await office.database.transact(settle)
    if account is None:
        return render_message(request, None, 410, texts.LINK_VOID)
    had = invited.account is not None and invited.account.password
    mail = mails.notice(request, account, mails.PASSWORD_CHANGED) if had else None
    if account.totp_at is not None:
        response = halfway.ask(request, token, account, "/staff")
        response.background = mail
        return response
    session = await office.database.transact(partial(new_session, request=request, staff_id=account.id))
    return entered(request, account.email, session, "/staff", mail)


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


def _settle(
    connection: Connection, request: Request, invited: Invited, form: Form, password: str
) -> Account | None:
    """Use the link up; the account with its new password, logged out everywhere."""
    now = office_of(request).now()
    if not invitations.use(connection, request.path_params["link"], now):
        return None
    account = invited.account
    if account is None:
        spoken = form.get("language") if form.get("language") in LANGUAGES else language.of_page(request)
        account = accounts.add(connection, form["email"], form["name"], "owner", str(spoken), now)
        if account is None:
            return None
        _note(connection, request, account, "staff.added", account.shown)
    accounts.change(connection, account.id, password=password)
    staff_sessions.end_all(connection, account.id)
    attempts.forget(connection, attempts.account_key(account.email))
    _note(connection, request, account, "staff.password_chosen", None)
    return accounts.by_id(connection, account.id)


def _note(
    connection: Connection, request: Request, account: Account, action: str, after: dict[str, object] | None
) -> None:
    who = f"staff:{account.public_id}"
    note(connection, request, who, action, who, None, after)


def _page(
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
