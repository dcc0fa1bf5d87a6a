"""Canned replies made ready for one customer: the variant of their language, its variables filled in.

A variable is a name in braces. It is replaced once, by a plain value; nothing in a text or in a value is ever
evaluated, and what a value brings is not looked at again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import msgspec

from locales import LANGUAGES, Language, Text, _, direction, formats
from locales.text import ARAB, ISOLATE, POP

VARIABLES: dict[str, Text] = {
    "name": _("What the customer is called"),
    "number": _("Customer number"),
    "points": _("Points that can be spent"),
    "tier": _("Tier"),
    "agent": _("Your own name"),
    "business": _("Name of the business"),
    "today": _("Today's date"),
}
_VARIABLE = re.compile(r"\{([^{}\n]{0,40})\}")

Values = Mapping[str, str | int | dt.date | None]


class Variant(msgspec.Struct, frozen=True):
    """The text of a reply in one language; `fallback` when the customer's own has none."""

    language: Language
    text: str
    fallback: bool


class Filled(msgspec.Struct, frozen=True, tag=True):
    """The text for this customer. What is not known of them, `missing`, still stands in it by its name."""

    text: str
    missing: tuple[str, ...]


class UnknownVariables(msgspec.Struct, frozen=True, tag=True):
    """The text names what nobody can fill in."""

    names: tuple[str, ...]


def variant(texts: Mapping[Language, str], language: Language) -> Variant | None:
    """The text in the customer's language, else in English, else in the first there is; None when there is none."""
    for one in (language, "en", *LANGUAGES):
        if texts.get(one):
            return Variant(one, texts[one], one != language)
    return None


def unknown(text: str) -> tuple[str, ...]:
    """The names in braces that are no variable, in order."""
    return tuple(dict.fromkeys(name for name in _VARIABLE.findall(text) if name not in VARIABLES))


def unfilled(text: str) -> tuple[str, ...]:
    """The variables that still stand in a text by their names, in order."""
    return tuple(dict.fromkeys(name for name in _VARIABLE.findall(text) if name in VARIABLES))


def fill(text: str, language: Language, values: Values, digits: str = "") -> Filled | UnknownVariables:
    """Put `values` in, each as `language` writes it; None and an empty text are not known of this customer.

    `digits` of `ARAB` writes numbers and dates in Arabic with ٠-٩. In Arabic each value stands isolated.
    """
    strange = unknown(text)
    if strange:
        return UnknownVariables(strange)
    missing: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if value is None or value == "":
            missing[found[1]] = None
            return found[0]
        return _shown(value, language, digits)

    return Filled(_VARIABLE.sub(put, text), tuple(missing))


def _shown(value: str | int | dt.date, language: Language, digits: str) -> str:
    shown = formats.shown(value, language)
    if direction(language) == "ltr":
        return shown
    return f"{ISOLATE}{formats.arabic(value, shown) if digits == ARAB else shown}{POP}"
