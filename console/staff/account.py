"""One's own account: the language of the pages, the password, and where one is logged in."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.refusals import UNREADABLE, Refusal
from console.staff import access, known, texts
from console.staff.access import Staff
from console.staff.login import entered, locked, note
from console.staff.office import office_of
from console.staff.passwords import LONGEST, SHORTEST, weakness
from console.staff.rendering import NO_STORE, OWN, render_page
from locales import LANGUAGES, Text, _, n_, render
from store import attempts, staff_sessions
from store import staff as accounts

PAGE = OWN
WORDS: dict[str, Text] = texts.DOORS | {
    "account": _("My account"),
    "signed_in": n_("You are logged in on {devices} device.", "You are logged in on {devices} devices.", "devices"),
    "end_others": _("Log out everywhere else"),
    "save": _("Save"),
    "change_password": _("Change the password"),
    "current_password": _("Current password"),
    "change_password_help": _("Afterwards you are logged out everywhere else."),
    "sessions": _("Devices"),
    "said_language": _("The pages are in this language now."),
    "said_password": _("Your password is changed, and you are logged out everywhere else."),
    "said_sessions": _("You are logged out everywhere else."),
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
    now, counted = office.now(), known.counted(request, staff.email)
    until = await office.database.transact(partial(attempts.begin, counted=counted, now=now))
    if until is not None:
        problem, values = locked(until, now)
        return await _page(request, staff, status=429, problem=render(problem, staff.language, values))
    account = await office.database.read(partial(accounts.by_id, staff_id=staff.id))
    kept = account.password if account else ""
    if not await office.passwords.verify(kept, form.get("current", "")):
        return await _page(request, staff, status=422, problem=render(WRONG_PASSWORD, staff.language))
    problem_found = weakness(form.get("password", ""), form.get("repeat", ""), staff.name, staff.email)
    if problem_found is not None:
        await office.database.transact(partial(attempts.right, counted=counted, now=now))
        limits: dict[str, object] = {"shortest": SHORTEST, "longest": LONGEST}
        return await _page(request, staff, status=422, problem=render(problem_found, staff.language, limits))
    fresh = await office.passwords.hash(form["password"])

    def change(connection: Connection) -> str:
        accounts.change(connection, staff.id, password=fresh)
        attempts.right(connection, counted, now)
        staff_sessions.end_all(connection, staff.id)
        note(connection, request, staff.actor, "staff.password_changed", f"staff:{staff.public_id}", None, None)
        return staff_sessions.begin(connection, staff.id, now)

    return entered(request, staff.email, await office.database.transact(change), f"{PAGE}?said=password")


async def end_other_sessions(request: Request, staff: Staff) -> Response:
    """`POST /staff/account/sessions`: this browser gets a new session, every other is logged out."""
    office = office_of(request)

    def end(connection: Connection) -> str:
        ended = staff_sessions.end_all(connection, staff.id)
        about, before = f"staff:{staff.public_id}", {"sessions": ended}
        note(connection, request, staff.actor, "staff.sessions_ended", about, before, {"sessions": 1})
        return staff_sessions.begin(connection, staff.id, office.now())

    return entered(request, staff.email, await office.database.transact(end), f"{PAGE}?said=sessions")


async def _page(request: Request, staff: Staff, *, status: int = 200, problem: str = "") -> Response:
    office = office_of(request)
    sessions = await office.database.read(partial(staff_sessions.every, staff_id=staff.id, now=office.now()))
    return render_page(
        request,
        staff,
        "staff/account.html",
        WORDS,
        status=status,
        problem=problem,
        devices=len(sessions),
        languages=chat_texts.NAMES,
    )
