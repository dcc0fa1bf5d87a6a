"""The team's group: which topic is whose, how far each was told, and what the bot has to say there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import talk_lines
from store.prepared import insert
from store.staff_sessions import Staff
from store.tables import contacts, conversations, group_posts, group_topics, outbox, owner_changes, staff
from store.talk_line import Line

CONTEXT = 5  # places before a conversation was opened that are told with it


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's topic; `thread` is the group's id of it, None until it is made.

    `told` is the last place that was told there, `told_change` the last change of owner, `conversation_id` the
    conversation they belong to, None when none is being told.
    """

    id: int
    contact_id: int
    chat: str
    thread: int | None
    conversation_id: int | None
    told: int
    told_change: int


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """Something the bot has to say there: `text`, or that what `name` wrote did not arrive.

    `payload` and `reason` are that message's own, then; `payload` is None otherwise.
    """

    id: int
    text: str
    name: str = ""
    payload: dict[str, Any] | None = None
    reason: str = ""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a topic has not been told. `opened`: it begins with another conversation than the last one told.

    `closed`: that conversation is over. `seq` and `change` are told once everything here is. `posts` are the
    bot's own answers, by their ids.
    """

    public_id: str
    lines: list[Line]
    posts: list[Post]
    seq: int
    change: int
    conversation_id: int | None
    opened: bool
    closed: bool
    erased: bool


_POSTS = (
    sa.select(
        group_posts.c.id,
        group_posts.c.text,
        sa.func.coalesce(staff.c.name, "").label("name"),
        outbox.c.payload,
        sa.func.coalesce(outbox.c.reason, "").label("reason"),
    )
    .select_from(group_posts.outerjoin(outbox).outerjoin(staff, staff.c.public_id == outbox.c.author))
    .order_by(group_posts.c.id)
)
_TOPIC = sa.select(*(group_topics.c[name] for name in Topic.__struct_fields__))


def waiting(connection: Connection, chat: str, now: dt.datetime, most: int) -> list[int]:
    """The contacts whose topics have something to be told, those first who wait longest."""
    free = sa.or_(group_topics.c.leased_until.is_(None), group_topics.c.leased_until <= now)
    changed = sa.exists().where(
        owner_changes.c.contact_id == contacts.c.id, owner_changes.c.id > group_topics.c.told_change
    )
    unknown = sa.or_(
        group_topics.c.id.is_(None),
        group_topics.c.chat != chat,
        group_topics.c.conversation_id.is_distinct_from(conversations.c.id),
    )
    held = (
        sa.select(conversations.c.contact_id, conversations.c.moved_at)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(group_topics, group_topics.c.contact_id == conversations.c.contact_id)
        .where(
            conversations.c.state != "closed",
            sa.or_(unknown, sa.and_(free, sa.or_(contacts.c.seq > group_topics.c.told, changed))),
        )
    )
    told = sa.select(group_topics.c.contact_id, conversations.c.moved_at).join(
        conversations, conversations.c.id == group_topics.c.conversation_id
    )
    over = told.where(conversations.c.state == "closed", free)
    answers = sa.select(group_topics.c.contact_id, group_posts.c.at).join(group_posts).where(free)
    erased = sa.select(contacts.c.id, contacts.c.erased_at).join(
        group_topics, group_topics.c.contact_id == contacts.c.id
    )
    gone = erased.where(contacts.c.erased_at.is_not(None), free)
    every = sa.union_all(held, over, answers, gone).subquery()
    first = sa.func.min(every.c.moved_at)
    return list(
        connection.scalars(sa.select(every.c.contact_id).group_by(every.c.contact_id).order_by(first).limit(most))
    )


def lease(connection: Connection, chat: str, contact_id: int, now: dt.datetime, until: dt.datetime) -> Topic | None:
    """The contact's topic, for one teller alone until it is given back; None when another has it.

    A topic in another group counts as not made.
    """
    connection.execute(insert(group_topics).values(contact_id=contact_id, chat=chat).on_conflict_do_nothing())
    mine = group_topics.c.contact_id == contact_id
    moved = group_topics.update().where(mine, group_topics.c.chat != chat)
    connection.execute(moved.values(chat=chat, thread=None, conversation_id=None, told=0, told_change=0))
    free = sa.or_(group_topics.c.leased_until.is_(None), group_topics.c.leased_until <= now)
    if not connection.execute(group_topics.update().where(mine, free).values(leased_until=until)).rowcount:
        return None
    return Topic(**connection.execute(_TOPIC.where(mine)).one()._mapping)


def give_back(connection: Connection, topic_id: int) -> None:
    """Let go of a topic."""
    connection.execute(group_topics.update().where(group_topics.c.id == topic_id).values(leased_until=None))


def news(connection: Connection, topic: Topic) -> News:
    """What the topic has not been told, in order."""
    contact = connection.execute(
        sa.select(contacts.c.public_id, contacts.c.seq, contacts.c.erased_at).where(
            contacts.c.id == topic.contact_id
        )
    ).one()
    ours = sa.or_(conversations.c.state != "closed", conversations.c.id == topic.conversation_id)
    opened = connection.execute(
        sa.select(conversations.c.id, conversations.c.closed_at, conversations.c.state)
        .where(conversations.c.contact_id == topic.contact_id, ours)
        .order_by(conversations.c.id)
        .limit(1)
    ).one_or_none()
    posts = connection.execute(_POSTS.where(group_posts.c.topic_id == topic.id))
    anew = opened is not None and opened.id != topic.conversation_id
    told, change = _begin(connection, topic) if anew else (topic.told, topic.told_change)
    closed_at = opened.closed_at if opened is not None and opened.state == "closed" else None
    lines = _lines(connection, topic.contact_id, told, change, closed_at) if opened is not None else []
    return News(
        public_id=contact.public_id,
        lines=lines,
        posts=[Post(**row._mapping) for row in posts],
        seq=contact.seq,
        change=max([change, *(int(line.id.removeprefix("owner-")) for line in lines if line.speaker == "owner")]),
        conversation_id=opened.id if opened is not None else None,
        opened=anew,
        closed=closed_at is not None,
        erased=contact.erased_at is not None,
    )


def tell(connection: Connection, topic_id: int, **told: object) -> None:
    """Note how far the topic was told: `told`, `told_change`, `conversation_id`, `thread`."""
    connection.execute(group_topics.update().where(group_topics.c.id == topic_id).values(**told))


def move(connection: Connection, chat: str, to: str) -> None:
    """The group has another id; its topics are the same."""
    connection.execute(group_topics.update().where(group_topics.c.chat == chat).values(chat=to))


def remove(connection: Connection, topic_id: int) -> None:
    """Forget a topic that is not there any more."""
    connection.execute(group_posts.delete().where(group_posts.c.topic_id == topic_id))
    connection.execute(group_topics.delete().where(group_topics.c.id == topic_id))


def find(connection: Connection, chat: str, thread: int) -> tuple[int, int, str] | None:
    """The topic with this id in the group: its own id, its customer's, and the customer's public id."""
    here = group_topics.c.chat == chat, group_topics.c.thread == thread
    row = connection.execute(
        sa.select(group_topics.c.id, contacts.c.id, contacts.c.public_id).join(contacts).where(*here)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def writer(connection: Connection, telegram: str, now: dt.datetime) -> Staff | None:
    """The member of staff whom the group's platform knows by this id; None for nobody who works here."""
    columns = [staff.c[name] for name in ("id", "public_id", "email", "name", "role", "language", "branch_id")]
    row = connection.execute(sa.select(*columns).where(staff.c.telegram == telegram, staff.c.active)).one_or_none()
    return Staff(**row._mapping, csrf="", session="", seen_at=now) if row else None


def post(connection: Connection, topic_id: int, text: str, now: dt.datetime) -> None:
    """Have something said in a topic; `text` is in Sapa's HTML subset."""
    connection.execute(group_posts.insert().values(topic_id=topic_id, text=text, at=now))


def posted(connection: Connection, ids: Collection[int]) -> None:
    """What the bot had to say was said."""
    connection.execute(group_posts.delete().where(group_posts.c.id.in_(ids)))


def _begin(connection: Connection, topic: Topic) -> tuple[int, int]:
    """Where the telling of a conversation begins: a few places before people got it."""
    first = sa.select(owner_changes.c.id, owner_changes.c.seq).where(
        owner_changes.c.contact_id == topic.contact_id, owner_changes.c.before == "bot"
    )
    row = connection.execute(first.order_by(owner_changes.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return topic.told, topic.told_change
    return max(topic.told, row.seq - CONTEXT), max(topic.told_change, row.id - 1)


def _lines(
    connection: Connection, contact_id: int, told: int, change: int, closed_at: dt.datetime | None
) -> list[Line]:
    said = [line for line in talk_lines.after(connection, contact_id, told).lines if line.speaker != "owner"]
    # A change of owner stands after a place that may be told already.
    changes = talk_lines.changes_after(connection, contact_id, change)
    every = [line for line in (*said, *changes) if closed_at is None or line.at <= closed_at]
    return sorted(every, key=lambda line: (line.seq, line.speaker == "owner", line.at))
