"""The kiosks of a survey: added, switched off and on, and given another address."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import kiosk
from console.staff import access, gate, interview_texts
from console.staff.access import Staff
from console.staff.interviews import branch_of, start_page
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from store import kiosks
from store.kiosks import NAME_LENGTH, Kiosk
from surveys import library


async def add(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/kiosks`: a new kiosk, whose address is shown this once."""
    office, form = office_of(request), await access.form(request)
    name = " ".join(form.get("name", "").split())
    if not 0 < len(name) <= NAME_LENGTH:
        return await start_page(request, staff, problem=interview_texts.NO_NAME, values={"number": NAME_LENGTH})

    def work(connection: Connection) -> str:
        kept = gate.survey(connection, request.path_params["public_id"])
        published = library.published(connection, kept.public_id)
        if published is None:
            raise access.absent()
        branch = branch_of(connection, form)
        touchpoint = published.survey.touchpoint
        made, secret = kiosks.add(connection, published.survey_id, name, branch, touchpoint, office.now())
        after = {"survey": kept.code, "name": name, "branch": made.branch}
        note(connection, request, staff.actor, "kiosk.added", f"kiosk:{made.public_id}", None, after)
        return secret

    secret = await office.database.transact(work)
    return await start_page(request, staff, address=f"{office.address}{kiosk.PATH}/{secret}", status=200)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/kiosks/{kiosk}`: switch it `off` or `on`, or give it a `new` address."""
    office, form = office_of(request), await access.form(request)
    deed = form.get("deed", "")

    def work(connection: Connection) -> str:
        found = _kiosk(connection, request)
        about = f"kiosk:{found.public_id}"
        if deed == "new":
            secret = kiosks.renew(connection, found.public_id)
            note(connection, request, staff.actor, "kiosk.readdressed", about, None, None)
            return secret
        active = deed == "on"
        kiosks.switch(connection, found.public_id, active)
        was, becomes = {"active": found.active}, {"active": active}
        note(connection, request, staff.actor, "kiosk.switched", about, was, becomes)
        return ""

    secret = await office.database.transact(work)
    if secret:
        return await start_page(request, staff, address=f"{office.address}{kiosk.PATH}/{secret}", status=200)
    home = f"/staff/surveys/{request.path_params['public_id']}/interviews"
    return RedirectResponse(f"{home}?said=kiosk_{'on' if deed == 'on' else 'off'}", 303, NO_STORE)


def _kiosk(connection: Connection, request: Request) -> Kiosk:
    kept = gate.survey(connection, request.path_params["public_id"])
    found = kiosks.find(connection, request.path_params["kiosk"])
    published = library.published(connection, kept.public_id)
    if found is None or published is None or found.survey_id != published.survey_id:
        raise access.absent()
    return found
