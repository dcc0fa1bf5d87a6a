"""Sentences in the business's own words: what is published now, and every change of it, which can be undone."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store.prepared import Prepared, insert
from store.tables import publications, staff, wordings

Said: TypeAlias = dict[Language, tuple[str, ...]]  # forms by language; a language that is missing: Sapa's own words


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one sentence: `number` counts the sentence's own, `by` and `undone_by` are people's names."""

    id: int
    public_id: str
    sentence: str
    number: int
    source: str
    before: Said
    after: Said
    at: dt.datetime
    undone_at: dt.datetime | None
    by: str
    undone_by: str | None


class Meanwhile(msgspec.Struct, frozen=True, tag=True):
    """Somebody else changed the sentence after it was looked at: nothing was changed."""


class LaterStands(msgspec.Struct, frozen=True, tag=True):
    """A later publication of the sentence stands, and has to be undone first."""

    later: Publication


class AlreadyUndone(msgspec.Struct, frozen=True, tag=True):
    """The publication was undone before."""


_BY, _UNDONE_BY = staff.alias(), staff.alias()
_ROW = sa.select(
    *(publications.c[name] for name in Publication.__struct_fields__[:-2]),
    _BY.c.name.label("by"),
    _UNDONE_BY.c.name.label("undone_by"),
).select_from(
    publications.join(_BY, _BY.c.id == publications.c.staff_id).outerjoin(
        _UNDONE_BY, _UNDONE_BY.c.id == publications.c.undone_by
    )
)
_VERSION = Prepared(sa.select(sa.func.count(), sa.func.count(publications.c.undone_at)).select_from(publications))


def digest(source: str) -> str:
    """What names a sentence, by its English text in the code."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def version(connection: Connection) -> int:
    """How many changes there were so far: another number means that other words are to be said."""
    row = _VERSION.row(connection)
    assert row is not None
    made, undone = row
    return int(made + undone)


def current(connection: Connection) -> dict[str, Said]:
    """What is published now, by English text and language."""
    said: dict[str, Said] = {}
    for row in connection.execute(sa.select(wordings.c.source, wordings.c.language, wordings.c.forms)):
        said.setdefault(row.source, {})[row.language] = tuple(row.forms)
    return said


def of_sentence(connection: Connection, sentence: str) -> Said:
    """What is published of one sentence."""
    rows = sa.select(wordings.c.language, wordings.c.forms).where(wordings.c.sentence == sentence)
    return {row.language: tuple(row.forms) for row in connection.execute(rows)}


def changes_of(connection: Connection, sentence: str) -> int:
    """How many changes a sentence had, by which `publish` knows whether somebody else made one meanwhile."""
    counted = sa.select(sa.func.count() + sa.func.count(publications.c.undone_at))
    return int(connection.scalar(counted.where(publications.c.sentence == sentence)) or 0)


def publish(
    connection: Connection,
    source: str,
    after: Mapping[Language, tuple[str, ...]],
    seen: int,
    staff_id: int,
    now: dt.datetime,
) -> Publication | Meanwhile:
    """Say a sentence so from now on; `seen` is `changes_of` when whoever publishes looked at it."""
    sentence = digest(source)
    last = _lock_last(connection, sentence)
    if changes_of(connection, sentence) != seen:
        return Meanwhile()
    made = connection.execute(
        insert(publications)
        .values(
            public_id=secrets.token_urlsafe(12),
            sentence=sentence,
            number=last + 1,
            source=source,
            before=of_sentence(connection, sentence),
            after=dict(after),
            staff_id=staff_id,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["sentence", "number"])
        .returning(publications.c.public_id)
    ).scalar_one_or_none()
    if made is None:  # two at once published a sentence that nobody had changed before
        return Meanwhile()
    _set(connection, sentence, source, after)
    found = find(connection, made)
    assert found is not None
    return found


def undo(
    connection: Connection, public_id: str, staff_id: int, now: dt.datetime
) -> Publication | LaterStands | AlreadyUndone | None:
    """Go back to what was said before a publication; the last one that stands goes first."""
    wanted = find(connection, public_id)
    if wanted is None:
        return None
    _lock_last(connection, wanted.sentence)
    standing = _ROW.where(publications.c.sentence == wanted.sentence, publications.c.undone_at.is_(None))
    last = next(iter(_many(connection, standing.order_by(publications.c.number.desc()).limit(1))), None)
    still = find(connection, public_id)
    if last is None or still is None or still.undone_at is not None:
        return AlreadyUndone()
    if last.id != wanted.id:
        return LaterStands(last)
    connection.execute(
        publications.update().where(publications.c.id == wanted.id).values(undone_by=staff_id, undone_at=now)
    )
    _set(connection, wanted.sentence, wanted.source, wanted.before)
    return find(connection, public_id)


def find(connection: Connection, public_id: str) -> Publication | None:
    """The publication with this public id."""
    return next(iter(_many(connection, _ROW.where(publications.c.public_id == public_id))), None)


def history(
    connection: Connection, sentence: str = "", before: int | None = None, limit: int = 50
) -> list[Publication]:
    """Publications, of one sentence or of all, the newest first; below the id `before`."""
    found = _ROW.order_by(publications.c.id.desc()).limit(limit)
    if sentence:
        found = found.where(publications.c.sentence == sentence)
    if before is not None:
        found = found.where(publications.c.id < before)
    return _many(connection, found)


def _lock_last(connection: Connection, sentence: str) -> int:
    """The number of the sentence's last publication, 0 for none; others wait until the transaction ends."""
    last = sa.select(publications.c.number).where(publications.c.sentence == sentence)
    held = connection.scalar(last.order_by(publications.c.number.desc()).limit(1).with_for_update())
    if held is None:
        return 0
    # Read anew: whoever had the lock may have added one.
    return int(connection.scalar(last.order_by(publications.c.number.desc()).limit(1)) or 0)


def _set(connection: Connection, sentence: str, source: str, said: Mapping[Language, tuple[str, ...]]) -> None:
    connection.execute(wordings.delete().where(wordings.c.sentence == sentence))
    rows: list[dict[str, Any]] = [
        {"sentence": sentence, "language": language, "source": source, "forms": forms}
        for language, forms in said.items()
    ]
    if rows:
        connection.execute(wordings.insert(), rows)


def _many(connection: Connection, statement: sa.Select[Any]) -> list[Publication]:
    fields = Publication.__struct_fields__
    return [
        msgspec.convert(dict(zip(fields, row, strict=True)), Publication) for row in connection.execute(statement)
    ]
