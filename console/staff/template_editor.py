"""The editor of a template: five languages beside each other, its buttons, and how customers would see it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, template_form, template_view
from console.staff import template_frame as frame
from console.staff import template_texts as texts
from console.staff.access import Form, Staff
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, render_page, render_part
from console.staff.template_form import Typed
from locales import LANGUAGES, Language, Text, render
from loyalty import programme
from loyalty.programme import named
from outreach.templates import keeping
from outreach.templates.content import MOST_POINTS, MOST_SIGNS, Content, content_of
from outreach.templates.keeping import MOST_OF_A_NAME, Kept
from outreach.templates.problem import Problem
from store import catalog, surveys, templates
from store.media import File
from store.templates import Stale, Template
from talk.pictures import UnreadablePicture, clean
from talk.split import plain


class Shown(NamedTuple):
    """What a page of the editor shows besides the template as it is kept: what was typed, and what came of it."""

    typed: Typed | None = None
    sample: str = ""
    status: int = 200
    problem: Text | None = None


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/templates/{public_id}?sample=KEY`."""
    return await _show(request, staff, Shown(sample=request.query_params.get("sample", "")[:64]))


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/templates/{public_id}`: look at a preview, save, or mark a text as reviewed or as a draft.

    What is unfinished is saved, too. `deed` is preview, save, review-LANGUAGE or draft-LANGUAGE.
    """
    office, form = office_of(request), await access.form(request)
    before = await office.database.read(partial(frame.template, request=request))
    typed = template_form.typed(form, content_of(before.content))
    shown = Shown(typed, form.get("sample", "")[:64])
    deed = form.get("deed", "")
    if deed == "preview":
        return await _show(request, staff, shown)
    if typed.problems:
        return await _show(request, staff, shown._replace(status=422, problem=texts.EDITOR["unsaved"]))
    try:
        picture = await _picture(request)
    except UnreadablePicture:
        return await _show(request, staff, shown._replace(status=422, problem=texts.BAD_PICTURE))
    work = partial(_change, request=request, staff=staff, office=office, form=form, typed=typed, picture=picture)
    said = await office.database.transact(work)
    if said is None:
        return await _show(request, staff, shown._replace(status=409, problem=texts.STALE))
    return RedirectResponse(f"{frame.page_of(before)}?said={said}&sample={shown.sample}", 303, NO_STORE)


async def preview(request: Request, staff: Staff) -> Response:
    """`POST /staff/templates/{public_id}/preview`: how it would look as it is typed; nothing is kept."""
    office, form = office_of(request), await access.form(request)

    def read(connection: Connection) -> dict[str, Any]:
        content = template_form.typed(form, content_of(frame.template(connection, request).content)).content
        problems = keeping.wrong(connection, content, frame.house(office), office.now())
        return {
            "content": content,
            "sides": template_view.sides(content, problems, {}, staff.language),
            "fields": template_view.buttons(content, problems, staff.language),
            "seen": template_view.seen(connection, content, form.get("sample", "")[:64], office, staff.language),
        }

    values = await office.database.read(read)
    part = render_part(office, staff.language, "staff/template_tried.html", texts.EDITOR, **values)
    return HTMLResponse(part, headers=NO_STORE)


async def _picture(request: Request) -> File | None:
    """The picture that was posted, made safe to keep; None where nobody chose one. Raises UnreadablePicture."""
    posted = await access.file(request, "picture")
    if posted is None or not posted.content:
        return None
    cleaned = await asyncio.to_thread(clean, posted.content)
    return await asyncio.to_thread(File.of, cleaned.type, cleaned.content)


def _change(
    connection: Connection,
    request: Request,
    staff: Staff,
    office: Office,
    form: Form,
    typed: Typed,
    picture: File | None,
) -> str | None:
    """Save, and what follows it; what to say of it, None when somebody else was first."""
    before, now = frame.template(connection, request, lock=True), office.now()
    content, house = typed.content, frame.house(office)
    if picture is not None:
        name = f"{before.public_id}.{picture.type.partition('/')[2]}"
        content = template_form.with_picture(content, catalog.keep_ours(connection, name, picture, now))
    seen = whole_number(form.get("seen", "")) or 0
    kept = keeping.save(connection, before, typed.name, content, house, seen=seen, by=staff.public_id, now=now)
    if isinstance(kept, Stale):
        return None
    said, after = _reviewed(connection, kept, form.get("deed", ""), staff, office)
    if keeping.differ(before, after):
        told, tells = keeping.told(before), keeping.told(after)
        note(connection, request, staff.actor, "template.changed", frame.subject(after), told, tells)
    return said


def _reviewed(connection: Connection, kept: Kept, deed: str, staff: Staff, office: Office) -> tuple[str, Template]:
    verb, _dash, language = deed.partition("-")
    content = content_of(kept.template.content)
    if verb not in ("review", "draft") or language not in content.texts:
        return "saved", kept.template
    work = keeping.review if verb == "review" else keeping.unreview
    seen, by, house = kept.template.edit, staff.public_id, frame.house(office)
    done = work(connection, kept.template, language, house, seen=seen, by=by, now=office.now())
    assert isinstance(done, Kept), "it was saved in this transaction"
    if verb == "draft":
        return "unreviewed", done.template
    is_reviewed = content_of(done.template.content).texts[language].state == "reviewed"
    return "reviewed" if is_reviewed else "not_reviewed", done.template


async def _show(request: Request, staff: Staff, shown: Shown) -> Response:
    office = office_of(request)
    values = await office.database.read(partial(_read, request=request, staff=staff, office=office, shown=shown))
    problem = render(shown.problem, staff.language) if shown.problem else ""
    return render_page(
        request,
        staff,
        "staff/template_editor.html",
        texts.EDITOR,
        status=shown.status,
        problem=plain(problem),
        languages=LANGUAGES,
        flows={code: render(text, staff.language) for code, text in texts.FLOWS.items()},
        kinds=template_form.KINDS,
        does=template_form.DOES,
        most={"name": MOST_OF_A_NAME, "text": MOST_SIGNS, "points": MOST_POINTS},
        pieces=template_view.pieces(staff.language),
        **values,
    )


def _read(connection: Connection, request: Request, staff: Staff, office: Office, shown: Shown) -> dict[str, Any]:
    template = frame.template(connection, request)
    content = shown.typed.content if shown.typed else content_of(template.content)
    wrong: tuple[Problem, ...] = keeping.wrong(connection, content, frame.house(office), office.now())
    problems = (*(shown.typed.problems if shown.typed else ()), *wrong)
    reviewers = frame.names(connection, {text.by for text in content.texts.values() if text.by})
    spoken = staff.language
    made, real = template_view.choices(connection, content, office, spoken)
    return {
        "it": template,
        "content": content,
        "name": shown.typed.name if shown.typed else template.name,
        "writes": staff.role in MARKETERS and template.removed_at is None,
        "may_restore": staff.role in MARKETERS,
        "sides": template_view.sides(content, problems, reviewers, spoken),
        "fields": template_view.buttons(content, problems, spoken),
        "at_name": template_view.at(problems, ("name",), spoken),
        "at_picture": template_view.at(problems, ("picture",), spoken),
        "at_gift": template_view.at(problems, ("gift",), spoken),
        "at_texts": [each for each in problems if each.path == ("texts",)],
        "samples": {"samples_made": made, "samples_real": real},
        "sample": shown.sample or template_view.FIRST,
        "seen": template_view.seen(connection, content, shown.sample, office, spoken),
        "uses": templates.uses(connection, template.public_id),
        **_house(connection, content, spoken),
    }


def _house(connection: Connection, content: Content, language: Language) -> dict[str, Any]:
    """The surveys and rewards to choose from; one that is chosen and is there no more stays to be seen."""
    rewards = programme.read(connection).rewards
    given = {each.code: named(each.name, each.names, language) for each in rewards if each.kind != "donation"}
    asked = {
        each.code: each.names.get(language) or each.names.get("en") or each.code
        for each in surveys.every(connection)
        if each.version and each.active
    }
    if content.gift and content.gift.reward:
        given.setdefault(content.gift.reward, content.gift.reward)
    for button in content.buttons:
        if button.does == "survey" and button.target:
            asked.setdefault(button.target, button.target)
    return {"rewards": given, "surveys": asked}
