"""A conversation as a list shows it: whose it is, what was said last, since when somebody waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import looking
from store.desk import State
from store.tables import contacts, conversation_labels, conversations, labels, staff
from store.tables import looking as lookers

_C = conversations.c


class Row(msgspec.Struct, kw_only=True):
    """One conversation in a list.

    `public_id` is the customer's, by which its page is named. `owner` and `owner_name` are the member of staff who
    has it or had it last. `first_due_at` is null once somebody answered. `target` says how a target stands: empty,
    `warned` or `escalated`. `labels` are names with colours; `typing` the names of colleagues who type right now.
    """

    id: int
    contact_id: int
    public_id: str
    name: str
    number: str
    seq: int
    state: State
    queue_id: int
    staff_id: int | None
    language: str
    channel: str
    owner: str
    owner_name: str
    last_text: str
    last_kind: str
    last_by: str
    last_at: dt.datetime | None
    unread: int
    waiting_since: dt.datetime | None
    snoozed_until: dt.datetime | None
    closed_at: dt.datetime | None
    moved_at: dt.datetime
    escalated: str
    warned: str
    labels: tuple[tuple[str, str], ...] = ()
    typing: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """How its target stands."""
        return "escalated" if self.escalated else "warned" if self.warned else ""


_ROW = sa.select(
    _C.id,
    _C.contact_id,
    contacts.c.public_id,
    sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name).label("name"),
    sa.func.coalesce(contacts.c.number, "").label("number"),
    contacts.c.seq,
    _C.state,
    _C.queue_id,
    _C.staff_id,
    _C.language,
    _C.channel,
    sa.func.coalesce(staff.c.public_id, "").label("owner"),
    sa.func.coalesce(staff.c.name, "").label("owner_name"),
    *(_C[name] for name in ("last_text", "last_kind", "last_by", "last_at", "unread", "waiting_since")),
    *(_C[name] for name in ("snoozed_until", "closed_at", "moved_at", "escalated", "warned")),
).select_from(
    conversations.join(contacts, contacts.c.id == _C.contact_id).outerjoin(staff, staff.c.id == _C.staff_id)
)


def rows(connection: Connection, *which: sa.ColumnElement[bool]) -> list[Row]:
    """The conversations for which all of `which` holds, with their labels, in the order in which they opened."""
    found = [Row(**row._mapping) for row in connection.execute(_ROW.where(*which).order_by(_C.id))]
    if found:
        _label(connection, {row.id: row for row in found})
    return found


def newest_of(connection: Connection, contact_ids: Collection[int]) -> dict[int, Row]:
    """The latest conversation of each of these contacts: the open one where there is one."""
    newest = sa.select(sa.func.max(_C.id)).where(_C.contact_id.in_(contact_ids)).group_by(_C.contact_id)
    return {row.contact_id: row for row in rows(connection, _C.id.in_(newest))}


def see_typing(connection: Connection, found: Collection[Row], now: dt.datetime) -> None:
    """Fill in who types right now in each of these."""
    by_contact = {row.contact_id: row for row in found}
    query = (
        sa.select(lookers.c.contact_id, staff.c.name)
        .join(staff, staff.c.id == lookers.c.staff_id)
        .where(lookers.c.contact_id.in_(by_contact), lookers.c.typed_at > now - looking.TYPES_FOR)
        .order_by(staff.c.name)
    )
    for contact_id, name in connection.execute(query):
        by_contact[contact_id].typing += (name,)


def _label(connection: Connection, found: dict[int, Row]) -> None:
    query = (
        sa.select(conversation_labels.c.conversation_id, labels.c.name, labels.c.colour)
        .join(labels, labels.c.id == conversation_labels.c.label_id)
        .where(conversation_labels.c.conversation_id.in_(found))
        .order_by(labels.c.name)
    )
    for conversation_id, name, colour in connection.execute(query):
        found[conversation_id].labels += ((name, colour),)
