"""A kiosk: a tablet in a branch on which visitors answer a survey, one after the other.

The page has one address, and a cookie says which response it goes on with, so that nobody finds another's answers
by going back. Who leaves is forgotten after a minute and a half, by the page itself and by its next look; nothing
on it is ever about a customer that the business knows.
"""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console import answer_forms, headers, limits, static_files
from console.answer_forms import Unreadable
from console.chat import Chat
from console.refusals import NOT_FOUND, Refusal
from flows.surveying import completed
from locales import LANGUAGES, Language, Text, _, direction, render
from store import kiosks
from store.kiosks import Kiosk
from store.responses import Response as Answering
from surveys import course, library, naming, responses, texts
from surveys.definition import Question, Survey
from surveys.library import Published

PATH = "/kiosk"
COOKIE = "sapa_kiosk"
RESTS = dt.timedelta(seconds=90)  # without an answer: whoever began has gone
THANKED_SECONDS = 12
FORM_BYTES = 16 * 1024
OWN_NAMES: dict[Language, str] = {
    "en": "English",
    "ms": "Bahasa Melayu",
    "vi": "Tiếng Việt",
    "ar": "العربية",
    "zh": "简体中文",
}
WORDS: dict[str, Text] = {
    **answer_forms.WORDS,
    "place": _("{number} of {total}"),
    "next": _("Next"),
    "back": _("Back"),
    "skip": _("Skip"),
    "stop": _("Stop"),
    "nobody_knows": _("Your answers are anonymous."),
    "thanks": _("Thank you for your answers."),
    "once_more": _("Next visitor"),
}
NO_STORE = {"Cache-Control": "no-store"}


class At(NamedTuple):
    """Where a visitor is: the response, and the question that was gone back to, if one was."""

    response: str
    question: str


class KioskPages:
    """`/kiosk/{secret}`: the languages to begin with, one question after the other, and the thanks."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._static = f"/static/{static_files.version()}"
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def show(self, request: Request) -> Response:
        """`GET`: where the visitor is."""
        self._chat.limits.reading(request)
        return await self._page(request)

    async def do(self, request: Request) -> Response:
        """`POST`: begin in a language, answer, skip, go back, or stop."""
        self._chat.visits.same_site(request)
        self._chat.limits.reading(request)
        body = (await limits.body(request, FORM_BYTES)).decode(errors="replace").replace("\x00", "")
        form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=200))
        work = partial(self._change, secret=request.path_params["secret"], at=_at(request), form=form)
        try:
            at = await self._chat.database.transact(work)
        except Unreadable as wrong:
            return await self._page(request, wrong)
        onward = RedirectResponse(request.url.path, 303, NO_STORE)
        self._keep(request, onward, at)
        return onward

    def _keep(self, request: Request, response: Response, at: At | None) -> None:
        value = f"{at.response}.{at.question}" if at else ""
        response.set_cookie(
            COOKIE,
            value,
            max_age=None if at else 0,
            path=request.url.path,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def _change(self, connection: Connection, secret: str, at: At, form: dict[str, str]) -> At | None:
        now = self._chat.now()
        kiosk, published = _opened(connection, secret)
        if (language := form.get("language", "")) in LANGUAGES:
            return At(_begun(connection, kiosk, published, language, now).public_id, "")
        response = _going(connection, kiosk, at, now)
        if response is None or "stop" in form:
            return None
        survey = library.version(connection, response.version_id).survey
        if "back" in form:
            return At(response.public_id, _before(connection, response, survey, at))
        _answer(connection, response, survey, form, now)
        _pass_pictures(connection, response, survey, now)
        if course.following(survey, responses.answers(connection, response, survey)) is None:
            key = self._chat.secret.encode()
            completed(connection, response, now, language=response.language, secret=key)
        return At(response.public_id, "")

    async def _page(self, request: Request, wrong: Unreadable | None = None) -> Response:
        at, now = _at(request), self._chat.now()
        values = await self._chat.database.read(
            partial(_read, secret=request.path_params["secret"], at=at, now=now)
        )
        spoken: Language = values["language"]
        said = render(wrong.text, spoken, wrong.values) if wrong else ""

        def t(name: str, /, **inserted: object) -> Markup:
            return Markup(render(WORDS[name], spoken, inserted))  # noqa: S704 - our own text

        html = self._templates.get_template("kiosk.html").render(
            t=t,
            direction=direction(spoken),
            business=self._chat.look.business,
            static=self._static,
            names=OWN_NAMES,
            rests=int(RESTS.total_seconds()),
            thanked=THANKED_SECONDS,
            problem=Markup(said),  # noqa: S704 - our own text, its values escaped
            **values,
        )
        policy = {"Content-Security-Policy": headers.page_policy(), **NO_STORE}
        response = HTMLResponse(html, 422 if wrong else 200, policy)
        if values["step"] != "question":
            self._keep(request, response, None)
        return response


def _at(request: Request) -> At:
    response, _dot, question = request.cookies.get(COOKIE, "").partition(".")
    return At(response, question)


def _opened(connection: Connection, secret: str) -> tuple[Kiosk, Published]:
    """The kiosk of an address, and what it asks now. Raises Refusal 404 for one that is unknown or off."""
    kiosk = kiosks.opened(connection, secret)
    published = library.published(connection, kiosk.survey) if kiosk else None
    if kiosk is None or published is None:
        raise Refusal(404, NOT_FOUND)
    return kiosk, published


def _begun(
    connection: Connection, kiosk: Kiosk, published: Published, language: str, now: dt.datetime
) -> Answering:
    kiosks.seen(connection, kiosk.id, now)
    begun = responses.begin(
        connection,
        published,
        key=f"kiosk:{kiosk.public_id}:{secrets.token_urlsafe(12)}",
        mode="kiosk",
        language=language,
        contact_id=None,
        now=now,
        touchpoint=kiosk.touchpoint,
        branch_id=kiosk.branch_id,
    )
    _pass_pictures(connection, begun, published.survey, now)
    return begun


def _going(connection: Connection, kiosk: Kiosk, at: At, now: dt.datetime) -> Answering | None:
    """The response that a visitor goes on with, unless they have gone."""
    found = responses.find(connection, at.response) if at.response else None
    if found is None or found.mode != "kiosk" or not found.key.startswith(f"kiosk:{kiosk.public_id}:"):
        return None
    return found if found.state == "begun" and now - found.moved_at < RESTS else None


def _before(connection: Connection, response: Answering, survey: Survey, at: At) -> str:
    """The question before the one that is shown; pictures were not asked for."""
    answers = responses.answers(connection, response, survey)
    here = at.question or getattr(course.following(survey, answers), "key", "")
    keys = [each.key for each in course.asked(survey, answers) if each.kind != "photo"]
    place = keys.index(here) if here in keys else len(keys)
    return keys[max(0, place - 1)] if keys else ""


def _answer(
    connection: Connection, response: Answering, survey: Survey, form: dict[str, str], now: dt.datetime
) -> None:
    question = survey.question(form.get("question", ""))
    if question is None or ("skip" in form and question.required):
        return
    given = None if "skip" in form else answer_forms.read(question, form)
    responses.keep(connection, response, question, given, now)
    following = course.following(survey, responses.answers(connection, response, survey))
    responses.reach(connection, response, following.key if following else "", now)


def _pass_pictures(connection: Connection, response: Answering, survey: Survey, now: dt.datetime) -> None:
    """A kiosk takes no pictures: those questions are passed over."""
    while (question := _following(connection, response, survey)) is not None and question.kind == "photo":
        responses.keep(connection, response, question, None, now, partly=True)


def _following(connection: Connection, response: Answering, survey: Survey) -> Question | None:
    return course.following(survey, responses.answers(connection, response, survey))


def _read(connection: Connection, secret: str, at: At, now: dt.datetime) -> dict[str, Any]:
    kiosk, published = _opened(connection, secret)
    found = responses.find(connection, at.response) if at.response else None
    going = _going(connection, kiosk, at, now)
    if going is not None:
        return _question(connection, going, at)
    survey = published.survey
    if found is not None and found.state == "done" and now - found.moved_at < RESTS:
        answered = responses.answers(connection, found)
        ending = course.thanks(survey, answered)
        names = naming.names(connection, found, found.language)
        said = texts.fill(survey, ending, found.language, answered, names) if ending else ""
        return {"step": "thanks", "language": found.language, "said": said}
    first = survey.language
    intros = {each: texts.fill(survey, survey.names, each, {}, {}) for each in LANGUAGES}
    return {"step": "start", "language": first if first in LANGUAGES else "en", "intros": intros}


def _question(connection: Connection, response: Answering, at: At) -> dict[str, Any]:
    survey = library.version(connection, response.version_id).survey
    answers = responses.answers(connection, response, survey)
    asked = course.asked(survey, answers)
    wanted = next((each for each in asked if each.key == at.question), None) or course.following(survey, answers)
    assert wanted is not None  # a response without a question to ask is finished
    names = naming.names(connection, response, response.language)
    view = answer_forms.view(survey, wanted, answers, response.language, names)
    return {"step": "question", "language": response.language, "question": view}
