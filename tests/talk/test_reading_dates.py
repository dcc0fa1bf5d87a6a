"""Dates as people of five languages type them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import LANGUAGES
from talk.reading.dates import read_date

TODAY = dt.date(2026, 11, 22)


def day(iso: str) -> dt.date:
    return dt.date.fromisoformat(iso)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "form", ["21/11/2026", "21-11-26", "21.11.2026", "2026-11-21", "2026/11/21", "２１／１１／２０２６"]
)
def test_numbers_are_day_first_and_a_year_of_four_digits_may_lead(form: str, language: str) -> None:
    assert read_date(form, language, TODAY) == day("2026-11-21")


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("21 Nov 2026", "en", "2026-11-21"),
        ("21 November 2026", "en", "2026-11-21"),
        ("21st of November, 2026", "en", "2026-11-21"),
        ("November 21st, 2026", "en", "2026-11-21"),
        ("Nov. 21, 2026", "en", "2026-11-21"),
        ("21Nov2026", "en", "2026-11-21"),
        ("21-Nov-2026", "en", "2026-11-21"),
        ("Saturday, 21 November 2026", "en", "2026-11-21"),
        ("my birthday is 3 May 1990, thanks", "en", "1990-05-03"),
        ("21112026", "en", "2026-11-21"),
        ("20261121", "en", "2026-11-21"),
        ("21 11 2026", "en", "2026-11-21"),
        ("21hb November 2026", "ms", "2026-11-21"),
        ("21 haribulan 11 1990", "ms", "1990-11-21"),
        ("5 Mac 1990", "ms", "1990-03-05"),
        ("31 Ogos 1957", "ms", "1957-08-31"),
        ("3 dis 88", "ms", "1988-12-03"),
        ("tarikh lahir saya 3 Mei 1990", "ms", "1990-05-03"),
        ("ngày 21 tháng 11 năm 2026", "vi", "2026-11-21"),
        ("ngay 21 thang 11 nam 2026", "vi", "2026-11-21"),
        ("21 tháng 11, 2026", "vi", "2026-11-21"),
        ("21 t11 2026", "vi", "2026-11-21"),
        ("ngày 5 tháng tư năm 1990", "vi", "1990-04-05"),
        ("sinh ngày 5/4/1990 ạ", "vi", "1990-04-05"),
        ("21 نوفمبر 2026", "ar", "2026-11-21"),
        ("21 تشرين الثاني 2026", "ar", "2026-11-21"),
        ("21 كانون الأول 2026", "ar", "2026-12-21"),
        ("٢١ نوفمبر ٢٠٢٦", "ar", "2026-11-21"),
        ("٢١/١١/٢٠٢٦", "ar", "2026-11-21"),
        ("3 أيار 1990", "ar", "1990-05-03"),
        ("عيد ميلادي 3 مايو 1990م", "ar", "1990-05-03"),
        ("2026年11月21日", "zh", "2026-11-21"),
        ("2026年11月21号", "zh", "2026-11-21"),
        ("2026.11.21", "zh", "2026-11-21"),
        ("二〇二六年十一月二十一日", "zh", "2026-11-21"),
        ("九〇年五月三日", "zh", "1990-05-03"),
        ("我是1990年5月3号生的", "zh", "1990-05-03"),
        ("3 Mei 1990", "en", "1990-05-03"),
    ],
)
def test_a_date_in_the_customers_manner_is_read(typed: str, language: str, expected: str) -> None:
    assert read_date(typed, language, TODAY) == day(expected)


@pytest.mark.parametrize(
    ("typed", "language", "days"),
    [
        ("today", "en", 0),
        ("tmr", "en", 1),
        ("Tomorrow please!", "en", 1),
        ("yesterday", "en", -1),
        ("the day after tomorrow", "en", 2),
        ("hari ini", "ms", 0),
        ("esok la", "ms", 1),
        ("semalam", "ms", -1),
        ("lusa", "ms", 2),
        ("tmr", "ms", 1),
        ("hôm nay", "vi", 0),
        ("hom nay", "vi", 0),
        ("ngày mai ạ", "vi", 1),
        ("mai", "vi", 1),
        ("hôm qua", "vi", -1),
        ("hôm kia", "vi", -2),
        ("اليوم", "ar", 0),
        ("النهارده", "ar", 0),
        ("غداً", "ar", 1),
        ("بكرة", "ar", 1),
        ("أمس", "ar", -1),
        ("امبارح", "ar", -1),
        ("بعد بكرة", "ar", 2),
        ("今天", "zh", 0),
        ("明天吧", "zh", 1),
        ("昨天", "zh", -1),
        ("後天", "zh", 2),
        ("明天", "en", 1),
    ],
)
def test_words_for_the_days_around_today_are_read(typed: str, language: str, days: int) -> None:
    assert read_date(typed, language, TODAY) == TODAY + dt.timedelta(days)


@pytest.mark.parametrize(
    ("typed", "language", "following", "last"),
    [
        ("21/11", "en", "2027-11-21", "2026-11-21"),
        ("22/11", "en", "2026-11-22", "2026-11-22"),
        ("23/11", "en", "2026-11-23", "2025-11-23"),
        ("21 November", "en", "2027-11-21", "2026-11-21"),
        ("Nov 21", "en", "2027-11-21", "2026-11-21"),
        ("29/2", "en", "2028-02-29", "2024-02-29"),
        ("11月21日", "zh", "2027-11-21", "2026-11-21"),
        ("11/21", "zh", "2027-11-21", "2026-11-21"),
        ("1 رمضان", "ar", "2027-02-08", "2026-02-18"),
        ("农历八月十五", "zh", "2027-09-15", "2026-09-25"),
    ],
)
def test_a_missing_year_is_the_next_or_the_last_such_day(
    typed: str, language: str, following: str, last: str
) -> None:
    assert read_date(typed, language, TODAY) == day(following)
    assert read_date(typed, language, TODAY, year_missing="past") == day(last)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("22/11/27", "2027-11-22"), ("23/11/27", "1927-11-23"), ("1/1/00", "2000-01-01"), ("29/2/96", "1996-02-29")],
)
def test_two_digits_are_the_latest_year_not_more_than_one_ahead(typed: str, expected: str) -> None:
    assert read_date(typed, "en", TODAY) == day(expected)


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("1 رمضان 1447", "ar"),
        ("١ رمضان ١٤٤٧ هـ", "ar"),
        ("1/9/1447", "ar"),
        ("1447-09-01", "ar"),
        ("1/9/1447هـ", "ar"),
        ("1 Ramadan 1447", "en"),
        ("1 Ramadhan 1447H", "ms"),
        ("1 رمضان 47", "ar"),
        ("1 من رمضان 1447", "ar"),
    ],
)
def test_a_hijri_date_is_its_day_in_the_umm_al_qura_calendar(typed: str, language: str) -> None:
    assert read_date(typed, language, TODAY) == day("2026-02-18")


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("农历2026年八月十五", "zh", "2026-09-25"),
        ("農曆2026年8月15", "zh", "2026-09-25"),
        ("阴历1990年8月15日", "zh", "1990-10-03"),
        ("2026年正月初一", "zh", "2026-02-17"),
        ("农历2025年闰六月初一", "zh", "2025-07-25"),
        ("2026年腊月廿三", "zh", "2027-01-30"),
        ("15/8/2026 âm lịch", "vi", "2026-09-25"),
        ("15/8/2026 am lich", "vi", "2026-09-25"),
        ("15/8/2026 (âm)", "vi", "2026-09-25"),
        ("15/8/2026 al", "vi", "2026-09-25"),
        ("rằm tháng 8 năm 2026 âm lịch", "vi", "2026-09-25"),
        ("mùng 1 tháng giêng năm 2026", "vi", "2026-02-17"),
        ("mùng một tháng giêng năm 2026", "vi", "2026-02-17"),
    ],
)
def test_a_lunar_date_is_its_day_in_the_chinese_calendar(typed: str, language: str, expected: str) -> None:
    assert read_date(typed, language, TODAY) == day(expected)


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("", "en"),
        ("5", "en"),
        ("hello", "en"),
        ("31/2/2026", "en"),
        ("29/2/2027", "en"),
        ("31 April", "en"),
        ("0/1/2026", "en"),
        ("11/21/2026", "en"),
        ("11/2026", "en"),
        ("21/11/199", "en"),
        ("21/11/3026", "en"),
        ("21/11/0005", "en"),
        ("21 11 26", "en"),
        ("21/11 9pm", "en"),
        ("21/11 at 9:00", "en"),
        ("3 May or 4 May", "en"),
        ("21/11/2026 22/11/2026", "en"),
        ("I may come on the 5th", "en"),
        ("0123456789", "en"),
        ("mai", "en"),
        ("tomorrow I will ask again", "en"),
        ("31/9/1447", "ar"),
        ("1/1/1501", "ar"),
        ("农历2026年13月1日", "zh"),
        ("农历2026年闰六月初一", "zh"),
        ("21/11/2026 " * 20, "en"),
    ],
)
def test_no_date_several_dates_and_impossible_days_give_none(typed: str, language: str) -> None:
    assert read_date(typed, language, TODAY) is None


@given(st.dates(dt.date(1927, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(LANGUAGES))
def test_every_day_is_read_back_from_its_common_forms(written: dt.date, language: str) -> None:
    forms = [f"{written:%d/%m/%Y}", f"{written:%Y-%m-%d}", f"{written.year}年{written.month}月{written.day}日"]
    forms += [
        f"ngày {written.day} tháng {written.month} năm {written.year}",
        f"{written:%d%m%Y}",
        f"{written:%Y%m%d}",
    ]
    assert {read_date(form, language, TODAY) for form in forms} == {written}
