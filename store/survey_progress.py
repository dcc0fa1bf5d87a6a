"""How far a survey comes: who was asked, began, stopped where and finished; what its answers can be split by."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.survey_results import COLUMNS, DIMENSIONS, Narrow, narrowed
from store.tables import branches, survey_answers, survey_invitations, survey_responses


class Stopped(NamedTuple):
    """Responses by how they stand and which question they were shown last; `fresh`: they moved after the moment."""

    state: str
    reached: str
    fresh: bool
    n: int


class Profile(NamedTuple):
    """Finished responses that agree in everything they can be split by."""

    touchpoint: str
    department: str
    branch: int | None
    segment: str
    language: str
    mode: str
    wave: int | None
    n: int


def stopped(connection: Connection, survey_id: int, narrow: Narrow, moved_after: dt.datetime) -> list[Stopped]:
    """How responses stand: how many are done, and at which question the others are."""
    fresh = sa.case((survey_responses.c.moved_at > moved_after, 1), else_=0)
    keys = (survey_responses.c.state, survey_responses.c.reached, fresh)
    found = sa.select(*keys, sa.func.count()).where(
        survey_responses.c.survey_id == survey_id, *narrowed(narrow, COLUMNS)
    )
    rows = connection.execute(found.group_by(*keys))
    return [Stopped(state, reached, bool(is_fresh), n) for state, reached, is_fresh, n in rows]


def passed(connection: Connection, survey_id: int, narrow: Narrow) -> dict[str, int]:
    """How many unfinished responses went on after a question, by question; what they said is no answer."""
    one = survey_answers.c.question
    found = (
        sa.select(one, sa.func.count(survey_answers.c.response_id.distinct()).label("n"))
        .join_from(survey_responses, survey_answers)
        .where(
            survey_responses.c.survey_id == survey_id,
            survey_responses.c.state.in_(("begun", "expired")),
            one != survey_responses.c.reached,
            *narrowed(narrow, COLUMNS),
        )
        .group_by(one)
    )
    return {row.question: row.n for row in connection.execute(found)}


def invited(connection: Connection, survey_id: int, narrow: Narrow) -> tuple[int, int, int] | None:
    """How many were asked, how many of those began, and how many finished.

    Of an invitation are known the moment, the touchpoint and the branch; None where something else is asked for.
    `narrow.wave` is not looked at: give the wave's period.
    """
    if narrow.department or narrow.segment or narrow.language or narrow.mode:
        return None
    asked = survey_invitations.c
    where = [asked.survey_id == survey_id, asked.asked_at.is_not(None)]
    where += [asked.touchpoint == narrow.touchpoint] if narrow.touchpoint else []
    where += [asked.branch_id == narrow.branch] if narrow.branch is not None else []
    where += [asked.asked_at >= narrow.since] if narrow.since else []
    where += [asked.asked_at < narrow.until] if narrow.until else []
    done = sa.func.coalesce(sa.func.sum(sa.case((survey_responses.c.state == "done", 1), else_=0)), 0)
    joined = survey_invitations.outerjoin(
        survey_responses, survey_responses.c.invitation_id == survey_invitations.c.id
    )
    found = sa.select(sa.func.count(), sa.func.count(survey_responses.c.id), done).select_from(joined)
    every, begun, finished = connection.execute(found.where(*where)).one()
    return int(every), int(begun), int(finished)


def profiles(connection: Connection, survey_id: int) -> list[Profile]:
    """What finished responses can be split by."""
    keys = [COLUMNS[name] for name in DIMENSIONS]
    found = sa.select(*keys, sa.func.count()).where(
        survey_responses.c.survey_id == survey_id, survey_responses.c.state == "done"
    )
    return [Profile._make(row) for row in connection.execute(found.group_by(*keys))]


def branches_by_id(connection: Connection) -> dict[int, tuple[str, str]]:
    """The code and the name of every branch, closed ones, too."""
    rows = connection.execute(sa.select(branches.c.id, branches.c.code, branches.c.name).order_by(branches.c.name))
    return {row.id: (row.code, row.name) for row in rows}
