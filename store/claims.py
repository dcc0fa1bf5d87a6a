"""Claims of missing points: a receipt is claimed once, unless the claim was refused."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import claims, contacts, media

State: TypeAlias = Literal["open", "approved", "refused"]


class Claim(msgspec.Struct, frozen=True):
    """A claim: `receipt` as it is compared, `written` as the customer wrote it, `picture` the photo's public id."""

    id: int
    public_id: str
    contact_id: int
    customer: str  # public id
    receipt: str
    written: str
    picture: str
    state: State
    reason: str
    promised_at: dt.datetime
    created_at: dt.datetime
    decided_at: dt.datetime | None


_OWN = ("id", "public_id", "contact_id", "receipt", "written", "state", "reason", "promised_at", "created_at")
_READ = (
    sa.select(
        *(claims.c[name] for name in _OWN),
        claims.c.decided_at,
        contacts.c.public_id.label("customer"),
        sa.func.coalesce(media.c.public_id, "").label("picture"),
    )
    .select_from(claims.join(contacts, contacts.c.id == claims.c.contact_id))
    .outerjoin(media, media.c.id == claims.c.media_id)
)


def add(
    connection: Connection,
    contact_id: int,
    *,
    public_id: str,
    receipt: str,
    written: str,
    picture: str,
    promised_at: dt.datetime,
    at: dt.datetime,
) -> bool:
    """Keep an open claim; False when its receipt is claimed already, by whomever, or the public id is taken."""
    its_picture = sa.select(media.c.id).where(media.c.public_id == picture, media.c.contact_id == contact_id)
    new = insert(claims).values(
        public_id=public_id,
        contact_id=contact_id,
        receipt=receipt,
        written=written[:64],
        media_id=its_picture.scalar_subquery(),
        state="open",
        promised_at=promised_at,
        created_at=at,
    )
    return connection.scalar(new.on_conflict_do_nothing().returning(claims.c.id)) is not None


def standing(connection: Connection, receipt: str) -> Claim | None:
    """The claim that holds a receipt: an open or an approved one."""
    # In the words of the unique index, so that it serves.
    held = (claims.c.receipt != sa.literal_column("''"), claims.c.state != sa.literal_column("'refused'"))
    return _first(connection, claims.c.receipt == receipt, *held)


def of_picture(connection: Connection, contact_id: int, picture: str) -> Claim | None:
    """The contact's claim with the same photo, unless it was refused; the same bytes are the same photo."""
    sent = media.alias("sent")
    same = (
        sa.select(sent.c.id)
        .where(sent.c.public_id == picture, sent.c.contact_id == contact_id)
        .where(sa.or_(sent.c.id == media.c.id, sa.and_(sent.c.digest != "", sent.c.digest == media.c.digest)))
    )
    return _first(connection, claims.c.contact_id == contact_id, claims.c.state != "refused", sa.exists(same))


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Claim | None:
    """The claim with this public id, locked until the transaction ends if asked."""
    if lock:
        held = sa.select(claims.c.id).where(claims.c.public_id == public_id).with_for_update()
        connection.execute(held).all()
    return _first(connection, claims.c.public_id == public_id)


def open_of(connection: Connection, contact_id: int) -> list[Claim]:
    """A contact's open claims, the oldest first."""
    return _all(connection, claims.c.contact_id == contact_id, claims.c.state == "open")


def waiting(connection: Connection, limit: int = 200) -> list[Claim]:
    """Everybody's open claims, the one that is promised first in front."""
    return _all(connection, claims.c.state == sa.literal_column("'open'"), limit=limit)


def decide(
    connection: Connection,
    claim_id: int,
    state: State,
    *,
    by: int | None,
    at: dt.datetime,
    reason: str = "",
    purchase_id: int | None = None,
) -> bool:
    """Close an open claim; False when it was closed before."""
    closed = (
        claims.update()
        .where(claims.c.id == claim_id, claims.c.state == "open")
        .values(state=state, reason=reason[:200], purchase_id=purchase_id, decided_by=by, decided_at=at)
    )
    return connection.execute(closed).rowcount == 1


def _first(connection: Connection, *where: sa.ColumnElement[bool]) -> Claim | None:
    row = connection.execute(_READ.where(*where).limit(1)).first()
    return Claim(**row._mapping) if row else None


def _all(connection: Connection, *where: sa.ColumnElement[bool], limit: int = 50) -> list[Claim]:
    found = _READ.where(*where).order_by(claims.c.promised_at, claims.c.id).limit(limit)
    return [Claim(**row._mapping) for row in connection.execute(found)]
