"""Contacts for the ledger's tests, and a ledger in memory for its properties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import overload

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from loyalty import ledger
from loyalty.ledger import NotHeld, Refused, Spent
from store.tables import contacts, metadata
from tests.conftest import NOON


@overload
def moment(day: int) -> dt.datetime: ...
@overload
def moment(day: None) -> None: ...
@overload
def moment(day: int | None) -> dt.datetime | None: ...


def moment(day: int | None) -> dt.datetime | None:
    """Noon of a day, counted from the first."""
    return None if day is None else NOON + dt.timedelta(days=day)


def make_contacts(connection: Connection, count: int) -> list[int]:
    """New customers; their ids."""
    before = connection.execute(sa.select(sa.func.count()).select_from(contacts)).scalar_one()
    return [
        connection.execute(
            contacts.insert()
            .values(public_id=f"member-{before + place}", language="en", created_at=NOON)
            .returning(contacts.c.id)
        ).scalar_one()
        for place in range(count)
    ]


def spend(
    connection: Connection, contact: int, points: int, *, key: str, at: dt.datetime = NOON
) -> Spent | NotHeld | Refused:
    """Hold points and spend them at once."""
    held = ledger.hold(connection, contact, points, key=key, at=at, until=at + dt.timedelta(minutes=15))
    return held if isinstance(held, Refused) else ledger.post(connection, key, at)


@contextmanager
def ledger_in_memory() -> Iterator[Connection]:
    """A connection to an empty ledger whose changes are forgotten."""
    with _engine().connect() as connection:
        yield connection


@cache
def _engine() -> Engine:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        metadata.create_all(connection)
    return engine
