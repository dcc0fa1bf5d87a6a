"""The builder of a segment: rows and groups, who is meant while one builds, and saving without losing a thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, gate, segments_house, segments_members, segments_starters
from console.staff import segments_frame as frame
from console.staff import segments_texts as texts
from console.staff import segments_tree as tree
from console.staff.access import Form, Staff, absent
from console.staff.login import note
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, render_page, render_part
from console.staff.segments_forms import tree_of
from console.staff.segments_rows import Drawing
from console.staff.segments_tree import WHOLE, Group, Place
from console.staff.segments_typed import Typed, said, typed
from console.staff.segments_words import Called, sentence
from locales import Text, render
from loyalty import programme
from outreach.segments import audience
from outreach.segments.audience import Person
from outreach.segments.definition import to_plain
from store import segments
from store.segment_counts import LastCount
from store.segments import NameTaken, Segment, Stale

NEW = f"{frame.PAGE}/new"
SAMPLE = 10
NOTHING = Markup()


class Trial(NamedTuple):
    """Who would be in it: how many, and some of them."""

    counted: LastCount
    people: Sequence[Person]


class Kept(NamedTuple):
    """What the builder shows of a segment that is there: itself, what it says, who changed it last."""

    segment: Segment
    words: Markup
    changer: str


async def start(request: Request, staff: Staff) -> Response:
    """`GET /staff/segments/new?stage=at_risk`: a new one, filled in as the address asks (`segments_starters`)."""

    def read(connection: Connection) -> tuple[str, Group, Called]:
        name, condition = segments_starters.begun(connection, request.query_params, staff.language)
        whole = tree_of(condition, programme.read(connection).currency)
        return name, whole, segments_house.offered(connection, staff.language, whole)

    name, whole, called = await office_of(request).database.read(read)
    return _page(request, staff, None, name, Typed(whole), called)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/segments/{public_id}`: the builder, or a list's own page; others read what it says."""
    office = office_of(request)
    writes = staff.role in gate.MARKETERS

    def read(connection: Connection) -> tuple[Kept, Group, Called, Trial | None]:
        kept = _kept(connection, frame.segment(connection, request), staff)
        currency = programme.read(connection).currency
        condition = frame.condition_of(kept.segment)
        whole = tree_of(condition, currency) if condition else Group("all", ())
        trial = _tried(connection, kept.segment, office) if condition and not _open(kept.segment, writes) else None
        return kept, whole, segments_house.offered(connection, staff.language, whole), trial

    segment = await office.database.read(partial(frame.segment, request=request))
    if segment.condition is None:
        return await segments_members.show(request, staff)
    kept, whole, called, trial = await office.database.read(read)
    return _page(request, staff, kept, kept.segment.name, Typed(whole), called, trial=trial)


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/new`: a button of the builder, or a new segment."""
    return await _change(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}`: a button of the builder, or the segment as it is now.

    Where somebody else saved it meanwhile (`edit`), 409 shows both, and the same form can be sent once more.
    """
    return await _change(request, staff)


async def try_out(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/new/count`: who is meant by what stands in the builder, or what is wrong with it."""
    office, form = office_of(request), await access.form(request)

    def look(connection: Connection) -> tuple[Typed, Markup, Trial | None]:
        found = typed(connection, form)
        if found.condition is None:
            return found, NOTHING, None
        called = segments_house.called(connection, staff.language, [found.condition])
        trial = _tried(connection, frame.unsaved(found.condition, office.now()), office)
        return found, sentence(found.condition, called, staff.language), trial

    looked = await frame.at_leisure(request, look)
    if looked is None:
        return Response(status_code=204)
    found, words, trial = looked
    troubles = said(found, staff.language)
    values: dict[str, Any] = {
        "troubles": [(tree.name_of(place), troubles.get(place)) for place in tree.places(found.whole)],
        "trial": trial,
        "sentence": words,
        "looks": staff.role in gate.LOOKERS,
    }
    part = render_part(office, staff.language, "staff/segments_tried.html", texts.BUILDER, **values)
    return HTMLResponse(part, headers=NO_STORE)


async def _change(request: Request, staff: Staff) -> Response:
    form, office = await access.form(request), office_of(request)
    kept, found = await office.database.read(partial(_before, request=request, staff=staff, form=form))
    if kept is not None and kept.segment.removed_at is not None:
        return RedirectResponse(frame.page_of(kept.segment), 303, NO_STORE)
    if form.get("deed") != "save":
        return await _grown(request, staff, kept, found, form)
    name = frame.name_of(form.get("name", ""))
    wrong = None if name else (texts.BUILDER["nameless_segment"], {"number": frame.MOST_OF_A_NAME})
    if wrong or found.condition is None:
        return await _again(request, staff, kept, found, form, 422, wrong)
    saved = await office.database.transact(
        partial(_save, request=request, staff=staff, found=found, name=name, edit=_edit(form))
    )
    if isinstance(saved, NameTaken):
        return await _again(request, staff, kept, found, form, 422, (texts.BUILDER["taken"], {"name": name}))
    if isinstance(saved, Stale):
        theirs, found = await office.database.read(partial(_before, request=request, staff=staff, form=form))
        return await _again(request, staff, theirs, found, form, 409)
    return RedirectResponse(f"{frame.page_of(saved)}?said=saved", 303, NO_STORE)


def _before(connection: Connection, request: Request, staff: Staff, form: Form) -> tuple[Kept | None, Typed]:
    """The segment that is changed, unless it is a new one; and what stands in the builder."""
    if "public_id" not in request.path_params:
        return None, typed(connection, form)
    segment = frame.segment(connection, request)
    if segment.condition is None:
        raise absent()
    return _kept(connection, segment, staff), typed(connection, form)


def _save(
    connection: Connection, request: Request, staff: Staff, found: Typed, name: str, edit: int
) -> Segment | NameTaken | Stale:
    now, document = office_of(request).now(), to_plain(found.condition) if found.condition else None
    if "public_id" not in request.path_params:
        made = segments.add(connection, name=name, condition=document, by=staff.public_id, now=now)
        if isinstance(made, Segment):
            note(connection, request, staff.actor, "segment.added", frame.subject(made), None, frame.told(made))
        return made
    before = frame.segment(connection, request, lock=True)
    saved = segments.save(connection, before.id, name=name, condition=document, edit=edit, now=now)
    if isinstance(saved, Segment):
        was, is_now = frame.told(before), frame.told(saved)
        note(connection, request, staff.actor, "segment.changed", frame.subject(saved), was, is_now)
    return saved


async def _grown(request: Request, staff: Staff, kept: Kept | None, found: Typed, form: Form) -> Response:
    """The builder after one of its buttons; for htmx its rows alone."""
    done = tree.done(found.whole, form.get("deed", ""))
    whole = done.whole if done else found.whole
    offered = partial(segments_house.offered, language=staff.language, whole=whole)
    called = await office_of(request).database.read(offered)
    at = done.at if done else None
    if request.headers.get("hx-request") != "true":
        return _page(request, staff, kept, form.get("name", ""), Typed(whole), called, at=at, edit=_edit(form))
    drawn = Drawing(called, staff.language, {}).part(whole, WHOLE)
    action = frame.page_of(kept.segment) if kept else NEW
    values: dict[str, Any] = {"whole": drawn, "at": _named(at), "action": action}
    part = render_part(office_of(request), staff.language, "staff/segments_rows.html", texts.BUILDER, **values)
    return HTMLResponse(part, headers=NO_STORE)


async def _again(
    request: Request,
    staff: Staff,
    kept: Kept | None,
    found: Typed,
    form: Form,
    status: int,
    wrong: tuple[Text, Mapping[str, object]] | None = None,
) -> Response:
    """The builder as it was typed, with what kept it from being saved."""

    def read(connection: Connection) -> tuple[Called, Markup]:
        called = segments_house.offered(connection, staff.language, found.whole)
        return called, sentence(found.condition, called, staff.language) if found.condition else NOTHING

    called, words = await office_of(request).database.read(read)
    problem = Markup(render(wrong[0], staff.language, wrong[1])) if wrong else NOTHING  # noqa: S704 - rendered
    stale = kept is not None and status == 409
    return _page(
        request,
        staff,
        kept,
        form.get("name", ""),
        found,
        called,
        status=status,
        wrong=problem,
        stale=words if stale else NOTHING,
        edit=kept.segment.edit if kept and stale else _edit(form),
    )


def _page(
    request: Request,
    staff: Staff,
    kept: Kept | None,
    name: str,
    found: Typed,
    called: Called,
    *,
    status: int = 200,
    wrong: Markup = NOTHING,
    stale: Markup = NOTHING,
    edit: int | None = None,
    at: Place | None = None,
    trial: Trial | None = None,
) -> Response:
    segment = kept.segment if kept else None
    return render_page(
        request,
        staff,
        "staff/segments_builder.html",
        texts.BUILDER,
        status=status,
        kept=kept,
        action=frame.page_of(segment) if segment else NEW,
        name=name,
        edit=edit if edit is not None else segment.edit if segment else 0,
        whole=Drawing(called, staff.language, said(found, staff.language)).part(found.whole, WHOLE),
        at=_named(at),
        wrong=wrong,
        broken=bool(found.problems),
        stale=stale,
        trial=trial,
        writes=_open(segment, staff.role in gate.MARKETERS),
        restores=staff.role in gate.MARKETERS,
        looks=staff.role in gate.LOOKERS,
    )


def _kept(connection: Connection, segment: Segment, staff: Staff) -> Kept:
    words = frame.in_words(connection, [segment], staff.language)[segment.id]
    return Kept(segment, words, frame.changers(connection, [segment])[segment.id])


def _open(segment: Segment | None, writes: bool) -> bool:
    """Whether it can be changed by who may change segments."""
    return writes and (segment is None or segment.removed_at is None)


def _tried(connection: Connection, segment: Segment, office: Office) -> Trial:
    people = audience.sample(connection, segment, SAMPLE, office.now(), office.zone.key)
    return Trial(frame.count(connection, segment, office), people)


def _named(at: Place | None) -> str:
    return "" if at is None else tree.name_of(at)


def _edit(form: Form) -> int:
    return whole_number(form.get("edit", "")) or 0
