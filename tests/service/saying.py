"""What customers said: answers to a survey and cases, for tests of themes, improvements and the team's pages."""

from __future__ import annotations

import datetime as dt
import secrets
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service import cases
from service.cases import NewCase
from store import cases as kept
from store.cases import Case
from store.tables import survey_answers, survey_responses, survey_versions, surveys
from tests.conftest import NOON

DEFINITION = {
    "code": "visit",
    "names": {"en": "After a visit", "ar": "بعد الزيارة"},
    "sections": [
        {
            "key": "all",
            "questions": [
                {"key": "nps", "kind": "nps", "texts": {"en": "Would you recommend us?"}},
                {"key": "happy", "kind": "csat", "texts": {"en": "How happy are you?"}},
                {"key": "why", "kind": "text", "texts": {"en": "Why?"}},
                {
                    "key": "where",
                    "kind": "single",
                    "texts": {"en": "Where?"},
                    "choices": [{"key": "price", "texts": {"en": "Price"}}],
                },
            ],
        }
    ],
}
_numbers = count(1)


def publish(connection: Connection, code: str = "visit") -> tuple[int, int]:
    """A published survey: its id and its version's."""
    names = {"names": DEFINITION["names"], "version": 1, "created_at": NOON, "changed_at": NOON}
    new = surveys.insert().values(code=code, public_id=f"survey-{code}", **names)
    survey_id = connection.execute(new.returning(surveys.c.id)).scalar_one()
    version = {"number": 1, "definition": {**DEFINITION, "code": code}, "by": "staff:x", "at": NOON}
    put = survey_versions.insert().values(survey_id=survey_id, **version).returning(survey_versions.c.id)
    return survey_id, connection.execute(put).scalar_one()


def answer(
    connection: Connection,
    survey: tuple[int, int],
    why: str,
    at: dt.datetime,
    *,
    contact_id: int | None = None,
    state: str = "done",
    **more: Any,
) -> int:
    """A response with an answer to the open question, and a choice; the id of that answer."""
    scores = {"nps": more.pop("nps", 9), "happy": more.pop("happy", 5)}
    name = f"r{next(_numbers)}"
    values = {
        "public_id": secrets.token_urlsafe(12), "key": name, "survey_id": survey[0], "version_id": survey[1],
        "contact_id": contact_id, "mode": "chat", "language": "en", "state": state, "begun_at": at, "moved_at": at,
        "done_at": at if state == "done" else None, **more,
    }  # fmt: skip
    new = survey_responses.insert().values(**values).returning(survey_responses.c.id)
    response_id = connection.execute(new).scalar_one()
    for question, number in scores.items():
        row = {"response_id": response_id, "question": question, "number": number, "at": at}
        connection.execute(survey_answers.insert().values(**row))
    chosen = {"response_id": response_id, "question": "where", "text": "price", "at": at}
    connection.execute(survey_answers.insert().values(**chosen))
    said = {"response_id": response_id, "question": "why", "text": why, "at": at}
    put = survey_answers.insert().values(**said).returning(survey_answers.c.id)
    answer_id: int = connection.execute(put).scalar_one()
    return answer_id


def tell(connection: Connection, contact_id: int, text: str, at: dt.datetime, **more: Any) -> Case:
    """A case that a customer opened by what they told."""
    new = NewCase(**{"kind": "complaint", "language": "en", "text": text, **more})
    opened = cases.open_new(connection, contact_id, new, key=f"tell{next(_numbers)}", now=at)
    found = kept.find(connection, opened.public_id)
    assert found is not None
    return found


def drop_themes(connection: Connection) -> None:
    """Be without the themes that one begins with."""
    connection.execute(sa.text("DELETE FROM themes"))
