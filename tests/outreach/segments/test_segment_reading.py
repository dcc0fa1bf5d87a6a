"""Documents are read strictly: problems say where they stand and what is expected; hostile ones end at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.segments import definition
from outreach.segments.checks import MOST_PARTS, MOST_PROBLEMS, read
from outreach.segments.days import Clock, is_day
from outreach.segments.definition import EVERYBODY, to_plain
from outreach.segments.facts import FACTS
from outreach.segments.file import read_file, written
from outreach.segments.problem import ConditionWrong
from tests.outreach.segments.some_conditions import CONDITIONS
from written.problems import FileWrong

LOYAL = {"fact": "stage", "op": "is", "value": "loyal"}
BOUGHT = {"fact": "bought", "op": "did"}
ANSWER = {"fact": "answer", "op": "at_most", "value": 6, "survey": "visit", "question": "nps"}


def wrong(document: Any, currency: str = "MYR") -> list[str]:
    """What is told of a document that cannot be read."""
    with pytest.raises(ConditionWrong) as refused:
        read(document, currency)
    return [str(each) for each in refused.value.problems]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "A condition is expected: a group (all, any, not), or a test with a fact."),
        ({}, "A condition is expected: a group (all, any, not), or a test with a fact."),
        ({"all": [], "any": [LOYAL]}, "A group has one key alone: all, any, not."),
        ({"all": LOYAL}, "all: A list is expected."),
        ({"any": []}, "any: At least one condition is needed here."),
        ({"all": [{"all": []}]}, "all › 1 › all: At least one condition is needed here."),
        ({"not": [LOYAL]}, "not: A condition is expected: a group (all, any, not), or a test with a fact."),
        ({"fact": "tagz", "op": "has"}, "fact: There is no tagz here. Did you mean tags?"),
        ({"fact": 7, "op": "has"}, f"fact: One of these is expected: {', '.join(FACTS)}."),
        (LOYAL | {"op": "least"}, "op: One of these is expected: is, is_not, in, not_in."),
        ({"fact": "orders", "op": "at_leest"}, "op: There is no at_leest here. Did you mean at_least?"),
        (LOYAL | {"value": "royal"}, "value: One of these is expected: prospect, new, active"),
        (LOYAL | {"value": ["loyal"]}, "value: One of these is expected"),
        (LOYAL | {"within": 3}, "within: There is no within here. There are: fact, op, value."),
        (LOYAL | {"op": "in", "value": []}, "value: A list of 1 to 100 values is expected."),
        (LOYAL | {"op": "in", "value": ["new", "new"]}, "value: It stands here twice."),
        ({"fact": "recency", "op": "is", "value": 6}, "value: A whole number from 1 to 5 is expected."),
        ({"fact": "recency", "op": "is", "value": True}, "value: A whole number from 1 to 5 is expected."),
        ({"fact": "orders", "op": "between", "value": [3]}, "value: Two values are expected: from and to."),
        (
            {"fact": "orders", "op": "between", "value": [3, 2]},
            "value: The first of the two comes after the second.",
        ),
        ({"fact": "spent", "op": "at_least", "value": 100}, "value: An amount such as 100.00 is expected"),
        ({"fact": "spent", "op": "at_least", "value": "1.001"}, "value: An amount such as 100.00 is expected"),
        ({"fact": "spent", "op": "at_least", "value": "-1"}, "value: An amount such as 100.00 is expected"),
        ({"fact": "spent", "op": "between", "value": ["10", "9.99"]}, "value: The first of the two comes after"),
        ({"fact": "account", "op": "is", "value": "yes"}, "value: true or false is expected."),
        ({"fact": "seen", "op": "before", "value": "2026-02-30"}, "value: A day is expected, such as 2026-11-21"),
        ({"fact": "seen", "op": "known", "value": 1}, "value: This asks for no value."),
        ({"fact": "seen", "op": "within", "value": 3_651}, "value: A whole number from 0 to 3,650 is expected."),
        ({"fact": "city", "op": "is", "value": "a\nb"}, "value: A text of 1 to 100 characters is expected"),
        ({"fact": "city", "op": "is", "value": "\ud800"}, "value: A text of 1 to 100 characters is expected"),
        ({"fact": "city", "op": "contains", "value": " "}, "value: A text of 1 to 100 characters is expected"),
        ({"fact": "tags", "op": "has", "value": ["VIP", "vip"]}, "value: It stands here twice."),
        ({"fact": "birthday", "op": "in_month", "value": 13}, "value: A whole number from 1 to 12 is expected."),
        ({"fact": "birthday", "op": "coming", "value": 366}, "value: A whole number from 0 to 365 is expected."),
        (BOUGHT | {"times": 0}, "times: A whole number from 1 to 1,000 is expected."),
        (BOUGHT | {"within": 3, "since": "today"}, "within: Say either within how many days"),
        (BOUGHT | {"spent": "ten"}, "spent: An amount such as 100.00 is expected"),
        ({"fact": "answer", "op": "known"}, "survey: It is missing."),
        (ANSWER | {"question": 1}, "question: A text of 1 to 100 characters is expected"),
    ],
)
def test_a_problem_says_where_it_stands_and_what_is_expected(document: Any, problem: str) -> None:
    assert wrong(document)[0].startswith(problem)


def test_every_problem_is_told_in_the_readers_language() -> None:
    with pytest.raises(ConditionWrong) as refused:
        read({"all": [LOYAL, {"fact": "recency", "op": "is", "value": 0}, BOUGHT | {"times": 0}]}, "MYR")
    assert [each.where for each in refused.value.problems] == ["all › 2 › value", "all › 3 › times"]
    assert refused.value.problems[0].said("zh") == "此处应为1到5之间的整数。"


def test_amounts_have_the_decimals_of_the_currency() -> None:
    spent = {"fact": "spent", "op": "at_least", "value": "12.5"}
    assert read(spent, "MYR") == definition.Test("spent", "at_least", "12.5")
    assert wrong(spent, "VND") == ["value: An amount such as 100 is expected, as a text, with at most 0 decimals."]
    assert read({"fact": "margin", "op": "at_most", "value": "-12.505"}, "KWD").value == "-12.505"  # type: ignore[union-attr]
    assert read(spent) == definition.Test("spent", "at_least", "12.5")


def nested(depth: int, inner: Any) -> Any:
    """Groups within groups, so many."""
    for _level in range(depth):
        inner = {"all": [inner]}
    return inner


def test_conditions_are_bounded_in_depth_and_size() -> None:
    assert read({"all": []}, "MYR") == EVERYBODY
    read(nested(definition.DEEPEST, LOYAL), "MYR")
    assert "too deep" in wrong(nested(definition.DEEPEST + 1, LOYAL))[0]
    read({"any": definition.MOST_TESTS * [LOYAL]}, "MYR")
    assert "too many" in wrong({"any": (definition.MOST_TESTS + 1) * [LOYAL]})[-1]
    read(LOYAL | {"op": "in", "fact": "city", "value": [f"c{n}" for n in range(definition.MOST_VALUES)]}, "MYR")
    many = [f"c{n}" for n in range(definition.MOST_VALUES + 1)]
    assert "1 to 100" in wrong({"fact": "city", "op": "in", "value": many})[0]


class Watched(list[Any]):
    """A list that counts how often one of its kind is gone on in."""

    looked = 0

    def __iter__(self) -> Iterator[Any]:
        for each in super().__iter__():
            Watched.looked += 1
            yield each


def test_a_hostile_document_is_refused_before_it_is_gone_through() -> None:
    groups: Any = LOYAL
    for _level in range(definition.DEEPEST):
        groups = {"any": Watched(100 * [groups])}  # 100 ** 6 tests, made of few lists
    for document in (
        groups,
        {"all": Watched(1_000_000 * [7])},
        {"all": Watched(1_000_000 * [{"not": {"not": LOYAL}}])},
        {"all": Watched(1_000_000 * [{"any": Watched([LOYAL])}])},
    ):
        Watched.looked = 0
        assert len(wrong(document)) <= MOST_PROBLEMS
        assert Watched.looked <= 2 * MOST_PARTS


@settings(max_examples=30)
@given(CONDITIONS)
def test_what_is_read_is_written_back_as_a_document_and_as_a_file(document: Any) -> None:
    condition = read(document, "MYR")
    assert read(to_plain(condition), "MYR") == condition
    assert read_file(written("Regulars: “a” # b", condition).encode(), "MYR") == ("Regulars: “a” # b", condition)


KEYS = ("all", "any", "not", "fact", "op", "value", "within")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(tuple(FACTS)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("all", "any", "not", "fact", "op", "value", "within")), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(JSON)
def test_anything_else_is_refused_with_a_reason(document: Any) -> None:
    try:
        read(document, "MYR")
    except ConditionWrong as refused:
        told = [each.said("ar") for each in refused.problems]
    else:
        told = ["nothing is wrong with it"]
    assert told
    assert all(told)


def test_a_files_problems_have_their_lines() -> None:
    for content, problem in (
        (b"condition: {all: []}\n", "line 1: the name is missing"),
        (
            b"name: x\ncondition:\n  all:\n    - {fact: recency, op: is, value: nine}\n",
            "line 4, condition › all › 1",
        ),
        (b'name: "' + 101 * b"x" + b'"\n', "line 1, name: a name of 1 to 100 letters"),
        (b"name: x\ncondition:\n  fact: stage\n  fact: rfm\n", "line 4, condition › fact: it stands here twice"),
        (b"name: x\nrule: 7\n", "line 2: there is no key “rule” here"),
    ):
        with pytest.raises(FileWrong, match=problem.replace("(", r"\(")):
            read_file(content, "MYR")


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", (2028, 3, 31)),
        ("1 day ago", (2028, 3, 30)),
        ("1 month ago", (2028, 2, 29)),
        ("13 months ago", (2027, 2, 28)),
        ("start of week", (2028, 3, 27)),
        ("start of month", (2028, 3, 1)),
        ("start of year", (2028, 1, 1)),
        ("2026-11-21", (2026, 11, 21)),
    ],
)
def test_days_are_those_of_the_businesss_clock(said: str, day: tuple[int, int, int]) -> None:
    night = dt.datetime(2028, 3, 30, 17, tzinfo=dt.UTC)  # one in the morning of the 31st in Kuala Lumpur
    assert is_day(said)
    assert Clock(night, ZoneInfo("Asia/Kuala_Lumpur")).day(said) == dt.date(*day)


@pytest.mark.parametrize(
    "said", ["", "0 days ago", "4000 days ago", "200 months ago", "1969-12-31", "tomorrow", "20261121"]
)
def test_other_words_are_no_days(said: str) -> None:
    assert not is_day(said)


def test_a_day_that_begins_late_begins_when_the_clock_does() -> None:
    clock = Clock(dt.datetime(2026, 9, 7, tzinfo=dt.UTC), ZoneInfo("America/Santiago"))
    midnight_is_skipped = dt.date(2026, 9, 6)
    assert clock.begins(midnight_is_skipped) == dt.datetime(2026, 9, 6, 4, tzinfo=dt.UTC)
