"""The team's group in a messaging app: each customer's topic, how far it was told, and the bot's own answers."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Utc, metadata

group_topics = sa.Table(
    "group_topics",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, unique=True),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("thread", sa.BigInteger),  # null: to be made
    sa.Column("conversation_id", sa.ForeignKey("conversations.id")),  # the one that is told; null: none is open
    sa.Column("told", sa.Integer, nullable=False, server_default="0"),  # the last place that was told
    sa.Column("told_change", sa.BigInteger, nullable=False, server_default="0"),  # the last change of owner
    sa.Column("leased_until", Utc),
    sa.UniqueConstraint("chat", "thread"),
    sa.Index("ix_group_topics_conversation_id", "conversation_id"),
)

group_posts = sa.Table(  # what the bot answers the team there, until it is said
    "group_posts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("topic_id", sa.ForeignKey("group_topics.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),  # in Sapa's HTML subset
    sa.Column("message_id", sa.ForeignKey("outbox.id"), index=True),  # set: this one did not reach the customer
    sa.Column("at", Utc, nullable=False),
)
