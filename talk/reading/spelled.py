"""Numbers in words, whichever of the five languages they are in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from talk.reading import spelled_arabic, spelled_chinese
from talk.reading.spelled_latin import ENGLISH, MALAY, VIETNAMESE, VIETNAMESE_SPELLINGS
from talk.reading.spelled_latin import read as read_latin


@dataclass(frozen=True, slots=True)
class Spelling:
    """The number words of a language.

    `weak` are single words that mean something else in most sentences; `link` may stand only between two numbers.
    """

    read: Callable[[Sequence[str]], int | None]
    words: frozenset[str]
    weak: frozenset[str]
    link: frozenset[str]


def _read_vietnamese(tokens: Sequence[str]) -> int | None:
    spelled = [VIETNAMESE_SPELLINGS.get(token, "") for token in tokens]
    return read_latin(spelled, VIETNAMESE) if all(spelled) else None


def _read_chinese(tokens: Sequence[str]) -> int | None:
    return spelled_chinese.read("".join(tokens))


_AND = spelled_arabic.AND
SPELLINGS: Final = {
    "en": Spelling(partial(read_latin, grammar=ENGLISH), ENGLISH.words, ENGLISH.weak, ENGLISH.link),
    "ms": Spelling(partial(read_latin, grammar=MALAY), MALAY.words, MALAY.weak, MALAY.link),
    "vi": Spelling(
        _read_vietnamese,
        words=frozenset(VIETNAMESE_SPELLINGS) - {"không", "khong"},
        weak=frozenset(
            word for word, bare in VIETNAMESE_SPELLINGS.items() if word == bare or bare in VIETNAMESE.weak
        ),
        link=frozenset({"linh", "lẻ", "le"}),
    ),
    "ar": Spelling(
        spelled_arabic.read,
        words=spelled_arabic.WORDS | {_AND} | {_AND + word for word in spelled_arabic.WORDS},
        weak=spelled_arabic.WEAK,
        link=frozenset({_AND}),
    ),
    "zh": Spelling(
        _read_chinese, spelled_chinese.CHARACTERS, weak=spelled_chinese.CHARACTERS, link=frozenset({"零", "〇"})
    ),
}
