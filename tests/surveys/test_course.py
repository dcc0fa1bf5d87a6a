"""The way through a survey: what is asked after which answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import course
from surveys.definition import Answer, Choice, Kind, Operator, Question, Section, Survey, Thanks, When
from surveys.definition import Test as Condition


def question(key: str, kind: Kind = "nps", when: When = (), **more: object) -> Question:
    return Question(key, kind, {"en": key}, when=when, **more)  # type: ignore[arg-type]


def about(question: str, op: Operator, value: int | str | None = None, part: str = "") -> When:
    return ((Condition(question, op, value, part),),)


CHOICES = (Choice("price", {"en": "Price"}), Choice("taste", {"en": "Taste"}))
SURVEY = Survey(
    code="visit",
    names={"en": "Visit"},
    sections=(
        Section(
            "first",
            (
                question("nps"),
                question("why", "text", about("nps", "below", 7)),
                question("again", "csat", about("why", "answered")),
            ),
        ),
        Section("tell", (question("about", "multiple", choices=CHOICES),), when=about("nps", "above", 8)),
    ),
    thanks=(
        Thanks({"en": "Sorry"}, ((Condition("nps", "below", 7),), (Condition("again", "below", 3),))),
        Thanks({"en": "Thanks"}),
    ),
)


def keys(answers: dict[str, Answer]) -> list[str]:
    return [each.key for each in course.asked(SURVEY, answers)]


def test_a_condition_asks_what_follows() -> None:
    assert keys({}) == ["nps"]
    assert keys({"nps": 6}) == ["nps", "why"]
    assert keys({"nps": 6, "why": "slow"}) == ["nps", "why", "again"]
    assert keys({"nps": 9}) == ["nps", "about"]
    assert course.place(SURVEY, {"nps": 6}, "why") == (2, 2)
    following = course.following(SURVEY, {"nps": 6})
    assert following is not None
    assert following.key == "why"
    assert course.following(SURVEY, {"nps": 7}) is None


def test_answers_of_a_way_that_was_left_count_for_nothing() -> None:
    """Somebody says 6 and why, goes back, and says 8: neither `why` nor what followed from it is asked."""
    left: dict[str, Answer] = {"nps": 8, "why": "slow", "again": 1}
    assert keys(left) == ["nps"]
    assert course.pruned(SURVEY, left) == {"nps": 8}
    assert course.thanks(SURVEY, left) == {"en": "Thanks"}
    assert course.low(SURVEY, left) == ()
    assert course.low(SURVEY, left | {"nps": 6}) == ("nps", "again")
    assert course.thanks(SURVEY, {"nps": 6}) == {"en": "Sorry"}


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        (7, {"is", "answered"}),
        (3, {"is_not", "below", "answered"}),
        (9, {"is_not", "above", "answered"}),
        (None, {"skipped"}),
        ("words", {"is_not", "answered"}),
    ],
)
def test_what_meets_a_condition(answer: Answer, met: set[Operator]) -> None:
    every: tuple[Operator, ...] = ("is", "is_not", "below", "above", "answered", "skipped")
    assert {op for op in every if course.holds(about("x", op, 7), {"x": answer})} == met
    assert not any(course.holds(about("x", op, 7), {}) for op in every)


def test_a_condition_looks_among_chosen_choices_and_at_one_row() -> None:
    assert course.holds(about("x", "is", "price"), {"x": ["taste", "price"]})
    assert course.holds(about("x", "is_not", "price"), {"x": ["taste"]})
    assert course.holds(about("x", "below", 3, "speed"), {"x": {"speed": 2, "care": 5}})
    assert not course.holds(about("x", "below", 3, "care"), {"x": {"speed": 2}})
    assert course.holds(about("x", "skipped", part="care"), {"x": {"speed": 2}})
    assert course.holds(about("x", "above", "2026-01-01"), {"x": "2026-11-21"})


@pytest.mark.parametrize(
    ("asked", "fitting", "unfitting"),
    [
        (question("x"), [0, 10, None], [-1, 11, True, "7", [7]]),
        (question("x", "csat", required=True), [1, 5], [0, 6, None]),
        (question("x", "number", least=1, most=9), [1, 9], [0, 10, 10**12]),
        (question("x", "single", choices=CHOICES), ["price"], ["other", ["price"], ""]),
        (question("x", "multiple", choices=CHOICES, most=1), [["price"]], [[], ["price", "taste"], ["other"]]),
        (question("x", "multiple", choices=CHOICES), [["price", "taste"]], [["price", "price"]]),
        (question("x", "matrix", rows=CHOICES), [{"price": 5}], [{}, {"price": 6}, {"other": 1}, [5]]),
        (question("x", "matrix", rows=CHOICES, required=True), [{"price": 5, "taste": 1}], [{"price": 5}]),
        (question("x", "date"), ["2026-11-21"], ["2026-02-30", "20261121", 5]),
        (question("x", "text"), ["words"], ["", "  ", "x" * (course.LETTERS + 1)]),
        (question("x", "photo"), [["a", "b", "c"]], [[], ["a", "b", "c", "d"]]),
    ],
)
def test_what_can_be_an_answer(asked: Question, fitting: list[Answer], unfitting: list[Answer]) -> None:
    assert [each for each in fitting if not course.fits(asked, each)] == []
    assert [each for each in unfitting if course.fits(asked, each)] == []


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "nps": st.none() | st.integers(0, 10),
            "why": st.none() | st.text(min_size=1),
            "again": st.none() | st.integers(1, 5),
            "about": st.none() | st.lists(st.sampled_from(["price", "taste"]), min_size=1, unique=True),
        },
    )
)
def test_pruning_changes_nothing_that_counts_and_every_way_ends(answers: dict[str, Answer]) -> None:
    kept = course.pruned(SURVEY, answers)
    assert course.pruned(SURVEY, kept) == kept
    assert course.asked(SURVEY, kept) == course.asked(SURVEY, answers)
    assert course.thanks(SURVEY, kept) == course.thanks(SURVEY, answers)
    while (following := course.following(SURVEY, kept)) is not None:
        assert course.place(SURVEY, kept, following.key)[0] > len(kept) - len(SURVEY.sections)
        kept[following.key] = None
    assert list(course.pruned(SURVEY, kept)) == [each.key for each in course.asked(SURVEY, kept)]
