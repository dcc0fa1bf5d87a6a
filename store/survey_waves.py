"""Waves of surveys, as rows; a response belongs to the newest that had begun when it was."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import survey_responses, survey_waves


class Wave(NamedTuple):
    """A wave, and how many responses of it are finished."""

    id: int
    public_id: str
    name: str
    starts_at: dt.datetime
    done: int


_W = survey_waves.c
_DONE = (
    sa.select(sa.func.count())
    .where(
        survey_responses.c.survey_id == _W.survey_id,  # by whose index the wave's are found
        survey_responses.c.state == "done",
        survey_responses.c.wave_id == _W.id,
    )
    .correlate(survey_waves)
    .scalar_subquery()
)
_ROW = sa.select(_W.id, _W.public_id, _W.name, _W.starts_at, _DONE)


def add(connection: Connection, survey_id: int, name: str, starts_at: dt.datetime) -> Wave:
    """A new wave, or the one that begins at this moment."""
    new = insert(survey_waves).values(
        public_id=secrets.token_urlsafe(12), survey_id=survey_id, name=name, starts_at=starts_at
    )
    connection.execute(new.on_conflict_do_nothing(index_elements=["survey_id", "starts_at"]))
    found = _ROW.where(_W.survey_id == survey_id, _W.starts_at == starts_at)
    return Wave(*connection.execute(found).one())


def of(connection: Connection, survey_id: int) -> list[Wave]:
    """The waves of a survey, the newest first."""
    found = _ROW.where(_W.survey_id == survey_id).order_by(_W.starts_at.desc())
    return [Wave(*row) for row in connection.execute(found)]


def rename(connection: Connection, survey_id: int, public_id: str, name: str) -> bool:
    """Give a wave another name; whether the survey has it."""
    this = survey_waves.update().where(_W.survey_id == survey_id, _W.public_id == public_id)
    return connection.execute(this.values(name=name)).rowcount == 1
