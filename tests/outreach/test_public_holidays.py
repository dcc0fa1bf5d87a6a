"""Public holidays: the national ones, known when they are asked for and not before."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.public_holidays import is_holiday, next_other, prepare

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("MY", dt.date(2026, 8, 31)),
        ("MY", dt.date(2026, 3, 21)),  # Eid al-Fitr, as it is expected
        ("VN", dt.date(2026, 2, 17)),
        ("AE", dt.date(2026, 12, 2)),
        ("CN", dt.date(2026, 10, 1)),
        ("US", dt.date(2021, 12, 31)),  # the day off for a new year's day that is a Saturday
    ],
)
def test_national_holidays_are_known(country: str, day: dt.date) -> None:
    assert is_holiday(country, day)


def test_other_days_and_countries_that_nobody_knows_have_none() -> None:
    assert not is_holiday("MY", dt.date(2026, 7, 14))
    assert not any(is_holiday(code, dt.date(2026, 1, 1)) for code in ("ZZ", ""))


def test_after_some_holidays_in_a_row_comes_a_day_that_is_none() -> None:
    assert next_other("CN", dt.date(2026, 10, 1)) == dt.date(2026, 10, 4)
    assert next_other("MY", dt.date(2026, 3, 20)) == dt.date(2026, 3, 24)
    assert next_other("MY", dt.date(2026, 7, 14)) == dt.date(2026, 7, 14)
    assert next_other("US", dt.date(2026, 12, 31)) == dt.date(2026, 12, 31)


@given(st.sampled_from(["MY", "VN", "AE", "CN", "SG", "ZZ"]), st.dates(dt.date(2024, 1, 1), dt.date(2050, 12, 31)))
def test_the_next_day_is_the_first_that_is_none(country: str, day: dt.date) -> None:
    found = next_other(country, day)
    assert not is_holiday(country, found)
    assert all(is_holiday(country, day + passed * DAY) for passed in range((found - day).days))


@pytest.mark.slow
def test_what_knows_them_is_imported_only_when_it_is_asked() -> None:
    script = (
        "import sys, datetime as dt; import outreach.cadence; from outreach import public_holidays as days;"
        "early = 'holidays' in sys.modules; days.prepare(['MY'], 2026);"
        "sys.exit(early or 'holidays' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_year_can_be_had_at_hand_beforehand() -> None:
    prepare(["MY", "ZZ"], 2031)
    assert is_holiday("MY", dt.date(2032, 8, 31))
