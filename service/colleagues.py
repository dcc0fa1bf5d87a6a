"""Which colleague a customer means by a name."""

from __future__ import annotations

import re

from sqlalchemy.engine import Connection

from store import staff
from store.staff import Account
from talk.reading.normal import fold

SHORT = 4  # words of which one may be a first name; in a longer text it may be any word
_HAN = re.compile("[\u3400-\u9fff]{2,}")


def named(connection: Connection, typed: str) -> Account | None:
    """The one colleague, there still, whose whole name stands in what was typed, or part of it in a few words.

    None for “the tall barista”, and where it could be two.
    """
    text = fold(typed)
    words = set(re.findall(r"[^\W_]+", text))
    there = [each for each in staff.every(connection) if each.active]
    whole = [each for each in there if _whole(fold(each.name), text, words)]
    if not whole and len(words) <= SHORT:
        whole = [each for each in there if _partly(fold(each.name), text, words)]
    return whole[0] if len(whole) == 1 else None


def _whole(name: str, text: str, words: set[str]) -> bool:
    if _HAN.fullmatch(name):
        return name in text
    parts = re.findall(r"[^\W_]+", name)
    return bool(parts) and words.issuperset(parts)


def _partly(name: str, text: str, words: set[str]) -> bool:
    """Whether a part of the name stands there: the given name may come first or last."""
    if _HAN.fullmatch(name):
        return len(name) > len("王明") and name[1:] in text
    return any(len(part) > 1 and part in words for part in re.findall(r"[^\W_]+", name))
