"""How values are said in one language: Jinja's environment with our own helpers and nothing else of Jinja's.

What is unknown is `Nothing`: it is never true, compares with nothing, and cannot be written out. All that is
written out is formatted and escaped by its type and stands alone in Arabic, as in the catalogues' sentences.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from html import escape
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from locales import ARAB, catalogue
from locales.formats import BABEL_LOCALES, DayOfYear, Money
from locales.text import in_arabic_digits, shown
from outreach.templates.known import Lacking, Named, Nothing
from outreach.templates.registry import FORMS

_WORD = re.compile(r"<code>.*?</code>|<[^>]*>|[^\s<]+", re.DOTALL)
_REMEMBERED = frozenset({int, dt.date, Money})
_LATIN = re.compile("[A-Za-z]")


class _Said(str):
    """What is formatted and escaped already."""

    __slots__ = ()


class Speech(ImmutableSandboxedEnvironment):
    """The environment of one language; `digits` as `locales.render` takes them."""

    def __init__(self, language: str, digits: str) -> None:
        self.language, self.digits = language, digits
        # A broadcast says the same few days and prices to everybody.
        self._remembered = lru_cache(maxsize=4096, typed=True)(partial(shown, language=language, digits=digits))
        super().__init__(undefined=Nothing, finalize=self._said, autoescape=False, cache_size=0)
        self.globals.clear()
        self.filters = {
            "default": _default,
            "plural": self._plural,
            "count": len,
            "day": self._day,
            "month": self._month,
            "weekday": self._weekday,
        }
        self.tests = {}

    def written(self, html: str) -> str:
        """What the author of a template wrote, in the digits of this language; codes keep theirs."""
        return _WORD.sub(_with_arabic_digits, html) if self.digits == ARAB else html

    def _said(self, value: Any) -> str:
        if type(value) in _REMEMBERED:
            return self._remembered(value)
        if isinstance(value, Nothing):
            if value.value_name:
                raise Lacking(value.value_name)
            return ""
        if isinstance(value, _Said):
            return value
        return shown(self._plain(value), self.language, self.digits)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._plain(each.name) for each in value)
        return value.said(self.language) if isinstance(value, Named) else value

    def _plural(self, number: Any, **forms: str) -> Any:
        if isinstance(number, Nothing):
            return number
        form = forms[FORMS[self.language][catalogue(self.language).plural(abs(number))]]
        text = self.written(escape(form, quote=False))
        return _Said(text.replace("#", self._remembered(number)))

    def _day(self, day: Any) -> Any:
        return day if isinstance(day, Nothing) else _Said(self._said(DayOfYear(day.month, day.day)))

    def _month(self, day: Any) -> Any:
        return day if isinstance(day, Nothing) else month_name(day.month, self.language)

    def _weekday(self, day: Any) -> Any:
        return day if isinstance(day, Nothing) else _weekday_name(day.weekday(), self.language)


@lru_cache(maxsize=8)
def speech(language: str, digits: str) -> Speech:
    """The environment of a language, made once."""
    return Speech(language, digits)


@lru_cache(maxsize=64)
def month_name(month: int, language: str) -> str:
    """The name of a month, from 1, as it stands alone."""
    from babel.dates import get_month_names

    names: Mapping[int, str] = get_month_names("wide", "stand-alone", BABEL_LOCALES[language])
    return names[month]


@lru_cache(maxsize=64)
def _weekday_name(day: int, language: str) -> str:
    from babel.dates import get_day_names

    names: Mapping[int, str] = get_day_names("wide", "stand-alone", BABEL_LOCALES[language])
    return names[day]


def _default(value: Any, instead: str | int) -> Any:
    return instead if isinstance(value, Nothing) or value in ("", ()) else value


def _with_arabic_digits(word: re.Match[str]) -> str:
    text = word[0]
    if text.startswith("<") or _LATIN.search(text):
        return text
    return in_arabic_digits(text)
