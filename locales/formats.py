"""Numbers, dates, times and money as each language writes them.

Where Babel's data differ from how businesses write to customers (`VOICE.md`), the pattern stands here: day
before month in English, a point in the time of day, RM before the amount, each currency's own decimals.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

DATE_PATTERNS = {
    "en": "d MMMM y",
    "ms": "d MMMM y",
    "vi": "dd/MM/y",
    "ar": "d MMMM y",
    "zh": "y年M月d日",
}
YEARLY_PATTERNS = {"en": "d MMMM", "ms": "d MMMM", "vi": "dd/MM", "ar": "d MMMM", "zh": "M月d日"}
MONTH_PATTERNS = {"en": "LLLL y", "ms": "LLLL y", "vi": "'Tháng' M, y", "ar": "LLLL y", "zh": "y年M月"}
MOMENT_PATTERNS = {
    "en": "{date}, {time}",
    "ms": "{date}, {time}",
    "vi": "{time} {date}",
    "ar": "{date}، {time}",
    "zh": "{date}{time}",
}
# ar_EG writes ٠-٩ in Babel's data and ar_AE 0-9, as the codes beside them are; their months have the same names.
BABEL_LOCALES = {"en": "en_GB", "ms": "ms_MY", "vi": "vi_VN", "ar": "ar_AE", "zh": "zh_CN"}
GROUP = {"vi": ".", "en": ",", "ms": ",", "ar": ",", "zh": ","}
DECIMAL = {"vi": ",", "en": ".", "ms": ".", "ar": ".", "zh": "."}

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
ARABIC_NUMBERS = ARABIC_DIGITS | str.maketrans(",.", "٬٫")
_NUMBER = re.compile(r"\d[\d,.]*")

DECIMALS = dict.fromkeys(("VND", "JPY", "KRW", "IDR"), 0) | dict.fromkeys(
    ("KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"), 3
)
"""The decimals of currencies that do not have two."""
SYMBOLS = {
    "MYR": "RM",
    "SGD": "S$",
    "CNY": "¥",
    "JPY": "¥",
    "KRW": "₩",
    "THB": "฿",
    "IDR": "Rp",
    "PHP": "₱",
    "INR": "₹",
    "HKD": "HK$",
    "TWD": "NT$",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
}
ARABIC_SYMBOLS = {
    "KWD": "د.ك",
    "BHD": "د.ب",
    "OMR": "ر.ع",
    "JOD": "د.أ",
    "SAR": "ر.س",
    "AED": "د.إ",
    "QAR": "ر.ق",
    "EGP": "ج.م",
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (sen, cents, fils; dong have none)."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day of every year, a birthday say; 29 February is one."""

    month: int
    day: int


def shown(value: object, language: str) -> str:
    """A number, amount, day or moment as the language writes it; anything else as its `str`.

    Raises TypeError for a truth value and for a float: the first is a sentence, the second has no known precision.
    """
    if isinstance(value, bool | float):
        raise TypeError(f"{value!r} cannot stand in a sentence: say a yes or no in words, round a fraction first.")
    return next((form(value, language) for kind, form in _FORMS if isinstance(value, kind)), str(value))


def arabic(value: object, shown: str) -> str:
    """What `shown` made of a value for Arabic, with the digits ٠-٩; text, which may be a code, keeps its own."""
    if isinstance(value, int | Decimal | Money):
        return _NUMBER.sub(lambda found: found[0].translate(ARABIC_NUMBERS), shown)
    return shown.translate(ARABIC_DIGITS) if isinstance(value, dt.date | dt.time | DayOfYear) else shown


def number(value: int, language: str) -> str:
    """A whole number with the language's thousands separator and digits 0-9 (VOICE.md)."""
    return f"{value:,}".replace(",", GROUP[language])


def decimal(value: Decimal, language: str) -> str:
    """A number with the language's decimal mark and no more decimals than it needs: 1.5, 1,5, 2."""
    return f"{value.normalize():f}".replace(".", DECIMAL[language])


def listed(parts: Sequence[str], language: str) -> str:
    """Parts that are shown already, as a list in the language: A, B and C."""
    from babel.lists import format_list

    return format_list(parts, locale=_locale(language))


def money(value: Money, language: str) -> str:
    """An amount with the currency's own symbol and number of decimals: RM12.50, 1.250.000 ₫, 12.500 د.ك."""
    digits = DECIMALS.get(value.currency, 2)
    whole, part = divmod(abs(value.minor), 10**digits)
    amount = number(whole, language) + (f"{DECIMAL[language]}{part:0{digits}d}" if digits else "")
    sign = "-" if value.minor < 0 else ""
    if symbol := SYMBOLS.get(value.currency):
        return f"{sign}{symbol}{amount}"
    if value.currency == "VND":
        return f"{sign}{amount} ₫"
    if language == "ar":
        return f"{sign}{amount} {ARABIC_SYMBOLS.get(value.currency, value.currency)}"
    return f"{sign}{amount} {value.currency}"


def moment(value: dt.datetime, language: str) -> str:
    """A day with the time of day, on the clock that `value` carries."""
    pattern = MOMENT_PATTERNS[language]
    return pattern.format(date=date(value.date(), language), time=time(value.time(), language))


@lru_cache(maxsize=4096)
def date(day: dt.date, language: str) -> str:
    """A day in the language's long form, the digits always 0-9."""
    from babel.dates import format_date

    return format_date(day, DATE_PATTERNS[language], locale=_locale(language))


def month(day: dt.date, language: str) -> str:
    """The month of a day with its year, as a heading."""
    from babel.dates import format_date

    return format_date(day, MONTH_PATTERNS[language], locale=_locale(language))


def yearly(day: DayOfYear, language: str) -> str:
    """A day of every year in the language's long form, the digits always 0-9."""
    from babel.dates import format_date

    leap_year = 2000
    return format_date(dt.date(leap_year, day.month, day.day), YEARLY_PATTERNS[language], locale=_locale(language))


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


# A moment is a day as well, so it comes first.
_FORMS: tuple[tuple[type, Callable[[Any, str], str]], ...] = (
    (int, number),
    (Decimal, decimal),
    (Money, money),
    (dt.datetime, moment),
    (dt.date, date),
    (dt.time, time),
    (DayOfYear, yearly),
)


@cache
def territories(language: str) -> Mapping[str, str]:
    """What countries are called in a language, by ISO 3166's two letters."""
    return {code: name for code, name in _locale(language).territories.items() if len(code) == 2}


@cache
def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse(BABEL_LOCALES[language])
