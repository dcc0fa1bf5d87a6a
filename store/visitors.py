"""Visitors of the web chat: identities known by a random id that their browser keeps."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import media as files
from store.prepared import Prepared
from store.tables import Utc, contacts, identities, media

CHANNEL, ACCOUNT = "webchat", "web"


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Whose browser this is: the contact, their language, and the last place given in their conversation."""

    contact_id: int
    public_id: str
    name: str
    language: str
    language_known: bool  # chosen by the customer, or told by the business
    seq: int


class Kept(msgspec.Struct, frozen=True):
    """A file as it is served; `public` when it is the business's own, for everybody to see."""

    type: str
    content: bytes
    public: bool


_IS = sa.and_(
    identities.c.channel == CHANNEL, identities.c.account == ACCOUNT, identities.c.sender == sa.bindparam("sender")
)
_UNTIL = sa.bindparam("until", type_=Utc())
_SHOWN = Prepared(
    identities.update()
    .where(_IS, sa.or_(identities.c.shown_until.is_(None), identities.c.shown_until < _UNTIL))
    .values(shown_until=_UNTIL)
)
_FIND = Prepared(
    sa.select(
        contacts.c.id,
        contacts.c.public_id,
        sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name).label("name"),
        contacts.c.language,
        sa.or_(contacts.c.language_chosen, contacts.c.number.is_not(None)).label("language_known"),
        contacts.c.seq,
    )
    .select_from(identities.join(contacts, contacts.c.id == identities.c.contact_id))
    .where(_IS)
)
_MEDIA = Prepared(
    sa.select(media.c.type, media.c.contact_id, media.c.channel, media.c.ref).where(
        media.c.public_id == sa.bindparam("public_id"), media.c.state == "kept"
    )
)


def find(connection: Connection, visitor: str) -> Visitor | None:
    """The contact behind a visitor; None while the visitor never wrote."""
    row = _FIND.row(connection, sender=visitor)
    return Visitor(**dict(zip(Visitor.__struct_fields__, row, strict=True))) if row else None


def shown(connection: Connection, visitor: str, until: dt.datetime) -> None:
    """Keep that a page of the visitor has all that was said until then; never takes back what was kept before."""
    _SHOWN.run(connection, sender=visitor, until=until)


def kept(connection: Connection, public_id: str, visitor: str | None) -> Kept | None:
    """A file that this visitor may see: the business's, or their own; None for every other and for none at all."""
    row = _MEDIA.row(connection, public_id=public_id)
    if row is None:
        return None
    kind, owner, channel, ref = row
    public = owner is None and channel == ""
    if not public and (visitor is None or not _owns(connection, visitor, owner, channel, ref)):
        return None
    content = files.load(connection, public_id)
    return None if content is None else Kept(kind, content, public)


def _owns(connection: Connection, visitor: str, owner: int | None, channel: str, ref: str) -> bool:
    if owner is None:  # sent before the first message made the visitor a contact
        return channel == CHANNEL and ref.startswith(f"{visitor}:")
    reader = find(connection, visitor)
    return reader is not None and reader.contact_id == owner
