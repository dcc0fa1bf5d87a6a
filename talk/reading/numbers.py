"""Numbers in digits of any script and in the words of five languages."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from locales import LANGUAGES
from talk.reading.lexicon import lexicon, own_first
from talk.reading.normal import normalise, tokenise
from talk.reading.spelled import SPELLINGS, Spelling

_LONGEST = 200
_LONGEST_RUN = 14
_FORM: Final = r"[-+]?[1-9]\d{0,2}"
_PLAIN: Final = re.compile(r"[-+]?\d{1,15}")
_GROUPED: Final = {mark: re.compile(rf"{_FORM}(?:{re.escape(mark)}\d{{3}}){{1,4}}") for mark in (".", ",", " ")}
_TWICE_GROUPED: Final = re.compile(rf"{_FORM}(?:(?:,\d{{3}}){{2,4}}|(?:\.\d{{3}}){{2,4}})")
_STARS: Final = frozenset("⭐★🌟")

_CHINESE: Final = r"〇\u3400-\u4dbf\u4e00-\u9fff"
_PIECE: Final = re.compile(
    r"(?P<number>(?:(?<!\S)[-+])?\d+(?:[.,:/-]\d+)*%?)"
    rf"(?P<tail>[^\W_{_CHINESE}]*)"
    rf"|[{_CHINESE}]|[^\W\d_{_CHINESE}][^\W_{_CHINESE}]*(?:'[^\W_{_CHINESE}]+)*"
)
_SCORE: Final = re.compile(r"(\d{1,3})/(5|7|10|100)")
Item = str | int


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    value: int


class _Doubtful(Exception):
    """The sentence holds a decimal, a date, or number words that do not make one number."""


def read_number(text: str, language: str) -> int | None:
    """The number that is the whole text, in digits or words; None for a decimal, a doubt, or any further text.

    A dot groups thousands in Vietnamese and a comma in the other languages; the other mark with three digits behind
    it ("1.250" in English) is a decimal or a doubt. Words are read in all five languages, the customer's own first;
    Vietnamese words without diacritics only from who speaks it. "không" is zero, and also no: ask what it answers.
    """
    normal = normalise(text)
    if not normal or len(normal) > _LONGEST:
        return None
    if (value := _digits(normal, language)) is not None:
        return value
    tokens = tokenise(normal)
    if "".join(tokens) != re.sub(r"\s|(?<=\w)-(?=\w)", "", normal):
        return None
    for code in own_first(language):
        if code == "vi" != language and normal.isascii():
            continue
        if (value := SPELLINGS[code].read(tokens)) is not None:
            return value
    return None


def find_number(text: str, language: str) -> int | None:
    """The one number in a short sentence ("I'd say 8", "给8分", "8/10" is 8); None for none or several.

    Digits always count. Number words count when they are rarely anything else; the others ("one", "năm", 一), those
    without diacritics and those of other languages only beside a word that shows a number is meant, as in "ba sao"
    or "bagi eight". A row of stars is their count.
    """
    normal = re.sub(r"\s*/\s*", "/", normalise(text))
    if not normal or len(normal) > _LONGEST:
        return None
    if _STARS.issuperset(normal):
        return len(normal)
    try:
        items = list(_items(normal, language))
        found = list(_numbers(items, language))
    except _Doubtful:
        return None
    match found:
        case [only]:
            return only.value
        case [part, whole] if _is_out_of(items[part.end : whole.start]) and whole.value in {5, 7, 10, 100}:
            return part.value
    return None


def _digits(normal: str, language: str) -> int | None:
    forms = (_PLAIN, _GROUPED["." if language == "vi" else ","], _GROUPED[" "], _TWICE_GROUPED)
    if any(form.fullmatch(normal) for form in forms):
        return int(re.sub("[., ]", "", normal))
    return None


def _items(normal: str, language: str) -> Iterator[Item]:
    """The words of the sentence, and its numbers in digits as integers."""
    for piece in _PIECE.finditer(normal):
        number, tail = piece["number"], piece["tail"]
        if number is None or (tail and tail not in _cues().units):
            yield piece[0]
            continue
        score = _SCORE.fullmatch(number)
        digits = number.lstrip("-+")
        phone = len(digits) > 9 or (len(digits) > 2 and digits.startswith("0"))
        value = int(score[1]) if score else None if phone else _digits(number, language)
        if value is None:
            raise _Doubtful
        yield value
        if tail:
            yield tail


def _numbers(items: Sequence[Item], language: str) -> Iterator[_Found]:
    place = 0
    while place < len(items):
        found = next((hit for code in own_first(language) if (hit := _spelled(items, place, code, language))), None)
        if found is None and isinstance(item := items[place], int):
            found = _Found(place, place + 1, item)
        if found:
            yield found
        place = found.end if found else place + 1


def _spelled(items: Sequence[Item], start: int, code: str, language: str) -> _Found | None:
    """The number in words of the language `code` that begins at `start`, if it counts in this sentence."""
    spelling = SPELLINGS[code]
    end = _end_of_run(items, start, spelling)
    within_another = start > 0 and items[start - 1] in spelling.words - spelling.link
    if end == start or items[start] in spelling.link or within_another:
        return None
    words = [str(item) for item in items[start:end]]
    if all(word.isdecimal() for word in words):
        return None
    value = spelling.read(words)
    certain = code == language and not spelling.weak.issuperset(words)
    if value is None and certain:
        raise _Doubtful
    if value is None or not (certain or _is_meant(items, start, end, language)):
        return None
    return _Found(start, end, value)


def _end_of_run(items: Sequence[Item], start: int, spelling: Spelling) -> int:
    end = start
    mixed = "万" in spelling.words  # 2千: digits belong to Chinese numerals
    while end < min(len(items), start + _LONGEST_RUN) and (
        items[end] in spelling.words or (mixed and isinstance(items[end], int))
    ):
        end += 1
    while end > start and items[end - 1] in spelling.link:
        end -= 1
    return end


def _is_meant(items: Sequence[Item], start: int, end: int, language: str) -> bool:
    """Whether a word that may be no number stands beside one that shows it is."""
    cues = _cues()
    before = items[max(0, start - 3) : start]
    given = not cues.giving.isdisjoint(before) and not any(isinstance(item, int) for item in before)
    if items[end : end + 1] and items[end] in cues.units:
        return given or items[start] != "十"  # 十分 alone is "very"
    accented = not all(str(item).isascii() for item in items[start:end]) or language != "vi"
    polite = lexicon(own_first(language)[0]).polite
    return given and accented and all(item in polite for item in items[end:])


@dataclass(frozen=True, slots=True)
class _Cues:
    """The words of all languages that show a number is meant."""

    units: frozenset[str]
    giving: frozenset[str]
    out_of: frozenset[str]


@cache
def _cues() -> _Cues:
    every = [lexicon(code) for code in LANGUAGES]
    return _Cues(
        units=frozenset().union(*(words.units for words in every)),
        giving=frozenset().union(*(words.giving for words in every)),
        out_of=frozenset().union(*(words.out_of for words in every)),
    )


def _is_out_of(between: Sequence[Item]) -> bool:
    return " ".join(map(str, between)) in _cues().out_of
