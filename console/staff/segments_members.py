"""A list of customers: made, filled from a file, and who is on it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from console.numbers import whole_number
from console.staff import access, gate, segments_reading
from console.staff import segments_frame as frame
from console.staff import segments_texts as texts
from console.staff.access import Staff, absent
from console.staff.audit_log import BOM
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.segments_reading import MOST_MISSED, MissedLine, Progress
from locales import Text, render
from store import customers, segments
from store.segments import MOST_AT_ONCE, NameTaken, Segment, Stale
from talk.reading.spreadsheet import harmless

NEW = f"{frame.PAGE}/lists"
MEGABYTES = 16
FILE_BYTES = MEGABYTES * 1024 * 1024
MISSED_BYTES = 4 * 1024 * 1024
ROWS, FIRST = 50, 20
STEPS = "application/x-ndjson"
"""What a page accepts that wants to hear how far a file is: lines of JSON with `lines` and `total`, then `html`."""


async def start(request: Request, staff: Staff) -> Response:
    """`GET /staff/segments/lists`: the name of a new list."""
    return _name_page(request, staff, "")


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/lists`: a list that nobody is on yet."""
    office, typed = office_of(request), (await access.form(request)).get("name", "")
    if not (name := frame.name_of(typed)):
        return _name_page(request, staff, typed, texts.BUILDER["nameless_segment"])

    def add(connection: Connection) -> Segment | NameTaken:
        made = segments.add(connection, name=name, condition=None, by=staff.public_id, now=office.now())
        if isinstance(made, Segment):
            note(connection, request, staff.actor, "segment.added", frame.subject(made), None, frame.told(made))
        return made

    made = await office.database.transact(add)
    if isinstance(made, NameTaken):
        return _name_page(request, staff, name, texts.BUILDER["taken"])
    return RedirectResponse(f"{frame.page_of(made)}?said=made", 303, NO_STORE)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/segments/{public_id}` of a list."""
    return await _page(request, staff)


async def rename(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/name`: what a list is called."""
    office, form = office_of(request), await access.form(request)
    name, edit = frame.name_of(form.get("name", "")), whole_number(form.get("edit", "")) or 0
    if not name:
        return await _page(request, staff, wrong=texts.BUILDER["nameless_segment"])

    def save(connection: Connection) -> Segment | NameTaken | Stale:
        before = _list(connection, request, lock=True)
        saved = segments.save(connection, before.id, name=name, condition=None, edit=edit, now=office.now())
        if isinstance(saved, Segment) and saved.name != before.name:
            was, is_now = frame.told(before), frame.told(saved)
            note(connection, request, staff.actor, "segment.changed", frame.subject(saved), was, is_now)
        return saved

    saved = await office.database.transact(save)
    if isinstance(saved, Segment):
        return RedirectResponse(f"{frame.page_of(saved)}?said=saved", 303, NO_STORE)
    wrong = texts.BUILDER["taken" if isinstance(saved, NameTaken) else "stale"]
    return await _page(request, staff, wrong=wrong, name=name, status=409 if isinstance(saved, Stale) else 422)


async def upload(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/file`: put whoever a file names on the list, or only these."""
    office, form = office_of(request), await access.form(request)
    file = await access.file(request, "file")
    segment = await office.database.read(partial(_list, request=request))
    if file is None or not file.content.strip():
        return await _page(request, staff, wrong=texts.MEMBERS["no_file"])
    only = form.get("how") == "replace"
    told = {"name": segment.name, "rows": file.content.count(b"\n"), "replaced": only}
    noted = partial(
        note,
        request=request,
        actor=staff.actor,
        action="segment.imported",
        subject=frame.subject(segment),
        before=None,
        after=told,
    )
    await office.database.transact(noted)
    steps = _noted(request, staff, segment, only=only, content=file.content)
    if STEPS in request.headers.get("accept", ""):
        return StreamingResponse(_told(request, staff, steps), media_type=STEPS, headers=NO_STORE)
    async for done in steps:
        last = done
    return await _page(request, staff, result=last)


async def save_missed(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/missed.csv`: the lines that name no customer, as they were just told."""
    await office_of(request).database.read(partial(_list, request=request))
    try:
        lines = msgspec.json.decode((await access.form(request)).get("lines", ""), type=list[MissedLine])
    except msgspec.DecodeError:
        raise absent() from None
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("line", "value", "why"))
    writer.writerows((each.line, harmless(each.value), each.why) for each in lines)
    name = {"Content-Disposition": 'attachment; filename="not-found.csv"', **NO_STORE}
    return Response(f"{BOM}{table.getvalue()}", media_type="text/csv", headers=name)


async def take_off(request: Request, staff: Staff) -> Response:
    """`POST /staff/segments/{public_id}/members`: take who is ticked off the list, or with `all` everybody."""
    office, form = office_of(request), await access.form(request)
    ticked = [name.partition("~")[2] for name in form if name.startswith("who~")][:MOST_AT_ONCE]
    everybody = form.get("all") == "yes"

    def work(connection: Connection) -> tuple[Segment, int]:
        segment = _list(connection, request, lock=True)
        if everybody:
            off = segments.clear(connection, segment.id, MOST_AT_ONCE)
        else:
            ids = customers.ids_by(connection, "public_id", ticked)
            off = segments.take_off(connection, segment.id, [each for found in ids.values() for each in found])
        if off:
            segments.touch(connection, segment.id, office.now())
        return segment, off

    segment, count = await office.database.transact(work)
    off = count
    while everybody and off == MOST_AT_ONCE:
        segment, off = await office.database.transact(work)
        count += off
    if count:
        after = {"name": segment.name, "taken_off": count}
        noted = partial(_note_members, request=request, staff=staff, segment=segment, after=after)
        await office.database.transact(noted)
    said = "cleared" if everybody else "taken_off" if count else "nobody_ticked"
    return RedirectResponse(f"{frame.page_of(segment)}?said={said}", 303, NO_STORE)


async def _noted(
    request: Request, staff: Staff, segment: Segment, *, only: bool, content: bytes
) -> AsyncIterator[Progress]:
    """Read a file onto a list, and note what came of it."""
    office = office_of(request)
    last: Progress | None = None
    async for done in segments_reading.read(office, segment.id, office.region, content, only=only):
        last = done
        yield done
    if last and (last.added or last.taken_off):
        after = {"name": segment.name, "added": last.added, "taken_off": last.taken_off}
        changed = partial(_note_members, request=request, staff=staff, segment=segment, after=after)
        await office.database.transact(changed)


def _note_members(
    connection: Connection, request: Request, staff: Staff, segment: Segment, after: dict[str, Any]
) -> None:
    note(connection, request, staff.actor, "segment.members", frame.subject(segment), None, after)


async def _told(request: Request, staff: Staff, steps: AsyncIterator[Progress]) -> AsyncIterator[str]:
    async for done in steps:
        last = done
        yield f"{json.dumps({'lines': done.lines, 'total': done.total})}\n"
    page = await _page(request, staff, result=last)
    yield f"{json.dumps({'html': bytes(page.body).decode()})}\n"


async def _page(
    request: Request,
    staff: Staff,
    *,
    wrong: Text | None = None,
    name: str = "",
    status: int = 422,
    result: Progress | None = None,
) -> Response:
    office = office_of(request)
    after = request.query_params.get("after", "")

    def read(connection: Connection) -> dict[str, Any]:
        segment = _list(connection, request, removed=True)
        ids = customers.ids_by(connection, "public_id", [after]).get(after, set()) if after else set()
        found = segments.listed(connection, segment.id, min(ids, default=0), ROWS + 1)
        return {
            "segment": segment,
            "people": found[:ROWS],
            "next": found[ROWS - 1].public_id if len(found) > ROWS else "",
            "counted": frame.count(connection, segment, office),
            "changer": frame.changers(connection, [segment])[segment.id],
        }

    values = await office.database.read(read)
    writes = staff.role in gate.MARKETERS
    return render_page(
        request,
        staff,
        "staff/segments_members.html",
        texts.MEMBERS,
        status=status if wrong else 200,
        name=name or values["segment"].name,
        wrong=_said(wrong, staff, name),
        result=result,
        first=result.shown[:FIRST] if result else (),
        missed=msgspec.json.encode(result.shown).decode() if result else "",
        megabytes=MEGABYTES,
        most=MOST_MISSED,
        restores=writes,
        writes=writes and values["segment"].removed_at is None,
        looks=staff.role in gate.LOOKERS,
        **values,
    )


def _name_page(request: Request, staff: Staff, name: str, wrong: Text | None = None) -> Response:
    return render_page(
        request,
        staff,
        "staff/segments_list_new.html",
        texts.MEMBERS,
        status=422 if wrong else 200,
        name=name,
        wrong=_said(wrong, staff, name),
    )


def _list(connection: Connection, request: Request, *, lock: bool = False, removed: bool = False) -> Segment:
    """The list that the address names; one that was removed is only looked at."""
    found = frame.segment(connection, request, lock=lock)
    if found.condition is not None or (found.removed_at is not None and not removed):
        raise absent()
    return found


def _said(wrong: Text | None, staff: Staff, name: str) -> Markup:
    values = {"name": name, "number": frame.MOST_OF_A_NAME}
    return Markup(render(wrong, staff.language, values)) if wrong else Markup()  # noqa: S704 - rendered
