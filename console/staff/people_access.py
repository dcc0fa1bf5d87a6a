"""What managers do about the way colleagues come in: sessions ended, a second step taken away, or required."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec.structs import asdict
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, account, gate, mails
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.people import PAGE
from console.staff.rendering import NO_STORE
from service import team
from service.team import Team
from store import second_factors, staff_sessions
from store.staff import Account

Work: TypeAlias = Callable[[Connection, Account], None]


async def set_rules(request: Request, staff: Staff) -> Response:
    """`POST /staff/people-rules`: whether whoever manages accounts must have a second step."""
    office, wanted = office_of(request), "second" in await access.form(request)

    def change(connection: Connection) -> None:
        before, after = team.read(connection), Team(managers_need_second_step=wanted)
        team.save(connection, after, office.now())
        note(connection, request, staff.actor, "staff.rules_changed", "choice:staff", asdict(before), asdict(after))

    await office.database.transact(change)
    return RedirectResponse(f"{PAGE}?said=rules", 303, NO_STORE)


async def take_second_away(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}/second`: for a colleague who lost the phone; they are logged out."""

    def take(connection: Connection, colleague: Account) -> None:
        if not second_factors.remove(connection, colleague.id):
            raise access.absent()
        staff_sessions.end_all(connection, colleague.id)
        about, was, is_now = f"staff:{colleague.public_id}", {"second_step": True}, {"second_step": False}
        note(connection, request, staff.actor, "staff.second_removed", about, was, is_now)

    colleague, response = await _done(request, staff, take, "second")
    response.background = mails.notice(request, colleague, mails.SECOND_REMOVED)
    return response


async def end_sessions(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}/sessions`: log a colleague out everywhere."""

    def end(connection: Connection, colleague: Account) -> None:
        before = {"sessions": staff_sessions.end_all(connection, colleague.id)}
        about = f"staff:{colleague.public_id}"
        note(connection, request, staff.actor, "staff.sessions_ended", about, before, {"sessions": 0})

    return (await _done(request, staff, end, "sessions"))[1]


async def end_session(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}/sessions/{session}`: log a colleague out of one browser."""

    def end(connection: Connection, colleague: Account) -> None:
        account.end_one(connection, request, staff, colleague.id, colleague.public_id)

    return (await _done(request, staff, end, "session"))[1]


async def _done(request: Request, staff: Staff, work: Work, said: str) -> tuple[Account, Response]:
    """Do something about the colleague of the address, and go back to their page."""

    def look_and_do(connection: Connection) -> Account:
        colleague = gate.colleague(connection, staff, request.path_params["public_id"])
        work(connection, colleague)
        return colleague

    colleague = await office_of(request).database.transact(look_and_do)
    where = f"{PAGE}/{colleague.public_id}?said={said}"
    return colleague, RedirectResponse(where, 303, NO_STORE)
