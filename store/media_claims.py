"""A customer's file from being noted to being kept or refused.

A fetcher claims it under a lease, gets its bytes from the platform, and writes them down piece by piece.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.media import FULL, PIECE_BYTES, File, has_room, one_line, renew, write_piece
from store.outbox import literal
from store.outbox_sending import lock_contacts
from store.tables import media, media_pieces


class Claim(msgspec.Struct, frozen=True):
    """A file to be fetched, under a lease; `attempts` counts this one, and tells our claim from a later one."""

    id: int
    contact_id: int
    channel: str
    account: str
    ref: str
    attempts: int


def claim(
    connection: Connection,
    accounts: Collection[tuple[str, str]],
    *,
    limit: int,
    now: dt.datetime,
    leased_until: dt.datetime,
) -> list[Claim]:
    """Take up to `limit` files of these (channel, account) that are to be fetched now, the longest due first.

    They fall due again when the lease is over.
    """
    # Joined, for SQLite would look the names up in their own index, where every file stands that ever was noted.
    account = media.c.channel + ":" + media.c.account
    picked = (
        sa.select(media.c.id)
        .where(
            media.c.state == literal("pending"),
            media.c.due_at <= now,
            account.in_([":".join(key) for key in accounts]),
        )
        .order_by(media.c.due_at, media.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    taken = connection.execute(
        media.update()
        .where(media.c.id.in_(sa.select(picked.c.id)))
        .values(attempts=media.c.attempts + 1, due_at=leased_until)
        .returning(*(media.c[name] for name in Claim.__struct_fields__))
    )
    return sorted((Claim(*row) for row in taken), key=lambda claimed: claimed.id)


def lay(connection: Connection, claimed: Claim, number: int, piece: bytes) -> bool:
    """Write one piece of what was fetched; False when the claim was no longer ours."""
    if not _settle(connection, claimed, {"size": number * PIECE_BYTES + len(piece)}):
        return False
    write_piece(connection, claimed.id, number, piece)
    return True


def keep(connection: Connection, claimed: Claim, file: File, now: dt.datetime) -> bool:
    """Keep what was fetched, all pieces but the last of which were laid.

    False when there was no room for it, or the claim was no longer ours.
    """
    lock_contacts(connection, [claimed.contact_id])
    kept = {"state": "kept", "reason": "", "type": file.type, "digest": file.digest}
    holder = renew(connection, claimed.contact_id, file.digest, now)
    if holder is not None:
        return _settle(connection, claimed, {**kept, "same_as": holder[0]})
    if not has_room(connection, claimed.contact_id, len(file.content), but=claimed.id):
        refuse(connection, claimed, FULL)
        return False
    *_laid, last = file.pieces
    if not lay(connection, claimed, len(_laid), last):
        return False
    # An earlier try may have got more than this one, and died.
    surplus = (media_pieces.c.media_id == claimed.id, media_pieces.c.number > len(_laid))
    connection.execute(media_pieces.delete().where(*surplus))
    return _settle(connection, claimed, {**kept, "same_as": None})


def refuse(connection: Connection, claimed: Claim, reason: str) -> bool:
    """Give a file up; False when the claim was no longer ours."""
    return _settle(connection, claimed, {"state": "refused", "reason": one_line(reason)})


def put_back(connection: Connection, claimed: Claim, again_at: dt.datetime, *, refund: bool = False) -> bool:
    """Let a file be claimed again from `again_at`, with `refund` as if it had not been tried.

    False when the claim was no longer ours.
    """
    return _settle(connection, claimed, {"due_at": again_at, "attempts": claimed.attempts - int(refund)})


def _settle(connection: Connection, claimed: Claim, values: Mapping[str, object]) -> bool:
    ours = (media.c.id == claimed.id, media.c.attempts == claimed.attempts, media.c.state == "pending")
    return bool(connection.execute(media.update().where(*ours).values(dict(values))).rowcount)
