"""Forgetting what somebody told: words, photos and names. That there was a case, and its kind, stays a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.forgetting_steps import AT_ONCE, Step, blank, of
from store.tables import case_lines, cases, theme_marks

_TOLD = sa.or_(*(cases.c[name] != "" for name in ("praised", "order_number", "happened_on", "outcome")))


def close(connection: Connection, contact_ids: Collection[int], now: dt.datetime) -> None:
    """End the contacts' open cases: nobody answers them any more."""
    theirs = cases.c.contact_id.in_(contact_ids), cases.c.state == "open"
    connection.execute(cases.update().where(*theirs).values(state="closed", closed_at=now, look_at=None))


def _lines(connection: Connection, contact_id: int) -> bool:
    """Drop what was said in the contact's cases."""
    return _drop(connection, case_lines, contact_id)


def _marks(connection: Connection, contact_id: int) -> bool:
    """Drop what was found in it."""
    return _drop(connection, theme_marks, contact_id)


def _drop(connection: Connection, table: sa.Table, contact_id: int) -> bool:
    mine = table.c.case_id.in_(sa.select(cases.c.id).where(of(cases, contact_id)))
    some = sa.select(table.c.id).where(mine).limit(AT_ONCE)
    return connection.execute(table.delete().where(table.c.id.in_(some.scalar_subquery()))).rowcount == AT_ONCE


STEPS: tuple[Step, ...] = (
    _lines,
    _marks,
    blank(cases, _TOLD, praised="", order_number="", happened_on="", outcome=""),
)
