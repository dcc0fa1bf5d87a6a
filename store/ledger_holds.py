"""Holds: points set aside for a redemption until it is posted or voided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.given import given
from store.many import among
from store.prepared import Prepared, insert
from store.tables import Utc, holds, rewards

State: TypeAlias = Literal["held", "posted", "voided", "restored"]


class Hold(NamedTuple):
    """A hold as it is kept."""

    key: str
    account_id: int
    reward_id: int | None
    points: int
    state: State
    expires_at: dt.datetime


_HOLD = sa.select(*(holds.c[name] for name in Hold._fields))
_FIND = Prepared(_HOLD.where(among(holds.c.key, "keys")).order_by(holds.c.id))
_ADD = Prepared(
    insert(holds).values({name: sa.bindparam(name, type_=holds.c[name].type) for name in (*Hold._fields, "at")})
)
_HELD = holds.c.state == sa.literal_column("'held'")  # in the words of the partial index
_LAPSED = Prepared(
    _HOLD.where(_HELD, holds.c.expires_at <= sa.bindparam("now", type_=Utc()))
    .order_by(holds.c.expires_at)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
)
_END = Prepared(
    holds.update().where(among(holds.c.key, "keys")).values(state=sa.bindparam("new_state", type_=sa.String()))
)
_PIECES = given(reward_id=sa.BigInteger(), pieces=sa.Integer())
_SHELVE = Prepared(
    rewards.update()
    .where(rewards.c.id == _PIECES.c.reward_id, rewards.c.stock.is_not(None))
    .values(stock=rewards.c.stock + _PIECES.c.pieces)
)


def find(connection: Connection, keys: Collection[str]) -> dict[str, Hold]:
    """The holds with these keys, the oldest first."""
    return {row[0]: Hold(*row) for row in _FIND.rows(connection, keys=keys)}


def add(connection: Connection, hold: Hold, at: dt.datetime) -> None:
    """Keep a new hold, made at `at`."""
    _ADD.run(connection, **hold._asdict(), at=at)


def lapsed(connection: Connection, now: dt.datetime, limit: int) -> list[Hold]:
    """At most `limit` holds whose time has passed by `now`, unlocked."""
    return [Hold(*row) for row in _LAPSED.rows(connection, now=now, limit=limit)]


def end(connection: Connection, keys: Collection[str], state: State) -> None:
    """Say what became of holds whose accounts are locked."""
    _END.run(connection, keys=keys, new_state=state)


def put_back(connection: Connection, pieces: Mapping[int, int]) -> None:
    """Give so many pieces back to the stock of rewards that have one, by the rewards' ids."""
    if pieces:
        _SHELVE.run(connection, given=list(pieces.items()))
