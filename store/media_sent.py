"""Files that the team sends to a customer: that customer's alone, and kept for as long as what customers send."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.media import CONTACT_BYTES, File, NoRoom, has_room, one_line, renew, write_piece
from store.outbox_sending import lock_contacts
from store.tables import media

CHANNEL = "staff"


def begin(
    connection: Connection, contact_id: int, sender: str, file: File, name: str, now: dt.datetime
) -> tuple[int | None, str]:
    """Note a file that is to be laid down piece by piece; its id and public id.

    The id is None for one that is kept of this contact already. `sender` is the public id of whoever sends it.
    Raises NoRoom.
    """
    lock_contacts(connection, [contact_id])
    holder = renew(connection, contact_id, file.digest, now)
    if holder is not None:
        return None, holder[1]
    if not has_room(connection, contact_id, len(file.content)):
        raise NoRoom(f"More than {CONTACT_BYTES:,} bytes would be kept of one contact.")
    public_id = secrets.token_urlsafe(12)
    values = {
        "public_id": public_id,
        "contact_id": contact_id,
        "channel": CHANNEL,
        "account": sender,
        "ref": public_id,
        "state": "pending",
        "type": file.type,
        "name": one_line(name),
        "size": len(file.content),
        "due_at": now,
        "created_at": now,
    }
    media_id: int | None = connection.scalar(media.insert().values(values).returning(media.c.id))
    return media_id, public_id


def lay(connection: Connection, media_id: int, number: int, piece: bytes) -> None:
    """Write one piece of its bytes."""
    write_piece(connection, media_id, number, piece)


def finish(connection: Connection, media_id: int, digest: str) -> None:
    """All pieces are there: from now on it can be sent and seen."""
    done = media.update().where(media.c.id == media_id, media.c.state == "pending")
    connection.execute(done.values(state="kept", digest=digest))


def described(connection: Connection, contact_id: int, public_id: str) -> tuple[str, str] | None:
    """Type and name of a file that is kept of this contact; None for any other."""
    mine = (media.c.public_id == public_id, media.c.contact_id == contact_id, media.c.state == "kept")
    row = connection.execute(sa.select(media.c.type, media.c.name).where(*mine)).one_or_none()
    return (row.type, row.name) if row else None
