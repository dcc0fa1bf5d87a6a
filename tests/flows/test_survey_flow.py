"""A survey in the chat: on its way, back, left and taken up, too late, and what it brings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.engine import Connection

from flows.book import FLOWS
from service import parked
from store import sessions
from store.database import Database
from store.tables import contacts, survey_responses, surveys
from store.tables import sessions as sessions_table
from surveys import responses
from surveys.definition import Answer, Choice, Survey
from talk.journal import Record
from tests.handlers.house import Customer, TestHouse, later
from tests.surveys.some_surveys import AGAIN, EVERY_KIND, NPS, WHY, a_survey, publish


class Respondent:
    """A customer who was welcomed, and a survey."""

    def __init__(self, house: TestHouse, customer: Customer) -> None:
        self.house, self.customer = house, customer

    async def begins(self, name: str = "visit") -> list[str]:
        press = self.customer.event("button", button=f"!.survey~{name}")
        return await self.customer.sends(press)

    async def answers(self) -> dict[str, Answer]:
        def read(connection: Any) -> dict[str, Answer]:
            newest = sa.select(survey_responses.c.public_id).order_by(survey_responses.c.id.desc())
            response = responses.find(connection, connection.scalars(newest).first())
            assert response is not None
            return responses.answers(connection, response)

        return await self.house.database.read(read)

    async def states(self) -> list[str]:
        rows = await self.house.rows(sa.select(survey_responses.c.state).order_by(survey_responses.c.id))
        return [row.state for row in rows]


async def respondent(database: Database, survey: Survey) -> Respondent:
    house = TestHouse(database)
    customer = house.customer(channel="telegram")
    for words in ("hello", "English", "skip", "no"):
        await customer.types(words)
    await database.transact(lambda connection: publish(connection, survey, house.now))
    return Respondent(house, customer)


FIRST = ("4", "Slow", "5", "skip", "yes", "1, 2", "12", "28 February 2025")


async def test_every_kind_of_question_is_asked_and_kept(database: Database) -> None:
    one = await respondent(database, a_survey(*EVERY_KIND))
    (asked,) = await one.begins()
    assert asked.endswith("<i>1 of 7</i>\nWould you recommend us, friend?")
    said = [(await one.customer.types(words))[0] for words in FIRST]
    assert "<i>2 of 8</i>\nWhy 4?" in said[0]
    assert "How were they?\n<i>Row 2 of 2:</i> Our place" in said[2]
    assert "<i>8 of 8</i>" in said[-1]
    await one.customer.photo()
    (thanks,) = await one.customer.types("done")
    assert thanks.startswith("Thank you, that was all.\n\nI'm sorry that it wasn't better.")
    kept = await one.answers()
    assert len(str(kept.pop("shown"))) == len("['a public id of it']") - 1
    assert kept == {
        "nps": 4,
        "why": "Slow",
        "rated": {"staff": 5},
        "again": "yes",
        "tried": ["tea", "cake"],
        "count": 12,
        "since": "2025-02-28",
    }
    assert await one.states() == ["done"]
    assert await one.begins() == ["You've answered this survey already. Thank you.\n\nWhat can I do for you?"]


async def test_going_back_writes_over_what_was_answered_and_what_hung_on_it_is_dropped(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, WHY, AGAIN))
    await one.begins()
    await one.customer.types("3")
    await one.customer.types("The queue")
    assert "Why 3?" in (await one.customer.types("back"))[0]
    assert "<i>1 of 2</i>" in (await one.customer.types("back"))[0]
    assert await one.customer.types("back") != []
    assert await one.answers() == {"nps": 3, "why": "The queue"}
    assert "<i>2 of 2</i>\nWould you come again?" in (await one.customer.types("9"))[0]
    await one.customer.types("yes")
    assert await one.answers() == {"nps": 9, "again": "yes"}


@pytest.mark.parametrize("words", ["later", "not now", "never mind"])
async def test_what_is_put_off_goes_on_days_later_and_back_reaches_what_was_answered(
    sqlite_url: str, words: str
) -> None:
    one = await respondent(Database(sqlite_url), a_survey(NPS, WHY, AGAIN))
    await one.begins()
    await one.customer.types("9")
    (kept,) = await one.customer.types(words)
    assert kept.startswith("All right, your answers are kept. Send “survey” to go on, until 28 November 2026.")
    later(one.house, days=3)
    (again,) = await one.customer.types("survey")
    assert again.startswith("Welcome back. You've answered 1 question already, so we go on from there.")
    assert again.endswith("<i>2 of 2</i>\nWould you come again?")
    assert "<i>1 of 2</i>" in (await one.customer.types("back"))[0]
    await one.customer.types("2")
    await one.customer.types("The queue")
    await one.customer.types("rather not")
    assert await one.answers() == {"nps": 2, "why": "The queue", "again": "no"}
    assert await one.states() == ["done"]
    one.house.database.close()


async def test_a_matrix_that_is_left_after_a_skipped_row_goes_on_with_its_rows(sqlite_url: str) -> None:
    matrix = next(each for each in EVERY_KIND if each.kind == "matrix")
    one = await respondent(Database(sqlite_url), a_survey(structs.replace(matrix, when=()), AGAIN))
    await one.begins()
    assert "Row 2 of 2" in (await one.customer.types("skip"))[0]
    await one.customer.types("later")
    later(one.house, days=3)
    assert "Row 1 of 2" in (await one.customer.types("survey"))[0]
    for words in ("skip", "4", "yes"):
        await one.customer.types(words)
    assert await one.answers() == {"rated": {"place": 4}, "again": "yes"}
    one.house.database.close()


async def test_words_that_come_hours_later_are_not_taken_for_an_answer(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, WHY, AGAIN))
    await one.begins()
    await one.customer.types("3")
    later(one.house, hours=4)
    (asked,) = await one.customer.types("my parcel hasn't come")
    assert asked == "You've answered 1 of the 3 questions of our survey. Shall we go on?"
    assert "why" not in await one.answers()
    (again,) = await one.customer.presses("Go on")
    assert again.endswith("<i>2 of 3</i>\nWhy 3?")
    await one.customer.types("my parcel hasn't come")
    later(one.house, days=2)
    said = await one.customer.types("opening hours")
    assert "\n\n".join(said).endswith(
        "By the way, you haven't finished our survey yet. You can go on whenever you like."
    )
    (again,) = await one.customer.presses("Continue the survey")
    assert again.endswith("<i>3 of 3</i>\nWould you come again?")
    assert await one.answers() == {"nps": 3, "why": "my parcel hasn't come"}


async def test_a_button_that_is_pressed_days_later_is_the_answer(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, WHY, AGAIN))
    await one.begins()
    later(one.house, days=2)
    (said,) = await one.customer.presses("10")
    assert said.endswith("<i>2 of 2</i>\nWould you come again?")
    assert await one.answers() == {"nps": 10}
    assert "nothing has changed" in (await one.customer.presses("9"))[0]
    await one.customer.presses("Yes, gladly")
    later(one.house, hours=20)
    (late,) = await one.customer.presses("Rather not")
    assert late.startswith("You've answered this survey already.")
    assert await one.answers() == {"nps": 10, "again": "yes"}


async def test_a_survey_is_over_when_its_days_are(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, AGAIN, days=1, remind_days=0))
    await one.begins()
    later(one.house, hours=23, minutes=59)
    assert "<i>2 of 2</i>" in (await one.customer.presses("9"))[0]
    later(one.house, minutes=2)
    (over,) = await one.customer.types("yes")
    assert over.startswith("This survey was open until 22 November 2026. Thank you all the same.")
    assert await one.answers() == {"nps": 9}
    assert (await one.customer.types("survey"))[0].startswith("There's no survey for you at the moment.")


async def test_a_running_survey_stays_on_its_version(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, AGAIN))
    await one.begins()
    await database.transact(lambda connection: publish(connection, a_survey(AGAIN), one.house.now))
    assert "<i>2 of 2</i>" in (await one.customer.types("9"))[0]
    await one.customer.types("later")
    later(one.house, hours=1)
    assert "<i>2 of 2</i>" in (await one.customer.types("survey"))[0]


async def test_a_survey_is_only_for_whom_it_is_for_and_only_while_it_is_in_use(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, kinds=("supplier",)))
    assert (await one.begins())[0].startswith("There's no survey for you at the moment.")
    await database.transact(lambda connection: connection.execute(contacts.update().values(kind="supplier")))
    assert "<i>1 of 1</i>" in (await one.begins())[0]
    other = one.house.customer("2")
    await other.types("hello")
    stolen = await one.house.rows(sa.select(survey_responses.c.public_id))
    press = other.event("button", button=f"!.survey~{stolen[0].public_id}")
    assert "no survey" in (await other.sends(press))[0]
    await database.transact(lambda connection: connection.execute(surveys.update().values(active=False)))
    assert "<i>1 of 1</i>" in (await one.customer.types("survey"))[0]  # who began may finish


async def test_what_nobody_came_back_to_asks_for_nothing(database: Database) -> None:
    one = await respondent(database, a_survey(NPS, AGAIN))
    await one.begins()
    later(one.house, hours=4)
    await one.customer.types("blorp")
    later(one.house, hours=4)
    assert "Shall we go on" not in (await one.customer.types("blorp"))[0]
    assert dt.timedelta(hours=8) == one.house.now - (await began_at(one))


async def began_at(one: Respondent) -> dt.datetime:
    (row,) = await one.house.rows(sa.select(survey_responses.c.begun_at))
    began: dt.datetime = row.begun_at
    return began


async def test_a_survey_goes_on_in_another_language_and_the_team_reads_it_in_theirs(sqlite_url: str) -> None:
    happy = structs.replace(NPS, texts={"en": "Happy?", "ms": "Gembira?", "zh": "满意吗？"})
    again = structs.replace(AGAIN, choices=(Choice("yes", {"en": "Gladly", "ms": "Tentu"}), *AGAIN.choices[1:]))
    one = await respondent(Database(sqlite_url), a_survey(happy, again))
    await one.begins()
    await one.customer.types("language")
    assert "<i>1 daripada 2</i>\nGembira?" in "\n".join(await one.customer.presses("Bahasa Melayu"))
    await one.customer.types("9")
    await one.customer.types("Gladly")  # as it is called in another language
    assert await one.answers() == {"nps": 9, "again": "yes"}

    def journal(connection: Connection) -> Record:
        last = sa.select(sessions_table.c.id).where(sessions_table.c.flow == "survey")
        found = sessions.one(connection, connection.scalars(last).one())
        assert found is not None
        return found[0].record

    record = await one.house.database.read(journal)
    seen = parked.look(record, FLOWS, customer="ms", agent="zh", now=one.house.now)
    assert [(each.question, each.answer) for each in seen.heard] == [
        ("第1题，共2题\n满意吗？", "9"),
        ("第2题，共2题\nWould you come again?", "Gladly"),
    ]
    one.house.database.close()
