"""One customer's conversation: the page, what is new on it, canned replies, who else is there, and its files."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console import headers
from console.staff import (
    access,
    case_texts,
    gate,
    inbox,
    inbox_texts,
    sentences,
    talk_choices,
    talk_texts,
    talk_view,
)
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.rich import rich
from console.staff.talk_view import Now, Opened
from locales import Text, render
from service import closing
from service.canned import Filled, UnknownVariables
from store import canned, desk, drafts, looking, notes
from store.looking import Looker
from store.talks import Talk
from talk.split import plain

PAGE = "/staff/inbox"


def address(public_id: str) -> str:
    """Where a customer's conversation is."""
    return f"{PAGE}/{public_id}"


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/inbox/{public_id}`: the page; whoever opens it is seen by colleagues and has seen what is new."""
    return await show(request, staff)


async def lines(request: Request, staff: Staff) -> Response:
    """`GET /staff/inbox/{public_id}/lines?after=SEQ`: what came since, and what changed meanwhile."""
    office = office_of(request)
    now: Now = await office.database.read(partial(talk_view.news, request, staff))
    page = render_page(
        request,
        staff,
        "staff/talk_live.html",
        talk_texts.PAGE,
        **_common(request, staff, now.talk),
        stretch=now.stretch,
        days=talk_view.by_day(now.stretch, office.zone),
        lookers=now.lookers,
    )
    tag = f'"{hashlib.sha256(bytes(page.body)).hexdigest()[:24]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=NO_STORE)
    page.headers["ETag"] = tag
    return page


async def ready_replies(request: Request, staff: Staff) -> Response:
    """`GET /staff/inbox/{public_id}/canned`: the replies for this customer, filled in, as JSON."""
    found = await office_of(request).database.read(partial(_replies, request, staff))
    return JSONResponse({"replies": found}, headers=NO_STORE)


async def presence(request: Request, staff: Staff) -> Response:
    """`GET /staff/inbox/{public_id}/look`: who else has the page open, and whether the customer is typing."""
    office = office_of(request)

    def read(connection: Connection) -> tuple[Talk, list[Looker]]:
        talk = _gate(request, staff, connection)
        return talk, looking.others(connection, talk.contact_id, staff.id, office.now())

    talk, others = await office.database.read(read)
    return _here(request, staff, talk, others)


async def look(request: Request, staff: Staff) -> Response:
    """`POST /staff/inbox/{public_id}/look`: the page is open (`typing`: and typed in); answers with who else is."""
    form = await access.form(request)
    office, typing = office_of(request), form.get("typing") == "yes"
    talk = await office.database.read(partial(_gate, request, staff))
    if typing and talk.owner == staff.public_id:
        office.hub.person_types(talk.contact_id)
        office.type_to(talk.channel, talk.account, talk.sender)

    def note(connection: Connection) -> list[Looker]:
        now = office.now()
        looking.look(connection, talk.contact_id, staff.id, now, typing=typing)
        return looking.others(connection, talk.contact_id, staff.id, now)

    return _here(request, staff, talk, await office.database.transact(note))


def _here(request: Request, staff: Staff, talk: Talk, others: list[Looker]) -> Response:
    words = [render(text, staff.language, values) for text, values in _presence(others)]
    if office_of(request).hub.types(talk.contact_id):
        words.append(render(talk_texts.CUSTOMER_TYPES, staff.language))
    return JSONResponse({"here": [plain(one) for one in words]}, headers=NO_STORE)


async def draft(request: Request, staff: Staff) -> Response:
    """`POST /staff/inbox/{public_id}/draft`: keep what is typed; answers with what should be looked at in it."""
    form = await access.form(request)
    office = office_of(request)
    talk = await office.database.read(partial(_gate, request, staff))
    text = talk_choices.clean(form.get("text", ""))[: talk_choices.LONGEST]
    await office.database.transact(
        lambda connection: drafts.keep(connection, staff.id, talk.contact_id, text, office.now())
    )
    written = talk_choices.other_language(text, talk.language)
    values = {"written": talk_texts.PAGE[f"language_{written}"] if written else "", "language": _spoken(talk)}
    hint = plain(render(talk_texts.HINT_LANGUAGE, staff.language, values)) if written else ""
    return JSONResponse({"hint": hint}, headers=NO_STORE)


async def picture(request: Request, staff: Staff) -> Response:
    """`GET /staff/media/{public_id}`: never to be run or guessed at by a browser."""
    office, name = office_of(request), request.path_params["public_id"]
    kind, content = await office.database.read(partial(gate.picture, staff=staff, public_id=name))
    shown = kind.startswith(("image/", "audio/", "video/"))
    # The browser may be a shared one: whoever uses it next has to pass the gate, too.
    kept = {"ETag": f'"{name}"', "Cache-Control": "private, no-cache", "Content-Security-Policy": headers.FILE}
    if request.headers.get("if-none-match") == kept["ETag"]:
        return Response(status_code=304, headers=kept)
    return Response(
        content, media_type=kind, headers={**kept, "Content-Disposition": "inline" if shown else "attachment"}
    )


async def show(
    request: Request,
    staff: Staff,
    *,
    status: int = 200,
    problem: Text | None = None,
    values: Mapping[str, object] | None = None,
    text: str | None = None,
    note: str = "",
    opened: str = "",
    anyway: str = "",
    nonce: str = "",
) -> Response:
    """The page, with what was typed and why it was not taken.

    `opened` names the part that stays open; `anyway` is the warning that a second press of Send passes over.
    """
    office = office_of(request)
    found, around = await office.database.read(partial(_opened, request, staff))
    await _seen(request, staff, found.talk)
    query = request.query_params
    edited = next(
        (line for line in found.stretch.lines if line.message and line.message == query.get("edit")), None
    )
    ready = await office.database.read(partial(_asked_for, request, staff, found.talk))
    typed = text if text is not None else plain(edited.text) if edited else ready or found.draft
    return render_page(
        request,
        staff,
        "staff/talk.html",
        {**case_texts.SHORT, **inbox_texts.LIST, **talk_texts.PAGE},
        status=status,
        problem=render(problem, staff.language, values) if problem else "",
        text=typed,
        edited=edited,
        note=note,
        opened=opened,
        anyway=anyway,
        nonce=nonce or secrets.token_urlsafe(12),
        newest="before" not in query,
        days=talk_view.by_day(found.stretch, office.zone),
        snoozes=talk_choices.snoozes(office.now(), office.zone, staff.language),
        dues=talk_choices.dues(office.now(), office.zone, staff.language),
        reasons=closing.REASONS,
        flow=render(sentences.of_flow(found.parked.flow), staff.language) if found.parked else "",
        now=office.now(),
        manager=staff.role in gate.MANAGERS,
        open=found.talk.public_id,
        **around,
        **_common(request, staff, found.talk),
        **{name: value for name, value in found._asdict().items() if name != "talk"},
    )


def _asked_for(request: Request, staff: Staff, talk: Talk, connection: Connection) -> str:
    """The canned reply of `?canned=`, for whoever has no script that puts it in."""
    name = request.query_params.get("canned", "")
    reply = canned.find(connection, name) if name else None
    ready = talk_choices.filled(connection, reply, talk, staff, office_of(request)) if reply else None
    return ready[1].text if ready and isinstance(ready[1], Filled) else ""


def _opened(request: Request, staff: Staff, connection: Connection) -> tuple[Opened, dict[str, Any]]:
    """The conversation, and the list that stands beside it."""
    return talk_view.opened(request, staff, connection), inbox.pane(request, staff, connection)


def _common(request: Request, staff: Staff, talk: Talk) -> dict[str, Any]:
    """What both the page and its news show."""
    return {
        "talk": talk,
        "whose": talk_view.whose(talk, staff),
        "wait": talk_view.waiting(talk, office_of(request).now(), staff.language),
        "home": address(talk.public_id),
        "rich": rich,
    }


async def _seen(request: Request, staff: Staff, talk: Talk) -> None:
    """Whoever opens the page looks at it, and has read what was unread and the notes that mention them."""
    office = office_of(request)

    def see(connection: Connection) -> None:
        now = office.now()
        looking.look(connection, talk.contact_id, staff.id, now)
        notes.see(connection, talk.contact_id, staff.id, now)
        if talk.open and talk.open.unread and talk.owner in (staff.public_id, "queue"):
            desk.change(connection, talk.open.id, now, unread=0)

    await office.database.transact(see)


def _gate(request: Request, staff: Staff, connection: Connection) -> Talk:
    return gate.talk(connection, staff, request.path_params["public_id"])


def _spoken(talk: Talk) -> Text:
    return talk_texts.PAGE[f"language_{talk.language}"]


def _presence(others: list[Looker]) -> list[tuple[Text, Mapping[str, object]]]:
    there = [one.name for one in others if not one.typing]
    typing = [(talk_texts.TYPING, {"name": one.name}) for one in others if one.typing]
    return [*typing, *([(talk_texts.LOOKING, {"names": tuple(there)})] if there else [])]


def _replies(request: Request, staff: Staff, connection: Connection) -> list[dict[str, Any]]:
    office, talk = office_of(request), _gate(request, staff, connection)
    found = []
    for reply in canned.every(connection):
        ready = talk_choices.filled(connection, reply, talk, staff, office) if talk_view.fits(reply, talk) else None
        if ready is None:
            continue
        variant, text = ready
        broken = isinstance(text, UnknownVariables)
        unknown = {"names": text.names} if isinstance(text, UnknownVariables) else {}
        problem = plain(render(talk_texts.UNKNOWN_VARIABLE, staff.language, unknown)) if broken else ""
        fallback = {"language": talk_texts.PAGE[f"language_{variant.language}"]}
        found.append(
            {
                "id": reply.public_id,
                "shortcut": reply.shortcut,
                "title": reply.title,
                "text": "" if isinstance(text, UnknownVariables) else text.text,
                "missing": [] if isinstance(text, UnknownVariables) else list(text.missing),
                "note": plain(render(talk_texts.CANNED_FALLBACK, staff.language, fallback))
                if variant.fallback
                else "",
                "problem": problem,
                "language": variant.language,
            }
        )
    return found
