"""A survey's file: what people write is read, everything wrong is told in its line, what is written reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from surveys import file
from surveys.definition import Survey
from surveys.file.reading import Reader
from talk.errors import SapaError
from tests.surveys.generated_surveys import SURVEYS
from written.nodes import parse
from written.problems import FileWrong

GOOD = """\
code: visit
name: {en: Your visit, ms: Lawatan anda}
questions:
  - key: nps
    kind: nps
    text: "How likely, {call_me|dear customer}?"
    required: yes
  - key: why
    kind: multiple
    text:
      en: What was it?
      ms: Apakah sebabnya?
    choices:
      price: The price
      taste: {en: The taste, ms: Rasa}
    when: {question: nps, below: 7}
  - key: rooms
    kind: matrix
    text: How were they?
    rows: {clean: Clean, quiet: Quiet}
  - key: more
    kind: text
    text: Tell us more.
    when:
      any:
        - {question: why, is: taste}
        - [{question: rooms, row: clean, below: 3}, {question: nps, answered: yes}]
thanks: Thank you
"""


def wrong(old: str, new: str) -> list[str]:
    """The problems of the good file with a change."""
    assert old in GOOD
    with pytest.raises(FileWrong) as caught:
        file.read(GOOD.replace(old, new, 1).encode())
    return [str(each) for each in caught.value.problems]


def test_a_file_is_read_as_people_write_it() -> None:
    survey = file.read(GOOD.encode())
    nps, why, _rooms, more = survey.questions
    assert (survey.names, survey.sections[0].key) == ({"en": "Your visit", "ms": "Lawatan anda"}, "main")
    assert nps.required
    assert [(each.key, each.texts) for each in why.choices] == [
        ("price", {"en": "The price"}),
        ("taste", {"en": "The taste", "ms": "Rasa"}),
    ]
    assert [(test.question, test.op, test.value) for group in why.when for test in group] == [("nps", "below", 7)]
    assert [[(test.question, test.part, test.op, test.value) for test in group] for group in more.when] == [
        [("why", "", "is", "taste")],
        [("rooms", "clean", "below", 3), ("nps", "", "answered", None)],
    ]
    assert survey.thanks[0].texts == {"en": "Thank you"}


@settings(max_examples=50)
@given(SURVEYS)
def test_whatever_is_written_reads_back_the_same(survey: Survey) -> None:
    reader = Reader()
    assert reader.survey(parse(file.written(survey).encode(), file.EXAMPLE)) == survey
    assert reader.problems == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("code: visit\n", "", "line 1: code is missing"),
        ("kind: nps", "kind: npss", "line 5, questions › nps › kind: one of nps, csat"),
        ("key: why", "key: Why", "line 8, questions › Why › key: a key of at most 32"),
        ("    kind: multiple\n", "", "line 8, questions › why: kind is missing"),
        ("required: yes", "required: maybe", "line 7, questions › nps › required: yes or no"),
        ("required: yes", "require: yes", "line 7, questions › nps: there is no key “require” here; did you mean"),
        ("below: 7", "below: 12", "line 16, questions › why › when › below: A whole number from 1 to 10"),
        ("below: 7", "under: 7", "line 16, questions › why › when: there is no key “under”"),
        ("question: nps, below: 7", "question: nps", "line 16, questions › why › when: a condition has a question"),
        ("question: nps, below", "question: mps, below", "when › question: There is no question mps."),
        ("row: clean", "row: cosy", "line 27, questions › more › when › no. 1 › row: One of these is expected"),
        ("price: The price", "price: The taste", "line 15, questions › why › choices › taste › en: Another button"),
        ("price: The price", "[price]: 5", "line 14: a key is one word"),
        ("en: What was it?", "fr: Quoi ?", "line 11, questions › why › text › fr: this is no language here"),
        ("en: What was it?", "en: What {was} it?", "line 11, questions › why › text › en: {was} is neither"),
        ("{clean: Clean, quiet: Quiet}", "clean", "line 20, questions › rooms › rows: keys with their texts"),
        (
            "thanks: Thank you",
            "thanks:\n  - text: T\n    when: {question: nps, is: 1}",
            "thanks › no. 1 › when: The",
        ),
        ("thanks: Thank you", "minutes: 90", "line 28, minutes: a number from 1 to 60"),
        ("thanks: Thank you", "sections: []", "line 28, sections: write either sections or questions"),
    ],
)
def test_a_problem_is_told_in_its_line(old: str, new: str, told: str) -> None:
    assert any(told in each for each in wrong(old, new)), wrong(old, new)


def test_every_problem_is_told_at_once_and_none_that_only_follows_from_another() -> None:
    several = GOOD.replace("kind: multiple", "kind: many").replace("key: nps", "key: NPS").replace("Clean", '""')
    with pytest.raises(FileWrong) as caught:
        file.read(several.encode())
    assert [(each.line, each.where) for each in caught.value.problems] == [
        (4, "questions › NPS › key"),
        (9, "questions › why › kind"),
        (20, "questions › rooms › rows › clean › en"),
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SapaError, match="cannot be read"):
        file.read_file(tmp_path / "nothing.yaml")
