"""One's own account: the language of the pages, the password, the second step, and where one is logged in."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.refusals import UNREADABLE, Refusal
from console.staff import access, known, mails, texts
from console.staff.access import Staff
from console.staff.browsers import browser_of
from console.staff.login import entered, failed, locked, new_session, note
from console.staff.office import office_of
from console.staff.passwords import LONGEST, SHORTEST, weakness
from console.staff.rendering import NO_STORE, OWN, render_page
from locales import LANGUAGES, Text, _, n_, render
from store import attempts, second_factors, staff_sessions
from store import staff as accounts
from store.staff import MANAGERS

PAGE = OWN
WORDS: dict[str, Text] = texts.DOORS | {
    "account": _("My account"),
    "end_others": _("Log out everywhere else"),
    "end": _("Log out"),
    "this_one": _("this one"),
    "unknown_browser": _("Unknown browser"),
    "since": _("Since"),
    "last_seen": _("Last seen"),
    "save": _("Save"),
    "change_password": _("Change the password"),
    "current_password": _("Current password"),
    "change_password_help": _("Afterwards you are logged out everywhere else."),
    "sessions": _("Where you are logged in"),
    "serves": _("How you serve customers"),
    "second": _("Code from an app"),
    "second_on": _("When you log in, you are asked for a code from your app."),
    "second_off": _("A password can be guessed or found out. With a code from your phone it isn't enough."),
    "codes_left": n_("{count} recovery code is left.", "{count} recovery codes are left.", "count"),
    "second_set_up": _("Set it up"),
    "second_change": _("Change"),
    "said_language": _("The pages are in this language now."),
    "said_password": _("Your password is changed, and you are logged out everywhere else."),
    "said_sessions": _("You are logged out everywhere else."),
    "said_session": _("That browser is logged out."),
    "said_second_removed": _("You are not asked for a code any more."),
}
WRONG_PASSWORD = _("The current password is not right.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/account`."""
    return await _page(request, staff)


async def change_language(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/language`."""
    office, wanted = office_of(request), (await access.form(request)).get("language", "")
    if wanted not in LANGUAGES:
        raise Refusal(422, UNREADABLE)

    def change(connection: Connection) -> None:
        accounts.change(connection, staff.id, language=wanted)
        before, after = {"language": staff.language}, {"language": wanted}
        note(connection, request, staff.actor, "staff.language_changed", f"staff:{staff.public_id}", before, after)

    await office.database.transact(change)
    return RedirectResponse(f"{PAGE}?said=language", 303, NO_STORE)


async def change_password(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/password`: a new session here, and none anywhere else."""
    office, form = office_of(request), await access.form(request)
    refused = await proof(request, staff, form.get("current", ""))
    if refused is not None:
        return await _page(request, staff, status=refused[0], problem=refused[1])
    problem_found = weakness(form.get("password", ""), form.get("repeat", ""), staff.name, staff.email)
    if problem_found is not None:
        limits: dict[str, object] = {"shortest": SHORTEST, "longest": LONGEST}
        return await _page(request, staff, status=422, problem=render(problem_found, staff.language, limits))
    fresh = await office.passwords.hash(form["password"])

    def change(connection: Connection) -> str:
        accounts.change(connection, staff.id, password=fresh)
        staff_sessions.end_all(connection, staff.id)
        note(connection, request, staff.actor, "staff.password_changed", f"staff:{staff.public_id}", None, None)
        return new_session(connection, request, staff.id)

    session = await office.database.transact(change)
    mail = mails.notice(request, staff, mails.PASSWORD_CHANGED)
    return entered(request, staff.email, session, f"{PAGE}?said=password", mail)


async def end_other_sessions(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/sessions`: this browser gets a new session, every other is logged out."""
    office = office_of(request)

    def end(connection: Connection) -> str:
        ended = staff_sessions.end_all(connection, staff.id)
        about, before = f"staff:{staff.public_id}", {"sessions": ended}
        note(connection, request, staff.actor, "staff.sessions_ended", about, before, {"sessions": 1})
        return new_session(connection, request, staff.id)

    return entered(request, staff.email, await office.database.transact(end), f"{PAGE}?said=sessions")


async def end_session(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/sessions/{session}`: one browser is logged out."""
    await office_of(request).database.transact(partial(end_one, request=request, staff=staff, whose=staff.id))
    return RedirectResponse(f"{PAGE}?said=session", 303, NO_STORE)


def end_one(connection: Connection, request: Request, staff: Staff, whose: int, about: str = "") -> None:
    """End the session of the address; `about` is a colleague's public id. Raises Refusal 404 for no such one."""
    public_id = request.path_params["session"]
    now = office_of(request).now()
    ended = next((one for one in staff_sessions.every(connection, whose, now) if one.public_id == public_id), None)
    if ended is None or not staff_sessions.end_one(connection, whose, public_id):
        raise access.absent()
    before = {"browser": browser_of(ended.agent), "address": ended.address}
    subject = f"staff:{about or staff.public_id}"
    note(connection, request, staff.actor, "staff.session_ended", subject, before, None)


async def proof(request: Request, staff: Staff, password: str) -> tuple[int, str] | None:
    """Whether it is really them: the status and the words to refuse with, or None for the right password.

    Whoever has no password, for they log in at the company's, is not asked for one.
    """
    office = office_of(request)
    account = await office.database.read(partial(accounts.by_id, staff_id=staff.id))
    if account is not None and not account.password:
        return None
    now, counted = office.now(), known.counted(request, staff.email)
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now))
    if until is not None:
        problem, values = locked(until, now)
        return 429, render(problem, staff.language, values)
    if account is None or not await office.passwords.verify(account.password, password):
        await office.database.transact(partial(failed, counted=counted, account=account, request=request))
        return 422, render(WRONG_PASSWORD, staff.language)
    await office.database.transact(partial(attempts.right, counted=counted, now=now))
    return None


async def _page(request: Request, staff: Staff, *, status: int = 200, problem: str = "") -> Response:
    office = office_of(request)

    def look(connection: Connection) -> tuple[list[staff_sessions.Session], int, bool]:
        account = accounts.by_id(connection, staff.id)
        sessions = staff_sessions.every(connection, staff.id, office.now())
        return sessions, second_factors.codes_left(connection, staff.id), bool(account and account.password)

    sessions, codes_left, has_password = await office.database.read(look)
    return render_page(
        request,
        staff,
        "staff/account.html",
        WORDS,
        status=status,
        problem=problem,
        sessions=[(session, browser_of(session.agent)) for session in sessions],
        codes_left=codes_left,
        has_password=has_password,
        languages=chat_texts.NAMES,
        managing=MANAGERS,
    )
