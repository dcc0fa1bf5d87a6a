"""What docs/templates.md tells is what the registry has, and what it shows can be read and sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from locales import render
from outreach.templates import file
from outreach.templates.checks import problems
from outreach.templates.grammar import parse
from outreach.templates.registry import HELPERS, LOOP, VALUES, Value
from tests.outreach.templates.test_template_checks import KNOWN

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")


def row(name: str, value: Value) -> str:
    """A value's row in its table."""
    marks = ", ".join(mark for mark, holds in (("everybody", value.shared), ("always", value.always)) if holds)
    return f"| {name} | {render(value.label, 'en')} | {value.kind} | {marks} |"


def tables() -> list[list[str]]:
    """The rows of each table of the page."""
    found = re.findall(r"^\|[^\n]*\n\| ---[^\n]*\n((?:\|[^\n]*\n)*)", PAGE, re.MULTILINE)
    return [rows.splitlines() for rows in found]


def test_the_page_has_every_value_field_and_helper_as_the_registry_says() -> None:
    values, fields, helpers = tables()
    assert values == [row(f"`{each.name}`", each) for each in VALUES]
    assert fields == [row(f"`{of.name}`: `{each.name}`", each) for of in (*VALUES, LOOP) for each in of.fields]
    shown = [(each.name, render(each.label, "en"), each.example.replace("|", "\\|")) for each in HELPERS]
    assert helpers == [f"| `{name}` | {said} | `{example}` |" for name, said, example in shown]


@pytest.mark.parametrize("example", re.findall(r"^```\n([^`]*\{[^`]*)^```", PAGE, re.MULTILINE))
def test_every_text_of_the_page_can_be_read(example: str) -> None:
    assert parse(example, "en").flaws == ()


def test_the_file_of_the_page_can_be_read_and_sent() -> None:
    [text] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found = file.read(text.encode())
    assert problems(found.content, KNOWN) == []
