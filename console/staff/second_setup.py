"""Setting up the code from an app, its recovery codes, and taking it away again."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import segno
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, account, known, mails, totp
from console.staff.access import Staff
from console.staff.login import locked, note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, OWN, render_page
from console.staff.second import WRONG_CODE, new_codes, right
from locales import Text, _, render
from service import team
from store import attempts, second_factors, staff_sessions
from store import staff as accounts
from store.staff import MANAGERS
from talk.reading.codes import grouped

PAGE = f"{OWN}/second"
WORDS: dict[str, Text] = {
    "second": account.WORDS["second"],
    "about": _(
        "An authenticator app on your phone makes a new code every half minute. You type it after your password."
    ),
    "password": account.WORDS["current_password"],
    "begin": _("Set it up"),
    "scan": _("1. Add the account to your app"),
    "scan_help": _("Scan this with the app, or type the key into it."),
    "picture": _("QR code for the app"),
    "key": _("Key"),
    "confirm": _("2. Type the code that it shows"),
    "code": _("Code"),
    "turn_on": _("Turn it on"),
    "on": account.WORDS["second_on"],
    "codes": _("Recovery codes"),
    "codes_shown": _("Keep these codes away from your phone. Each works once, and they are shown only now."),
    "codes_help": _("Each works once, when your phone is not at hand. New ones make the earlier ones void."),
    "codes_left": account.WORDS["codes_left"],
    "codes_new": _("Make new recovery codes"),
    "copy": _("Copy"),
    "copied": _("Copied"),
    "remove": _("Turn it off"),
    "remove_help": _("Then your password alone opens your account again."),
    "back": _("Back to my account"),
    "said_required": _("Whoever manages accounts here logs in with a code, too. Please set it up now."),
}


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/account/second`."""
    return await _page(request, staff)


async def begin(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/second`: a new secret, which counts for nothing until it is confirmed."""
    office = office_of(request)
    refused = await account.proof(request, staff, (await access.form(request)).get("current", ""))
    if refused is not None:
        return await _page(request, staff, status=refused[0], problem=refused[1])

    def make(connection: Connection) -> None:
        sealed = totp.seal(totp.fresh(), office.secret, staff.public_id)
        if second_factors.begin(connection, staff.id, sealed):
            note(connection, request, staff.actor, "staff.second_begun", f"staff:{staff.public_id}", None, None)

    await office.database.transact(make)
    return RedirectResponse(PAGE, 303, NO_STORE)


async def picture(request: Request, staff: Staff) -> Response:
    """`GET /staff/account/second/qr.svg`: the secret for the app to scan, until it is confirmed."""
    office = office_of(request)
    secret = await office.database.read(partial(_unconfirmed, request=request, staff=staff))
    if secret is None:
        raise access.absent()
    drawn, said = io.BytesIO(), totp.address(secret, office.business, staff.email)
    segno.make_qr(said, error="m").save(drawn, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers=NO_STORE)


async def confirm(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/second/confirm`: from now on it is asked for; shows the recovery codes this once."""
    office, typed = office_of(request), (await access.form(request)).get("code", "")[:64]

    def turn_on(connection: Connection) -> list[str] | None:
        secret = _unconfirmed(connection, request, staff)
        step = totp.step(secret, typed, office.now()) if secret is not None else None
        if step is None or not second_factors.confirm(connection, staff.id, step, office.now()):
            return None
        staff_sessions.end_others(connection, staff.id, staff.session)
        _note(connection, request, staff, "staff.second_added", False, True)
        return new_codes(connection, request, staff.id)

    codes = await office.database.transact(turn_on)
    if codes is None:
        return await _page(request, staff, status=422, problem=render(WRONG_CODE, staff.language))
    page = await _page(request, staff, codes=codes)
    page.background = mails.notice(request, staff, mails.SECOND_ADDED)
    return page


async def renew_codes(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/second/codes`: new recovery codes, for whoever has the app."""

    def renew(connection: Connection) -> list[str]:
        _note(connection, request, staff, "staff.recovery_made", None, None)
        return new_codes(connection, request, staff.id)

    codes = await _with_code(request, staff, renew)
    if isinstance(codes, Response):
        return codes
    page = await _page(request, staff, codes=codes)
    page.background = mails.notice(request, staff, mails.NEW_CODES)
    return page


async def remove(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/second/remove`: with the password and a code."""
    refused = await account.proof(request, staff, (await access.form(request)).get("current", ""))
    if refused is not None:
        return await _page(request, staff, status=refused[0], problem=refused[1])

    def turn_off(connection: Connection) -> None:
        second_factors.remove(connection, staff.id)
        _note(connection, request, staff, "staff.second_removed", True, False)

    answer = await _with_code(request, staff, turn_off)
    if isinstance(answer, Response):
        return answer
    mail = mails.notice(request, staff, mails.SECOND_REMOVED)
    return RedirectResponse(f"{OWN}?said=second_removed", 303, NO_STORE, background=mail)


async def _with_code(request: Request, staff: Staff, work: Any) -> Any:
    """What `work` returns, done in one transaction with the code's use; the page for a wrong one."""
    office, typed = office_of(request), (await access.form(request)).get("code", "")[:64]
    counted, now = known.counted(request, staff.email, attempts.SECOND), office.now()
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now))
    if until is not None:
        problem, values = locked(until, now)
        return await _page(request, staff, status=429, problem=render(problem, staff.language, values))

    def prove(connection: Connection) -> tuple[Any] | None:
        own = accounts.by_id(connection, staff.id)
        if own is None or own.totp_at is None or right(connection, request, own, typed) is None:
            return None
        attempts.right(connection, counted, now)
        return (work(connection),)

    done = await office.database.transact(prove)
    if done is None:
        return await _page(request, staff, status=422, problem=render(WRONG_CODE, staff.language))
    return done[0]


def _unconfirmed(connection: Connection, request: Request, staff: Staff) -> bytes | None:
    found = second_factors.of(connection, staff.id)
    if found is None or found.since is not None:
        return None
    return totp.unseal(found.sealed, office_of(request).secret, staff.public_id)


def _note(
    connection: Connection, request: Request, staff: Staff, action: str, before: bool | None, after: bool | None
) -> None:
    was, is_now = (None if asked is None else {"second_step": asked} for asked in (before, after))
    note(connection, request, staff.actor, action, f"staff:{staff.public_id}", was, is_now)


async def _page(
    request: Request, staff: Staff, *, status: int = 200, problem: str = "", codes: list[str] | None = None
) -> Response:
    def look(connection: Connection) -> dict[str, Any]:
        found, own = second_factors.of(connection, staff.id), accounts.by_id(connection, staff.id)
        secret = _unconfirmed(connection, request, staff)
        return {
            "on": found is not None and found.since is not None,
            "key": totp.letters(secret) if secret is not None else "",
            "codes_left": second_factors.codes_left(connection, staff.id),
            "has_password": bool(own and own.password),
            "required": team.read(connection).managers_need_second_step and staff.role in MANAGERS,
        }

    seen = await office_of(request).database.read(look)
    shown = [grouped(code) for code in codes or ()]
    return render_page(
        request, staff, "staff/second_setup.html", WORDS, status=status, problem=problem, codes=shown, **seen
    )
