"""What docs/segments.md tells is what the registry of facts has, and its examples can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outreach.segments import days, definition, members, values
from outreach.segments.facts import DETAILS, FACTS, FORMS
from outreach.segments.file import read_file
from written.problems import FileWrong

PAGE = (Path(__file__).parents[3] / "docs" / "segments.md").read_text(encoding="utf-8")


def rows(head: str) -> list[list[str]]:
    """The cells of the table under this head."""
    table = PAGE.split(head)[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def codes(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_fact_is_told_with_its_form_and_its_values() -> None:
    told = {codes(name)[0]: (form, values) for name, _about, form, values in rows("| fact | what it is |")}
    assert list(told) == list(FACTS)
    for name, fact in FACTS.items():
        form, listed = told[name]
        assert form == fact.form.name, name
        if fact.choices and name != "country":
            assert tuple(codes(listed)) == fact.choices, name
        if form in ("number", "answer"):
            bounds = f"{fact.low:,} to {fact.high:,}".replace("-", "\N{MINUS SIGN}")
            assert listed == bounds, name


def test_every_operator_of_every_form_is_told() -> None:
    told = {form: codes(cell) for form, cell in rows("| form | operators |")}
    wanted = {form.name: sorted(operator.name for operator in form.operators) for form in FORMS}
    assert {form: sorted(names) for form, names in told.items()} == wanted


def test_every_key_is_told_with_the_facts_that_take_it() -> None:
    told = {codes(key)[0]: set(codes(facts)) for key, facts, _says in rows("| key | of |")}
    wanted = {key: {name for name, fact in FACTS.items() if key in fact.details} for key in DETAILS}
    assert told == wanted


def test_the_bounds_and_the_days_are_those_of_the_code() -> None:
    for told in (
        f"groups, {definition.DEEPEST} deep",
        f"{definition.MOST_TESTS}\ntests at most, one test {definition.MOST_VALUES} values",
        f"at most {days.MOST_AGO:,} days",
        f"(1 to {values.MOST_TIMES:,})",
        f"{members.MOST_LINES:,} lines at most, a line {members.MOST_OF_A_LINE:,} bytes",
        *(f"`{start}`" for start in days.STARTS),
    ):
        assert told in PAGE, told
    assert all(days.is_day(example) for example in days.EXAMPLES)
    assert set(codes(PAGE.split("that a header names: ")[1].split(". The list")[0])) <= set(members.HEADERS)


def test_the_example_can_be_read_and_the_problems_are_told_as_they_would_be() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert read_file(example.encode(), "MYR").name == "Coffee drinkers we miss"
    slipped = example.replace("within: 365", "within: 3650000").replace("at_risk, lapsed", "at_risk, lost")
    with pytest.raises(FileWrong) as wrong:
        read_file(slipped.encode(), "MYR")
    assert f"regulars.yaml has 2 problems.\n{wrong.value}\n" in PAGE
