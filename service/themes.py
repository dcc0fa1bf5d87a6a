"""Themes kept in step with what people say: found by their words, changed by the team, read anew after a change.

New texts and a change of words are the same work: after a change a theme is read again from `AGAIN` ago on, a chunk
at a time, and marks that words made before come off where they are not found any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy.engine import Connection

from loyalty.programme import named
from store import themes
from store.themes import Kind, Place, Said, Theme
from talk.reading.phrases import Phrases, Span

AGAIN = dt.timedelta(days=365)
SETTLED = dt.timedelta(seconds=30)  # longer than any transaction: a smaller place may commit after a larger one
CHUNK = 200  # texts
LONGEST_NAME, LONGEST_WORD = 60, 60
MOST_WORDS = 200  # of one language
MOST_THEMES = 60


class Invalid(msgspec.Struct, frozen=True, tag=True):
    """Nothing was saved; `why` is name, word (`word` is too long), many (words), or themes (too many)."""

    why: str
    word: str = ""


class Chunk(msgspec.Struct, frozen=True):
    """Texts of a kind that were read for a theme, and those in which its words were found."""

    theme: Theme
    kind: Kind
    read: list[Said]
    found: list[Said]


class Match(msgspec.Struct, frozen=True):
    """A text in which words were found, and where."""

    said: Said
    spans: list[Span]


def save(
    connection: Connection,
    theme: Theme | None,
    names: Mapping[str, str],
    words: Mapping[str, Sequence[str]],
    *,
    department: str,
    active: bool,
    now: dt.datetime,
) -> Theme | Invalid:
    """Keep a new theme (None) or a changed one. Other words, or one that is used again, are read anew."""
    if (invalid := _invalid(connection, theme, names, words)) is not None:
        return invalid
    kept = {language: list(dict.fromkeys(each)) for language, each in words.items() if each}
    values = {"names": dict(names), "words": kept, "department": department, "active": active}
    if theme is None or kept != theme.words or (active and not theme.active):
        begin = now - AGAIN
        values |= {
            "changed_at": now,
            "read_at": begin,
            "read_id": 0,
            "read_line": themes.first_line(connection, begin),
        }
    if theme is None:
        return themes.make(connection, **values)
    return themes.change(connection, theme.id, **values)


def read_some(connection: Connection, public_id: str, kind: Kind, limit: int = CHUNK) -> Chunk | None:
    """The texts that are to be read next for a theme; None when there are none. Changes nothing."""
    theme = themes.find(connection, public_id)
    read = themes.after(connection, kind, _reached(theme, kind), limit) if theme else []
    if theme is None or not read:
        return None
    phrases = Phrases({"": theme.words})
    return Chunk(theme, kind, read, [one for one in read if phrases.found(one.text, one.language)])


def keep(connection: Connection, chunk: Chunk, now: dt.datetime) -> None:
    """Keep what was found, unless the theme was changed, or read by somebody else, since."""
    theme = themes.find(connection, chunk.theme.public_id, lock=True)
    if theme != chunk.theme:
        return
    themes.mark(connection, theme.id, chunk.read, chunk.found)
    settled = [one.place for one in chunk.read if _settled(one, now)]
    if settled and chunk.kind == "answer":
        themes.change(connection, theme.id, read_at=settled[-1].at, read_id=settled[-1].id)
    elif settled:
        themes.change(connection, theme.id, read_line=settled[-1].id)


def goes_on(chunk: Chunk, now: dt.datetime) -> bool:
    """Whether there may be more to read after a chunk now."""
    return len(chunk.read) >= CHUNK and _settled(chunk.read[-1], now)


def progress(connection: Connection, theme: Theme) -> float:
    """How much of what a theme is read in has been read, from 0 to 1."""
    begin = theme.changed_at - AGAIN
    whole = left = 0
    for kind in themes.KINDS:
        first = Place(begin, 0 if kind == "answer" else themes.first_line(connection, begin))
        whole += themes.count_after(connection, kind, first)
        left += themes.count_after(connection, kind, _reached(theme, kind))
    return 1 - min(left, whole) / whole if whole else 1.0


def would_match(connection: Connection, words: Mapping[str, Sequence[str]], among: int) -> tuple[list[Match], int]:
    """In which of the latest texts these words are found, the newest first, and how many were looked through."""
    said = themes.latest(connection, among)
    phrases = Phrases({"": words})
    found = [Match(one, spans[""]) for one in said if (spans := phrases.found(one.text, one.language))]
    return found, len(said)


def spans(theme: Theme, said: Collection[Said]) -> list[Match]:
    """These texts with where the theme's words stand in them."""
    phrases = Phrases({"": theme.words})
    return [Match(one, phrases.found(one.text, one.language).get("", [])) for one in said]


def name_of(theme: Theme, language: str) -> str:
    """What a theme is called in this language, else in English, else in any."""
    return named(theme.names.get("en") or next(iter(theme.names.values()), ""), theme.names, language)


def _settled(said: Said, now: dt.datetime) -> bool:
    return said.place.at < now - SETTLED


def _reached(theme: Theme, kind: Kind) -> Place:
    return Place(theme.read_at, theme.read_id if kind == "answer" else theme.read_line)


def _invalid(
    connection: Connection, theme: Theme | None, names: Mapping[str, str], words: Mapping[str, Sequence[str]]
) -> Invalid | None:
    if not any(names.values()) or any(len(name) > LONGEST_NAME for name in names.values()):
        return Invalid("name")
    every = [word for each in words.values() for word in each]
    if long := next((word for word in every if len(word) > LONGEST_WORD), None):
        return Invalid("word", long)
    if any(len(each) > MOST_WORDS for each in words.values()):
        return Invalid("many")
    if theme is None and len(themes.every(connection)) >= MOST_THEMES:
        return Invalid("themes")
    return None
