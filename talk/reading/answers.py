"""Yes and no, as people write them."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from talk.reading.lexicon import lexicon, own_first
from talk.reading.normal import normalise, tokenise, unstretch
from talk.reading.words import match

_LONGEST = 120
Meaning = Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What each phrase means to a speaker of one language; `soft` ones may be mere politeness."""

    means: dict[str, Meaning]
    polite: frozenset[str]
    soft: frozenset[str]
    longest: int


def read_yes_no(text: str, language: str) -> bool | None:
    """True for yes, False for no, None for anything else.

    The whole message must be a yes or a no with its politeness ("dạ không ạ", "ok boleh", "不用了谢谢"); a word
    that may be mere politeness ("dạ", "thôi") decides only when nothing firmer is said. Words of one or two Latin
    letters ("k" is yes in English and no in Vietnamese) count in the customer's own language alone.
    """
    normal = normalise(text)
    if len(normal) > _LONGEST:
        return None
    vocabulary = _vocabulary(language)
    answer = _answer(tokenise(normal), vocabulary)
    if answer is None and (calm := unstretch(normal)) != normal:
        return _answer(tokenise(calm), vocabulary)
    return answer


def declines(text: str, language: str) -> bool:
    """Whether the whole message is a no, "never mind", "later" or "skip"."""
    found = match(text, language)
    return read_yes_no(text, language) is False or (
        found is not None and found.whole and found.intent in ("cancel", "skip", "later")
    )


def _answer(tokens: list[str], vocabulary: _Vocabulary) -> bool | None:
    if tokens and not any(map(str.isalnum, tokens)):
        tokens = [emoji for emoji in tokens if emoji in vocabulary.means]
    firm: set[Meaning] = set()
    soft: set[Meaning] = set()
    start = 0
    while start < len(tokens):
        end = _end_of_phrase(tokens, start, vocabulary)
        if end is None:
            return None
        phrase = " ".join(tokens[start:end])
        if meaning := vocabulary.means.get(phrase):
            (soft if phrase in vocabulary.soft else firm).add(meaning)
        start = end
    said = firm or soft
    return "yes" in said if len(said) == 1 else None


def _end_of_phrase(tokens: list[str], start: int, vocabulary: _Vocabulary) -> int | None:
    for end in range(min(len(tokens), start + vocabulary.longest), start, -1):
        phrase = " ".join(tokens[start:end])
        if phrase in vocabulary.means or phrase in vocabulary.polite:
            return end
    return None


@cache
def _vocabulary(language: str) -> _Vocabulary:
    own, *others = map(lexicon, own_first(language))
    yes, no = _keys(*own.yes), _keys(*own.no)
    foreign_yes = {word for words in others for word in _keys(*words.yes) if not _is_short(word)}
    foreign_no = {word for words in others for word in _keys(*words.no) if not _is_short(word)}
    # Words on which the other languages disagree mean nothing here.
    means: dict[str, Meaning] = dict.fromkeys(foreign_yes - foreign_no, "yes")
    means |= dict.fromkeys(foreign_no - foreign_yes, "no")
    means |= dict.fromkeys(yes, "yes")
    means |= dict.fromkeys(no, "no")
    polite = _keys(*(word for words in (own, *others) for word in words.polite + words.address))
    longest = max(phrase.count(" ") + 1 for phrase in means.keys() | polite)
    return _Vocabulary(means, polite, _keys(*own.polite, *own.address), longest)


def _keys(*phrases: str) -> frozenset[str]:
    return frozenset(" ".join(tokenise(phrase)) for phrase in phrases)


def _is_short(word: str) -> bool:
    return len(word) <= 2 and word.isascii()
