"""A link by e-mail for whoever forgot their password: the same answer whether or not there is such an account."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from console import language
from console.refusals import Refusal
from console.staff import access, known, mails, texts
from console.staff.login import EMAIL, locked, note
from console.staff.office import office_of
from console.staff.rendering import render_page
from locales import Text, _, render
from store import attempts, invitations
from store import staff as accounts
from store.staff import Account

PAGE = "/staff/forgotten"
MOST = 5  # links within a quarter of an hour, for one account and from one address
MINUTES = round(invitations.FORGOTTEN.total_seconds() / 60)
WORDS: dict[str, Text] = {
    "forgotten": _("A new password"),
    "about": _("We send a link to your e-mail address. With it you choose a new password."),
    "email": texts.DOORS["email"],
    "send": _("Send the link"),
    "sent": _("If this address has an account, the mail is on its way. Its link works once, for half an hour."),
    "sent_help": _("Nothing there after a few minutes? Look among your spam, or ask an owner or administrator."),
    "ask": _("Please ask an owner or administrator. They can make a link for you."),
    "back": _("Back to the log-in"),
}


async def show_forgotten(request: Request, token: str) -> Response:
    """`GET /staff/forgotten`."""
    return _page(request, token)


async def forgotten(request: Request, token: str) -> Response:
    """`POST /staff/forgotten`: what the account's address is told is looked up when the page is answered."""
    office, form = office_of(request), await access.form(request)
    email, now = form.get("email", "").strip()[:254], office.now()
    if office.mail is None or not office.password_log_in:
        raise Refusal(403, WORDS["ask"])
    if not EMAIL.fullmatch(email):
        return _page(request, token, status=422, problem=texts.EMAIL_FORM, email=email)
    counted = known.counted(request, email, attempts.RESET)
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now, most=MOST))
    if until is not None:
        problem, values = locked(until, now)
        return _page(request, token, status=429, problem=problem, email=email, values=values)
    page = _page(request, token, sent=True)
    page.background = BackgroundTask(_send, request, email)
    return page


async def _send(request: Request, email: str) -> None:
    office = office_of(request)

    def make(connection: Connection) -> tuple[Account, str] | None:
        account = accounts.by_email(connection, email)
        if account is None or not account.active:
            return None
        who = f"staff:{account.public_id}"
        note(connection, request, "nobody", "staff.link_asked", who, None, None)
        return account, invitations.invite(connection, account.id, office.now(), invitations.FORGOTTEN)

    made = await office.database.transact(make)
    if made is None:
        return
    account, token = made
    lines = (mails.LINK, invitations.link(office.address, token), mails.NOT_YOU)
    mail = mails.send(request, account, mails.SUBJECT_LINK, *lines, minutes=MINUTES)
    if mail is not None:
        await mail()


def _page(
    request: Request,
    token: str,
    *,
    status: int = 200,
    problem: Text | None = None,
    sent: bool = False,
    email: str = "",
    values: dict[str, object] | None = None,
) -> Response:
    office, spoken = office_of(request), language.of_page(request)
    return render_page(
        request,
        None,
        "staff/forgotten.html",
        WORDS,
        status=status,
        problem=render(problem, spoken, {"example": texts.EXAMPLE, **(values or {})}) if problem else "",
        token=token,
        sent=sent,
        email=email,
        mails=office.mail is not None and office.password_log_in,
    )
