"""The thank-you of a survey: promised once, so many a day, and given as promised."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.demo_data import apply_setup
from loyalty import ledger
from store.database import Database
from store.tables import accounts, rewards, survey_rewards, vouchers
from surveys import responses, rewarding
from surveys.definition import Reward
from surveys.library import Published
from surveys.responses import Response
from surveys.rewarding import Given, Promise
from tests.conftest import NOON, SECRET
from tests.store.rows import add_contact
from tests.surveys.some_surveys import a_survey, publish


def begun(connection: Connection, published: Published, sender: str, *, member: bool = True) -> Response:
    contact_id = add_contact(connection, sender, NOON)
    if member:
        ledger.open_accounts(connection, {contact_id: NOON})
    return responses.begin(
        connection, published, key=sender, mode="chat", language="en", contact_id=contact_id, now=NOON
    )


def given(connection: Connection, published: Published, response: Response, at: dt.datetime = NOON) -> Given:
    return rewarding.give(connection, SECRET, published.survey, response, at, "en")


async def test_a_thank_you_is_given_once_for_each_survey_and_person(database: Database) -> None:
    def work(connection: Connection) -> None:
        apply_setup(connection, NOON)
        published = publish(connection, a_survey(reward=Reward(points=20, voucher="coffee")), NOON)
        response = begun(connection, published, "1")
        assert rewarding.promise(connection, published.survey, response, NOON) == Promise(20, "coffee")
        got = given(connection, published, response)
        assert (got.points, got.reward) == (20, "A coffee of your choice")
        assert given(connection, published, response) == Given()
        again = responses.begin(
            connection,
            published,
            key="again",
            mode="phone",
            language="en",
            contact_id=response.contact_id,
            now=NOON,
        )
        assert rewarding.promise(connection, published.survey, again, NOON) == Promise()
        assert given(connection, published, again) == Given()
        assert connection.scalars(
            sa.select(accounts.c.balance).where(accounts.c.contact_id.is_not(None))
        ).all() == [20]
        assert connection.scalar(sa.select(sa.func.count()).select_from(vouchers)) == 1
        assert connection.execute(sa.select(survey_rewards.c.points, survey_rewards.c.reward)).all() == [
            (20, "coffee")
        ]

    await database.transact(work)


async def test_on_one_day_so_many_are_promised_and_a_promise_is_kept_days_later(database: Database) -> None:
    def work(connection: Connection) -> None:
        published = publish(connection, a_survey(reward=Reward(points=20, a_day=2)), NOON)
        survey = published.survey
        first, second, third = (begun(connection, published, sender) for sender in "123")
        outsider = begun(connection, published, "4", member=False)
        assert rewarding.promise(connection, survey, outsider, NOON) == Promise()
        assert rewarding.promise(connection, survey, first, NOON) == Promise(20)
        assert rewarding.promise(connection, survey, second, NOON) == Promise(20)
        assert rewarding.promise(connection, survey, third, NOON) == Promise(used_up=True)
        assert given(connection, published, third) == Given()
        responses.expire(connection, second, NOON)
        assert rewarding.promise(connection, survey, third, NOON) == Promise(20)
        tomorrow = NOON + dt.timedelta(days=1)
        assert given(connection, published, first, tomorrow).points == 20
        assert given(connection, published, third, tomorrow).points == 20

    await database.transact(work)


async def test_a_reward_that_is_no_more_is_not_promised(database: Database) -> None:
    def work(connection: Connection) -> None:
        apply_setup(connection, NOON)
        published = publish(connection, a_survey(reward=Reward(voucher="coffee")), NOON)
        connection.execute(rewards.update().where(rewards.c.code == "coffee").values(active=False))
        response = begun(connection, published, "1")
        assert rewarding.promise(connection, published.survey, response, NOON) == Promise()

    await database.transact(work)
