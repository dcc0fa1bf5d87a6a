"""Numbers, dates, times and money as each language writes them.

Where Babel's data differ from how businesses write to customers (`VOICE.md`), the pattern stands here: day
before month in English, a point in the time of day, RM before the amount, each currency's own decimals.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

DATE_PATTERNS = {
    "en": "d MMMM y",
    "ms": "d MMMM y",
    "vi": "dd/MM/y",
    "ar": "d MMMM y",
    "zh": "y年M月d日",
}
BABEL_LOCALES = {"en": "en_GB", "ms": "ms_MY", "vi": "vi_VN", "ar": "ar_EG", "zh": "zh_CN"}
SYMBOLS = {"MYR": "RM", "VND": "₫", "SGD": "S$", "CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
DECIMALS = {"VND": 0, "JPY": 0, "KRW": 0, "IDR": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
GROUP = {"vi": ".", "en": ",", "ms": ",", "ar": ",", "zh": ","}
DECIMAL = {"vi": ",", "en": ".", "ms": ".", "ar": ".", "zh": "."}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (sen, cents, fils; dong have none)."""

    minor: int
    currency: str


def shown(value: object, language: str) -> str:
    """A number, amount, day or moment as the language writes it; anything else as its `str`."""
    if isinstance(value, bool):
        raise TypeError("A yes or no is a sentence of its own, not a value in one.")
    if isinstance(value, int):
        return number(value, language)
    if isinstance(value, Money):
        return money(value, language)
    if isinstance(value, dt.datetime):
        return f"{date(value.date(), language)} {time(value.time(), language)}"
    if isinstance(value, dt.date):
        return date(value, language)
    if isinstance(value, dt.time):
        return time(value, language)
    return str(value)


def number(value: int, language: str) -> str:
    """A whole number with the language's thousands separator and digits 0-9 (VOICE.md)."""
    return f"{value:,}".replace(",", GROUP[language])


def money(value: Money, language: str) -> str:
    """An amount with the currency's own symbol and number of decimals: RM12.50, 1.250.000 ₫."""
    digits = DECIMALS.get(value.currency, 2)
    whole, part = divmod(abs(value.minor), 10**digits)
    amount = number(whole, language) + (f"{DECIMAL[language]}{part:0{digits}d}" if digits else "")
    sign = "-" if value.minor < 0 else ""
    symbol = SYMBOLS.get(value.currency)
    if symbol == "₫":
        return f"{sign}{amount} ₫"
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{amount} {value.currency}"


@lru_cache(maxsize=4096)
def date(day: dt.date, language: str) -> str:
    """A day in the language's long form, the digits always 0-9."""
    from babel.dates import format_date

    return format_date(day, DATE_PATTERNS[language], locale=_locale(language))


def time(moment: dt.time, language: str) -> str:
    """A time of day: 9.00 am, 9.00 pagi, 09:00."""
    if language in ("en", "ms"):
        hour = moment.hour % 12 or 12
        return f"{hour}.{moment.minute:02d} {_part_of_day(moment, language)}"
    return f"{moment.hour:02d}:{moment.minute:02d}"


def _part_of_day(moment: dt.time, language: str) -> str:
    if language == "en":
        return "am" if moment.hour < 12 else "pm"
    if moment.hour < 12:
        return "pagi"
    if moment.hour < 14:
        return "tengah hari"
    return "petang" if moment.hour < 19 else "malam"


@cache
def _locale(language: str) -> Locale:
    from babel import Locale

    # ar_EG writes ٠-٩ in Babel's data; with "latn" the digits stay those of the codes beside them.
    name = BABEL_LOCALES[language]
    return Locale.parse("ar_AE" if name == "ar_EG" else name)
