"""A consent is kept with the wording it was given to, and a wording that changes gets a new version."""

from __future__ import annotations

import datetime as dt
import hashlib
from types import ModuleType

import pytest
import sqlalchemy as sa

from flows import news, personal, quiet_hours
from locales import LANGUAGES, render
from loyalty import programme
from loyalty.programme import Outreach, Programme
from store.database import Database
from store.tables import consents
from tests.conftest import NOON
from tests.handlers.house import TestHouse

# When the sentence changes in any language: a new WORDING beside it, and its digest here.
WORDINGS = {"news-1": "3897b54c1c7b5f96", "personal-1": "3bffcc27d0d093bb"}


@pytest.mark.parametrize("dialogue", [news, personal])
def test_a_changed_sentence_has_a_new_version(dialogue: ModuleType) -> None:
    sentences = "\n".join(render(dialogue.QUESTION, language) for language in LANGUAGES)
    assert hashlib.sha256(sentences.encode()).hexdigest()[:16] == WORDINGS[dialogue.WORDING]


async def test_each_word_is_kept_with_what_it_answered_in_which_language_and_when(database: Database) -> None:
    house = TestHouse(database)
    customer = house.customer()
    for words in ("hello", "Bahasa Melayu", "langkau", "tidak", "start", "ya", "henti"):
        await customer.types(words)
    kept = await house.rows(sa.select(consents).order_by(consents.c.id))
    said = [(row.granted, row.wording, row.locale) for row in kept]
    assert said == [(False, "news-1", "ms"), (True, "news-1", "ms"), (False, "stop", "ms")]
    assert {(row.purpose, row.channel, row.at) for row in kept} == {("marketing", "all", NOON)}
    assert all(row.evidence.startswith("chat ") for row in kept)


@pytest.mark.parametrize(
    ("until", "said"), [(22, quiet_hours.NEVER.one), (7, "it's quiet from 10.00 pm to 7.00 am")]
)
async def test_the_business_hours_are_told_as_they_are(sqlite_url: str, until: int, said: str) -> None:
    house = TestHouse(Database(sqlite_url))
    rules = Programme(outreach=Outreach(quiet_from=dt.time(22), quiet_until=dt.time(until)))
    await house.database.transact(lambda connection: programme.keep(connection, rules, text="", by="test", at=NOON))
    customer = house.customer()
    for words in ("hello", "English", "skip", "no", "settings"):
        await customer.types(words)
    await customer.presses("Quiet hours")
    assert said in " ".join(await customer.presses("Your usual hours"))
    house.database.close()
