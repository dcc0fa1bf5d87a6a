"""The keys of the shop's systems that call the JSON API: made, shown once, revoked."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, people
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, _, render
from store import api_keys
from store.api_keys import SCOPES, NewKey

PAGE = "/staff/api-keys"
LABEL = _("API keys")
NAME_LENGTH = 100
WORDS: dict[str, Text] = {
    "keys": LABEL,
    "about": _("Each of the shop's systems that talks to Sapa has a key of its own."),
    "none": _("There is no key yet."),
    "system": _("System"),
    "system_help": _("What the key is for, such as the web shop."),
    "may": _("What it may do"),
    "used": _("Last used"),
    "never": _("Never"),
    "revoked": _("Revoked"),
    "make": _("Make a key"),
    "key": _("The new key"),
    "key_help": _("Keep it as you keep a password. It is shown only now."),
    "revoke": _("Revoke"),
    "copy": people.WORDS["copy"],
    "copied": people.WORDS["copied"],
    "said_revoked": _("The key is revoked. Nothing gets in with it any more."),
}
UNFINISHED = _("Please name the system and choose what it may do.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/api-keys`."""
    return await _list(request, staff)


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/api-keys`: a new key, and the page that shows it this once."""
    office, form = office_of(request), await access.form(request)
    name, scopes = form.get("system", "").strip(), [scope for scope in SCOPES if scope in form]
    if not scopes or not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        return await _list(request, staff, status=422, problem=UNFINISHED, form=form)

    def add(connection: Connection) -> NewKey:
        made = api_keys.add(connection, name, scopes, office.now())
        after = {"name": name, "scopes": scopes}
        note(connection, request, staff.actor, "apikey.added", f"apikey:{made.public_id}", None, after)
        return made

    return await _list(request, staff, made=(await office.database.transact(add)).key)


async def revoke(request: Request, staff: Staff) -> Response:
    """`POST /staff/api-keys/{public_id}/revoke`: at once and for good."""
    office, public_id = office_of(request), request.path_params["public_id"]

    def end(connection: Connection) -> None:
        if not api_keys.revoke(connection, public_id, office.now()):
            raise access.absent()
        note(connection, request, staff.actor, "apikey.revoked", f"apikey:{public_id}", None, None)

    await office.database.transact(end)
    return RedirectResponse(f"{PAGE}?said=revoked", 303, NO_STORE)


async def _list(
    request: Request,
    staff: Staff,
    *,
    status: int = 200,
    problem: Text | None = None,
    form: Form | None = None,
    made: str = "",
) -> Response:
    return render_page(
        request,
        staff,
        "staff/keys.html",
        WORDS,
        status=status,
        problem=render(problem, staff.language) if problem else "",
        form=form or {},
        made=made,
        every=await office_of(request).database.read(api_keys.all_keys),
        scopes=SCOPES,
    )
