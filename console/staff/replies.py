"""Canned replies: found, written in five languages side by side with a preview, put away and taken back."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.staff import access
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import LANGUAGES, Language, Text, _, direction, render
from service import canned as filling
from store import canned, queues
from store.canned import Canned, NewCanned, Saved, ShortcutTaken
from store.queues import Queue
from talk.reading.normal import fold

PAGE = "/staff/settings/replies"
LABEL = _("Canned replies")
LONGEST = 2000
WORDS: dict[str, Text] = {
    "replies": LABEL,
    "about": _("What the team says often, written once. In a conversation it goes out in the customer's language."),
    "new": _("New reply"),
    "search": _("Search"),
    "search_help": _("Shortcut, title or words, in any language."),
    "find": _("Find"),
    "with_away": _("Show those that are put away, too"),
    "none": _("There is no canned reply yet."),
    "nothing": _("Nothing was found."),
    "uses": _("Used"),
    "missing": _("Without words in: {languages}"),
    "away": _("Put away"),
    "everywhere": _("All queues"),
    "back": _("All canned replies"),
    "shortcut": _("Shortcut"),
    "shortcut_help": _("Typed after a slash in the answer, such as {example}."),
    "title": _("Title"),
    "title_help": _("Only the team reads it."),
    "queue": _("Queue"),
    "variables": _("These are filled in for each customer:"),
    "texts": _("Words in each language"),
    "texts_help": _(
        "A customer whose language has no words gets those in {language}, and the team is told before."
    ),
    "preview": _("Preview"),
    "preview_about": _("With example values, as a customer sees it."),
    "look": _("Show the preview"),
    "no_words": _("No words yet"),
    "save": _("Save"),
    "put_away": _("Put away"),
    "put_away_help": _("It is not offered any more; its figures stay."),
    "take_back": _("Offer it again"),
    "said_saved": _("The reply is saved."),
    "said_away": _("The reply is put away."),
    "said_again": _("The reply is offered again."),
}
NO_SHORTCUT = _("Please write a shortcut of at most 32 letters and digits, without spaces.")
NO_TITLE = _("Please write a title of at most 100 characters.")
NO_TEXT = _("Please write the reply in at least one language.")
TOO_LONG = _("{language}: the reply is too long, at most {number} characters.")
STRANGE = _("{language}: Sapa can't fill in {names}.")
TAKEN = _("The shortcut {shortcut} belongs to {title} already.")
_SHORTCUT = re.compile(r"[^\W_][\w-]{0,31}")
EXAMPLE_NAMES: dict[Language, str] = {"en": "Mei", "ms": "Aisyah", "vi": "Lan", "ar": "سارة", "zh": "王芳"}


class Problem(NamedTuple):
    """Why a reply is not taken."""

    text: Text
    values: dict[str, object]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/replies?q=…&away=yes`."""
    asked, away = request.query_params.get("q", "")[:100], "away" in request.query_params

    def read(connection: Connection) -> tuple[list[Canned], list[Queue]]:
        return canned.every(connection, active=not away), queues.every(connection)

    every, served = await office_of(request).database.read(read)
    found = [reply for reply in every if _fits(reply, asked)]
    names = {queue.id: queues.name_of(queue, staff.language) for queue in served}
    return render_page(
        request,
        staff,
        "staff/replies.html",
        WORDS,
        rows=[
            {
                "reply": reply,
                "queue": names.get(reply.queue_id or 0, ""),
                "words": filling.variant(reply.texts, staff.language),
                "missing": [chat_texts.NAMES[each] for each in LANGUAGES if not reply.texts.get(each)],
            }
            for reply in found
        ],
        any_there=bool(every),
        asked_for=asked,
        away=away,
    )


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/replies/{public_id}`; `new` for one that is not there yet."""
    return await _one(request, staff, await _found(request))


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/replies/{public_id}`: look at a preview, save, put away, offer again."""
    office, form, kept = office_of(request), await access.form(request), await _found(request)
    deed = form.get("deed", "save")
    reply: NewCanned
    if deed in ("away", "again") and kept is not None:
        reply = msgspec.structs.replace(kept, active=deed == "again")
    else:
        reply = await _written(request, form, kept)
        problems = _problems(reply)
        if deed == "preview" or problems:
            status = 422 if problems and deed != "preview" else 200
            return await _one(request, staff, kept, reply, problems=problems, status=status)

    def save(connection: Connection) -> Saved | ShortcutTaken:
        saved = canned.save(connection, reply, office.now(), kept.public_id if kept else None)
        if saved is None:
            raise access.absent()
        if isinstance(saved, Saved):
            about = f"reply:{saved.now.public_id}"
            before = _plain(saved.before) if saved.before else None
            note(connection, request, staff.actor, "reply.saved", about, before, _plain(saved.now))
        return saved

    saved = await office.database.transact(save)
    if isinstance(saved, ShortcutTaken):
        problem = Problem(TAKEN, {"shortcut": f"/{saved.shortcut}", "title": f"“{saved.title}”"})
        return await _one(request, staff, kept, reply, problems=[problem], status=409)
    said = {"away": "away", "again": "again"}.get(deed, "saved")
    return RedirectResponse(f"{PAGE}/{saved.now.public_id}?{urlencode({'said': said})}", 303, NO_STORE)


async def _found(request: Request) -> Canned | None:
    public_id = request.path_params["public_id"]
    if public_id == "new":
        return None
    found = await office_of(request).database.read(lambda connection: canned.find(connection, public_id))
    if found is None:
        raise access.absent()
    return found


async def _written(request: Request, form: Form, kept: Canned | None) -> NewCanned:
    """What the form says. A queue that is not there is everybody's."""
    open_queues = await office_of(request).database.read(queues.every)
    wanted = {queue.public_id: queue.id for queue in open_queues}
    texts: dict[Language, str] = {}
    for language in LANGUAGES:
        if text := "\n".join(form.get(f"text-{language}", "").splitlines()).strip():
            texts[language] = text
    return NewCanned(
        shortcut=form.get("shortcut", "").strip().removeprefix("/").lower(),
        title=form.get("title", "").strip(),
        texts=texts,
        queue_id=wanted.get(form.get("queue", "")),
        active=kept.active if kept else True,
    )


def _problems(reply: NewCanned) -> list[Problem]:
    found: list[Problem] = []
    if not _SHORTCUT.fullmatch(reply.shortcut):
        found.append(Problem(NO_SHORTCUT, {}))
    if not 0 < len(reply.title) <= 100 or not reply.title.isprintable():
        found.append(Problem(NO_TITLE, {}))
    if not reply.texts:
        found.append(Problem(NO_TEXT, {}))
    for language, text in reply.texts.items():
        name = chat_texts.NAMES[language]
        if len(text) > LONGEST:
            found.append(Problem(TOO_LONG, {"language": name, "number": LONGEST}))
        if strange := filling.unknown(text):
            found.append(Problem(STRANGE, {"language": name, "names": tuple(f"{{{each}}}" for each in strange)}))
    return found


async def _one(
    request: Request,
    staff: Staff,
    kept: Canned | None,
    reply: NewCanned | None = None,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> Response:
    reply = reply or kept or NewCanned(shortcut="", title="", texts={})
    served = await office_of(request).database.read(queues.every)
    return render_page(
        request,
        staff,
        "staff/reply.html",
        WORDS,
        status=status,
        problems=[_said(problem, staff.language) for problem in problems or []],
        kept=kept,
        reply=reply,
        queues=[
            (queue, queues.name_of(queue, staff.language))
            for queue in served
            if queue.active or queue.id == reply.queue_id
        ],
        sides=[_side(request, staff, reply, language) for language in LANGUAGES],
        variables=[(f"{{{name}}}", render(text, staff.language)) for name, text in filling.VARIABLES.items()],
        longest=LONGEST,
    )


def _side(request: Request, staff: Staff, reply: NewCanned, language: Language) -> dict[str, Any]:
    """One language: what is written, and how it looks with example values, where it can be filled in."""
    office, text = office_of(request), reply.texts.get(language, "")
    values: filling.Values = {
        "name": EXAMPLE_NAMES[language],
        "number": "S-1042",
        "points": 1250,
        "tier": "Gold",
        "agent": staff.name,
        "business": office.business,
        "today": office.now().astimezone(office.zone).date(),
    }
    filled = filling.fill(text, language, values)
    return {
        "language": language,
        "name": chat_texts.NAMES[language],
        "direction": direction(language),
        "text": text,
        "bubble": filled.text if isinstance(filled, filling.Filled) else text,
    }


def _fits(reply: Canned, asked: str) -> bool:
    text = fold(" ".join((reply.shortcut, reply.title, *reply.texts.values())))
    return all(word in text for word in fold(asked.removeprefix("/")).split())


def _said(problem: Problem, language: Language) -> Markup:
    return Markup(render(problem.text, language, problem.values))  # noqa: S704 - render escapes what it inserts


def _plain(reply: NewCanned) -> dict[str, object]:
    kept: dict[str, object] = {name: getattr(reply, name) for name in ("shortcut", "title", "active")}
    return kept | {"queue": reply.queue_id} | {str(language): text for language, text in reply.texts.items()}
