"""Numbers, amounts, days and times are written as each language writes them to customers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from locales.formats import Money, date, shown

DAY = dt.date(2026, 11, 21)
MORNING = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
ARABIC_DAY = "21 نوفمبر 2026"

TABLE: list[tuple[object, str, str, str, str, str]] = [
    # value, en, ms, vi, ar, zh
    (0, "0", "0", "0", "0", "0"),
    (1234, "1,234", "1,234", "1.234", "1,234", "1,234"),
    (-1234567, "-1,234,567", "-1,234,567", "-1.234.567", "-1,234,567", "-1,234,567"),
    (Decimal("1.50"), "1.5", "1.5", "1,5", "1.5", "1.5"),
    (Decimal(20), "20", "20", "20", "20", "20"),
    (DAY, "21 November 2026", "21 November 2026", "21/11/2026", ARABIC_DAY, "2026年11月21日"),
    (dt.date(2027, 3, 5), "5 March 2027", "5 Mac 2027", "05/03/2027", "5 مارس 2027", "2027年3月5日"),
    (dt.time(9, 0), "9.00 am", "9.00 pagi", "09:00", "09:00", "09:00"),
    (dt.time(0, 5), "12.05 am", "12.05 pagi", "00:05", "00:05", "00:05"),
    (dt.time(12, 30), "12.30 pm", "12.30 tengah hari", "12:30", "12:30", "12:30"),
    (dt.time(18, 59), "6.59 pm", "6.59 petang", "18:59", "18:59", "18:59"),
    (dt.time(21, 0), "9.00 pm", "9.00 malam", "21:00", "21:00", "21:00"),
    (
        MORNING,
        "21 November 2026, 9.00 am",
        "21 November 2026, 9.00 pagi",
        "09:00 21/11/2026",
        f"{ARABIC_DAY}، 09:00",
        "2026年11月21日09:00",
    ),
    (Money(1250, "MYR"), "RM12.50", "RM12.50", "RM12,50", "RM12.50", "RM12.50"),
    (Money(123456, "MYR"), "RM1,234.56", "RM1,234.56", "RM1.234,56", "RM1,234.56", "RM1,234.56"),
    (Money(-5, "MYR"), "-RM0.05", "-RM0.05", "-RM0,05", "-RM0.05", "-RM0.05"),
    (Money(1250000, "VND"), "1,250,000 ₫", "1,250,000 ₫", "1.250.000 ₫", "1,250,000 ₫", "1,250,000 ₫"),
    (Money(12500, "KWD"), "12.500 KWD", "12.500 KWD", "12,500 KWD", "12.500 د.ك", "12.500 KWD"),
    (Money(9950, "SAR"), "99.50 SAR", "99.50 SAR", "99,50 SAR", "99.50 ر.س", "99.50 SAR"),
    (Money(9950, "CNY"), "¥99.50", "¥99.50", "¥99,50", "¥99.50", "¥99.50"),
    (Money(500, "JPY"), "¥500", "¥500", "¥500", "¥500", "¥500"),
    (Money(100, "CHF"), "1.00 CHF", "1.00 CHF", "1,00 CHF", "1.00 CHF", "1.00 CHF"),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row[1]))
def test_a_value_is_written_as_each_language_writes_it(row: tuple[object, ...]) -> None:
    value, *written = row
    assert [shown(value, language) for language in ("en", "ms", "vi", "ar", "zh")] == written


@pytest.mark.parametrize("month", range(1, 13))
def test_arabic_days_use_the_digits_of_the_codes_beside_them(month: int) -> None:
    assert date(dt.date(2026, month, 30 if month != 2 else 28), "ar").isprintable()
    assert not set(date(dt.date(2026, month, 1), "ar")) & set("٠١٢٣٤٥٦٧٨٩")


def test_words_stay_as_they_are() -> None:
    assert shown("Kopi & Co", "vi") == "Kopi & Co"


@pytest.mark.parametrize("value", [True, 4.5])
def test_what_has_no_form_of_its_own_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot stand in a sentence"):
        shown(value, "en")


def test_days_kept_ready_are_bounded() -> None:
    assert date.cache_parameters()["maxsize"] == 4096
