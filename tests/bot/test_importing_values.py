"""Fields are read exactly, or refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing import values
from bot.importing.source import LineRefused

KL = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("12.50", "MYR", 1250),
        ("12.5", "MYR", 1250),
        ("12", "MYR", 1200),
        ("12.", "MYR", 1200),
        ("0.07", "MYR", 7),
        ("1,234,567.89", "MYR", 123456789),
        ("12.500", "MYR", 1250),
        ("85000", "VND", 85000),
        ("85000.00", "VND", 85000),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
    ],
)
def test_amounts_are_exact_minor_units(written: str, currency: str, minor: int) -> None:
    assert values.amount(written, currency) == minor


@pytest.mark.parametrize(
    "written",
    ["", ".", "RM12", "12,50", "1,23", "1.250.000", "1e3", "-1", "+1", "٣", "²", "1 000", "nan", "12.345"],
)
def test_an_amount_that_is_not_clear_is_refused(written: str) -> None:
    with pytest.raises(LineRefused):
        values.amount(written, "MYR")


@given(st.integers(0, 10**12 - 1), st.sampled_from(["MYR", "VND", "KWD"]))
def test_every_amount_is_read_as_it_was_written(minor: int, currency: str) -> None:
    digits = {"MYR": 2, "VND": 0, "KWD": 3}[currency]
    assert values.amount(f"{Decimal(minor).scaleb(-digits):.{digits}f}", currency) == minor


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("19970101", "1997-01-01T04:00:00+00:00"),
        ("2026-11-21", "2026-11-21T04:00:00+00:00"),
        ("21/11/2026", "2026-11-21T04:00:00+00:00"),
        ("2026/11/21", "2026-11-21T04:00:00+00:00"),
        ("2026-11-21 14:30", "2026-11-21T06:30:00+00:00"),
        ("2026-11-21T14:30:05.25", "2026-11-21T06:30:05.250000+00:00"),
        ("2026-11-21T14:30:00Z", "2026-11-21T14:30:00+00:00"),
        ("2026-11-21 14:30+02:00", "2026-11-21T12:30:00+00:00"),
    ],
)
def test_a_date_is_noon_at_the_business_and_a_time_is_local_unless_it_says_otherwise(
    written: str, moment: str
) -> None:
    assert values.moment(written, KL).at == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize("written", ["", "yesterday", "2026-02-29", "31/02/2026", "2026-13-01", "14:30"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(LineRefused, match="is not a date"):
        values.moment(written, KL)


def test_codes_are_read_with_their_usual_variants() -> None:
    assert values.currency("myr") == "MYR"
    assert values.language("zh-CN") == "zh"
    assert values.language("MS") == "ms"
    assert values.timezone("Asia/Dubai") == "Asia/Dubai"
    assert values.yes_no("Yes", "marketing") is True
    assert values.yes_no("0", "marketing") is False
    for read, wrong in ((values.currency, "RM"), (values.language, "fr"), (values.timezone, "GMT+8")):
        with pytest.raises(LineRefused):
            read(wrong)
    with pytest.raises(LineRefused):
        values.yes_no("maybe", "marketing")
