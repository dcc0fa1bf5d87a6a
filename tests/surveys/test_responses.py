"""Responses: begun once, kept answer by answer, written over, finished, expired."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import responses as rows
from store.database import Database
from store.tables import survey_answers, survey_waves
from surveys import responses
from surveys.definition import Answer
from surveys.library import Published
from surveys.responses import Response
from tests.conftest import NOON
from tests.store.rows import add_contact
from tests.surveys.some_surveys import EVERY_KIND, NPS, RATED, SHOWN, TRIED, WHY, a_survey, publish

GIVEN: dict[str, Answer] = {
    "nps": 3,
    "why": "The queue",
    "rated": {"staff": 5, "place": 2},
    "again": "no",
    "tried": ["tea", "cake"],
    "count": None,
    "since": "2025-02-28",
    "shown": ["first", "second"],
}


def begun(connection: Connection, published: Published, **more: Any) -> Response:
    values: dict[str, Any] = {"key": "1", "mode": "chat", "language": "en", "contact_id": None, "now": NOON}
    return responses.begin(connection, published, **{**values, **more})


def answered(connection: Connection, given: dict[str, Answer]) -> tuple[Published, Response]:
    published = publish(connection, a_survey(*EVERY_KIND), NOON)
    response = begun(connection, published)
    for key, answer in given.items():
        question = published.survey.question(key)
        assert question is not None
        assert responses.keep(connection, response, question, answer, NOON)
    return published, response


async def test_every_kind_of_answer_comes_back_as_it_was_given(database: Database) -> None:
    def work(connection: Connection) -> None:
        _published, response = answered(connection, GIVEN)
        assert responses.answers(connection, response) == GIVEN

    await database.transact(work)


async def test_an_answer_that_is_given_anew_leaves_nothing_of_the_old_one(database: Database) -> None:
    def work(connection: Connection) -> None:
        _published, response = answered(connection, GIVEN)
        responses.keep(connection, response, TRIED, ["cake"], NOON)
        responses.keep(connection, response, RATED, {"place": 4}, NOON)
        responses.keep(connection, response, SHOWN, None, NOON)
        responses.keep(connection, response, NPS, 3, NOON + dt.timedelta(hours=1))
        again: dict[str, Answer] = {"tried": ["cake"], "rated": {"place": 4}, "shown": None}
        assert responses.answers(connection, response) == GIVEN | again
        first = sa.select(survey_answers.c.at).where(survey_answers.c.question == "nps")
        assert connection.scalar(first) == NOON  # the same answer is not a new one

    await database.transact(work)


async def test_what_is_not_asked_any_more_is_dropped_at_the_end_and_nothing_is_kept_after_it(
    database: Database,
) -> None:
    def work(connection: Connection) -> None:
        published, response = answered(connection, {"nps": 3, "why": "The queue"})
        responses.keep(connection, response, NPS, 9, NOON)
        assert responses.finish(connection, response, NOON)
        assert responses.answers(connection, response) == {"nps": 9}
        done = responses.find(connection, response.public_id)
        assert done is not None
        assert (done.state, done.done_at, responses.finish(connection, done, NOON)) == ("done", NOON, False)
        assert not responses.keep(connection, response, WHY, "Late", NOON)
        assert published.survey.question("why") == WHY

    await database.transact(work)


async def test_a_response_begins_once_and_ends_with_its_deadline(database: Database) -> None:
    def work(connection: Connection) -> None:
        published = publish(connection, a_survey(days=7), NOON)
        contact_id = add_contact(connection, "1", NOON, kind="supplier")
        waves = [NOON - dt.timedelta(days=9), NOON - dt.timedelta(days=2), NOON + dt.timedelta(days=5)]
        for place, at in enumerate(waves):
            new = {"public_id": f"w{place}", "survey_id": published.survey_id, "name": f"{place}", "starts_at": at}
            connection.execute(survey_waves.insert().values(new))
        response = begun(connection, published, contact_id=contact_id)
        assert begun(connection, published, contact_id=contact_id, now=NOON + dt.timedelta(days=1)) == response
        newest = sa.select(survey_waves.c.id).where(survey_waves.c.public_id == "w1")
        assert response.wave_id == connection.scalar(newest)
        assert (response.segment, response.reached) == ("supplier", "nps")
        late = NOON + dt.timedelta(days=7)
        assert responses.open_of(connection, contact_id, late - dt.timedelta(seconds=1)) == response
        assert responses.open_of(connection, contact_id, late) is None
        assert rows.overdue(connection, late, 9) == [response]
        assert responses.expire(connection, response, late)
        assert not responses.expire(connection, response, late)
        assert rows.overdue(connection, late, 9) == []

    await database.transact(work)
