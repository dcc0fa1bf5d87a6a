"""Campaigns as files: they read back the same, and everything that is wrong is told in its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns import checks, file
from outreach.campaigns.checks import Draft, Problem
from outreach.campaigns.file import Names
from outreach.campaigns.settings import Settings, Variant, Winner
from written.problems import FileWrong

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
MINUTE = dt.timedelta(minutes=1)
KNOWN = Names(
    {"Regulars": "s1", "s1": "s1", "s2": "s2"}, {"Half price": "t1", "t1": "t1", "t2": "t2", "Ramadan: yes": "t3"}
)
numbers = st.integers
templates = st.sampled_from(("t1", "t2", "t3"))
drafts = st.builds(
    Draft,
    name=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).filter(
        lambda name: name == name.strip()
    ),
    kind=st.sampled_from(("offer", "news")),
    segment=st.sampled_from(("s1", "s2")),
    settings=st.builds(
        Settings,
        variants=st.lists(st.builds(Variant, template=templates, weight=numbers(1, 100)), max_size=5).map(tuple),
        at=st.none() | st.integers(0, 5 * 10**6).map(lambda m: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + m * MINUTE),
        day=st.none() | st.dates(),
        hour=numbers(0, 23),
        ends_hours=numbers(1, 1440),
        a_minute=st.none() | numbers(1, 60_000),
        audience=st.sampled_from(("frozen", "followed")),
        hold_out=numbers(0, 50),
        priority=numbers(1, 9),
        fall_back=st.booleans(),
        winner=st.none() | st.builds(Winner, percent=numbers(2, 80), hours=numbers(1, 168)),
        days=numbers(1, 90),
    ),
)


@given(drafts)
def test_a_campaign_reads_back_from_its_file_as_it_was(written: Draft) -> None:
    assert file.read(file.written(written, KNOWN, ZONE).encode(), KNOWN, ZONE).draft == written


def test_a_file_is_read_as_people_write_it() -> None:
    found = file.read(
        b"name: Weekend\nsegment: Regulars\nvariants: Half price, t2\nat: 2026-11-28 10:00\nfall_back: no\n",
        KNOWN,
        ZONE,
    ).draft
    assert (found.segment, found.kind) == ("s1", "offer")
    assert [each.template for each in found.settings.variants] == ["t1", "t2"]
    assert found.settings.at == dt.datetime(2026, 11, 28, 2, tzinfo=dt.UTC)
    assert not found.settings.fall_back


WRONG = """nam: X
kind: promo
segment: Regular
variants:
  - template: Half prize
    weight: 200
  - wei: 3
at: 2026
day: 2026-1-1
winner: yes
ends_hours: 0
"""


def test_everything_that_is_wrong_is_told_in_its_line() -> None:
    with pytest.raises(FileWrong) as told:
        file.read(WRONG.encode(), KNOWN, ZONE)
    lines = str(told.value).splitlines()
    for number, words in (
        (1, "did you mean “name”?"),
        (1, "name is missing"),
        (2, "one of offer, news is expected"),
        (3, "did you mean “Regulars”?"),
        (5, "did you mean “Half price”?"),
        (6, "a number from 1 to 100"),
        (7, "template is missing"),
        (8, "a moment such as 2026-12-31 10:00"),
        (9, "a day such as 2026-12-31"),
        (10, "percent, hours, by"),
        (11, "a number from 1 to 1,440"),
    ):
        assert any(line.startswith(f"line {number}") and words in line for line in lines), (number, words)
    with pytest.raises(FileWrong, match="at most 5 variants"):
        file.read(b"name: X\nsegment: s1\nvariants: t1, t1, t1, t1, t1, t1\n", KNOWN, ZONE)
    with pytest.raises(FileWrong, match="there is none yet"):
        file.read(b"name: X\nsegment: s1\n", Names({}, {}), ZONE)


def test_the_example_of_the_docs_is_a_campaign() -> None:
    page = (Path(__file__).parents[3] / "docs" / "campaigns.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    known = Names({"Regulars": "s1"}, {"Half price": "t1", "Free cake": "t2"})
    found = file.read(example.encode(), known, ZONE).draft
    assert [(each.template, each.weight) for each in found.settings.variants] == [("t1", 2), ("t2", 1)]
    named = {line.partition(":")[0] for line in example.splitlines()}
    assert named >= {"name", "kind", "segment", *Settings.__struct_fields__} - {"at"}


def test_problems_that_are_found_later_are_told_in_their_lines_too() -> None:
    found = file.read(b"name: X\nsegment: s1\nvariants:\n  - t1\n  - t1\n", KNOWN, ZONE)
    twice = Problem("variants.1.template", checks.SAME_TEMPLATE, {"first": "A", "second": "B"})
    assert file.told(found, [twice]) == [
        "line 5, variants › no. 2 › template: Variants A and B have the same template. "
        "Please choose another, or remove one."
    ]
    assert file.told(found, [Problem("day", checks.PAST_DAY)])[0].startswith("line 1, day: ")
