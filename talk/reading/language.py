"""Which of the five languages a short chat message is in."""

import re
from functools import cache
from itertools import chain, pairwise
from typing import Final

from locales import LANGUAGES
from talk.reading.lexicon import lexicon
from talk.reading.normal import normalise, tokenise, unify
from talk.reading.words import match

_EXAMINED = 300
_ENOUGH = 2
_STRONG, _WEAK = 2, 1
_NAME_LENGTH = 4  # words of a name, or characters of a Chinese one

_ARABIC: Final = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_CHINESE: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_OTHER_SCRIPT: Final = re.compile("[\u3040-\u30ff\uac00-\ud7af\u0679\u0688\u0691\u06ba\u06d2]")
"""Kana, Hangul, and letters of Urdu that Arabic has not."""
_VIETNAMESE: Final = re.compile("[ăđơư\u1ea0-\u1ef9]")
_ARABIZI: Final = re.compile(r"[a-z]+[37][a-z]+|3(?!am$)[aeiou][a-z]+|7[aeo][a-z]{2,}")


def guess_language(text: str, expected: str) -> str | None:
    """The language of a chat message, None when it cannot be told (numbers, emoji, names, "ok").

    Arabic and Chinese are known by their script, the others, and Arabic in Latin letters, by the words only their
    speakers use; `expected`, the customer's language so far, wins ties. The first 300 characters are examined.
    """
    text = unify(text)[:_EXAMINED]
    normal = normalise(text)
    tokens = tokenise(normal)
    if normal.isascii():
        return _by_words(text, tokens, expected)
    arabic, chinese = len(_ARABIC.findall(normal)), len(_CHINESE.findall(normal))
    if _OTHER_SCRIPT.search(normal):
        return None
    if chinese and chinese * 2 >= arabic:
        return None if _is_chinese_name(normal) else "zh"
    if arabic > 1:
        return None if lexicon("ar").names.issuperset(tokens) else "ar"
    return _by_words(text, tokens, expected)


def _by_words(text: str, tokens: list[str], expected: str) -> str | None:
    scores = _scores(tokens)
    best = max(scores.values())
    leaders = [language for language, score in scores.items() if score == best]
    if best < _ENOUGH or (len(leaders) > 1 and expected not in leaders):
        return None
    leader = expected if expected in leaders else leaders[0]
    return None if _is_latin_name(text, tokens, leader) else leader


def _scores(tokens: list[str]) -> dict[str, int]:
    scores: dict[str, int] = dict.fromkeys(LANGUAGES, 0)
    telling, arabic = _telling_words(), lexicon("ar").strong
    for words in chain(tokens, (f"{first} {second}" for first, second in pairwise(tokens))):
        for language, points in telling.get(words, ()):
            scores[language] += points
    for token in tokens:
        if not token.isascii() and _VIETNAMESE.search(token):
            scores["vi"] += _WEAK
        if ("3" in token or "7" in token) and token not in arabic and _ARABIZI.fullmatch(token):
            scores["ar"] += _STRONG
    return scores


@cache
def _telling_words() -> dict[str, list[tuple[str, int]]]:
    """The languages that a word, or two words in a row, speak for, and how loudly."""
    telling: dict[str, list[tuple[str, int]]] = {}
    for language in LANGUAGES:
        words = lexicon(language)
        for word in words.strong:
            telling.setdefault(word, []).append((language, _STRONG))
        for word in words.weak:
            if " " not in word:
                telling.setdefault(word, []).append((language, _WEAK))
    return telling


def _is_chinese_name(normal: str) -> bool:
    """A surname and one to three characters of which none makes a sentence."""
    words = lexicon("zh")
    short = len(normal) <= _NAME_LENGTH and all(map(_CHINESE.match, normal))
    return (
        short
        and (normal[0] in words.names or normal[:2] in words.names)
        and not any(word in normal for word in words.strong)
        and match(normal, "zh") is None
    )


def _is_latin_name(text: str, tokens: list[str], language: str) -> bool:
    """Up to four capitalised words without one that only sentences have, or with a surname in front."""
    capitalised = all(word[:1].isupper() for word in text.split())
    words = lexicon(language)
    surname = tokens[0] in words.names
    return 1 < len(tokens) <= _NAME_LENGTH and capitalised and (surname or words.strong.isdisjoint(tokens))
