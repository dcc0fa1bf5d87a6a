"""Files: the business's pictures, and what customers send, each kept once and for a time.

A customer's file is noted in the turn that brings it and fetched after (`store.media_claims`); a picture posted in
the web chat is kept at once. Bytes stand in pieces, of which a transaction writes one: a film must not hold the
database up. A file with the same bytes as another of the same contact only refers to it (`same_as`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from typing import Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts
from store.outbox import literal
from store.outbox_sending import lock_contacts
from store.prepared import insert
from store.tables import media, media_pieces
from talk.errors import SapaError
from talk.messages import Inbound, Media

IMAGE_BYTES = 10 * 1024 * 1024  # of a picture as it was sent
FILE_BYTES = 20 * 1024 * 1024  # of any other file
CONTACT_BYTES = 500 * 1024 * 1024  # of everything that is kept of one contact
PIECE_BYTES = 1024 * 1024
KEPT_FOR = dt.timedelta(days=365)
REF_LENGTH = 256
FORGOTTEN_AT_ONCE = 20

# Why a file is not kept. Fetching it again would change nothing about the first three.
WRONG_TYPE, TOO_LARGE, NO_PICTURE = "type", "size", "picture"
FULL, EXPIRED = "full", "expired"
FOR_GOOD = (WRONG_TYPE, TOO_LARGE, NO_PICTURE)


class NoRoom(SapaError):
    """So much is kept of this contact that nothing more is taken; older files make room when their time is over."""


class File(msgspec.Struct, frozen=True):
    """A file as it is kept: its type as its bytes tell it, and the SHA-256 by which it is known again."""

    type: str
    content: bytes
    digest: str

    @classmethod
    def of(cls, kind: str, content: bytes) -> Self:
        """The file with its digest, which takes some ten milliseconds for the largest."""
        return cls(kind, content, hashlib.sha256(content).hexdigest())

    @property
    def pieces(self) -> list[bytes]:
        """The content in pieces of a megabyte."""
        return [self.content[start : start + PIECE_BYTES] for start in range(0, len(self.content), PIECE_BYTES)]


def is_drawn(ref: str) -> bool:
    """Whether a picture is no file but drawn when it is looked at, as a voucher is; a file's name has no dot."""
    return "." in ref


def load(connection: Connection, public_id: str) -> bytes | None:
    """The bytes of a file that is kept; None for any other. Who may see them is not asked here."""
    pieces = connection.scalars(
        sa.select(media_pieces.c.content)
        .join(media, media_pieces.c.media_id == sa.func.coalesce(media.c.same_as, media.c.id))
        .where(media.c.public_id == public_id, media.c.state == "kept")
        .order_by(media_pieces.c.number)
    ).all()
    return b"".join(pieces) if pieces else None


def is_ours(connection: Connection, public_id: str) -> bool:
    """Whether this is a picture of the business, which everybody may see."""
    ours = (media.c.contact_id.is_(None), media.c.channel == "", media.c.state == "kept")
    found = sa.select(media.c.id).where(media.c.public_id == public_id, *ours)
    return connection.execute(found).first() is not None


def public_id_of(connection: Connection, channel: str, account: str, ref: str, contact_id: int) -> str | None:
    """Our name for a contact's file by its platform's, whether it is kept yet or not; None for an unknown one."""
    here = sa.and_(media.c.channel == channel, media.c.account == account, media.c.ref == ref)
    return connection.scalar(
        # The web chat has no name for a file but ours, even for one that another channel brought first.
        sa.select(media.c.public_id).where(media.c.contact_id == contact_id, sa.or_(here, media.c.public_id == ref))
    )


def newest_photo(connection: Connection, contact_id: int) -> str | None:
    """Our name for the file that a contact sent last, whether it is kept yet or not; None when there is none."""
    theirs = sa.select(media.c.public_id).where(media.c.contact_id == contact_id, media.c.state != "refused")
    return connection.scalar(theirs.order_by(media.c.created_at.desc(), media.c.id.desc()).limit(1))


def note(connection: Connection, inbound: Inbound, contact_id: int, now: dt.datetime) -> None:
    """Note the files of an event, to be fetched; one that is noted already is not fetched a second time.

    The contact must be locked.
    """
    for file in inbound.media:
        # What cannot be written down must not fail the turn that brought it.
        if file.ref and len(file.ref) <= REF_LENGTH and "\x00" not in file.ref:
            _note(connection, inbound, file, contact_id, now)


def _note(connection: Connection, inbound: Inbound, file: Media, contact_id: int, now: dt.datetime) -> None:
    too_large = file.size > FILE_BYTES  # as the platform says; how large it is, is seen when it is fetched
    new = insert(media).values(
        public_id=secrets.token_urlsafe(12),
        contact_id=contact_id,
        channel=inbound.channel,
        account=inbound.account,
        ref=file.ref,
        state="refused" if too_large else "pending",
        reason=TOO_LARGE if too_large else "",
        name=one_line(file.name),
        due_at=now,
        created_at=now,
    )
    if connection.scalar(new.on_conflict_do_nothing().returning(media.c.id)) is not None:
        return
    known = connection.execute(
        sa.select(media.c.id, media.c.state, media.c.reason, media.c.digest).where(
            media.c.channel == inbound.channel,
            media.c.account == inbound.account,
            media.c.ref == file.ref,
            media.c.contact_id == contact_id,
        )
    ).one()
    if known.state == "kept":
        renew(connection, contact_id, known.digest, now)
    elif known.state == "refused" and known.reason not in FOR_GOOD:
        again = {"state": "pending", "reason": "", "attempts": 0, "due_at": now, "created_at": now}
        connection.execute(media.update().where(media.c.id == known.id).values(again))


def keep_visitor_picture(
    connection: Connection, identity: tuple[str, str, str], file: File, *, language: str, now: dt.datetime
) -> str:
    """Keep a picture of whoever is known by (channel, account, sender), and name it by its public id.

    Somebody who never wrote becomes a contact with `language`. A picture that is kept of them already is not kept
    twice. Raises NoRoom.
    """
    contact = contacts.lock(connection, *identity)
    if contact is None:
        contact = contacts.make(connection, *identity, name="", language=language, at=now)
    holder = renew(connection, contact.id, file.digest, now)
    if holder is not None:
        return holder[1]
    if not has_room(connection, contact.id, len(file.content)):
        raise NoRoom(f"More than {CONTACT_BYTES:,} bytes would be kept of one contact.")
    channel, account, _sender = identity
    public_id = secrets.token_urlsafe(12)
    where = {"channel": channel, "account": account, "ref": public_id, "contact_id": contact.id}
    keep_new(connection, file, now, public_id=public_id, **where)
    return public_id


def keep_new(connection: Connection, file: File, now: dt.datetime, **columns: object) -> int:
    """Keep a file that nobody claims, of at most some megabytes; the id of its row."""
    row = {"state": "kept", "type": file.type, "digest": file.digest, "size": len(file.content)}
    times = {"due_at": now, "created_at": now}
    made = connection.execute(media.insert().values({**row, **times, **columns}).returning(media.c.id)).scalar_one()
    for number, piece in enumerate(file.pieces):
        write_piece(connection, made, number, piece)
    return int(made)


def forget(connection: Connection, before: dt.datetime, limit: int = FORGOTTEN_AT_ONCE) -> bool:
    """Go a step in forgetting customers' files that were sent before a moment; False when all are forgotten.

    A step forgets up to `limit` files and drops one piece of their bytes: more would hold SQLite up. Bytes go with
    the youngest of the files that have them, which renewed the time of the one where they stand. The business's own
    pictures stay.
    """
    standing = sa.or_(media.c.state != literal("refused"), media.c.size > sa.literal_column("0"))
    aged = (media.c.contact_id.is_not(None), standing, media.c.created_at < before)
    order = (media.c.created_at, media.c.same_as.is_(None))  # those that refer before the one with the bytes
    oldest = sa.select(media.c.id, media.c.contact_id).where(*aged).order_by(*order).limit(limit)
    found = connection.execute(oldest).all()
    lock_contacts(connection, [row.contact_id for row in found])
    these = media.c.id.in_([row.id for row in found])
    gone = {"state": "refused", "reason": EXPIRED, "name": "", "digest": "", "same_as": None}
    connection.execute(media.update().where(these, *aged, media.c.state != "refused").values(gone))
    _drop_piece(connection, [row.id for row in found])
    left = sa.exists().where(media_pieces.c.media_id == media.c.id)
    connection.execute(media.update().where(these, media.c.state == "refused", ~left).values(size=0))
    return bool(found)


def _drop_piece(connection: Connection, ids: Collection[int]) -> None:
    """Drop one piece of those among these files that are refused."""
    refused = sa.select(media.c.id).where(media.c.id.in_(ids), media.c.state == "refused")
    one = sa.select(media_pieces.c.media_id, media_pieces.c.number).where(media_pieces.c.media_id.in_(refused))
    piece = connection.execute(one.limit(1)).first()
    if piece is not None:
        this = (media_pieces.c.media_id == piece.media_id, media_pieces.c.number == piece.number)
        connection.execute(media_pieces.delete().where(*this))


def write_piece(connection: Connection, media_id: int, number: int, content: bytes) -> None:
    """Write one piece of a file's bytes, in place of an earlier try's."""
    row = insert(media_pieces).values(media_id=media_id, number=number, content=content)
    connection.execute(
        row.on_conflict_do_update(index_elements=["media_id", "number"], set_={"content": row.excluded.content})
    )


def renew(connection: Connection, contact_id: int, digest: str, now: dt.datetime) -> tuple[int, str] | None:
    """Begin anew the time of a contact's files with these bytes; the id and public id of the one where they stand.

    None when no such file is kept. The contact must be locked.
    """
    same = (media.c.contact_id == contact_id, media.c.digest == digest, media.c.state == "kept")
    renewed = media.update().where(*same).values(created_at=now)
    found = connection.execute(renewed.returning(media.c.id, media.c.public_id, media.c.same_as)).all()
    return next(((row.id, row.public_id) for row in found if row.same_as is None), None)


def has_room(connection: Connection, contact_id: int, size: int, but: int = 0) -> bool:
    """Whether so many bytes more may be kept of a contact, not counting what is there of the file `but`."""
    held = sa.select(sa.func.sum(media.c.size)).where(media.c.contact_id == contact_id, media.c.id != but)
    return int(connection.scalar(held) or 0) + size <= CONTACT_BYTES


def one_line(text: str) -> str:
    """A text as its columns here hold it."""
    return text.replace("\x00", "")[:200]  # PostgreSQL keeps no such character
