"""The words by which staff find a contact: name, numbers, phone, e-mail address and card, folded into one column.

Nothing that changes a contact writes them. The database empties `contacts.words` itself when one of these columns
changes (the migration's trigger, the same on both databases), and whoever has no words is folded a moment later, a
bounded number at a time: the turn that learns a name does nothing more for it, and a million imported customers, or
those of before, are found as soon as the job has come to them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import contacts
from talk.reading.normal import fold, tokenise, unify

FOLDED = ("name", "call_me", "number", "phone", "email", "card")
NOTHING = "-"  # the words of a contact of whom nothing is known; empty: not folded yet
LONGEST = 400  # of the column
MOST_TYPED = 8  # words that are looked for at once
FEW = 1000
AT_ONCE = 200  # more would hold up the others who write
LAST_DIGITS = 4

_ARTICLE = "ال"
# Names are written in both; what people say to the bot is folded by a table of its own words.
_SIMPLIFIED = str.maketrans(
    "陳張劉楊趙黃吳鄭許蕭葉蘇呂盧馬羅鄧韓馮錢孫龍顏賴嚴湯鍾鄺鄒麗蘭鳳華國強偉傑軍潔靜瑩瓊慶榮興曉賢賓雲輝達遠寶鳴齊東紅綺綠紀維緯穎",
    "陈张刘杨赵黄吴郑许萧叶苏吕卢马罗邓韩冯钱孙龙颜赖严汤钟邝邹丽兰凤华国强伟杰军洁静莹琼庆荣兴晓贤宾云辉达远宝鸣齐东红绮绿纪维纬颖",
)
_PHONE = re.compile(r"\+?[\d\s()./-]{4,}")
# As the index of PostgreSQL says it: the words as they are, which no parser cuts.
_VECTOR: sa.ColumnElement[str] = sa.literal_column("array_to_tsvector(string_to_array(contacts.words, ' '))")
_FOUND = sa.table("fts_people", sa.column("rowid", sa.BigInteger()))

_EMPTY: sa.ColumnElement[str] = sa.literal_column("''", sa.String())
_UNFOLDED = (contacts.c.words == _EMPTY, contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None))
_TO_FOLD = Prepared(
    sa.select(contacts.c.id, *(contacts.c[name] for name in FOLDED))
    .where(*_UNFOLDED)
    .order_by(contacts.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
    # Whoever is locked is being changed: they come another time.
    .with_for_update(skip_locked=True, key_share=True)
)
_WRITE = Prepared(
    contacts.update()
    .where(contacts.c.id == sa.bindparam("contact_id"))
    .values(words=sa.bindparam("new_words", type_=sa.String()))
)


class Matching(NamedTuple):
    """What to select contacts from, the id to order them by, and the condition that they match."""

    source: sa.FromClause
    id: sa.ColumnElement[int]
    condition: sa.ColumnElement[bool]


def words_of(
    name: str, call_me: str, number: str | None, phone: str | None, email: str | None, card: str | None
) -> str:
    """The words of a contact, each once, what there is only one of first; NOTHING where nothing is known."""
    found = [*_of_phone(phone or ""), *_of_number(number or ""), *_words(card or ""), *_words(email or "")]
    for word in (*_words(name), *_words(call_me)):
        found += [word, word[len(_ARTICLE) :]] if word.startswith(_ARTICLE) and len(word) > 4 else [word]
    words = " ".join(dict.fromkeys(found))
    return (words if len(words) <= LONGEST else words[: words.rindex(" ", 0, LONGEST)]) or NOTHING


def left(connection: Connection) -> bool:
    """Whether there are contacts whose words are to be made."""
    return bool(connection.scalar(sa.select(sa.exists().where(*_UNFOLDED))))


def fold_some(connection: Connection, limit: int = AT_ONCE) -> int:
    """Fold at most `limit` contacts whose words are to be made; how many there were."""
    rows = _TO_FOLD.rows(connection, limit=limit)
    _WRITE.run_many(connection, [{"contact_id": row[0], "new_words": words_of(*row[1:])} for row in rows])
    return len(rows)


def fold_one(connection: Connection, contact_id: int) -> None:
    """Fold one contact at once; the contact is locked."""
    known = sa.select(*(contacts.c[name] for name in FOLDED)).where(contacts.c.id == contact_id)
    words = words_of(*connection.execute(known).one())
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(words=words))


def matching(connection: Connection, typed: str) -> Matching | None:
    """The contacts each of whose typed words begins one of theirs; None when no word was typed."""
    readings = _wanted(typed)
    if not readings:
        return None
    if connection.dialect.name == "sqlite":
        query = _query(readings, '"{}"*', " AND ")
        joined = _FOUND.join(contacts, contacts.c.id == _FOUND.c.rowid)
        return Matching(joined, _FOUND.c.rowid, sa.literal_column("fts_people").op("MATCH")(query))
    matches = _VECTOR.op("@@")(sa.cast(_query(readings, "'{}':*", " & ", " | "), TSQUERY))
    ids = _few(connection, matches)
    return Matching(contacts, contacts.c.id, matches if ids is None else contacts.c.id.in_(ids))


def _few(connection: Connection, matches: sa.ColumnElement[bool]) -> list[int] | None:
    """The ids of those who match; None when they are many.

    PostgreSQL takes every word for a frequent one, and would look through everybody, from the last on, for a page
    of those who match a rare one. Frequent words it does find so, and at once.
    """
    found = sa.select(contacts.c.id).where(matches).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    ids = connection.scalars(sa.select(found.c.id).limit(FEW + 1)).all()
    return list(ids) if len(ids) <= FEW else None


def _query(readings: list[list[tuple[str, ...]]], begins: str, both: str, either: str = " OR ") -> str:
    """The readings as an index takes them; words are letters and digits, so nothing in them means more."""

    def one(spellings: tuple[str, ...]) -> str:
        return f"({either.join(begins.format(word) for word in spellings)})"

    return either.join(f"({both.join(map(one, words))})" for words in readings)


def _wanted(typed: str) -> list[list[tuple[str, ...]]]:
    """What may be meant: for each reading its words, each in the spellings that stand for it."""
    text = unify(typed).strip()
    words = list(dict.fromkeys(_words(text)))
    # A letter beside words begins a word of almost everybody's, and is looked for in vain.
    longer = [word for word in words if len(word) > 1 or not word.isascii()]
    readings = [[_spellings(word) for word in (longer or words)[:MOST_TYPED]]]
    if _PHONE.fullmatch(text) and len(digits := re.sub(r"\D", "", text).lstrip("0")) >= LAST_DIGITS:
        readings.append([(digits,)])
    return [each for each in readings if each]


def _spellings(word: str) -> tuple[str, ...]:
    """A number with the zero that is dialled inside a country is kept without it."""
    bare = word.lstrip("0")
    return (word, bare) if word.isdigit() and word != bare and len(bare) >= LAST_DIGITS else (word,)


def _words(text: str) -> list[str]:
    words = (word.replace("'", "") for word in tokenise(fold(text).translate(_SIMPLIFIED)))
    return [word for word in words if word.isalnum()]


def _of_number(number: str) -> list[str]:
    parts = _words(number)
    return ["".join(parts), *parts] if len(parts) > 1 else parts


def _of_phone(phone: str) -> list[str]:
    digits = phone.removeprefix("+")
    if not digits.isdigit():
        return _words(phone)
    return [digits, _national(phone), digits[-LAST_DIGITS:]]


def _national(phone: str) -> str:
    import phonenumbers  # here, because it takes longer to load than all the rest

    try:
        return str(phonenumbers.parse(phone).national_number)
    except phonenumbers.NumberParseException:
        return phone.removeprefix("+")
