"""The thank-you of a survey: once for each survey and person, at most so many on a day.

It is promised when somebody begins, and then it is theirs when they finish, whatever others do meanwhile: the day's
number is that of promises. Who finds the day's used up is told so before the first question. Like every gift it
goes to members. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from loyalty import ledger, programme, vouchers
from loyalty.rules import expiry_of, house_zone
from store import members, rewards, survey_rewards
from store.responses import Response
from surveys.definition import Reward, Survey


class Promise(msgspec.Struct, frozen=True):
    """What somebody gets for finishing: points, and a voucher for the reward with this code; or neither.

    `used_up`: they would, had the day's not been promised to others.
    """

    points: int = 0
    voucher: str = ""
    used_up: bool = False


class Given(msgspec.Struct, frozen=True):
    """What somebody got, the reward in their language; 0 or empty where nothing. Dates are on `now`'s clock."""

    points: int = 0
    points_until: dt.date | None = None
    reward: str = ""
    reward_until: dt.date | None = None


def promise(connection: Connection, survey: Survey, response: Response, now: dt.datetime) -> Promise:
    """What this response brings when it is finished, promised from now on."""
    open_to = _open_to(connection, survey.reward, response)
    if open_to is None or survey.reward is None or response.contact_id is None:
        return Promise()
    midnight = now.astimezone(house_zone(programme.read(connection))).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    promised = survey_rewards.promise(
        connection,
        response.survey_id,
        response.contact_id,
        response.id,
        a_day=survey.reward.a_day,
        midnight=midnight,
        now=now,
    )
    if promised is None:
        return Promise(used_up=True)
    return open_to if promised else Promise()


def give(
    connection: Connection, secret: bytes, survey: Survey, response: Response, now: dt.datetime, language: str
) -> Given:
    """Give what was promised, or can be promised now, for a response that is finished; once."""
    due = promise(connection, survey, response, now)
    contact_id, key = response.contact_id, f"survey:{response.public_id}"
    given = Given()
    if contact_id is None or not (due.points or due.voucher):
        return given
    if due.points:
        until = expiry_of(programme.read(connection), now)
        ledger.gift(connection, contact_id, due.points, key=key, at=now, expires_at=until)
        given = Given(due.points, _day(until, now))
    if due.voucher:
        voucher = vouchers.issue(connection, secret, contact_id, due.voucher, key=key, now=now, language=language)
        given = msgspec.structs.replace(given, reward=voucher.name, reward_until=_day(voucher.expires_at, now))
    survey_rewards.give(connection, response.id, due.points, due.voucher)
    return given


def _open_to(connection: Connection, reward: Reward | None, response: Response) -> Promise | None:
    """What of a reward its person can have; None for nothing."""
    contact_id = response.contact_id
    if reward is None or contact_id is None or not members.has_account(connection, contact_id):
        return None
    voucher = rewards.find(connection, reward.voucher) if reward.voucher else None
    code = voucher.code if voucher is not None and voucher.active and voucher.kind != "donation" else ""
    return Promise(reward.points, code) if reward.points or code else None


def _day(moment: dt.datetime | None, now: dt.datetime) -> dt.date | None:
    return moment.astimezone(now.tzinfo).date() if moment is not None else None
