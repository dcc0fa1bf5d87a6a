"""What columns are made of, and the registry of every table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect


@lru_cache(maxsize=256)
def _as_text(moment: dt.datetime | None) -> str | None:
    """A moment as SQLite keeps it; most rows of a turn are of the same one, and writing it takes 2 µs."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("A moment without its time zone reached the store; use an aware datetime.")
    return moment.astimezone(dt.UTC).isoformat(" ", "microseconds")[:26]


@lru_cache(maxsize=256)
def _as_moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(f"{text}+00:00")


class Utc(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC: `timestamptz` on PostgreSQL, sortable text with microseconds on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(26))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    # A decorator's own processors call three functions for each value; a turn binds a dozen moments.

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """The moment as text, on SQLite. Raises ValueError for one without its time zone."""
        return _as_text if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """The moment from its text, on SQLite."""
        return _as_moment if dialect.name == "sqlite" else None


class Json(sa.types.TypeDecorator[Any]):
    """A document read and written whole: JSON in text on both databases."""

    impl = sa.Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """The document as text."""
        return _as_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """The document from its text."""
        return _as_document


def _as_json(document: Any) -> str | None:
    return None if document is None else msgspec.json.encode(document).decode()


def _as_document(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
