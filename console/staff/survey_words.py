"""What people wrote in a survey, and what interviewers noted: found by words, the newest first."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff.access import Staff
from console.staff.gate import LOOKERS, SERVICE
from console.staff.office import office_of
from console.staff.survey_filters import Sheet, sheet
from console.staff.survey_results import render_results
from store import survey_words
from store.survey_words import Found, Said

TYPED = 100


class Words(NamedTuple):
    """One answer in words, or one picture; `customer` is whose it is."""

    question: str
    text: str
    picture: str
    note: str
    at: dt.datetime
    language: str
    about: list[str]
    customer: str | None
    name: str | None


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/results/words?q=…&question=KEY&after=PLACE`."""
    typed = request.query_params.get("q", "")[:TYPED].strip()
    after = request.query_params.get("after", "")[:60]

    def read(connection: Connection) -> tuple[Sheet, str, Found]:
        found = sheet(connection, request, staff)
        wished = request.query_params.get("question", "")
        known = _open(found, pictures=staff.role in SERVICE)
        question = wished if wished in known else ""
        look = partial(survey_words.words, connection, found.kept.id, found.narrow, typed=typed, after=after)
        return found, question, look([question] if question else known, notes=not question)

    found, question, words = await office_of(request).database.read(read)
    kept = {**found.chosen, "question": question, "q": typed}
    older = urlencode({name: value for name, value in kept.items() if value} | {"after": words.after or ""})
    return render_results(
        request,
        staff,
        found,
        "words",
        "staff/survey_words.html",
        typed=typed,
        question=question,
        open=[(key, found.words(found.asks.questions[key].texts)) for key in _open(found, pictures=False)],
        said_words=[_words(found, each) for each in words.said],
        after=f"{found.path}/words?{older}" if words.after else "",
        sees_customers=staff.role in LOOKERS,
    )


def _open(found: Sheet, *, pictures: bool) -> list[str]:
    """The questions that are answered in words, and by pictures for those who may look at them."""
    kinds = ("text", "photo") if pictures else ("text",)
    return [key for key, question in found.asks.questions.items() if question.kind in kinds]


def _words(found: Sheet, each: Said) -> Words:
    question = found.asks.questions.get(each.question)
    picture = question is not None and question.kind == "photo"
    about = [found.name("language", each.language), found.name("mode", each.mode)]
    about += [found.name("touchpoint", each.touchpoint)] if each.touchpoint else []
    about += [found.name("branch", each.branch_id)] if each.branch_id is not None else []
    return Words(
        question=found.words(question.texts) if question else each.question,
        text="" if picture else each.text,
        picture=each.text if picture else "",
        note=each.note,
        at=each.at,
        language=each.language,
        about=about,
        customer=each.customer,
        name=each.name,
    )
