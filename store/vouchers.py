"""Vouchers and their uses. What a voucher's code may look like and who may see it is `loyalty.vouchers`'."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.catalog import Names
from store.prepared import Prepared, insert
from store.rewards import RewardKind
from store.tables import Utc, contacts, holds, media, rewards, voucher_uses, vouchers

State: TypeAlias = Literal["valid", "used", "cancelled"]
LISTED = 50


class NewVoucher(NamedTuple):
    """A voucher to keep: the keyed hash and the ciphertext of its code, and the hold that paid for it."""

    public_id: str
    key: str
    contact_id: int
    reward_id: int
    digest: str
    sealed: bytes
    state: State
    uses_left: int | None
    hold_key: str | None
    issued_at: dt.datetime
    expires_at: dt.datetime | None


class Voucher(NamedTuple):
    """A voucher with its reward; `points` were paid for it, `uses_left` is None for a card."""

    id: int
    public_id: str
    key: str
    contact_id: int
    hold_key: str | None
    sealed: bytes
    state: State
    uses_left: int | None
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    points: int
    reward_id: int
    reward: str
    kind: RewardKind
    name: str
    names: Names | None
    about: str
    abouts: Names | None
    picture: str | None


class Holder(NamedTuple):
    """Whose voucher it is."""

    public_id: str
    name: str
    call_me: str
    card: str | None


class Use(NamedTuple):
    """A use of a voucher."""

    id: int
    voucher_id: int
    at: dt.datetime
    undone_at: dt.datetime | None


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.String())


_ID = sa.bindparam("voucher_id", type_=sa.BigInteger())
_NOW = sa.bindparam("now", type_=Utc())
_ONE: sa.ColumnElement[int] = sa.literal_column("1", sa.Integer)
_VOUCHER = (
    sa.select(
        *(vouchers.c[name] for name in Voucher._fields[: Voucher._fields.index("points")]),
        sa.func.coalesce(holds.c.points, sa.literal_column("0")),
        vouchers.c.reward_id,
        rewards.c.code,
        # What was given out stays what it was when its reward becomes of another kind.
        sa.case((vouchers.c.uses_left.is_(None), "card"), else_="voucher"),
        *(rewards.c[name] for name in ("name", "names", "about", "abouts")),
        media.c.public_id,
    )
    .join(rewards, rewards.c.id == vouchers.c.reward_id)
    .outerjoin(holds, holds.c.key == vouchers.c.hold_key)
    .outerjoin(media, media.c.id == rewards.c.picture_id)
)
_ADD = Prepared(
    insert(vouchers)
    .values({name: sa.bindparam(name, type_=vouchers.c[name].type) for name in NewVoucher._fields})
    .on_conflict_do_nothing(index_elements=["key"])
)
_BY_KEY = Prepared(_VOUCHER.where(vouchers.c.key == _text("key")))
_BY_PUBLIC_ID = Prepared(_VOUCHER.where(vouchers.c.public_id == _text("public_id")))
_BY_DIGEST = Prepared(_VOUCHER.where(vouchers.c.digest == _text("digest")))
_USABLE = Prepared(
    _VOUCHER.where(
        vouchers.c.contact_id == sa.bindparam("contact_id", type_=sa.BigInteger()),
        vouchers.c.state == "valid",
        sa.or_(vouchers.c.expires_at.is_(None), vouchers.c.expires_at > _NOW),
    )
    .order_by(vouchers.c.expires_at.is_(None), vouchers.c.expires_at, vouchers.c.id)
    .limit(LISTED)
)
_LOCK_BY_DIGEST = Prepared(sa.select(vouchers.c.id).where(vouchers.c.digest == _text("digest")).with_for_update())
_LOCK = Prepared(sa.select(vouchers.c.id).where(vouchers.c.id == _ID).with_for_update())
_HOLDER = Prepared(
    sa.select(*(contacts.c[name] for name in Holder._fields)).where(
        contacts.c.id == sa.bindparam("contact_id", type_=sa.BigInteger())
    )
)
_TAKE_USE = Prepared(
    vouchers.update()
    .where(
        vouchers.c.id == _ID,
        vouchers.c.state == "valid",
        sa.or_(vouchers.c.expires_at.is_(None), vouchers.c.expires_at > _NOW),
    )
    .values(
        uses_left=vouchers.c.uses_left - _ONE,
        state=sa.case((vouchers.c.uses_left == _ONE, "used"), else_=vouchers.c.state),
    )
)
_GIVE_USE = Prepared(
    vouchers.update()
    .where(vouchers.c.id == _ID, vouchers.c.state != "cancelled")
    .values(uses_left=vouchers.c.uses_left + _ONE, state="valid")
)
_CANCEL = Prepared(
    vouchers.update().where(vouchers.c.id == _ID, vouchers.c.state == "valid").values(state="cancelled")
)
_ADD_USE = Prepared(
    insert(voucher_uses).values(
        {
            name: sa.bindparam(name, type_=voucher_uses.c[name].type)
            for name in ("key", "voucher_id", "branch_id", "by", "at")
        }
    )
)
_USE = Prepared(
    sa.select(*(voucher_uses.c[name] for name in Use._fields)).where(voucher_uses.c.key == _text("key"))
)
_WAS_USED = Prepared(
    sa.select(voucher_uses.c.id)
    .where(voucher_uses.c.voucher_id == _ID, voucher_uses.c.undone_at.is_(None))
    .limit(1)
)
_UNDO = Prepared(
    voucher_uses.update()
    .where(voucher_uses.c.id == sa.bindparam("use_id", type_=sa.BigInteger()), voucher_uses.c.undone_at.is_(None))
    .values(undone_at=_NOW)
)


def add(connection: Connection, new: NewVoucher) -> None:
    """Keep a new voucher; one with the same key changes nothing."""
    _ADD.run(connection, **new._asdict())


def by_key(connection: Connection, key: str) -> Voucher | None:
    """The voucher that was issued under an idempotency key."""
    row = _BY_KEY.row(connection, key=key)
    return Voucher(*row) if row else None


def by_public_id(connection: Connection, public_id: str) -> Voucher | None:
    """The voucher with this public id, whoever's it is."""
    row = _BY_PUBLIC_ID.row(connection, public_id=public_id)
    return Voucher(*row) if row else None


def by_digest(connection: Connection, digest: str, *, lock: bool = False) -> Voucher | None:
    """The voucher whose code has this hash; locked until the transaction ends if asked."""
    if lock:
        _LOCK_BY_DIGEST.row(connection, digest=digest)
    row = _BY_DIGEST.row(connection, digest=digest)
    return Voucher(*row) if row else None


def usable(connection: Connection, contact_id: int, now: dt.datetime) -> list[Voucher]:
    """What a contact can use at `now`, what ends first first; at most 50."""
    return [Voucher(*row) for row in _USABLE.rows(connection, contact_id=contact_id, now=now)]


def holder(connection: Connection, contact_id: int) -> Holder:
    """The contact as a till shows them."""
    row = _HOLDER.row(connection, contact_id=contact_id)
    assert row is not None
    return Holder(*row)


def lock(connection: Connection, voucher_id: int) -> None:
    """Lock a voucher until the transaction ends."""
    _LOCK.row(connection, voucher_id=voucher_id)


def take_use(connection: Connection, voucher_id: int, now: dt.datetime) -> bool:
    """Use a voucher once, if it is valid at `now`; whether it was."""
    return _TAKE_USE.run(connection, voucher_id=voucher_id, now=now) == 1


def give_use(connection: Connection, voucher_id: int) -> None:
    """Give a voucher the use back that was taken."""
    _GIVE_USE.run(connection, voucher_id=voucher_id)


def cancel(connection: Connection, voucher_id: int) -> bool:
    """Cancel a voucher, if it is valid; whether it was."""
    return _CANCEL.run(connection, voucher_id=voucher_id) == 1


def add_use(
    connection: Connection, key: str, voucher_id: int, *, branch_id: int | None, by: str, at: dt.datetime
) -> None:
    """Keep a use, whose idempotency key is new."""
    _ADD_USE.run(connection, key=key, voucher_id=voucher_id, branch_id=branch_id, by=by, at=at)


def find_use(connection: Connection, key: str) -> Use | None:
    """The use under an idempotency key, even if it was undone."""
    row = _USE.row(connection, key=key)
    return Use(*row) if row else None


def was_used(connection: Connection, voucher_id: int) -> bool:
    """Whether a voucher has a use that was not undone."""
    return _WAS_USED.row(connection, voucher_id=voucher_id) is not None


def undo_use(connection: Connection, use_id: int, now: dt.datetime) -> bool:
    """Note that a use was undone; False when it was before."""
    return _UNDO.run(connection, use_id=use_id, now=now) == 1
