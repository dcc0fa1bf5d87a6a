"""How much came of each survey: responses, and how many of those who were asked answered."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import survey_invitations, survey_responses


class Figures(NamedTuple):
    """What came of a survey: responses done and going on, how many were asked, and how many answered."""

    done: int = 0
    begun: int = 0
    asked: int = 0
    answered: int = 0

    @property
    def percent(self) -> int:
        """The share of those asked who answered, in percent; there is none before somebody was asked."""
        return round(100 * self.answered / self.asked)


_RESPONSES = Prepared(
    sa.select(survey_responses.c.survey_id, survey_responses.c.state, sa.func.count())
    .where(survey_responses.c.state != "expired")
    .group_by(survey_responses.c.survey_id, survey_responses.c.state)
)
_INVITATIONS = Prepared(
    sa.select(
        survey_invitations.c.survey_id,
        sa.func.count(),
        sa.func.sum(sa.case((survey_invitations.c.state == "done", 1), else_=0)),
    )
    .where(survey_invitations.c.asked_at.is_not(None))
    .group_by(survey_invitations.c.survey_id)
)
_UNFINISHED = Prepared(
    sa.select(survey_responses.c.version_id, sa.func.count())
    .where(survey_responses.c.survey_id == sa.bindparam("survey_id"), survey_responses.c.state == "begun")
    .group_by(survey_responses.c.version_id)
)


def every(connection: Connection) -> dict[int, Figures]:
    """The figures of each survey that anybody was asked or answered, by the survey's id."""
    found: dict[int, Figures] = {}
    for survey_id, state, count in _RESPONSES.rows(connection):
        found[survey_id] = found.get(survey_id, Figures())._replace(**{state: count})
    for survey_id, asked, answered in _INVITATIONS.rows(connection):
        found[survey_id] = found.get(survey_id, Figures())._replace(asked=asked, answered=int(answered))
    return found


def unfinished(connection: Connection, survey_id: int) -> dict[int, int]:
    """How many responses to a survey go on, by the id of their version."""
    return dict(_UNFINISHED.rows(connection, survey_id=survey_id))
