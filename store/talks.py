"""One contact's conversation as the team's page heads it: who they are, who has it, and what there was before."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store import desk
from store.conversations import latest_identity
from store.desk import Conversation
from store.tables import contact_tags, contacts, conversations, identities, media, queues, staff

EARLIER = 10


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A contact and who has their conversation.

    `owner` is bot, queue, snoozed, blocked or a member of staff's public id, with their `owner_name`. `channel`,
    `account` and `sender` are where the contact wrote last; empty for one of whom no channel knows. `open` is the
    conversation with the team, None while there is none, and `queue` the names of where it waits, by language.
    """

    contact_id: int
    public_id: str
    name: str
    language: Language
    digits: str
    seq: int
    seen_at: dt.datetime | None
    owner: str
    owner_until: dt.datetime | None
    owner_name: str
    channel: str
    account: str
    sender: str
    reachable: bool
    open: Conversation | None = None
    queue: dict[str, str] = {}


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that is over; `rating` from 1 to 5 where the customer gave one."""

    public_id: str
    opened_at: dt.datetime
    closed_at: dt.datetime
    reason: str
    by: str
    rating: int | None
    rating_text: str


_OWN = ("public_id", "language", "digits", "seq", "seen_at", "owner", "owner_until")
_TALK = (
    sa.select(
        contacts.c.id.label("contact_id"),
        sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name).label("name"),
        *(contacts.c[name] for name in _OWN),
        sa.func.coalesce(staff.c.name, "").label("owner_name"),
        *(sa.func.coalesce(identities.c[name], "").label(name) for name in ("channel", "account", "sender")),
        sa.func.coalesce(identities.c.reachable, sa.false()).label("reachable"),
    )
    .select_from(
        contacts.outerjoin(staff, staff.c.public_id == contacts.c.owner).outerjoin(
            identities, identities.c.id == latest_identity()
        )
    )
    .where(contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None))
)


def find(connection: Connection, public_id: str) -> Talk | None:
    """The contact with this public id; None for an unknown, a forgotten and a merged one."""
    row = connection.execute(_TALK.where(contacts.c.public_id == public_id)).one_or_none()
    if row is None:
        return None
    opened = desk.open_of(connection, row.contact_id)
    names: dict[str, str] = {}
    if opened is not None:
        names = connection.scalar(sa.select(queues.c.names).where(queues.c.id == opened.queue_id)) or {}
    return Talk(**row._mapping, open=opened, queue=names)


def earlier(connection: Connection, contact_id: int) -> list[Earlier]:
    """The contact's last conversations that are over, the newest first."""
    over = (
        sa.select(
            *(conversations.c[name] for name in ("public_id", "opened_at", "closed_at", "rating", "rating_text")),
            conversations.c.close_reason.label("reason"),
            sa.func.coalesce(staff.c.name, "").label("by"),
        )
        .select_from(conversations.outerjoin(staff, staff.c.id == conversations.c.closed_by))
        .where(
            conversations.c.contact_id == contact_id,
            conversations.c.state == "closed",
            conversations.c.closed_at.is_not(None),
            conversations.c.merged_into.is_(None),
        )
        .order_by(conversations.c.id.desc())
        .limit(EARLIER)
    )
    return [Earlier(**row._mapping) for row in connection.execute(over)]


def shows(connection: Connection, public_id: str) -> str | None:
    """The type of a kept file that the team may see: a customer's, or the business's own; None for every other."""
    customers = sa.and_(contacts.c.id == media.c.contact_id, contacts.c.erased_at.is_(None))
    of_business = sa.and_(media.c.contact_id.is_(None), media.c.channel == "")
    seen = sa.or_(sa.exists().where(customers), of_business)
    found = sa.select(media.c.type).where(media.c.public_id == public_id, media.c.state == "kept", seen)
    return connection.scalar(found)


def tags(connection: Connection, contact_id: int) -> list[str]:
    """The contact's tags, by name."""
    found = sa.select(contact_tags.c.tag).where(contact_tags.c.contact_id == contact_id)
    return list(connection.scalars(found.order_by(contact_tags.c.tag)))
