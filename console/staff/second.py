"""The second half of a log-in: a code from the app, or one of the recovery codes."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import language
from console.staff import access, halfway, known, mails, totp
from console.staff.halfway import Halfway
from console.staff.login import begin, entered, failed, locked, note, strange
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, _, render
from store import attempts, second_factors
from store.staff import Account
from talk.reading.codes import new_code, read_code

RECOVERY = 12  # letters of 5 bits
WORDS: dict[str, Text] = {
    "second": _("One more step"),
    "second_help": _("Please type the six digits that your app shows for {business}."),
    "code": _("Code"),
    "code_help": _("No phone at hand? Type one of your recovery codes instead."),
    "go_on": _("Log in"),
    "other": _("Log in as somebody else"),
}
WRONG_CODE = _("That code is not right, or was used before. Please take the next one that your app shows.")


class Proved(NamedTuple):
    """A log-in that is complete: its session, and how many recovery codes are left when one was used."""

    session: str
    codes_left: int | None


async def show_second(request: Request, token: str) -> Response:
    """`GET /staff/login/second`."""
    half = halfway.of(request, token)
    return _to_login() if half is None else _page(request, token, half)


async def second(request: Request, token: str) -> Response:
    """`POST /staff/login/second`: a session for the right code."""
    office, form = office_of(request), await access.form(request)
    half = halfway.of(request, token)
    account = await office.database.read(partial(halfway.account_of, half=half)) if half else None
    if half is None or account is None:
        return _to_login()
    counted, now = known.counted(request, account.email, attempts.SECOND), office.now()
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now))
    if until is not None:
        problem, values = locked(until, now)
        return _page(request, token, half, status=429, problem=problem, **values)
    prove = partial(_prove, request=request, half=half, typed=form.get("code", "")[:64], counted=counted)
    proved = await office.database.transact(prove)
    if proved is None:
        return _page(request, token, half, status=401, problem=WRONG_CODE)
    mail = strange(request, account)
    if proved.codes_left is not None:
        mail = mails.notice(request, account, mails.RECOVERY_USED, count=proved.codes_left)
    response = entered(request, account.email, proved.session, access.onward(half.onward), mail)
    halfway.end(request, response)
    return response


def right(
    connection: Connection, request: Request, account: Account, typed: str, *, recovery: bool = True
) -> str | None:
    """Use a code up: what it was, `app` or `recovery`; None for a wrong one or one that was used before."""
    office, found = office_of(request), second_factors.of(connection, account.id)
    secret = totp.unseal(found.sealed, office.secret, account.public_id) if found else None
    step = totp.step(secret, typed, office.now()) if secret is not None else None
    if step is not None and second_factors.use(connection, account.id, step):
        return "app"
    code = read_code(typed) if recovery else None
    if code is None or len(code) != RECOVERY:
        return None
    used = second_factors.use_code(connection, account.id, office.secret, code, office.now())
    return "recovery" if used else None


def new_codes(connection: Connection, request: Request, staff_id: int) -> list[str]:
    """New recovery codes, to be shown once; the earlier ones are void."""
    office, codes = office_of(request), [new_code(RECOVERY) for _place in range(second_factors.CODES)]
    second_factors.keep_codes(connection, staff_id, office.secret, codes, office.now())
    return codes


def _prove(
    connection: Connection, request: Request, half: Halfway, typed: str, counted: tuple[str, ...]
) -> Proved | None:
    account = halfway.account_of(connection, half)
    how = right(connection, request, account, typed) if account is not None else None
    if account is None or how is None:
        failed(connection, counted, account, request)
        return None
    attempts.right(connection, counted, office_of(request).now())
    left = second_factors.codes_left(connection, account.id) if how == "recovery" else None
    if left is not None:
        who = f"staff:{account.public_id}"
        note(connection, request, who, "staff.recovery_used", who, {"codes": left + 1}, {"codes": left})
    return Proved(begin(connection, request, account), left)


def _to_login() -> Response:
    return RedirectResponse(f"{access.LOGIN}?said=late", 303, NO_STORE)


def _page(
    request: Request,
    token: str,
    half: Halfway,
    *,
    status: int = 200,
    problem: Text | None = None,
    **values: object,
) -> Response:
    spoken = language.of_page(request)
    return render_page(
        request,
        None,
        "staff/second.html",
        WORDS,
        status=status,
        problem=render(problem, spoken, values) if problem else "",
        token=token,
    )
