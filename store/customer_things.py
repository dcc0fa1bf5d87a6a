"""What a customer has and said: vouchers and consents, with those of who was joined with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.absorption import family
from store.tables import consents, holds, rewards, voucher_uses, vouchers

MOST = 200


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A voucher: `state` is valid, used, expired or cancelled; `points` paid for it, None for a gift."""

    public_id: str
    reward: str
    state: str
    points: int | None
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    used_at: dt.datetime | None
    cancellable: bool


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A consent that was given or taken back, and how that is known."""

    purpose: str
    channel: str
    granted: bool
    wording: str
    locale: str
    evidence: str
    at: dt.datetime


_LAST_USE = (
    sa.select(sa.func.max(voucher_uses.c.at))
    .where(voucher_uses.c.voucher_id == vouchers.c.id, voucher_uses.c.undone_at.is_(None))
    .correlate(vouchers)
    .scalar_subquery()
)


def vouchers_of(connection: Connection, contact_id: int, language: str, now: dt.datetime) -> list[Kept]:
    """The customer's vouchers, the newest first, at most MOST."""
    columns = (
        vouchers.c[name] for name in ("public_id", "state", "issued_at", "expires_at", "hold_key", "uses_left")
    )
    found = (
        sa.select(*columns, rewards.c.name, rewards.c.names, holds.c.points, _LAST_USE.label("used_at"))
        .select_from(vouchers.join(rewards).outerjoin(holds, holds.c.key == vouchers.c.hold_key))
        .where(vouchers.c.contact_id.in_(family(contact_id).scalar_subquery()))
        .order_by(vouchers.c.issued_at.desc(), vouchers.c.id.desc())
        .limit(MOST)
    )
    return [_kept(row, language, now) for row in connection.execute(found)]


def _kept(row: Any, language: str, now: dt.datetime) -> Kept:
    over = row.state == "valid" and row.expires_at is not None and row.expires_at <= now
    return Kept(
        public_id=row.public_id,
        reward=(row.names or {}).get(language) or row.name,
        state="expired" if over else row.state,
        points=row.points,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        cancellable=row.state == "valid" and not over and row.hold_key is not None and row.used_at is None,
    )


def consents_of(connection: Connection, contact_id: int) -> list[Said]:
    """What the customer agreed to and took back, the newest first, at most MOST."""
    mine = sa.select(*(consents.c[name] for name in Said.__struct_fields__))
    whose = consents.c.contact_id.in_(family(contact_id).scalar_subquery())
    rows = connection.execute(mine.where(whose).order_by(consents.c.at.desc(), consents.c.id.desc()).limit(MOST))
    return [Said(**row._mapping) for row in rows]
