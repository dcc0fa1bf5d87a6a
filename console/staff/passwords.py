"""Passwords: argon2id off the event loop, and which ones are too easy to guess."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Collection
from functools import cache, cached_property
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from locales import Text, _

SHORTEST, LONGEST = 12, 256
FEWEST_SIGNS = 5  # different ones
ENOUGH_WORDS = 5  # of the list in one password: by then their order is hard to guess
AT_ONCE = 2  # each takes 64 MB and a core for a moment

TOO_SHORT = _("Please choose a password of at least {shortest} characters.")
TOO_LONG = _("Please choose a password of at most {longest} characters.")
TOO_COMMON = _(
    "This password is among the first that others would try. Please choose another, a few words for example."
)
TOO_PERSONAL = _("This password is too much like your name or e-mail address. Please choose another.")
NOT_REPEATED = _("The two passwords are not the same. Please type them again.")

_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_PARTS = re.compile(r"[^\W\d_]{3,}")
_LEET = str.maketrans("013457@$!", "oleastasi")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "12345678901234567890",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_RUN = 5  # characters in a row that count as one


class Passwords:
    """Hashes and verifies. A stranger's log-in takes as long as a known one's: some hash is always verified."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._busy = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        async with self._busy:
            return await asyncio.to_thread(self._hasher.hash, _same(password))

    async def verify(self, kept: str, password: str) -> bool:
        """Whether the password is the one that `kept` is the hash of; an empty `kept` is nobody's."""
        async with self._busy:
            return await asyncio.to_thread(self._verify, kept, _same(password)) and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False


def weakness(password: str, repeated: str, *personal: str) -> Text | None:
    """Why a password cannot be taken; `personal` are the person's name and e-mail address."""
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    if password != repeated:
        return NOT_REPEATED
    folded = "".join(_same(password).casefold().split())
    if _common(folded):
        return TOO_COMMON
    own = {part for text in personal for part in _PARTS.findall(_same(text).casefold())}
    return TOO_PERSONAL if len(_without(folded, own)[0]) < SHORTEST // 2 else None


def _common(folded: str) -> bool:
    """Whether little is left of a password once what everybody thinks of is taken out of it."""
    if len(set(folded)) < FEWEST_SIGNS:
        return True
    spelled_out = folded.translate(_LEET)
    for text in (folded, spelled_out, _without_runs(folded), _without_runs(spelled_out)):
        rest, words = _without(text, _known())
        if words < ENOUGH_WORDS and len(_EDGES.sub("", _without_runs(rest))) < SHORTEST // 3:
            return True
    return False


def _without(text: str, words: Collection[str]) -> tuple[str, int]:
    """What is left without these words, the longest first, and how many different ones it had."""
    found = 0
    for word in sorted(words, key=len, reverse=True):
        if word in text:
            text, found = text.replace(word, " "), found + 1
    return text.replace(" ", ""), found


def _without_runs(text: str) -> str:
    """Without stretches that go along the alphabet or the keyboard, either way."""
    for row in _ROWS:
        for way in (row, row[::-1]):
            for length in range(len(way), _RUN - 1, -1):
                for start in range(len(way) - length + 1):
                    text = text.replace(way[start : start + length], "")
    return text


def _same(password: str) -> str:
    """One form for what different keyboards send for the same letters."""
    return unicodedata.normalize("NFC", password)


@cache
def _known() -> frozenset[str]:
    words = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
    return frozenset(words)
