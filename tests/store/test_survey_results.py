"""Answers counted by the database against the same counted in Python, on made responses."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from statistics import mean
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.engine import Connection

from console.staff.survey_figures import asked_of, asks_of
from store import survey_progress, survey_results, survey_words
from store.database import Database
from store.responses import Response
from store.survey_results import Asked, Narrow
from store.tables import branches
from surveys import library, responses, waves
from surveys.definition import Answer
from tests.conftest import NOON
from tests.store.plans import plans_of
from tests.store.rows import add_contact
from tests.surveys.answered import anything, of_every_kind, respond
from tests.surveys.some_surveys import invite, publish

DAY = dt.timedelta(days=1)


class Made(NamedTuple):
    """A response with its answers, as Python has them."""

    response: Response
    answers: dict[str, Answer]
    done: bool


class House(NamedTuple):
    """What was made, and what is asked of the database about it."""

    asked: Asked
    made: list[Made]


def make(connection: Connection, many: int = 60) -> House:
    """Responses of two versions, a third of them unfinished, over two waves and two branches."""
    rng, made = random.Random(7), list[Made]()
    survey = of_every_kind()
    places = [
        connection.execute(branches.insert().values(code=code, name=code).returning(branches.c.id)).scalar_one()
        for code in ("north", "south")
    ]
    first = publish(connection, survey, NOON - 60 * DAY)
    section = survey.sections[0]
    moved = tuple(
        structs.replace(each, touchpoint="online") if each.key == "csat" else each for each in section.questions
    )
    changed = structs.replace(survey, sections=(structs.replace(section, questions=moved),))
    second = publish(connection, changed, NOON - 30 * DAY)
    for place in range(many):
        at = NOON - 50 * DAY + place * DAY / 2
        if place % 30 == 10:
            waves.begin(connection, first.survey_id, f"Wave {place}", at)
        version, done = (second if place % 3 else first), place % 3 != 1
        answers = {each.key: anything(rng, each) for each in version.survey.questions}
        if not done:
            answers = dict(list(answers.items())[: rng.randint(0, 9)])
        about: dict[str, Any] = {
            "language": rng.choice(("en", "ar")),
            "mode": rng.choice(("chat", "phone")),
            "branch_id": rng.choice((*places, None)),
            "touchpoint": rng.choice(("", "product")),
        }
        made.append(Made(respond(connection, version, answers, at, done=done, **about), answers, done))
    versions = library.versions(connection, first.public_id)
    return House(asked_of(first.survey_id, versions, asks_of(versions), {"delivery": "logistics"}), made)


def values(question: str, answer: Answer) -> list[tuple[str, bool, int | None, str]]:
    """The part, whether it was skipped, the number and the text of each row of an answer."""
    match answer:
        case None:
            return [("", True, None, "")]
        case dict():
            return [(part, False, number, "") for part, number in answer.items()]
        case list() if question == "shot":
            return [(str(place), False, None, "") for place, _each in enumerate(answer, start=1)]
        case list():
            return [(part, False, 1, "") for part in answer] or [("", False, None, "")]
        case str():
            return [("", False, None, {"drink": answer, "since": answer[:7]}.get(question, ""))]
    return [("", False, answer, "")]


def in_python(
    house: House, wanted: Callable[[Made, str], bool], group: Callable[[Made, str], Any]
) -> Counter[tuple[Any, ...]]:
    found = Counter[tuple[Any, ...]]()
    for each in house.made:
        for question, answer in each.answers.items():
            if each.done and wanted(each, question):
                found.update((group(each, question), question, *value) for value in values(question, answer))
    return found


def in_sql(connection: Connection, house: House, narrow: Narrow, by: Any = None) -> Counter[tuple[Any, ...]]:
    return Counter({row[:-1]: row.n for row in survey_results.counted(connection, house.asked, narrow, by)})


def own_touchpoint(house: House) -> Callable[[Made, str], str]:
    """Where an answer belongs: the question's own place in that version, else the response's."""
    own = {(one.question, version): one.touchpoint for one in house.asked.own for version in one.versions}
    return lambda made, question: own.get((question, made.response.version_id), made.response.touchpoint)


async def test_the_database_counts_as_python_does_and_never_what_is_unfinished(database: Database) -> None:
    house = await database.transact(make)
    sixth, touchpoint = house.made[6].response, own_touchpoint(house)

    def look(connection: Connection) -> None:
        def everything(_made: Made, _question: str) -> bool:
            return True

        assert in_sql(connection, house, Narrow()) == in_python(house, everything, lambda _made, _question: None)
        for by in ("language", "mode", "branch", "wave", "segment"):
            column = {"branch": "branch_id", "wave": "wave_id"}.get(by, by)
            plain = in_python(house, everything, lambda made, _question, c=column: getattr(made.response, c))  # type: ignore[misc]
            assert in_sql(connection, house, Narrow(), by) == plain
        assert in_sql(connection, house, Narrow(), "touchpoint") == in_python(house, everything, touchpoint)
        online = in_python(house, lambda *one: touchpoint(*one) == "online", lambda *_one: None)
        assert in_sql(connection, house, Narrow(touchpoint="online")) == online
        assert {question for _none, question, *_rest in online} == {"csat"}
        logistics = in_sql(connection, house, Narrow(department="logistics"))
        assert {question for _none, question, *_rest in logistics} == {"ces"}

        def narrowed(made: Made, _question: str) -> bool:
            about = made.response
            return (
                about.mode == sixth.mode and about.language == sixth.language and about.begun_at >= NOON - 40 * DAY
            )

        narrow = Narrow(mode=sixth.mode, language=sixth.language, since=NOON - 40 * DAY)
        assert in_sql(connection, house, narrow) == in_python(house, narrowed, lambda *_one: None)
        periods = [NOON - 40 * DAY, NOON - 30 * DAY, NOON - 22 * DAY]
        by_period = in_python(
            house,
            lambda made, _question: made.response.begun_at >= periods[0],
            lambda made, _question: sum(made.response.begun_at >= each for each in periods[1:]),
        )
        assert in_sql(connection, house, Narrow(), periods) == by_period

    await database.read(look)


async def test_areas_and_what_has_many_rows_count_each_person_once(database: Database) -> None:
    house = await database.transact(make)

    def look(connection: Connection) -> None:
        plain: defaultdict[str, list[float]] = defaultdict(list)
        many = Counter[str]()
        for each in (each for each in house.made if each.done):
            team, stars = each.answers["team"], each.answers["stars"]
            rows = [
                *(team.values() if isinstance(team, dict) else ()),
                *([stars] if isinstance(stars, int) else ()),
            ]
            if rows:
                plain[each.response.language].append(mean(rows))
            many.update(key for key in house.asked.many if each.answers[key] is not None)
        found = survey_results.areas(connection, house.asked, Narrow(), {"both": ["team", "stars"]}, "language")
        assert {row.group: row.n for row in found} == {language: len(means) for language, means in plain.items()}
        for row in found:
            means = plain[str(row.group)]
            assert (row.total, row.squares) == pytest.approx((sum(means), sum(each * each for each in means)))
        answered = survey_results.answered(connection, house.asked, Narrow())
        assert {question: n for (_none, question), n in answered.items()} == many
        assert survey_results.areas(connection, house.asked, Narrow(), {}) == []

    await database.read(look)


async def test_who_stopped_where_and_who_was_asked_is_known(database: Database) -> None:
    def make_some(connection: Connection) -> int:
        version = publish(connection, of_every_kind(), NOON - 9 * DAY)
        people = [add_contact(connection, f"p{place}", NOON) for place in range(4)]
        for contact in people:
            invite(connection, version, contact, NOON - 5 * DAY)
        invitations = survey_progress.invited(connection, version.survey_id, Narrow())
        assert invitations == (4, 0, 0)
        whole: dict[str, Answer] = {"nps": 9, "csat": 4, "ces": None}
        respond(connection, version, whole, NOON - 4 * DAY, contact_id=people[0], invitation_id=1)
        respond(connection, version, {"nps": 3}, NOON - 4 * DAY, done=False, contact_id=people[1], invitation_id=2)
        late = respond(connection, version, {"nps": 3, "csat": None}, NOON - 3 * DAY, done=False)
        responses.expire(connection, late, NOON)
        respond(connection, version, {"nps": 8}, NOON, done=False)
        return version.survey_id

    survey_id = await database.transact(make_some)

    def look(connection: Connection) -> None:
        stopped = survey_progress.stopped(connection, survey_id, Narrow(), NOON - DAY)
        assert {(each.state, each.reached, each.fresh, each.n) for each in stopped} == {
            ("done", "", False, 1),
            ("begun", "csat", False, 1),
            ("begun", "csat", True, 1),
            ("expired", "ces", True, 1),
        }
        assert survey_progress.passed(connection, survey_id, Narrow()) == {"nps": 3, "csat": 1}
        assert survey_progress.invited(connection, survey_id, Narrow()) == (4, 2, 1)
        assert survey_progress.invited(connection, survey_id, Narrow(since=NOON)) == (0, 0, 0)
        assert survey_progress.invited(connection, survey_id, Narrow(language="en")) is None
        assert sum(each.n for each in survey_progress.profiles(connection, survey_id)) == 1

    await database.read(look)


async def test_words_are_found_in_any_spelling_the_newest_first_page_by_page(database: Database) -> None:
    def make_some(connection: Connection) -> int:
        version = publish(connection, of_every_kind(), NOON - 9 * DAY)
        for place, said in enumerate(("Điểm thưởng ít quá", "Great tea", "great cake", "Nothing")):
            respond(connection, version, {"why": said, "drink": "tea"}, NOON + place * DAY, note=f"note {place}")
        respond(connection, version, {"why": "great, but not finished"}, NOON, done=False)
        return version.survey_id

    survey_id = await database.transact(make_some)

    def found(connection: Connection, **how: Any) -> list[str]:
        return [each.text for each in survey_words.words(connection, survey_id, Narrow(), ["why"], **how).said]

    def look(connection: Connection) -> None:
        assert found(connection, typed="GREAT") == ["great cake", "Great tea"]
        assert found(connection, typed="diem thuong") == ["Điểm thưởng ít quá"]
        assert found(connection, typed="note 3") == ["Nothing"]
        first = survey_words.words(connection, survey_id, Narrow(), ["why"], limit=3)
        assert [each.text for each in first.said] == ["Nothing", "great cake", "Great tea"]
        assert first.after is not None
        assert found(connection, after=first.after) == ["Điểm thưởng ít quá"]
        assert len(found(connection, after="nonsense")) == 4

    await database.read(look)


def test_results_are_read_by_index(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    asked = Asked(survey_id=1, chosen=("drink",), many=("team",))
    with engine.connect() as connection:

        def look() -> None:
            survey_results.counted(connection, asked, Narrow(mode="chat"), "branch")
            survey_results.answered(connection, asked, Narrow())
            survey_results.areas(connection, asked, Narrow(), {"product": ["team"]})
            survey_progress.stopped(connection, 1, Narrow(), NOON)
            survey_progress.passed(connection, 1, Narrow())
            survey_progress.invited(connection, 1, Narrow(since=NOON))
            survey_progress.profiles(connection, 1)
            waves.of(connection, 1)
            survey_words.words(connection, 1, Narrow(), ["why"])
            survey_words.wholes(connection, 1, Narrow(), None)
            survey_words.noted(connection, 1)

        steps = [step for _sql, plan in plans_of(connection, look) for step in plan if "survey_" in step]
    engine.dispose()
    assert len(steps) > 15
    assert [step for step in steps if "SCAN" in step] == []
