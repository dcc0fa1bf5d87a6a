"""What is written in a conversation: answers with their files, changes of them, and private notes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.staff import access, gate, talk_choices, talk_texts, talk_view
from console.staff import service_texts as texts
from console.staff.access import File, Form, Staff
from console.staff.nonces import is_nonce, once
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, wants_json
from console.staff.talk import address, show
from console.staff.talk_deeds import act, gone, why_not
from handlers import team_file
from handlers.deed import Gone, Refused
from handlers.note_written import note_written
from handlers.scene import Scene
from handlers.staff_replied import Replied, staff_replied
from locales import Text, render
from service import canned as filling
from store import canned, drafts
from store import staff as accounts
from store.media import NoRoom
from store.talks import Talk
from talk.pictures import UnreadablePicture
from talk.split import plain


class _Why(NamedTuple):
    """Why an answer is not taken; `anyway` is the warning that it may pass over when it comes again."""

    text: Text
    values: Mapping[str, object] | None = None
    anyway: str = ""


async def reply(request: Request, staff: Staff) -> Response:
    """`POST /staff/inbox/{public_id}/reply`: a form that comes twice answers once.

    An answer in another language than the customer's, or with a gap, is sent when it comes a second time.
    """
    form = await access.form(request)
    talk = await _talk(request, staff)
    text, posted = talk_choices.clean(form.get("text", "")), await access.file(request, "file")
    why = _unfit(text, form, posted) or _warning(text, form, talk)
    if why is None and talk.owner != staff.public_id:
        return await gone(request, staff, Gone(talk.owner), text)
    file = why or (await _keep(office_of(request), staff, talk, posted) if posted else "")
    if isinstance(file, _Why):
        return await _not_taken(request, staff, file, text)
    outcome = await _say(request, staff, talk, text, file)
    if isinstance(outcome, Gone):
        return await gone(request, staff, outcome, text)
    if isinstance(outcome, Refused):
        return await _not_taken(request, staff, _Why(why_not(outcome)), text)
    if wants_json(request):
        return JSONResponse({"sent": True}, headers=NO_STORE)
    said = "edited" if form.get("edits") else "sent"
    return RedirectResponse(f"{address(talk.public_id)}?said={said}#answer", 303, NO_STORE)


async def note(request: Request, staff: Staff) -> Response:
    """`POST /staff/inbox/{public_id}/note`: for the team alone; `@` and a name mentions a colleague."""
    form = await access.form(request)
    talk = await _talk(request, staff)
    text = talk_choices.clean(form.get("note", ""))
    if not text:
        return await show(request, staff, status=422, problem=talk_texts.NO_NOTE, opened="note")
    if len(text) > talk_choices.NOTE_LONGEST:
        return await show(request, staff, status=422, problem=talk_texts.NOTE_TOO_LONG, note=text, opened="note")
    mentioned = await office_of(request).database.read(partial(_mentioned, staff, text))
    where, nonce = access.address(request), form.get("nonce", "")
    public_id = once(staff.public_id, talk.public_id, "note", nonce) if is_nonce(nonce) else ""
    await act(request, talk, lambda scene: note_written(scene, staff, text, mentioned, where, public_id))
    return RedirectResponse(f"{address(talk.public_id)}?said=noted", 303, NO_STORE)


async def _talk(request: Request, staff: Staff) -> Talk:
    public_id = request.path_params["public_id"]
    return await office_of(request).database.read(partial(gate.talk, staff=staff, public_id=public_id))


async def _not_taken(request: Request, staff: Staff, why: _Why, text: str) -> Response:
    """Say why; what was typed stays where it was."""
    if wants_json(request):
        words = plain(render(why.text, staff.language, why.values))
        return JSONResponse({"error": words, "anyway": why.anyway}, 422, NO_STORE)
    nonce = (await access.form(request)).get("nonce", "")
    shown = partial(show, problem=why.text, values=why.values, anyway=why.anyway, text=text)
    return await shown(request, staff, status=422, nonce=nonce if is_nonce(nonce) else "")


def _unfit(text: str, form: Form, posted: File | None) -> _Why | None:
    if not (text or posted) or not is_nonce(form.get("nonce", "")):
        return _Why(texts.EMPTY)
    return _Why(texts.TOO_LONG) if len(text) > talk_choices.LONGEST else None


def _warning(text: str, form: Form, talk: Talk) -> _Why | None:
    """What somebody should look at before this text goes out, unless they did."""
    gaps = filling.unfilled(text)
    written = talk_choices.other_language(text, talk.language)
    if gaps:
        names = {"names": tuple(f"{{{name}}}" for name in gaps)}
        why = _Why(talk_texts.WARN_UNFILLED, names, _named("gap", text))
    elif written is not None:
        spoken = {"written": written, "language": talk.language}
        values: dict[str, object] = {name: talk_texts.PAGE[f"language_{code}"] for name, code in spoken.items()}
        why = _Why(talk_texts.WARN_LANGUAGE, values, _named("language", text))
    else:
        return None
    return None if form.get("anyway") == why.anyway else why


def _named(kind: str, text: str) -> str:
    # The warning is passed over for this text alone: who goes on writing is warned again.
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


async def _say(request: Request, staff: Staff, talk: Talk, text: str, file: str) -> object:
    form = await access.form(request)
    message, where = once(staff.public_id, talk.public_id, form["nonce"]), access.address(request)
    used = [name for name in form.get("canned", "").split(",")[:20] if name]

    def answer(scene: Scene) -> object:
        outcome = staff_replied(scene, staff, text, message, where, media=file, edits=form.get("edits", ""))
        if isinstance(outcome, Replied):
            drafts.drop(scene.connection, staff.id, scene.contact.id)
            for name in used:
                canned.used(scene.connection, name)
        return outcome

    return await act(request, talk, answer)


async def _keep(office: Office, staff: Staff, talk: Talk, posted: File) -> str | _Why:
    """Keep a file for this customer alone; its public id, or why it is not kept."""
    sent = (talk.contact_id, staff.public_id, posted.content, posted.name)
    try:
        return await team_file.keep(office.database, *sent, office.now())
    except UnreadablePicture:
        return _Why(talk_texts.NO_FILE)
    except NoRoom:
        return _Why(talk_texts.NO_ROOM)


def _mentioned(staff: Staff, text: str, connection: Connection) -> tuple[int, ...]:
    names = talk_choices.mentioned(text, talk_view.colleagues(connection, staff))
    return tuple(one.id for one in accounts.every(connection) if one.public_id in names)
