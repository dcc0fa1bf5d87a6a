"""Surveys with answers, for whatever reads them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from sqlalchemy.engine import Connection

from store.responses import Response
from surveys import course, responses
from surveys.definition import Answer, Choice, Question, Survey
from surveys.library import Published
from tests.surveys.some_surveys import a_survey

SAID = ("Shorter queues please", "=1+1", "Trà sữa ngon quá", "咖啡很好喝", "خدمة ممتازة")
_keys = count(1)


def respond(
    connection: Connection,
    version: Published,
    answers: Mapping[str, Answer],
    now: dt.datetime,
    *,
    done: bool = True,
    note: str = "",
    **about: Any,
) -> Response:
    """A response with these answers; one that is not done stopped at the question after them."""
    known: dict[str, Any] = {"mode": "chat", "language": "en", "contact_id": None} | about
    response = responses.begin(connection, version, key=f"made:{next(_keys)}", now=now, **known)
    for key, answer in answers.items():
        question = version.survey.question(key)
        assert question is not None
        assert responses.keep(connection, response, question, answer, now, note if question.kind == "text" else "")
    if done:
        responses.finish(connection, response, now + dt.timedelta(minutes=2), version.survey)
    elif (following := course.following(version.survey, answers)) is not None:
        responses.reach(connection, response, following.key, now)
    return response


def of_every_kind(code: str = "visit") -> Survey:
    """A survey with a question of every kind."""

    def texts(name: str) -> dict[str, str]:
        return {"en": name, "ar": f"{name} ؟"}

    def choices(*keys: str) -> tuple[Choice, ...]:
        return tuple(Choice(key, texts(key.replace("_", " ").title())) for key in keys)

    questions = (
        Question("nps", "nps", texts("Would you recommend us?"), area="overall"),
        Question("csat", "csat", texts("How satisfied are you?"), area="service"),
        Question("ces", "ces", texts("How easy was it?"), touchpoint="delivery"),
        Question("stars", "stars", texts("How many stars?"), area="product"),
        Question("team", "matrix", texts("Our team"), rows=choices("kind", "quick"), area="interaction"),
        Question("drink", "single", texts("What do you drink?"), choices=choices("coffee", "tea", "water")),
        Question("days", "multiple", texts("When do you come?"), choices=choices("weekdays", "weekend", "evening")),
        Question("cups", "number", texts("How many cups a week?"), least=0, most=40),
        Question("since", "date", texts("When did you come first?")),
        Question("why", "text", texts("What should we do better?")),
        Question("shot", "photo", texts("Show us")),
    )
    return a_survey(*questions, code=code, touchpoint="shop")


def anything(rng: random.Random, question: Question) -> Answer:
    """An answer that fits the question, or None, as if it was skipped."""
    if rng.random() < 0.15:
        return None
    most = {"ces": 7, "number": 14}
    if question.kind in ("csat", "stars", "ces", "number"):
        return rng.randint(1, most.get(question.kind, 5))
    made: dict[str, Callable[[], Answer]] = {
        "nps": lambda: rng.choice((*range(11), 9, 10, 10)),
        "matrix": lambda: {row.key: rng.randint(2, 5) for row in question.rows},
        "single": lambda: rng.choice(question.choices).key,
        "multiple": lambda: [
            each.key for each in rng.sample(question.choices, rng.randint(1, len(question.choices)))
        ],
        "date": lambda: f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "text": lambda: rng.choice(SAID),
        "photo": lambda: ["picture-one"],
    }
    return made[question.kind]()
