"""What answering brings: promised once for each survey and person when they begin, given when they finish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import survey_rewards, surveys

_PROMISED = sa.and_(survey_rewards.c.points == 0, survey_rewards.c.reward == "")


def promise(
    connection: Connection,
    survey_id: int,
    contact_id: int,
    response_id: int,
    *,
    a_day: int,
    midnight: dt.datetime,
    now: dt.datetime,
) -> bool | None:
    """Promise the reward for this response; None when the day's are used up, False when it is another response's.

    The survey's row is locked meanwhile, so that no two promise the last one of a day, which began at `midnight`.
    """
    connection.execute(sa.select(surveys.c.id).where(surveys.c.id == survey_id).with_for_update())
    mine = survey_rewards.c.survey_id == survey_id, survey_rewards.c.contact_id == contact_id
    held = connection.execute(sa.select(survey_rewards.c.response_id, _PROMISED).where(*mine)).first()
    if held is not None:
        return bool(held[0] == response_id and held[1])
    today = survey_rewards.c.survey_id == survey_id, survey_rewards.c.at >= midnight
    if connection.scalars(sa.select(sa.func.count()).select_from(survey_rewards).where(*today)).one() >= a_day:
        return None
    new = {"survey_id": survey_id, "contact_id": contact_id, "response_id": response_id, "at": now}
    connection.execute(insert(survey_rewards).values(new))
    return True


def give(connection: Connection, response_id: int, points: int, reward: str) -> None:
    """Note what was given for a response as promised: points, and the code of a voucher's reward."""
    held = survey_rewards.c.response_id == response_id
    connection.execute(survey_rewards.update().where(held).values(points=points, reward=reward))


def withdraw(connection: Connection, response_ids: Collection[int]) -> None:
    """Promise nothing any more for these responses; what was given stays."""
    connection.execute(survey_rewards.delete().where(survey_rewards.c.response_id.in_(response_ids), _PROMISED))
