"""The team's group in a messaging app: one topic for each customer, and what is relayed both ways."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

group_topics = sa.Table(
    "group_topics",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("thread", sa.BigInteger),  # null: to be made
    sa.Column("title", sa.String(128), nullable=False, server_default=""),
    sa.Column("made_at", Utc),
    sa.UniqueConstraint("contact_id", "chat"),
    sa.UniqueConstraint("chat", "thread"),
)

group_posts = sa.Table(  # what is to be said in the group
    "group_posts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("topic_id", sa.ForeignKey("group_topics.id"), nullable=False),
    sa.Column("key", sa.String(64), nullable=False, unique=True),  # what it tells: inbox:ID, outbox:ID, ...
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # queued, sending, sent, failed
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("message", sa.String(64)),  # the group's id of the message that carries it, once sent
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index(
        "ix_group_posts_queued",
        "topic_id",
        "id",
        sqlite_where=sa.text("state IN ('queued','sending')"),
        postgresql_where=sa.text("state IN ('queued','sending')"),
    ),
    sa.Index("ix_group_posts_message", "topic_id", "message"),
)
