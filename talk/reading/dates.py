"""Dates as people of five languages type them, in three calendars."""

import datetime as dt
from functools import cache

from locales import LANGUAGES
from talk.reading.calendars import YearMissing, day_of
from talk.reading.date_parts import find_parts
from talk.reading.lexicon import lexicon, own_first
from talk.reading.normal import normalise, tokenise

_LONGEST = 100


def read_date(text: str, language: str, today: dt.date, *, year_missing: YearMissing = "next") -> dt.date | None:
    """The one date in a short text; None for none, several, or a day that does not exist.

    Numbers alone are day-first; a year of four digits may lead instead. Months are known by name in all five
    languages; a Hijri month or a year from 1300 to 1500 makes a Hijri date, and words such as 农历 or "âm lịch" a
    lunar one. Words such as "tomorrow" must be the whole message. `calendars.day_of` says what a missing year and
    a year of two digits mean.
    """
    normal = normalise(text)
    if not normal or len(normal) > _LONGEST:
        return None
    days = _days_from_today(normal, language)
    if days is not None:
        return today + dt.timedelta(days)
    parts = find_parts(normal, language)
    return day_of(parts, today, year_missing) if parts else None


def _days_from_today(normal: str, language: str) -> int | None:
    days, polite = _relative_days(language)
    tokens = tokenise(normal)
    for end in range(len(tokens), 0, -1):
        rest = " ".join(tokens[end:])
        if (found := days.get(" ".join(tokens[:end]))) is not None and (not rest or rest in polite):
            return found
    return None


@cache
def _relative_days(language: str) -> tuple[dict[str, int], frozenset[str]]:
    days: dict[str, int] = {}
    for code in own_first(language):
        for count, phrases in lexicon(code).days.items():
            for phrase in phrases:
                # "mai" is tomorrow in Vietnamese and a name elsewhere; English shorthand is everybody's.
                if code in {language, "en"} or len(phrase) > 3 or not phrase.isascii():
                    days.setdefault(" ".join(tokenise(phrase)), count)
    polite = frozenset(" ".join(tokenise(word)) for code in LANGUAGES for word in lexicon(code).polite)
    return days, polite
