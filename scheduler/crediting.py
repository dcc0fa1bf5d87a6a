"""The jobs behind campaigns' figures: what people bought after a message, what was paid back, and who replied.

They go through what is new, never through recipients, so that they cost as little for a million of these as for
ten. Each counts anew what it touches, so one may be cut off anywhere and begin again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import programme
from scheduler.tick import Job
from store import campaign_purchases, campaign_reactions, new_rows
from store.database import Database
from store.tables import inbox, purchases, refunds

EVERY = dt.timedelta(minutes=1)
AT_ONCE = 200
Look: TypeAlias = Callable[[Connection, int, int], None]


def _purchases(connection: Connection, after: int, until: int) -> None:
    _credit(connection, campaign_purchases.bought(connection, after, until))


def _refunds(connection: Connection, after: int, until: int) -> None:
    _credit(connection, campaign_purchases.refunded(connection, after, until))


def _credit(connection: Connection, touched: list[campaign_purchases.Touched]) -> None:
    campaign_purchases.credit(connection, touched, programme.read(connection).currency)


def _replies(connection: Connection, after: int, until: int) -> None:
    campaign_reactions.replied(connection, campaign_reactions.wrote(connection, after, until))


async def _some(database: Database, now: dt.datetime, *, name: str, table: sa.Table, look: Look) -> bool:
    return await database.transact(partial(_go_on, name=name, table=table, look=look, now=now))


def _go_on(connection: Connection, name: str, table: sa.Table, look: Look, now: dt.datetime) -> bool:
    """Look at some rows that are new; whether there are more."""
    after, until = new_rows.between(connection, table, name, now)
    if after == until:
        return False
    last = min(until, after + AT_ONCE)
    look(connection, after, last)
    new_rows.looked_at(connection, name, after, last, now)
    return last < until


def _job(name: str, table: sa.Table, look: Look) -> Job:
    return Job(EVERY, partial(_some, name=name, table=table, look=look))


JOBS = {
    name: _job(name, table, look)
    for name, table, look in (
        ("credit_purchases", purchases, _purchases),
        ("credit_refunds", refunds, _refunds),
        ("credit_replies", inbox, _replies),
    )
}
