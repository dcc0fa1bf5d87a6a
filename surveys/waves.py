"""Waves of a survey: rounds whose responses are compared with each other."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from store import survey_waves
from store.survey_waves import Wave

NAME = 64  # letters at most


def begin(connection: Connection, survey_id: int, name: str, now: dt.datetime) -> Wave:
    """A new wave: what is begun from now on, until the next one, belongs to it.

    Two that begin at the same moment are one.
    """
    return survey_waves.add(connection, survey_id, " ".join(name.split())[:NAME], now)


def of(connection: Connection, survey_id: int) -> list[Wave]:
    """The waves of a survey, the newest first."""
    return survey_waves.of(connection, survey_id)


def rename(connection: Connection, survey_id: int, public_id: str, name: str) -> bool:
    """Give a wave of the survey another name; False when there is none of this public id."""
    return survey_waves.rename(connection, survey_id, public_id, " ".join(name.split())[:NAME])
