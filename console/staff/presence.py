"""Whether somebody who serves customers is there, or away for a while."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from service import assignment


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/presence`, the field `away`: back to the page where it was pressed."""
    away = bool((await access.form(request)).get("away"))
    office = office_of(request)

    def note(connection: Connection) -> None:
        assignment.set_away(connection, staff.id, away, office.now())

    await office.database.transact(note)
    return RedirectResponse(access.onward(urlsplit(request.headers.get("referer", "")).path), 303, NO_STORE)
