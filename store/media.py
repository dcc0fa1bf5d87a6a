"""Files: the business's pictures, and what customers send, each kept once and for a time.

A customer's file is noted in the turn that brings it and fetched after (`scheduler.fetcher`); a picture posted in
the web chat is kept at once. The same bytes of the same contact stand in one row; other rows of theirs with the
same digest have no bytes of their own. Whoever gives or takes bytes holds the contact's lock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Mapping
from typing import Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts
from store.outbox import literal
from store.outbox_sending import lock_contacts
from store.prepared import insert
from store.tables import media
from talk.errors import SapaError
from talk.messages import Inbound, Media

IMAGE_BYTES = 10 * 1024 * 1024  # of a picture as it was sent
FILE_BYTES = 20 * 1024 * 1024  # of any other file
CONTACT_BYTES = 500 * 1024 * 1024  # of everything that is kept of one contact
KEPT_FOR = dt.timedelta(days=365)
REF_LENGTH = 256
FORGET_AT_ONCE = 20

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


class Claim(msgspec.Struct, frozen=True):
    """A file to be fetched, under a lease; `attempts` counts this one, and tells our claim from a later one."""

    id: int
    contact_id: int
    channel: str
    account: str
    ref: str
    attempts: int


_holder, _old = media.alias("holder"), media.alias("old")
CONTENT = sa.func.coalesce(
    media.c.content,
    sa.select(_holder.c.content)
    .where(
        _holder.c.contact_id == media.c.contact_id,
        _holder.c.digest == media.c.digest,
        _holder.c.content.is_not(None),
    )
    .limit(sa.literal_column("1"))
    .scalar_subquery(),
)
"""The bytes of a row of `media`, in whichever row they stand."""


def load(connection: Connection, public_id: str) -> bytes | None:
    """The bytes of a file that is kept; None for any other. Who may see them is not asked here."""
    content = connection.scalar(sa.select(CONTENT).where(media.c.public_id == public_id, media.c.state == "kept"))
    return None if content is None else bytes(content)


def public_id_of(connection: Connection, channel: str, account: str, ref: str, contact_id: int) -> str | None:
    """Our name for a contact's file by its platform's, whether it is kept yet or not; None for an unknown one."""
    here = sa.and_(media.c.channel == channel, media.c.account == account, media.c.ref == ref)
    return connection.scalar(
        # The web chat has no name for a file but ours, even for one that another channel brought first.
        sa.select(media.c.public_id).where(media.c.contact_id == contact_id, sa.or_(here, media.c.public_id == ref))
    )


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
    row = insert(media).values(
        public_id=secrets.token_urlsafe(12),
        contact_id=contact_id,
        channel=inbound.channel,
        account=inbound.account,
        ref=file.ref,
        state="refused" if too_large else "pending",
        reason=TOO_LARGE if too_large else "",
        name=_clean(file.name),
        due_at=now,
        created_at=now,
    )
    # Sent again: its time begins anew, and what could not be had or was forgotten is fetched again.
    again = {name: row.excluded[name] for name in ("reason", "due_at", "created_at")}
    state = sa.case((media.c.state == "kept", "kept"), else_=row.excluded.state)
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["channel", "account", "ref", "contact_id"],
            set_={**again, "state": state, "attempts": 0},
            where=sa.and_(media.c.state != "pending", media.c.reason.not_in(FOR_GOOD)),
        )
    )


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


def keep(connection: Connection, claimed: Claim, file: File) -> bool:
    """Keep what was fetched; False when there was no room for it, or the claim was no longer ours."""
    lock_contacts(connection, [claimed.contact_id])
    holder = _holder_of(connection, claimed.contact_id, file)
    if holder is None and not _has_room(connection, claimed.contact_id, file):
        refuse(connection, claimed, FULL)
        return False
    content = file.content if holder is None else None
    kept = {"state": "kept", "reason": "", "type": file.type, "digest": file.digest, "content": content}
    return _settle(connection, claimed, kept)


def refuse(connection: Connection, claimed: Claim, reason: str) -> bool:
    """Give a file up; False when the claim was no longer ours."""
    return _settle(connection, claimed, {"state": "refused", "reason": _clean(reason)})


def put_back(connection: Connection, claimed: Claim, again_at: dt.datetime, *, refund: bool = False) -> bool:
    """Let a file be claimed again from `again_at`, with `refund` as if it had not been tried.

    False when the claim was no longer ours.
    """
    return _settle(connection, claimed, {"due_at": again_at, "attempts": claimed.attempts - int(refund)})


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
    holder = _holder_of(connection, contact.id, file)
    if holder is not None:
        connection.execute(media.update().where(media.c.public_id == holder).values(created_at=now))
        return holder
    if not _has_room(connection, contact.id, file):
        raise NoRoom(f"More than {CONTACT_BYTES:,} bytes would be kept of one contact.")
    channel, account, _sender = identity
    public_id = secrets.token_urlsafe(12)
    row = {"public_id": public_id, "contact_id": contact.id, "channel": channel, "account": account}
    kept = {"ref": public_id, "state": "kept", "due_at": now, "created_at": now}
    connection.execute(media.insert().values(**row, **kept, **msgspec.structs.asdict(file)))
    return public_id


def forget(connection: Connection, before: dt.datetime, limit: int = FORGET_AT_ONCE) -> int:
    """Forget customers' files that were sent before a moment; how many, at most `limit`.

    Bytes that a younger file has in common with them pass to it. The business's own pictures stay.
    """
    aged = (media.c.contact_id.is_not(None), media.c.state != literal("refused"), media.c.created_at < before)
    oldest = sa.select(media.c.id, media.c.contact_id).where(*aged).order_by(media.c.created_at).limit(limit)
    found = connection.execute(oldest).all()
    lock_contacts(connection, [row.contact_id for row in found])
    for row in found:
        _hand_over(connection, row.id, before)
    gone = {"state": "refused", "reason": EXPIRED, "name": "", "digest": "", "content": None}
    ids = [row.id for row in found]
    return connection.execute(media.update().where(media.c.id.in_(ids), *aged).values(gone)).rowcount


def _hand_over(connection: Connection, media_id: int, before: dt.datetime) -> None:
    """Give the bytes of a file sent before a moment to the youngest that has them in common with it."""
    heir = (
        sa.select(_holder.c.id)
        .join(_old, sa.and_(_old.c.contact_id == _holder.c.contact_id, _old.c.digest == _holder.c.digest))
        .where(_old.c.id == media_id, _old.c.content.is_not(None), _old.c.created_at < before)
        .where(_holder.c.state == "kept", _holder.c.created_at >= before)
        .order_by(_holder.c.created_at.desc())
        .limit(1)
    )
    content = sa.select(_old.c.content).where(_old.c.id == media_id).scalar_subquery()
    connection.execute(media.update().where(media.c.id == heir.scalar_subquery()).values(content=content))


def _settle(connection: Connection, claimed: Claim, values: Mapping[str, object]) -> bool:
    ours = (media.c.id == claimed.id, media.c.attempts == claimed.attempts, media.c.state == "pending")
    return bool(connection.execute(media.update().where(*ours).values(dict(values))).rowcount)


def _holder_of(connection: Connection, contact_id: int, file: File) -> str | None:
    """The public id of the contact's row in which these bytes stand."""
    held = (media.c.contact_id == contact_id, media.c.digest == file.digest, media.c.content.is_not(None))
    return connection.scalar(sa.select(media.c.public_id).where(*held))


def _has_room(connection: Connection, contact_id: int, file: File) -> bool:
    size = sa.select(sa.func.sum(sa.func.length(media.c.content))).where(media.c.contact_id == contact_id)
    return int(connection.scalar(size) or 0) + len(file.content) <= CONTACT_BYTES


def _clean(text: str) -> str:
    return text.replace("\x00", "")[:200]  # PostgreSQL keeps no such character
