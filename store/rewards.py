"""Rewards as the programme has them, with what is left of their stock, and the reservations of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.catalog import Names
from store.ledger_holds import State
from store.prepared import Prepared, insert
from store.tables import Utc, accounts, holds, media, rewards, vouchers

RewardKind: TypeAlias = Literal["voucher", "card", "donation"]


class Reward(NamedTuple):
    """A reward; `picture` is its file's public id. The moments are the first and the first after its period."""

    id: int
    code: str
    kind: RewardKind
    name: str
    names: Names | None
    about: str
    abouts: Names | None
    points: int
    stock: int | None
    per_member: int | None
    tier: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    valid_days: int | None
    listed: bool
    active: bool
    picture: str | None


class Saved(NamedTuple):
    """A reward as the programme says it is, with the stock that is left; what is not `active` cannot be chosen."""

    code: str
    kind: RewardKind
    name: str
    names: Names | None
    about: str
    abouts: Names | None
    points: int
    stock: int | None
    per_member: int | None
    tier: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    valid_days: int | None
    listed: bool
    place: int
    picture_id: int | None
    active: bool = True


class Reservation(NamedTuple):
    """A reward that is set aside for a member until `expires_at`."""

    key: str
    contact_id: int
    account_id: int
    reward: str
    name: str
    kind: RewardKind
    points: int
    state: State
    expires_at: dt.datetime


_REWARD = sa.select(
    *(rewards.c[name] for name in Reward._fields if name != "picture"), media.c.public_id
).select_from(rewards.outerjoin(media, media.c.id == rewards.c.picture_id))
_LISTED = Prepared(
    _REWARD.where(rewards.c.active.is_(sa.true()), rewards.c.listed.is_(sa.true())).order_by(
        rewards.c.points, rewards.c.place
    )
)
_BY_CODE = Prepared(_REWARD.where(rewards.c.code == sa.bindparam("code", type_=sa.String())))
_SAVE = Prepared(
    insert(rewards)
    .values({name: sa.bindparam(name, type_=rewards.c[name].type) for name in Saved._fields})
    .on_conflict_do_update(
        index_elements=["code"], set_={name: insert(rewards).excluded[name] for name in Saved._fields[1:]}
    )
)
_TAKE = Prepared(
    rewards.update()
    .where(
        rewards.c.id == sa.bindparam("reward_id", type_=sa.BigInteger()),
        sa.or_(rewards.c.stock.is_(None), rewards.c.stock > sa.literal_column("0")),
    )
    .values(stock=rewards.c.stock - sa.literal_column("1"))
)
_OPEN = Prepared(
    sa.select(holds.c.key)
    .join(accounts, accounts.c.id == holds.c.account_id)
    .where(
        holds.c.state == sa.literal_column("'held'"),  # in the words of the partial index
        holds.c.reward_id.is_not(None),
        accounts.c.contact_id == sa.bindparam("contact_id", type_=sa.BigInteger()),
    )
    .order_by(holds.c.id)
)
_RESERVATION = Prepared(
    sa.select(
        holds.c.key,
        accounts.c.contact_id,
        holds.c.account_id,
        rewards.c.code,
        rewards.c.name,
        rewards.c.kind,
        holds.c.points,
        holds.c.state,
        holds.c.expires_at,
    )
    .join(accounts, accounts.c.id == holds.c.account_id)
    .join(rewards, rewards.c.id == holds.c.reward_id)
    .where(holds.c.key == sa.bindparam("key", type_=sa.String()))
)
_NOW = sa.bindparam("now", type_=Utc())
_CHOSEN = Prepared(  # a gift is nobody's choice, so it has no hold
    sa.select(vouchers.c.reward_id, sa.func.count())
    .where(
        vouchers.c.contact_id == sa.bindparam("contact_id", type_=sa.BigInteger()),
        vouchers.c.hold_key.is_not(None),
        vouchers.c.state != "cancelled",
        sa.or_(vouchers.c.uses_left.is_not(None), vouchers.c.expires_at.is_(None), vouchers.c.expires_at > _NOW),
    )
    .group_by(vouchers.c.reward_id)
)
_SET_ASIDE = Prepared(
    sa.select(holds.c.reward_id, sa.func.count())
    .join(rewards, rewards.c.id == holds.c.reward_id)
    .where(
        holds.c.account_id == sa.bindparam("account_id", type_=sa.BigInteger()),
        sa.or_(
            sa.and_(holds.c.state == "held", holds.c.expires_at > _NOW),
            sa.and_(holds.c.state == "posted", rewards.c.kind == "donation"),
        ),
    )
    .group_by(holds.c.reward_id)
)


def listed(connection: Connection) -> list[Reward]:
    """What members may choose from, the least points first."""
    return [Reward(*row) for row in _LISTED.rows(connection)]


def find(connection: Connection, code: str) -> Reward | None:
    """The reward with this code, whether it can be had or not."""
    row = _BY_CODE.row(connection, code=code)
    return Reward(*row) if row else None


def stocks(connection: Connection, *, lock: bool = False) -> dict[str, int | None]:
    """What is left of every reward by its code; locked, in one order, until the transaction ends if asked."""
    found = sa.select(rewards.c.code, rewards.c.stock).order_by(rewards.c.id)
    return {row.code: row.stock for row in connection.execute(found.with_for_update() if lock else found)}


def pictures(connection: Connection) -> dict[str, str]:
    """The digests of the pictures that rewards have, by the rewards' codes."""
    found = sa.select(rewards.c.code, media.c.digest).join(media, media.c.id == rewards.c.picture_id)
    return {row.code: row.digest for row in connection.execute(found)}


def save(connection: Connection, saved: Collection[Saved]) -> None:
    """Make these the rewards: added, or changed where the code is known; others cannot be chosen any more."""
    others = rewards.update().where(rewards.c.active, rewards.c.code.not_in([each.code for each in saved]))
    connection.execute(others.values(active=False))
    _SAVE.run_many(connection, [each._asdict() for each in saved])


def take(connection: Connection, reward_id: int) -> bool:
    """Take one piece from the reward's stock, if it has one; False when none is left."""
    return _TAKE.run(connection, reward_id=reward_id) == 1


def reservation(connection: Connection, key: str) -> Reservation | None:
    """The reservation with this key, whatever became of it."""
    row = _RESERVATION.row(connection, key=key)
    return Reservation(*row) if row else None


def open_of(connection: Connection, contact_id: int) -> list[str]:
    """The keys of what is reserved for a contact, the oldest first."""
    return [row[0] for row in _OPEN.rows(connection, contact_id=contact_id)]


def had(connection: Connection, contact_id: int, account_id: int, now: dt.datetime) -> dict[int, int]:
    """How many of each reward, by its id, a member has chosen: cancelled ones and ended cards are not counted."""
    counts = dict(_CHOSEN.rows(connection, contact_id=contact_id, now=now))
    for reward_id, count in _SET_ASIDE.rows(connection, account_id=account_id, now=now):
        counts[reward_id] = counts.get(reward_id, 0) + count
    return counts
