"""A survey over the Bot API, in five languages at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channels.telegram.fake.customers import Customer
from flows.book import FLOWS
from locales import LANGUAGES
from store.tables import survey_answers, survey_invitations, survey_responses
from surveys import templates
from surveys.texts import said
from tests.conftest import NOON
from tests.faults.shop import Shop, open_shop
from tests.store.rows import add_contact
from tests.surveys.some_surveys import invite, publish

pytestmark = pytest.mark.slow

SURVEY = next(each for each in templates.every() if each.code == "recommend")
WORDS = {
    "en": ("survey", "back", "The queue"),
    "ms": ("tinjauan", "kembali", "Beratur lama"),
    "vi": ("khảo sát", "quay lại", "Xếp hàng lâu"),
    "ar": ("استبيان", "رجوع", "الانتظار"),
    "zh": ("问卷", "返回", "排队太久"),
}


async def answers(customer: Customer, language: str) -> None:
    survey, back, why = WORDS[language]
    customer.types(survey)
    await asked(customer, "nps", language)
    customer.presses("9")
    await asked(customer, "liked", language)
    customer.types(back)
    await asked(customer, "nps", language)
    customer.types("6")
    await asked(customer, "wrong", language)
    customer.types(why)
    thanks = (await customer.next_message())["text"]
    assert thanks.startswith(said(SURVEY.thanks[-1].texts, language, "en"))


async def asked(customer: Customer, key: str, language: str) -> None:
    question = SURVEY.question(key)
    assert question is not None
    whole = (await customer.next_message())["text"].replace("\u2068", "").replace("\u2069", "")
    assert said(question.texts, language, "en").rpartition("}")[2] in whole


def welcomed(shop: Shop) -> list[Customer]:
    return [shop.fake.customer(chat) for chat in range(1, len(LANGUAGES) + 1)]


async def test_a_survey_is_answered_over_the_bot_api_in_five_languages(sqlite_url: str) -> None:
    async with open_shop(sqlite_url, book=FLOWS) as shop:
        customers = welcomed(shop)

        def prepare(connection: Connection) -> None:
            published, account = publish(connection, SURVEY, NOON), shop.channel.account
            for customer, language in zip(customers, LANGUAGES, strict=True):
                more: dict[str, Any] = {"language": language, "language_chosen": True, "welcomed_at": NOON}
                contact_id = add_contact(connection, str(customer.id), NOON, account=account, **more)
                invite(connection, published, contact_id, NOON)

        await shop.database.transact(prepare)
        await asyncio.gather(*map(answers, customers, LANGUAGES))
        await shop.finish()
        states = sa.select(survey_responses.c.state, survey_invitations.c.state).join_from(
            survey_responses, survey_invitations
        )
        kept = sa.select(survey_answers.c.question, survey_answers.c.number, survey_answers.c.text)
        found = await shop.database.read(
            lambda connection: (connection.execute(states).all(), connection.execute(kept).all())
        )
        assert found[0] == [("done", "done")] * len(LANGUAGES)
        scores = [row.number for row in found[1] if row.question == "nps"]
        assert scores == [6] * len(LANGUAGES)
        assert {row.text for row in found[1] if row.question == "wrong"} == {why for *_rest, why in WORDS.values()}
