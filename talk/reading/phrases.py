"""Words and phrases inside what people write: which are there, and where.

`words.match` asks what a message wants of us, and knows its phrases; this finds phrases that a business writes
itself, in texts of any length, and says where they stand in the text as it was written.

A phrase is found as whole words; in Chinese, which has no spaces, anywhere. Case and letter forms make no
difference. A phrase with diacritics is found as it is written or without any ("bẩn" in "bẩn" and "ban", never in
"bạn"); one that a Vietnamese wrote without is found however it is marked. In other languages Vietnamese words are
found as they are written alone: without diacritics many of them are somebody else's words. An Arabic word is found
with the article and the small words that are written on to it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from itertools import repeat
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from talk.reading.normal import bare_letters, normalise, tokenise

K = TypeVar("K", bound=Hashable)
Span: TypeAlias = tuple[int, int]
_Forms: TypeAlias = tuple[tuple[frozenset[str], str], ...]

_CHUNK = re.compile(r"[〇\u3400-\u4dbf\u4e00-\u9fff]|[^\s〇\u3400-\u4dbf\u4e00-\u9fff]+")
_EDGE = " \t\"'`*_~|^=:;,!?()[]{}<>.…“”„‟‚«»‹›。、！？，；：「」『』《》（）،؛؟-–—"
_ARABIC = re.compile(r"[\u0620-\u064a]{3,}")
_JOINED = re.compile(r"[وف]?(?:لل|[بكل]?ال)|[وفبكل]")
_PRONOUN = re.compile(r"(?:كم|هم|ها|نا)$")
_SHORTEST = 3  # letters that must be left of an Arabic word, or it was none of the small words


class _Token(NamedTuple):
    start: int
    end: int
    forms: frozenset[str]
    bare: str


class _Phrase(NamedTuple, Generic[K]):
    key: K
    words: tuple[str, ...]
    language: str
    loose: bool  # written without diacritics: found however it is marked

    def begins(self, tokens: list[_Token], language: str) -> bool:
        """Whether it stands at the beginning of these tokens of a text in a language."""
        if len(tokens) < len(self.words):
            return False
        plain = self.language != "vi" or language in ("", "vi")
        return all(map(self._is, tokens, self.words, repeat(plain)))

    def _is(self, token: _Token, word: str, plain: bool) -> bool:
        if word in token.forms or (self.loose and plain and token.bare == word):
            return True
        return plain and bare_letters(word) in token.forms


class Phrases(Generic[K]):
    """Phrases by what they stand for, ready to be looked for.

    `rules` has, for each key, words and phrases by language.
    """

    def __init__(self, rules: Mapping[K, Mapping[str, Iterable[str]]]) -> None:
        self._index: dict[str, list[_Phrase[K]]] = {}
        self._read: dict[str, _Forms] = {}  # the few hundred words of which most texts are made
        for key, by_language in rules.items():
            for language, phrases in by_language.items():
                for phrase in phrases:
                    self._add(key, language, phrase)

    def _add(self, key: K, language: str, phrase: str) -> None:
        words = [token for chunk in phrase.split() for token in tokenise(normalise(chunk))]
        if not words:
            return
        loose = language == "vi" and all(word == bare_letters(word) for word in words)
        words = [_without_article(word) for word in words]
        for form in {words[0], bare_letters(words[0])}:
            self._index.setdefault(form, []).append(_Phrase(key, tuple(words), language, loose))

    def found(self, text: str, language: str = "") -> dict[K, list[Span]]:
        """The keys whose phrases stand in the text, each with where: from and to, by character.

        `language` is that of the text, as far as it is known.
        """
        if not self._index:
            return {}
        tokens, spans = self._tokens(text), dict[K, list[Span]]()
        for start, token in enumerate(tokens):
            begun = {id(one): one for form in (*token.forms, token.bare) for one in self._index.get(form, ())}
            for phrase in begun.values():
                if phrase.begins(tokens[start : start + len(phrase.words)], language):
                    end = tokens[start + len(phrase.words) - 1].end
                    spans.setdefault(phrase.key, []).append((token.start, end))
        return {key: _merged(found) for key, found in spans.items()}

    def _tokens(self, text: str) -> list[_Token]:
        """The words of a text with their places; what stands around a word is no part of it."""
        found = []
        for match in _CHUNK.finditer(text):
            chunk = match[0]
            start = match.start() + len(chunk) - len(chunk.lstrip(_EDGE))
            end = max(start, match.start() + len(chunk.rstrip(_EDGE)))
            if chunk not in self._read:
                self._read[chunk] = _forms(chunk)
            found += [_Token(start, end, *forms) for forms in self._read[chunk]]
        return found


def _forms(chunk: str) -> _Forms:
    return tuple((_stems(word) | {word}, bare_letters(word)) for word in tokenise(normalise(chunk)))


def _without_article(word: str) -> str:
    """An Arabic word as it is found with and without the article."""
    return word[2:] if _ARABIC.fullmatch(word) and word.startswith("ال") and len(word) >= 2 + _SHORTEST else word


def _stems(word: str) -> frozenset[str]:
    """An Arabic word without the article and the small words written on to it, and without whose it is."""
    if not _ARABIC.fullmatch(word):
        return frozenset()
    stems = {word[match.end() :] for match in [_JOINED.match(word)] if match}
    stems |= {stem[: match.start()] for stem in (word, *stems) for match in [_PRONOUN.search(stem)] if match}
    stems |= {f"{stem[:-1]}ه" for stem in stems if stem.endswith("ت")}  # as it is written when nothing follows
    return frozenset(stem for stem in stems if len(stem) >= _SHORTEST)


def _merged(spans: list[Span]) -> list[Span]:
    """Spans in order, with those that touch as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
