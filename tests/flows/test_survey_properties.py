"""Whatever is sent twice, killed, left, taken back or put off: the stored answers are those that were given."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from surveys.definition import Answer, Question, Survey, When
from surveys.definition import Test as Condition
from tests.flows.survey_visits import CUTS, LAST, Visit, planned
from tests.surveys.some_surveys import EVERY_KIND, a_survey

STARS = Question("stars", "stars", {"en": "How many stars?"})
KINDS = (*(structs.replace(each, when=(), texts={"en": f"What of {each.key}?"}) for each in EVERY_KIND), STARS)
WHENS: tuple[When, ...] = (
    (),
    ((Condition("nps", "below", 7),),),
    ((Condition("again", "is", "yes"),), (Condition("again", "is_not", "yes"),)),
    ((Condition("rated", "below", 4, part="staff"), Condition("nps", "answered")),),
    ((Condition("tried", "is", "cake"),), (Condition("stars", "above", 3),)),
)


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """A small survey that can be published: any kinds, some required, some asked after others."""
    chosen = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4, unique_by=lambda each: each.key))
    questions, before = [], set[str]()
    for each in chosen:
        whens = [when for when in WHENS if {test.question for group in when for test in group} <= before]
        new = structs.replace(each, required=draw(st.booleans()), when=draw(st.sampled_from(whens)))
        questions.append(new)
        before.add(each.key)
    return a_survey(*questions, LAST, days=90, remind_days=0)


def comparable(answers: dict[str, Answer]) -> dict[str, Answer]:
    """Pictures by their number: they are stored under names of ours."""
    return {key: len(each) if key == "shown" and each else each for key, each in answers.items()}  # type: ignore[arg-type]


def stored(template: Path, survey: Survey, plan: Callable[[str], int], cuts: list[list[str]]) -> dict[str, Answer]:
    async def visit(path: Path) -> dict[str, Answer]:
        visit = Visit(path, survey, plan)
        try:
            await visit.go(cuts)
            return await visit.stored()
        finally:
            visit.customer.house.database.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, folder))
        return asyncio.run(visit(path))


CUT = st.lists(st.lists(st.sampled_from(CUTS), max_size=2, unique=True), max_size=9)
NUMBERS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
# Shrinking what takes databases takes hours.
ANYTHING = settings(suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))


def holds(template: Path, survey: Survey, numbers: list[int], cuts: list[list[str]]) -> None:
    def plan(key: str) -> int:
        return numbers[sum(map(ord, key)) % len(numbers)]

    assert comparable(stored(template, survey, plan, cuts)) == comparable(planned(survey, plan))


@settings(ANYTHING, max_examples=10)
@given(surveys(), NUMBERS, CUT)
def test_the_answers_that_are_stored_are_those_that_were_given(
    sqlite_template: Path, survey: Survey, numbers: list[int], cuts: list[list[str]]
) -> None:
    holds(sqlite_template, survey, numbers, cuts)


@pytest.mark.slow
@settings(ANYTHING, max_examples=120)
@given(surveys(), NUMBERS, CUT)
def test_many_answers_that_are_stored_are_those_that_were_given(
    sqlite_template: Path, survey: Survey, numbers: list[int], cuts: list[list[str]]
) -> None:
    holds(sqlite_template, survey, numbers, cuts)
