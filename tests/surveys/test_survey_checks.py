"""What does not fit together in a survey is told where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from surveys.checks import Known, problems
from surveys.definition import Choice, Question, Reward, Section, Survey, Texts, Thanks, When
from surveys.definition import Test as Condition


def said(text: str = "Words") -> Texts:
    return {"en": text}


def about(question: str, op: Any = "is", value: Any = None, part: str = "") -> When:
    return ((Condition(question, op, value, part),),)


TWO = (Choice("a", said("A")), Choice("b", said("B")))
FIRST = (
    Question("nps", "nps", said(), required=True),
    Question("why", "text", said("Why {nps}?"), when=about("nps", "below", 7)),
    Question("one", "single", said(), choices=TWO),
    Question("some", "multiple", said(), choices=TWO),
    Question("rows", "matrix", said(), rows=TWO),
    Question("day", "date", said()),
    Question("photo", "photo", said()),
)
GOOD = Survey(code="x", names=said(), sections=(Section("s", FIRST),), thanks=(Thanks(said()),))


def with_question(**more: Any) -> Survey:
    """The good survey with one more question, which is the seventh."""
    last = Question(**{"key": "last", "kind": "text", "texts": said()} | more)
    return structs.replace(GOOD, sections=(Section("s", (*FIRST, last)),))


def found(survey: Survey, *rest: Any) -> list[tuple[str, str]]:
    return [(".".join(map(str, each.path)), each.message) for each in problems(survey, *rest)]


def test_a_good_survey_has_no_problem() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"language": "fr"}, "language", "It speaks en, ms"),
        ({"names": {"ms": "Nama"}}, "names.en", "survey's own language"),
        ({"intro": {"ms": "Helo"}}, "intro.en", "survey's own language"),
        ({"intro": said("Hi {call_me}")}, "intro.en", "as in {call_me|…}"),
        ({"kinds": ()}, "kinds", "kind of contact"),
        ({"kinds": ("friend",)}, "kinds.0", "customer, supplier"),
        ({"days": 2, "remind_days": 2}, "remind_days", "after the deadline"),
        ({"reward": Reward()}, "reward", "points, a voucher"),
        ({"sections": ()}, "sections", "at least one question"),
        ({"sections": (Section("s", FIRST), Section("s", FIRST[:1]))}, "sections.1.key", "key s is taken"),
        ({"thanks": ()}, "thanks", "Thank everybody"),
        ({"thanks": (Thanks(said()), Thanks(said()))}, "thanks.0", "Nobody would see"),
        ({"thanks": (Thanks(said(), about("nps", "above", 8)),)}, "thanks.0.when", "no condition"),
    ],
)
def test_a_problem_of_the_whole(change: dict[str, Any], path: str, message: str) -> None:
    (where, what), *_more = found(structs.replace(GOOD, **change))
    assert where == path
    assert message in what


@pytest.mark.parametrize(
    ("question", "path", "message"),
    [
        ({"key": "nps"}, "key", "The key nps is taken"),
        ({"key": "product"}, "key", "for something else"),
        ({"texts": {"ms": "Apa?"}}, "texts.en", "own language"),
        ({"texts": {"en": "What?", "de": "Was?"}}, "texts.de", "doesn't speak"),
        ({"texts": said("x" * 1001)}, "texts.en", "at most 1,000 characters"),
        ({"texts": said("{nps} {what}")}, "texts.en", "{what} is neither"),
        ({"texts": said("{why}")}, "texts.en", "as in {why|…}"),
        ({"texts": said("{rows}")}, "texts.en", "can't stand in a text"),
        ({"texts": said("a { b")}, "texts.en", "brace has no meaning"),
        ({"low": said("Bad")}, "low", "Only scales"),
        ({"area": "taste"}, "area", "product, service"),
        ({"choices": TWO}, "choices", "Only single"),
        ({"rows": TWO}, "rows", "Only a matrix"),
        ({"kind": "single", "choices": TWO[:1]}, "choices", "two choices"),
        ({"kind": "single", "choices": (TWO[0], TWO[0])}, "choices.1.key", "The key a is taken"),
        ({"kind": "single", "choices": (TWO[0], Choice("c", said("A")))}, "choices.1.texts.en", "says the same: A"),
        ({"kind": "matrix"}, "rows", "at least one row"),
        ({"least": 1}, "least", "Only numbers"),
        ({"kind": "number", "least": 5, "most": 1}, "least", "more than the most"),
        ({"kind": "multiple", "choices": TWO, "most": 3}, "most", "from 1 to 2"),
        ({"kind": "photo", "most": 11}, "most", "from 1 to 10"),
        ({"when": about("later")}, "when.0.0.question", "no question later"),
        ({"when": about("last")}, "when.0.0.question", "comes later"),
        ({"when": ((),)}, "when.0", "empty"),
        ({"when": about("why", "is", "x")}, "when.0.0.op", "can't be asked"),
        ({"when": about("one", "below", 1)}, "when.0.0.op", "can't be asked"),
        ({"when": about("rows", "below", 3)}, "when.0.0.op", "can't be asked"),
        ({"when": about("rows", "below", 3, "c")}, "when.0.0.part", "a, b"),
        ({"when": about("nps", "skipped")}, "when.0.0.op", "nobody skips it"),
        ({"when": about("nps", "above", 10)}, "when.0.0.value", "from 0 to 9"),
        ({"when": about("some", "is", "c")}, "when.0.0.value", "a, b"),
        ({"when": about("day", "above", "soon")}, "when.0.0.value", "2026-12-31"),
    ],
)
def test_a_problem_of_a_question(question: dict[str, Any], path: str, message: str) -> None:
    (where, what), *_more = found(with_question(**question))
    assert where == f"sections.0.questions.7.{path}"
    assert message in what


@pytest.mark.parametrize(
    "question",
    [
        {"texts": said("{why|that} {product|it} {business}")},
        {"texts": said("{why}"), "when": about("why", "answered")},
        {
            "texts": said("{one}"),
            "when": (
                (Condition("one", "is", "a"), Condition("nps", "above", 1)),
                (Condition("one", "is_not", "b"),),
            ),
        },
        {"when": about("rows", "below", 3, "a")},
    ],
)
def test_what_is_surely_answered_or_has_a_stand_in_may_be_named(question: dict[str, Any]) -> None:
    assert found(with_question(**question)) == []


def test_a_key_keeps_its_kind_over_versions_and_codes_are_known() -> None:
    earlier = structs.replace(GOOD, sections=(Section("s", (structs.replace(FIRST[0], kind="csat"),)),))
    assert [path for path, _message in found(GOOD, (earlier,))] == ["sections.0.questions.0.kind"]
    survey = structs.replace(with_question(department="shop"), touchpoint="mars", reward=Reward(voucher="tea"))
    known = Known(touchpoints=["shop"], departments=["shop"], vouchers=[])
    assert found(survey, (), known) == [
        ("touchpoint", "One of these is expected: shop."),
        ("reward.voucher", "One of these is expected: —."),
    ]
