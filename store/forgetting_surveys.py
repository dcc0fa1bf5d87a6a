"""Forgetting what somebody answered: the words, choices, days and pictures. Scores stay, as nobody's figures."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.forgetting_steps import AT_ONCE, Step, blank, delete, of
from store.responses import drop
from store.tables import survey_answers, survey_responses, survey_rewards

_TOLD = sa.or_(survey_answers.c.text != "", survey_answers.c.note != "")


def _words(connection: Connection, contact_id: int) -> bool:
    """Drop answers that are more than a number, and what interviewers noted of the others."""
    mine = survey_answers.c.response_id.in_(
        sa.select(survey_responses.c.id).where(of(survey_responses, contact_id))
    )
    some = sa.select(survey_answers.c.id, survey_answers.c.text).where(mine, _TOLD).limit(AT_ONCE)
    found = connection.execute(some).all()
    noted = survey_answers.c.id.in_([row.id for row in found if not row.text])
    connection.execute(survey_answers.update().where(noted).values(note=""))
    drop(connection, [row.id for row in found if row.text])
    return len(found) == AT_ONCE


STEPS: tuple[Step, ...] = (
    _words,
    blank(survey_responses, survey_responses.c.state == "begun", state="expired"),
    delete(survey_rewards),
)
