"""The contestants' store: one empty SQLite file of Sapa's own tables and indexes, and what is in it at the end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from store import schema

NAME = "store.sqlite3"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000")
"""Those of `store.database`, for everybody."""
TABLES = ("contacts", "identities", "inbox", "sessions", "outbox")


def make(path: Path) -> None:
    """An empty store."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()


def count(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with sqlite3.connect(path) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def records(path: Path) -> list[tuple[str, str]]:
    """The session of each customer: the id of the chat and the record."""
    with sqlite3.connect(path) as connection:
        return connection.execute(
            "SELECT identities.sender, sessions.record FROM sessions JOIN identities"
            " ON identities.id = sessions.identity_id WHERE sessions.state = 'ended' ORDER BY sessions.id"
        ).fetchall()
