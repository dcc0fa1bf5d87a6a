"""Which of several options a customer means by what they typed: its label or its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from html import unescape
from typing import NamedTuple, TypeAlias

from locales import LANGUAGES, Text, edition, render
from locales.catalogue import original
from talk.prompts.base import Option
from talk.reading.lexicon import lexicon
from talk.reading.normal import fold, normalise, tokenise
from talk.reading.numbers import read_number

OWN_KEYS = frozenset({"_done", "_skip", "_person", "_again"})
"""Keys of the buttons that questions and the engine add themselves."""

LONGEST_POLITE = 80
"""Characters of an answer that may be an option with politeness around it."""

PLAINEST = 12
"""How many ways of leaving politeness away are tried."""

_TAG = re.compile(r"</?[a-z][^>]*>")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_CHINESE = re.compile("[\u3400-\u9fff]")
_LONGEST_NUMBER = 5  # words
_LEADING = re.compile(r"\d{1,9}")
_NUMBERED = re.compile(
    r"(?:#|number|nombor|no\.?(?=\s*\d)|option|pilihan|so thu|so|رقم|第|选项|选择|选)\s*(.+?)[个项号]?"
)


def checked(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options of a question. Raises ValueError when there are none, or a key is given twice or is our own."""
    keys = {option.key for option in options}
    if not keys:
        raise ValueError("A question with options needs at least one.")
    if len(keys) < len(options):
        raise ValueError(f"Option keys must differ: {', '.join(option.key for option in options)}.")
    if not OWN_KEYS.isdisjoint(keys):
        taken = min(OWN_KEYS.intersection(keys))
        raise ValueError(f"Option key {taken} belongs to a button of Sapa's own; choose another.")
    return tuple(options)


def by_key(key: object, options: Iterable[Option]) -> Option | None:
    """The option with this key."""
    return next((option for option in options if option.key == key), None)


def by_words(text: str, language: str, options: Sequence[Option]) -> Option | None:
    """The one option whose label was typed (whole or in part, in any language) or its number, politely or not."""
    for plain in plainer(text, language):
        if found := by_label(plain, language, options) or by_number(plain, language, options):
            return found
    return None


def by_label(text: str, language: str, options: Sequence[Option], *, whole: bool = False) -> Option | None:
    """The one option whose label was typed, all of it when `whole`.

    In this order, the customer's language before the others: the label itself; without diacritics, punctuation
    and emoji; its beginning; a part of it. Parts have three letters or more, two in Chinese. None when nothing
    fits or several do: a guess between two answers is worse than asking again.
    """
    typed = _forms(text)
    own, others = _labels(tuple(options), language, edition())
    for fits in (_same, _bare_same) if whole else (_same, _bare_same, _begins, _holds):
        for labels in (own, others):
            found = {option.key: option for option, label in labels if fits(typed, label)}
            if found:
                return next(iter(found.values())) if len(found) == 1 else None
    return None


def by_number(text: str, language: str, options: Sequence[Option]) -> Option | None:
    """The option with this number, counted from 1, or whose label is or begins with it ("10% off")."""
    number = _number(text, language)
    if number is None:
        return None
    marks = _marks(language, options)
    if _are_counted(marks):
        return options[number - 1] if 1 <= number <= len(options) else None
    found = [option for option, mark in zip(options, marks, strict=True) if mark == number]
    return found[0] if len(found) == 1 else None


def countable(language: str, options: Sequence[Option]) -> bool:
    """Whether a number means a place in the list: not where the labels begin with other numbers."""
    return _are_counted(_marks(language, options))


def said(label: Text, language: str) -> str:
    """The label as a customer reads it: no tags, nothing escaped."""
    return _bare(render(label, language))


def _bare(html: str) -> str:
    return unescape(_TAG.sub("", html))


def plainer(text: str, language: str) -> Iterator[str]:
    """The text, then with less and less of the politeness around it: "rewards please", "dạ số 2 ạ", "选一吧"."""
    yield text
    normal = normalise(text)
    if len(normal) > LONGEST_POLITE:
        return
    plain = [normal]
    for said_so_far in plain:
        for edge in _politeness(language):
            shorter = edge.sub("", said_so_far)
            if shorter and shorter not in plain and len(plain) < PLAINEST:
                plain.append(shorter)
                yield shorter


@cache
def _politeness(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One polite phrase, or form of address, at the end and at the beginning of a text."""
    spoken = [lexicon(code) for code in dict.fromkeys((language, "en"))]
    words = sorted({word for said in spoken for word in said.polite + said.address}, key=len, reverse=True)
    # Chinese is written without spaces; any other word ends where a space or a comma is.
    after = "|".join(("" if _CHINESE.search(word) else r"(?<=[\s,،])") + re.escape(word) for word in words)
    before = "|".join(re.escape(word) + ("" if _CHINESE.search(word) else r"(?=[\s,،])") for word in words)
    return re.compile(rf"[\s,،]*+(?:{after})$"), re.compile(rf"^(?:{before})[\s,،]*")


def _number(text: str, language: str) -> int | None:
    number = read_number(text, language)
    if number is None and (numbered := _NUMBERED.fullmatch(fold(text))):
        return read_number(numbered[1], language)
    return number


def _marks(language: str, options: Sequence[Option]) -> list[int | None]:
    """The numbers with which the labels begin."""
    labels = [said(option.label, language) for option in options]
    digits = [_leading_digits(label) for label in labels]
    if any(mark is not None for mark in digits):
        return digits
    words = [_leading_words(label, language) for label in labels]
    # "Năm" is a year as well as five: one such label among others is a word.
    return words if len(words) - words.count(None) > 1 else digits


@lru_cache(maxsize=2048)
def _leading_digits(label: str) -> int | None:
    digits = _LEADING.match(_EDGES.sub("", normalise(label)))
    return int(digits[0]) if digits else None


@lru_cache(maxsize=2048)
def _leading_words(label: str, language: str) -> int | None:
    words = tokenise(normalise(label))[:_LONGEST_NUMBER]
    numbers = (read_number(" ".join(words[:end]), language) for end in range(len(words), 0, -1))
    return next((number for number in numbers if number is not None), None)


def _are_counted(marks: list[int | None]) -> bool:
    return all(mark in (None, place) for place, mark in enumerate(marks, start=1))


class _Forms(NamedTuple):
    """A text as it is compared: first with its marks, then without diacritics, emoji and punctuation around."""

    normal: str
    bare: str


_Labelled: TypeAlias = tuple[Option, _Forms]


def _forms(text: str) -> _Forms:
    return _Forms(normalise(text), _EDGES.sub("", fold(text)))


# Labels come again and again; what customers type does not, and is not ours to keep.
@lru_cache(maxsize=512)
def _labels(options: tuple[Option, ...], language: str, _edition: int) -> tuple[list[_Labelled], list[_Labelled]]:
    """What the options are called in the customer's own language, and in the others.

    Where the business has words of its own for a label, Sapa's are understood, too: buttons may still have them.
    """
    own = [(option, _forms(said(option.label, language))) for option in options]
    others = [
        (option, _forms(said(option.label, other)))
        for other in LANGUAGES
        if other != language
        for option in options
        if not option.label.literal or option.label.own
    ]
    before = [
        (option, _forms(words))
        for other in LANGUAGES
        for option in options
        if not option.label.literal
        and (words := _bare(original(other).sentence(option.label.one))) != said(option.label, other)
    ]
    return own, others + before


def _same(typed: _Forms, label: _Forms) -> bool:
    return bool(typed.normal) and typed.normal == label.normal


def _bare_same(typed: _Forms, label: _Forms) -> bool:
    return bool(typed.bare) and typed.bare == label.bare


def _begins(typed: _Forms, label: _Forms) -> bool:
    return _telling(typed.bare) and label.bare.startswith(typed.bare)


def _holds(typed: _Forms, label: _Forms) -> bool:
    if not _telling(typed.bare) or typed.bare not in label.bare:
        return False
    # Latin words are found from their beginning; Arabic articles and Chinese words stick to what is before them.
    return re.search(f"(?<![a-z]){re.escape(typed.bare)}", label.bare) is not None


def _telling(bare: str) -> bool:
    return len(bare) >= (2 if _CHINESE.search(bare) else 3)
