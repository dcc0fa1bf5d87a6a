"""Finding messages and notes by their words, in whatever spelling they were typed.

What is found: what customers wrote, what people of the team answered, and their notes. What the bot says is the
same for everybody and would only stand in the way. The words of a line are folded as everything that people type
(case, Vietnamese diacritics, Arabic forms and digits, traditional characters), each once. Chinese is written
without spaces, so every character is a word and every two that stand together are another: three characters are
found where both their pairs are.

The words stand in `search_lines`; an index of the database's own finds them (`fts_lines`: FTS5 on SQLite, GIN on
PostgreSQL). Nothing of what was typed reaches it but letters and digits, in quotes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from store.tables import contacts, inbox, notes, outbox, search_lines
from talk.reading.normal import fold, tokenise
from talk.split import plain

Source: TypeAlias = Literal["inbox", "outbox", "note"]
MOST_TYPED = 8  # words that are looked for at once
_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(f"[{_HAN}]+")
_PIECE = re.compile(f"[{_HAN}]|[^\\W_{_HAN}]+(?:['’][^\\W_{_HAN}]+)*")
_ARTICLE = "ال"
_VECTOR: sa.ColumnElement[str] = sa.literal_column("array_to_tsvector(string_to_array(search_lines.words, ' '))")
_FTS = sa.table("fts_lines", sa.column("rowid", sa.BigInteger()))


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was found: whose it is, its place, and what it says in pieces; those looked for are marked."""

    public_id: str
    name: str
    line: str
    seq: int
    newest: int
    at: dt.datetime
    source: Source
    parts: tuple[tuple[str, bool], ...]


def words_of(text: str) -> str:
    """The words of a text by which it is found, each once."""
    found: list[str] = []
    for word in _words(fold(text)):
        found += [word, word[len(_ARTICLE) :]] if word.startswith(_ARTICLE) and len(word) > 4 else [word]
    return " ".join(dict.fromkeys([*found, *_pairs(fold(text))]))


def find(connection: Connection, typed: str, limit: int) -> list[Found]:
    """The newest lines in which all words that were typed stand; the last word may be the beginning of one."""
    wanted = _wanted(typed)
    if not wanted:
        return []
    columns = [search_lines.c[name] for name in ("source", "row_id", "seq", "at")]
    name = sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name)
    query = sa.select(*columns, contacts.c.public_id, name.label("name"), contacts.c.seq.label("newest"))
    if connection.dialect.name == "sqlite":
        match = " AND ".join(f'"{word}"{"*" if begins else ""}' for word, begins in wanted)
        source: sa.FromClause = _FTS.join(search_lines, search_lines.c.id == _FTS.c.rowid)
        key: sa.ColumnElement[int] = _FTS.c.rowid
        query = query.where(sa.literal_column("fts_lines").op("MATCH")(match))
    else:
        match = " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in wanted)
        source, key = search_lines, search_lines.c.id
        query = query.where(_VECTOR.op("@@")(sa.cast(match, TSQUERY)))
    query = query.select_from(source.join(contacts, contacts.c.id == search_lines.c.contact_id))
    rows = connection.execute(query.where(contacts.c.erased_at.is_(None)).order_by(key.desc()).limit(limit)).all()
    texts = _texts(connection, [(row.source, row.row_id) for row in rows])
    return [
        Found(
            public_id=row.public_id,
            name=row.name,
            line=f"{_PREFIX[row.source]}-{row.row_id}",
            seq=row.seq,
            newest=row.newest,
            at=row.at,
            source=row.source,
            parts=snippet(texts.get((row.source, row.row_id), ""), wanted),
        )
        for row in rows
    ]


_PREFIX: dict[str, str] = {"inbox": "in", "outbox": "out", "note": "note"}  # as `store.talk_lines` names lines
AROUND = 70  # characters before what was found


def snippet(text: str, wanted: Sequence[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    """The part of a text around the first word that was found, in pieces; each says whether it was looked for."""
    flat = " ".join(text.split())
    hits = [piece.span() for piece in _PIECE.finditer(flat) if _is_wanted(piece[0], wanted)]
    start = max(0, hits[0][0] - AROUND) if hits else 0
    end = min(len(flat), start + 3 * AROUND)
    parts: list[tuple[str, bool]] = []
    place = start
    for begins, ends in hits:
        if begins < place or ends > end:
            continue
        if place < begins:
            parts.append((flat[place:begins], False))
        if parts and parts[-1][1] and place == begins:
            parts[-1] = (parts[-1][0] + flat[begins:ends], True)
        else:
            parts.append((flat[begins:ends], True))
        place = ends
    parts.append((flat[place:end], False))
    before, after = ("… " if start else ""), (" …" if end < len(flat) else "")
    return tuple(part for part in ((before, False), *parts, (after, False)) if part[0])


def _is_wanted(piece: str, wanted: Sequence[tuple[str, bool]]) -> bool:
    for word in _words(fold(piece)):
        forms = {word, word.removeprefix(_ARTICLE)}
        for one, begins in wanted:
            if one in forms or (begins and any(form.startswith(one) for form in forms)):
                return True
            if len(one) == 2 and _RUN.fullmatch(one) and word in one:
                return True
    return False


def _wanted(typed: str) -> list[tuple[str, bool]]:
    """The words that were typed, and whether each may be the beginning of one: the last, unless a space follows."""
    folded = fold(typed)
    pairs = _pairs(folded)
    paired = {letter for pair in pairs for letter in pair}
    words = [word for word in _words(folded) if word not in paired]
    last = words[-1] if words and not typed[-1:].isspace() and not _RUN.fullmatch(words[-1]) else None
    wanted = dict.fromkeys([*words, *pairs])
    return [(word, word == last) for word in list(wanted)[:MOST_TYPED]]


def _words(folded: str) -> list[str]:
    return [part for word in tokenise(folded) for part in word.split("'") if part.isalnum()]


def _pairs(folded: str) -> list[str]:
    return [run[at : at + 2] for run in _RUN.findall(folded) for at in range(len(run) - 1)]


def _texts(connection: Connection, lines: Sequence[tuple[Source, int]]) -> dict[tuple[str, int], str]:
    """What these lines say, as it was written."""
    found: dict[tuple[str, int], str] = {}
    tables: dict[Source, tuple[sa.Table, sa.Column[str]]] = {
        "inbox": (inbox, inbox.c.text),
        "outbox": (outbox, outbox.c.payload),
        "note": (notes, notes.c.text),
    }
    for source, (table, column) in tables.items():
        ids = [row_id for kind, row_id in lines if kind == source]
        if ids:
            for row_id, said in connection.execute(sa.select(table.c.id, column).where(table.c.id.in_(ids))):
                found[source, row_id] = plain(said.get("text", "")) if isinstance(said, dict) else said
    return found
