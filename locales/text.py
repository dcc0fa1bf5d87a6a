"""Sentences a dialogue says: named in English, rendered in the customer's language.

Rendered text is in Sapa's small HTML subset (b, i, u, s, a, code): sentences may carry its tags, values are
escaped. Channels turn it into what their platform shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Literal, TypeAlias, cast

import msgspec

from locales import formats
from locales.catalogue import catalogue

Language: TypeAlias = Literal["en", "ms", "vi", "ar", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "ms", "vi", "ar", "zh")

ARAB = "arab"
ISOLATE, POP = "\u2068", "\u2069"
_TAG_OR_TEXT = re.compile("<[^>]*>|[^<]+")


class Text(msgspec.Struct, frozen=True):
    """A sentence by its English text, with its plural and the name of the value that counts.

    A `literal` one is data: as it stands, or by language where there is such a one in `own`.
    """

    one: str
    many: str | None = None
    count: str | None = None
    literal: bool = False
    own: tuple[tuple[str, str], ...] = ()


class Phrase(msgspec.Struct, frozen=True):
    """A part of a sentence with values of its own, given as a value: “Monday to Friday” in “Open {days}”."""

    text: Text
    values: dict[str, object]


def _(sentence: str) -> Text:
    """A sentence of the catalogues."""
    return Text(sentence)


def n_(one: str, many: str, count: str) -> Text:
    """A sentence with one counted noun; `count` names the value that is counted."""
    return Text(one, many, count)


def verbatim(text: str) -> Text:
    """Text that is data (a name, what a member of staff wrote): the same in every language, escaped."""
    return Text(text, literal=True)


def in_languages(texts: Mapping[str, str]) -> Text:
    """Text that is data and written in several languages, by language; the first where another one is asked for.

    Raises ValueError when there is none.
    """
    if not texts:
        raise ValueError("A text needs at least one language.")
    return Text(next(iter(texts.values())), literal=True, own=tuple(texts.items()))


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The direction in which the language is written."""
    return "rtl" if language == "ar" else "ltr"


def render(text: Text, language: str, values: Mapping[str, object] | None = None, digits: str = "") -> str:
    """Say `text` in `language` with `values` put in, each formatted and escaped by its type; a tuple is a list.

    `digits` of `ARAB` writes Arabic with ٠-٩; codes and whatever else is text keep 0-9. Raises KeyError when the
    sentence names a value that is not given.
    """
    if text.literal:
        return escape(dict(text.own).get(language, text.one), quote=False)
    values = values or {}
    count = cast(int, values[text.count]) if text.count else None
    sentence = catalogue(language).sentence(text.one, text.many, count)
    digits = digits if language == "ar" else ""
    if digits == ARAB:
        sentence = in_arabic_digits(sentence)
    return fill(sentence, language, values, digits) if "{" in sentence else sentence


def fill(form: str, language: str, values: Mapping[str, object], digits: str = "") -> str:
    """Put values into a form that is in the language already, as `render` does."""
    return form.format(**{name: shown(value, language, digits) for name, value in values.items()})


def in_arabic_digits(html: str) -> str:
    """The text with ٠-٩ instead of 0-9; the address of a link keeps its digits."""
    return _TAG_OR_TEXT.sub(_with_arabic_digits, html)


def _with_arabic_digits(part: re.Match[str]) -> str:
    return part[0] if part[0].startswith("<") else part[0].translate(formats.ARABIC_DIGITS)


def shown(value: object, language: str, digits: str = "") -> str:
    """A value as it stands in a sentence: formatted and escaped by its type, alone where text runs to the left."""
    if isinstance(value, Text):
        said = render(value, language, digits=digits)
    elif isinstance(value, Phrase):
        said = render(value.text, language, value.values, digits)
    elif isinstance(value, tuple):
        said = formats.listed([shown(part, language, digits) for part in value], language)
    else:
        said = formats.shown(value, language)
        said = escape(formats.arabic(value, said) if digits == ARAB else said, quote=False)
    # In right-to-left text a Latin name or a number reorders its neighbours unless it stands alone.
    return f"{ISOLATE}{said}{POP}" if direction(language) == "rtl" else said
