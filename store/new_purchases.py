"""Purchases that a job looks at once each (see `store.new_rows`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from store import new_rows
from store.new_rows import SETTLED, looked_at
from store.tables import purchases

__all__ = ["SETTLED", "between", "looked_at"]


def between(connection: Connection, job: str, now: dt.datetime) -> tuple[int, int]:
    """After which id and up to which the job is to look at purchases now; equal: at none."""
    return new_rows.between(connection, purchases, job, now)
