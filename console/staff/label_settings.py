"""The labels that the team puts on conversations: named, coloured, renamed, taken away."""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, _, render
from store import labels
from store.labels import NAME_LENGTH, Label

PAGE = "/staff/settings/labels"
LABEL = _("Labels")
WORDS: dict[str, Text] = {
    "labels": LABEL,
    "about": _("Short names for what a conversation is about, to find and count such conversations."),
    "none": _("There is no label yet."),
    "new": _("New label"),
    "name": _("Name"),
    "colour": _("Colour"),
    "add": _("Add the label"),
    "save": _("Save"),
    "remove": _("Remove"),
    "remove_help": _("It is taken off every conversation, too."),
    "teal": _("Teal"),
    "blue": _("Blue"),
    "indigo": _("Indigo"),
    "purple": _("Purple"),
    "pink": _("Pink"),
    "red": _("Red"),
    "orange": _("Orange"),
    "yellow": _("Yellow"),
    "green": _("Green"),
    "grey": _("Grey"),
    "said_saved": _("The label is saved."),
    "said_removed": _("The label is removed."),
}
# Each is seen on the pages by day and by night: contrast of 3 with both.
COLOURS = {
    "teal": "#14877d",
    "blue": "#3b82d0",
    "indigo": "#7a74e0",
    "purple": "#a463cf",
    "pink": "#cf5a96",
    "red": "#d9534f",
    "orange": "#c9701a",
    "yellow": "#a37f14",
    "green": "#4a8f3c",
    "grey": "#78848a",
}
NO_NAME = _("Please write a name of at most {number} characters.")
TAKEN = _("There is a label of this name already.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/labels`."""
    return await _show(request, staff)


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/labels`: a new label."""
    form = await access.form(request)
    name, colour = _written(form)
    if not name:
        return await _show(request, staff, problem=NO_NAME, form=form, status=422)

    def add(connection: Connection) -> Label | None:
        made = labels.make(connection, name, colour)
        if made is not None:
            after = {"name": made.name, "colour": made.colour}
            note(connection, request, staff.actor, "label.changed", f"label:{made.id}", None, after)
        return made

    if await office_of(request).database.transact(add) is None:
        return await _show(request, staff, problem=TAKEN, form=form, status=409)
    return RedirectResponse(f"{PAGE}?said=saved", 303, NO_STORE)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/labels/{label}`: another name or colour, or take it away."""
    form, number = await access.form(request), whole_number(request.path_params["label"]) or 0
    name, colour = _written(form)
    removes = "remove" in form
    if await office_of(request).database.read(lambda connection: labels.find(connection, number)) is None:
        raise access.absent()
    if not name and not removes:
        return await _show(request, staff, problem=NO_NAME, status=422)

    def save(connection: Connection) -> bool:
        before = labels.find(connection, number)
        if before is None:
            raise access.absent()
        if removes:
            labels.drop(connection, number)
        elif not labels.change(connection, number, name, colour):
            return False
        after = None if removes else {"name": name, "colour": colour}
        was = {"name": before.name, "colour": before.colour}
        note(connection, request, staff.actor, "label.changed", f"label:{number}", was, after)
        return True

    if not await office_of(request).database.transact(save):
        return await _show(request, staff, problem=TAKEN, status=409)
    return RedirectResponse(f"{PAGE}?said={'removed' if removes else 'saved'}", 303, NO_STORE)


async def _show(
    request: Request, staff: Staff, *, problem: Text | None = None, form: Form | None = None, status: int = 200
) -> Response:
    said = render(problem, staff.language, {"number": NAME_LENGTH}) if problem else ""
    return render_page(
        request,
        staff,
        "staff/labels.html",
        WORDS,
        status=status,
        problem=Markup(said),  # noqa: S704 - our own text
        every=await office_of(request).database.read(labels.every),
        colours=COLOURS,
        form=form or {},
        longest=NAME_LENGTH,
    )


def _written(form: Form) -> tuple[str, str]:
    """Name and colour; an empty name for none that could be kept."""
    name = " ".join(form.get("name", "").split())
    colour = form.get("colour", "")
    chosen = colour if colour in COLOURS.values() else COLOURS["teal"]
    return (name if len(name) <= NAME_LENGTH and name.isprintable() else ""), chosen
