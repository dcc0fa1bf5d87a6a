"""The contestants' store: one empty SQLite file of Sapa's own tables and indexes, and what is in it at the end."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from store import schema
from store.tables import metadata

NAME = "store.sqlite3"
RANDOM = ("id", "public_id")
"""Columns that differ between two runs of the same bot: by chance, and by who came first."""
SESSION = re.compile(r'(?<="data":")\d+(?=\.)')
"""The session's id in a button."""


def make(directory: Path) -> None:
    """A directory with an empty store."""
    directory.mkdir()
    engine = sa.create_engine(f"sqlite:///{directory / NAME}")
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()


def digests(path: Path) -> dict[str, str]:
    """The number of rows of each table and a digest of them, in which chats stand for ids."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        known = {
            "contact_id": dict(connection.execute("SELECT contact_id, sender FROM identities").fetchall()),
            "identity_id": dict(connection.execute("SELECT id, sender FROM identities").fetchall()),
        }
        return {table: _digest(connection.execute(f'SELECT * FROM "{table}"'), known) for table in metadata.tables}


def _digest(found: sqlite3.Cursor, known: dict[str, dict[int, str]]) -> str:
    rows = sorted(msgspec.json.encode(_comparable(row, known)) for row in found)
    return f"{len(rows)} rows, {hashlib.sha256(b''.join(rows)).hexdigest()}"


def _comparable(row: sqlite3.Row, known: dict[str, dict[int, str]]) -> dict[str, Any]:
    values = {name: row[name] for name in row.keys() if name not in RANDOM}  # noqa: SIM118 - a Row yields values
    for name, senders in known.items():
        if name in values:
            values[name] = senders[values[name]]
    if "payload" in values:
        values["payload"] = SESSION.sub(values["contact_id"], values["payload"])
    return values


def records(path: Path) -> list[tuple[str, str]]:
    """Each session that has ended: the id of the chat and the record."""
    with sqlite3.connect(path) as connection:
        return connection.execute(
            "SELECT identities.sender, sessions.record FROM sessions JOIN identities"
            " ON identities.id = sessions.identity_id WHERE sessions.state = 'ended' ORDER BY sessions.id"
        ).fetchall()
