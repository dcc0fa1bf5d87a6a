"""What is done with a conversation: taken, given on or back, put to rest, closed, joined, promised in, labelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Literal, cast, get_args

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, gate, talk_choices, talk_texts, talk_view
from console.staff import service_texts as texts
from console.staff.access import Form, Staff
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, TODAY
from console.staff.talk import PAGE, address, show
from handlers.conversation_closed import conversation_closed
from handlers.conversation_snoozed import conversation_snoozed
from handlers.conversation_taken import conversation_taken
from handlers.conversation_transferred import conversation_transferred
from handlers.conversations_merged import conversations_merged
from handlers.deed import Gone, Refused
from handlers.given_back import How, given_back
from handlers.promise_made import promise_made
from handlers.promise_settled import promise_settled
from handlers.scene import Scene
from handlers.spam_marked import spam_marked
from locales import Text
from service import closing
from service import parked as parking
from service.ownership import Person
from store import audit, labels
from store import staff as accounts
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.talks import Talk

COLOUR = "#0f766e"
COLOURS = re.compile(r"#[0-9a-f]{6}")
PROMISE_LENGTH = 300


async def take(request: Request, staff: Staff) -> Response:
    """`POST …/take`: from the queue, the bot, or the colleague who was seen with it."""
    form = await access.form(request)
    deed = partial(conversation_taken, staff=staff, seen=form.get("owner", ""), address=access.address(request))
    return await _done(request, staff, deed, "taken")


async def give_back(request: Request, staff: Staff) -> Response:
    """`POST …/back`: the bot goes on as `how` says, with the question `step` when it is that."""
    form = await access.form(request)
    how, _, step = form.get("how", "resume").partition(":")
    if how not in get_args(parking.How):
        return await show(request, staff, status=422, problem=talk_texts.NO_CHOICE, opened="back")
    deed = partial(given_back, staff=staff, how=cast(How, how), address=access.address(request), step=step)
    return await _done(request, staff, deed, "back", PAGE)


async def close(request: Request, staff: Staff) -> Response:
    """`POST …/close`: with a reason, and a question how it was unless nobody wants that."""
    form = await access.form(request)
    reason, rate = form.get("reason", ""), form.get("rate") == "yes"
    if reason not in closing.REASONS:
        return await show(request, staff, status=422, problem=talk_texts.NO_CHOICE, opened="close")
    where = access.address(request)
    return await _done(
        request, staff, lambda scene: conversation_closed(scene, staff, reason, where, rate=rate), "closed", PAGE
    )


async def transfer(request: Request, staff: Staff) -> Response:
    """`POST …/transfer`: to a colleague or a queue, with a note for them."""
    form = await access.form(request)
    to = await office_of(request).database.read(partial(_receiver, staff, form.get("to", "")))
    if to is None:
        return await show(request, staff, status=422, problem=talk_texts.NO_CHOICE, opened="transfer")
    note, where = talk_choices.clean(form.get("note", ""))[: talk_choices.NOTE_LONGEST], access.address(request)
    return await _done(
        request, staff, lambda scene: conversation_transferred(scene, staff, to, where, note=note), "transferred"
    )


async def snooze(request: Request, staff: Staff) -> Response:
    """`POST …/snooze`: until a moment, or until the customer writes."""
    form, office = await access.form(request), office_of(request)
    until = talk_choices.snoozed_until(form.get("until", ""), form.get("moment", ""), office.now(), office.zone)
    if until is None:
        return await show(request, staff, status=422, problem=talk_texts.NO_MOMENT, opened="snooze")
    deed = partial(conversation_snoozed, staff=staff, until=until, address=access.address(request))
    return await _done(request, staff, deed, "snoozed")


async def promise(request: Request, staff: Staff) -> Response:
    """`POST …/promise`: what the customer may count on, and by when."""
    form, office = await access.form(request), office_of(request)
    text = talk_choices.clean(form.get("promise", ""))
    if not text or len(text) > PROMISE_LENGTH:
        return await show(request, staff, status=422, problem=talk_texts.NO_PROMISE, opened="promise")
    due = talk_choices.due_at(form.get("due", ""), form.get("moment", ""), office.now(), office.zone)
    if due is None:
        return await show(request, staff, status=422, problem=talk_texts.NO_MOMENT, opened="promise")
    where = access.address(request)
    return await _done(request, staff, lambda scene: promise_made(scene, staff, text, due, where), "promised")


async def settle(request: Request, staff: Staff) -> Response:
    """`POST …/promises/{promise}`: it was kept, or the customer agreed to something else, the field `reason`.

    With `from=today` one goes on where one came from.
    """
    form, name, where = await access.form(request), request.path_params["promise"], access.address(request)
    reason = talk_choices.clean(form.get("reason", ""))

    def deed(scene: Scene) -> object:
        state: Literal["kept", "cancelled"] = "kept" if form.get("how") == "kept" else "cancelled"
        return promise_settled(scene, staff, name, state, where, reason=reason)

    return await _done(request, staff, deed, "settled", TODAY if form.get("from") == "today" else "")


async def spam(request: Request, staff: Staff) -> Response:
    """`POST …/spam`: answer this contact no more, or again."""
    form = await access.form(request)
    marked, where = form.get("spam") == "yes", access.address(request)
    said, onward = ("spam", PAGE) if marked else ("unspam", "")
    return await _done(request, staff, lambda scene: spam_marked(scene, staff, marked, where), said, onward)


async def merge(request: Request, staff: Staff) -> Response:
    """`POST …/merge`: an earlier conversation of this customer's becomes part of the one that is open."""
    form, where = await access.form(request), access.address(request)
    other = form.get("other", "")
    if not other:
        return await show(request, staff, status=422, problem=talk_texts.NO_CHOICE, opened="more")
    return await _done(request, staff, lambda scene: conversations_merged(scene, staff, other, where), "merged")


async def label(request: Request, staff: Staff) -> Response:
    """`POST …/labels`: put a label on, or take one off; managers make a new one by its name."""
    form = await access.form(request)
    problem = await office_of(request).database.transact(partial(_label, request, staff, form))
    if problem is not None:
        return await show(request, staff, status=422, problem=problem, opened="labels")
    return RedirectResponse(address(request.path_params["public_id"]), 303, NO_STORE)


async def act(request: Request, talk: Talk, deed: Callable[[Scene], object]) -> object:
    """What the deed came to. Raises the 404 of what is not there for somebody whom no channel reaches."""
    outcome = await office_of(request).act(talk.public_id, deed)
    if outcome is None:
        raise access.absent()
    return outcome


async def gone(request: Request, staff: Staff, gone: Gone, text: str = "") -> Response:
    """Somebody was faster; what was typed stays on the page."""
    fixed = {BOT: texts.BOT_HAS_IT, QUEUE: texts.NOT_TAKEN, SNOOZED: texts.NOT_TAKEN, BLOCKED: talk_texts.IS_SPAM}
    names = await office_of(request).database.read(partial(accounts.names, public_ids={gone.owner}))
    problem = fixed.get(gone.owner, texts.TAKEN_BY)
    values: dict[str, object] = {"name": names.get(gone.owner, "?")}
    return await show(request, staff, status=409, problem=problem, values=values, text=text or None)


def why_not(refused: Refused) -> Text:
    """Why a deed was refused, in words."""
    return talk_texts.REFUSALS.get(refused.why, talk_texts.NOT_DONE)


async def _done(
    request: Request, staff: Staff, deed: Callable[[Scene], object], said: str, onward: str = ""
) -> Response:
    """Do it, and say that it is done on the page where one goes on."""
    public_id = request.path_params["public_id"]
    talk = await office_of(request).database.read(partial(gate.talk, staff=staff, public_id=public_id))
    outcome = await act(request, talk, deed)
    if isinstance(outcome, Gone):
        return await gone(request, staff, outcome)
    if isinstance(outcome, Refused):
        return await show(request, staff, status=409, problem=why_not(outcome))
    return RedirectResponse(f"{onward or address(public_id)}?said={said}", 303, NO_STORE)


def _receiver(staff: Staff, to: str, connection: Connection) -> Person | str | None:
    kind, _, public_id = to.partition(":")
    if kind == "queue":
        return public_id or None
    known = {one for one, _name in talk_view.colleagues(connection, staff)}
    found = accounts.by_public_id(connection, public_id) if kind == "staff" and public_id in known else None
    return Person(found.id, found.public_id) if found else None


def _label(request: Request, staff: Staff, form: Form, connection: Connection) -> Text | None:
    """Put on, take off or make a label; why not, where it cannot be."""
    office, talk = office_of(request), gate.talk(connection, staff, request.path_params["public_id"])
    if talk.open is None:
        raise access.absent()
    new, wanted = talk_choices.clean(form.get("new", "")), whole_number(form.get("label", ""))
    found = None if wanted is None else labels.find(connection, wanted)
    if new and staff.role in gate.MANAGERS:
        if len(new) > labels.NAME_LENGTH:
            return talk_texts.LABEL_NAME
        colour = form.get("colour", COLOUR)
        found = labels.make(connection, new, colour if COLOURS.fullmatch(colour) else COLOUR)
        if found is None:
            return talk_texts.LABEL_TAKEN
    if found is None:
        return talk_texts.NO_CHOICE
    off = form.get("off") == "yes"
    changed = (labels.take_off if off else labels.put)(connection, talk.open.id, found.id)
    if changed:
        action = "conversation.unlabelled" if off else "conversation.labelled"
        about, where = f"contact:{talk.public_id}", access.address(request)
        audit.note(connection, staff.actor, action, about, None, {"label": found.name}, where, office.now())
    return None
