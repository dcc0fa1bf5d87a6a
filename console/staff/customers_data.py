"""What is done with a customer's data as a whole: given out, erased, kept after all; and the note of a death."""

from __future__ import annotations

import unicodedata

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from console.export_archive import Archive
from console.staff import access, gate
from console.staff import customers_texts as texts
from console.staff.access import Staff
from console.staff.customers_head import Head, Problem, noted, read_head, render_tab
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from store import contacts, erasures
from store.customer_pages import Person
from store.exports import Holder


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/data`."""
    return await _page(request, staff)


async def export(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/export`: the same file that the customer gets in the chat."""
    office = office_of(request)

    def note(connection: Connection) -> Person:
        person = gate.customer(connection, staff, request.path_params["public_id"])
        noted(connection, request, staff, person, "customer.exported", None, None)
        return person

    person = await office.database.transact(note)
    archive = Archive(office.database, office.business, office.zone, office.now())
    name = f'attachment; filename="customer-{person.number or person.public_id}.zip"'
    kept = {"Content-Disposition": name.encode("ascii", "replace").decode(), **NO_STORE}
    zipped = archive.zip(Holder(person.id, person.language, person.timezone))
    return StreamingResponse(zipped, media_type="application/zip", headers=kept)


async def erase(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/erase`: as when the customer asks for it in the chat, a day from now."""
    typed = _same((await access.form(request)).get("typed", ""))

    def ask(connection: Connection) -> str:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        if typed != _same(to_type(person)):
            return to_type(person)
        due_at = erasures.ask(connection, person.id, office_of(request).now())
        after = {"due_at": due_at.isoformat(timespec="minutes")}
        noted(connection, request, staff, person, "customer.erasure_asked", None, after)
        return ""

    if word := await office_of(request).database.transact(ask):
        return await _page(request, staff, Problem(texts.NOT_TYPED, {"word": word}))
    return _back(request, "erasing")


async def keep(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/keep`: take the erasure back while there is time."""

    def take_back(connection: Connection) -> None:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        if erasures.take_back(connection, person.id, office_of(request).now()):
            noted(connection, request, staff, person, "customer.erasure_taken_back", None, None)

    await office_of(request).database.transact(take_back)
    return _back(request, "kept")


async def deceased(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/deceased`: note the death, or that it was a mistake."""
    died = (await access.form(request)).get("died") == "yes"

    def change(connection: Connection) -> None:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        if person.deceased != died:
            contacts.note_death(connection, person.id, died=died)
            before, after = {"deceased": person.deceased}, {"deceased": died}
            noted(connection, request, staff, person, "customer.deceased", before, after)

    await office_of(request).database.transact(change)
    return _back(request, "died")


def to_type(person: Person) -> str:
    """What whoever erases a customer has to type: something of this customer's."""
    return person.number or person.name or person.public_id


async def _page(request: Request, staff: Staff, problem: Problem | None = None) -> Response:
    def read(connection: Connection) -> Head:
        return read_head(connection, request, staff)

    head = await office_of(request).database.read(read)
    status, word = 422 if problem else 200, to_type(head.person)
    return render_tab(request, staff, head, "data", texts.DATA, status=status, problem=problem, word=word)


def _same(typed: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())


def _back(request: Request, said: str) -> Response:
    return RedirectResponse(f"/staff/customers/{request.path_params['public_id']}/data?said={said}", 303, NO_STORE)
