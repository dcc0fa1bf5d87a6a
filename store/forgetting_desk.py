"""Forgetting what the team keeps of a contact: conversations, notes, promises, and what is relayed to its group."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.absorption import family
from store.forgetting_steps import AT_ONCE, GONE, Step, blank, delete, of
from store.tables import (
    adjustments,
    contact_tags,
    contacts,
    conversations,
    distinct_contacts,
    drafts,
    group_posts,
    group_topics,
    looking,
    mentions,
    merges,
    notes,
    owner_changes,
    promises,
)


def leave(connection: Connection, ids: list[int], now: dt.datetime) -> None:
    """Close what is open with people, and let go of what they promised: there is nobody to keep it to."""
    had = sa.select(contacts.c.id, contacts.c.owner, contacts.c.seq)
    held = had.where(contacts.c.id.in_(ids), contacts.c.owner != "bot")
    for row in connection.execute(held).all():
        change = {"before": row.owner, "after": "bot", "by": "rule", "why": GONE, "seq": row.seq}
        connection.execute(owner_changes.insert().values(contact_id=row.id, at=now, **change))
    open_one = sa.and_(conversations.c.contact_id.in_(ids), conversations.c.state != "closed")
    closed = {"state": "closed", "closed_at": now, "close_reason": GONE, "moved_at": now, "unread": 0}
    no_more = dict.fromkeys(("waiting_since", "snoozed_until", "look_at"))
    connection.execute(conversations.update().where(open_one).values(**closed, **no_more))
    promised = sa.and_(promises.c.contact_id.in_(ids), promises.c.state == "open")
    let_go = {"state": "cancelled", "reason": GONE, "settled_at": now, "look_at": None}
    connection.execute(promises.update().where(promised).values(**let_go))
    waiting = sa.and_(adjustments.c.contact_id.in_(ids), adjustments.c.state == "waiting")
    connection.execute(adjustments.update().where(waiting).values(state="refused", decided_at=now))


def _notes(connection: Connection, contact_id: int) -> bool:
    """Delete some of the team's notes, with who was mentioned in them; whether there may be more."""
    some = connection.scalars(sa.select(notes.c.id).where(of(notes, contact_id)).limit(AT_ONCE)).all()
    connection.execute(mentions.delete().where(mentions.c.note_id.in_(some)))
    connection.execute(notes.delete().where(notes.c.id.in_(some)))
    return len(some) == AT_ONCE


def _posts(connection: Connection, contact_id: int) -> bool:
    """Delete some of what was relayed to the team's group; whether there may be more."""
    topics = sa.select(group_topics.c.id).where(of(group_topics, contact_id))
    some = sa.select(group_posts.c.id).where(group_posts.c.topic_id.in_(topics)).limit(AT_ONCE)
    return connection.execute(group_posts.delete().where(group_posts.c.id.in_(some))).rowcount == AT_ONCE


def _twins(connection: Connection, contact_id: int) -> bool:
    """Forget who looked like the contact, and what would part again who was joined with them."""
    mine = family(contact_id).scalar_subquery()
    for column in (distinct_contacts.c.first_id, distinct_contacts.c.second_id):
        connection.execute(distinct_contacts.delete().where(column.in_(mine)))
    for column in (merges.c.kept_id, merges.c.gone_id):
        connection.execute(merges.update().where(column.in_(mine)).values(moved={}))
    return False


STEPS: tuple[Step, ...] = (
    blank(
        conversations,
        sa.or_(
            conversations.c.session_id.is_not(None),
            conversations.c.last_text != "",
            conversations.c.rating_text != "",
        ),
        session_id=None,
        last_text="",
        rating_text="",
    ),
    delete(drafts),
    delete(looking),
    delete(contact_tags),
    _posts,
    _twins,
    _notes,
    blank(promises, promises.c.text != "", text="", reason=GONE),
    blank(adjustments, adjustments.c.reason != "", reason=""),
)
"""What is forgotten, once the log of changes has let go of it and before the dialogues go."""
