"""The day, month, year and calendar that a text names, before anybody asks whether there is such a day."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from locales import LANGUAGES
from talk.reading import spelled_chinese
from talk.reading.calendars import Calendar, Parts
from talk.reading.lexicon import lexicon
from talk.reading.spelled import SPELLINGS

_CHINESE_DIGITS: Final = "[〇零一二三四五六七八九十]+"
_CHINESE_NUMBER: Final = re.compile(rf"{_CHINESE_DIGITS}(?=[年月日号])|(?<=[月初年]){_CHINESE_DIGITS}")
_CHINESE_LUNAR_DAY: Final = re.compile(r"初(?=\d)")
_VIETNAMESE_LUNAR_DAY: Final = re.compile(r"\b(?:mùng|mồng|mung|mong)\s+([^\W\d_]+)")
_FULL_MOON: Final = re.compile(r"\b(?:rằm|ram)(?=\s+th)")
_ERA: Final = re.compile(r"(?<=\d{4})\s*(?:ه|هجري|هجريه|م|ميلادي|ah|h|ad|ce)(?!\w)")
_SEPARATED: Final = re.compile(r"\d\s*[/.-]\s*\d")
_LETTER: Final = r"[^\W\d_\u3400-\u9fff]"

_ORDERS: Final = {
    "nm": (0, 1, None),
    "mn": (1, 0, None),
    "nn": (0, 1, None),
    "nmn": (0, 1, 2),
    "nmy": (0, 1, 2),
    "mnn": (1, 0, 2),
    "mny": (1, 0, 2),
    "nnn": (0, 1, 2),
    "nny": (0, 1, 2),
    "ynn": (2, 1, 0),
    "ymn": (2, 1, 0),
}
"""Where day, month and year stand among numbers (n), months known as such (m) and years known as such (y)."""


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    value: int
    digits: int


def find_parts(normal: str, language: str) -> Parts | None:
    """The parts of the one date in a normalised text, or None. They may still name an impossible day."""
    text = _with_digits(normal)
    marks, leaps = _lunar_marks(language)
    text, lunar = marks.subn(" ", text)
    text, lunar_days = _CHINESE_LUNAR_DAY.subn("", text)
    text, leap = leaps.subn("", text)
    calendars: set[Calendar] = {"lunar"} if lunar or lunar_days else set()
    pieces = list(_pieces(text, calendars))
    kinds = "".join(piece.kind for piece in pieces)
    if kinds == "e":
        return _unseparated(pieces[0].value)
    if kinds not in _ORDERS or (kinds in {"nn", "nnn"} and not _SEPARATED.search(text)):
        return None
    day, month, year = (None if place is None else pieces[place] for place in _ORDERS[kinds])
    if not day or not month or day.digits > 2 or month.digits > 2 or (year and not _is_year(year)):
        return None
    if kinds == "nn" and language == "zh" and day.value <= 12 < month.value:
        day, month = month, day  # 11/21 can only be the Chinese order
    calendar: Calendar = "lunar" if "lunar" in calendars else next(iter(calendars), "gregorian")
    return Parts(day.value, month.value, year.value if year else None, calendar, leap_month=bool(leap))


def _is_year(piece: _Piece) -> bool:
    return piece.digits == 2 or (piece.digits == 4 and piece.value >= 1000)


def _unseparated(value: int) -> Parts:
    """21112026, or 20261121: no year of ours has a month as its first two digits and as its last two."""
    high, low = divmod(value, 10_000)
    if low >= 1300:
        return Parts(high // 100, high % 100, low)
    return Parts(low % 100, low // 100, high)


def _with_digits(normal: str) -> str:
    """The text with the numbers of Chinese dates and of Vietnamese lunar days in digits, and no name of an era."""
    text = _CHINESE_NUMBER.sub(_chinese_digits, normal.replace("廿", "二十"))
    text = _VIETNAMESE_LUNAR_DAY.sub(_vietnamese_digits, _FULL_MOON.sub("15", text))
    return _ERA.sub("", text)


def _chinese_digits(found: re.Match[str]) -> str:
    value = spelled_chinese.read(found[0])
    return found[0] if value is None else str(value)


def _vietnamese_digits(found: re.Match[str]) -> str:
    value = SPELLINGS["vi"].read([found[1]])
    return found[0] if value is None else str(value)


def _pieces(text: str, calendars: set[Calendar]) -> Iterator[_Piece]:
    """The numbers and months of the text in their order; `calendars` gets those the month names belong to.

    Ends with a piece of kind "?" at a number that is none of a date, or parts that stand apart.
    """
    begun = apart = False
    for found in _piece_pattern().finditer(text):
        if found["word"]:
            apart = apart or (begun and found["word"] not in _between())
            continue
        if apart or found["junk"]:
            yield _Piece("?", 0, 0)
            return
        begun = True
        if found["name"]:
            calendar, month = _month_names()[found["name"]]
            if calendar != "gregorian":
                calendars.add(calendar)
            yield _Piece("m", month, 0)
        elif month_digits := found["month"] or found["chinese_month"]:
            yield _Piece("m", int(month_digits), len(month_digits))
        else:
            digits = found["year"] or found["number"]
            kind = "y" if found["year"] or len(digits) == 4 else "e" if len(digits) == 8 else "n"
            yield _Piece(kind, int(digits), len(digits))


@cache
def _piece_pattern() -> re.Pattern[str]:
    names = _any_of(_month_names())
    return re.compile(
        rf"(?P<name>{names})"
        rf"|(?<!{_LETTER})(?:tháng|thang|thg|th|t|bulan|bln|شهر)\.?\s*(?P<month>\d{{1,2}})(?!\d)"
        r"|(?P<chinese_month>\d{1,2})\s*月"
        r"|(?P<year>\d{2,4})\s*年"
        rf"|(?P<number>\d{{1,8}})(?:(?:st|nd|rd|th|hb|\s*[日号])(?!{_LETTER})|(?!\d|{_LETTER})|(?=(?:{names})))"
        rf"|(?P<junk>\d\w*)|(?P<word>{_LETTER}\w*|[\u3400-\u9fff])"
    )


@cache
def _between() -> frozenset[str]:
    return frozenset().union(*(lexicon(code).between for code in LANGUAGES))


@cache
def _month_names() -> dict[str, tuple[Calendar, int]]:
    names: dict[str, tuple[Calendar, int]] = {}
    for words in map(lexicon, LANGUAGES):
        calendars: tuple[tuple[Calendar, tuple[tuple[str, ...], ...]], ...] = (
            ("gregorian", words.months),
            ("hijri", words.hijri_months),
            ("lunar", words.lunar_months),
        )
        for calendar, groups in calendars:
            for month, group in enumerate(groups, start=1):
                names |= dict.fromkeys(group, (calendar, month))
    return names


@cache
def _lunar_marks(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    # "al" is short for "âm lịch" to a Vietnamese, and part of an Arabic month to others.
    marks = (
        mark for code in LANGUAGES for mark in lexicon(code).lunar if len(mark) > 2 or code in {language, "zh"}
    )
    leaps = (mark for code in LANGUAGES for mark in lexicon(code).leap_month)
    return re.compile(_any_of(marks)), re.compile(_any_of(leaps))


def _any_of(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, longest first, as whole words where the script has them."""
    longest_first = sorted(phrases, key=len, reverse=True)
    chinese = [re.escape(phrase) for phrase in longest_first if "\u3400" <= phrase[0] <= "\u9fff"]
    spaced = [re.escape(phrase) for phrase in longest_first if not "\u3400" <= phrase[0] <= "\u9fff"]
    words = rf"(?<!{_LETTER})(?:{'|'.join(spaced)})(?!{_LETTER})"
    return "|".join([words, *chinese])
