"""Conversations that people have with customers: who has which, what is owed in it, and what the team notes."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

queues = sa.Table(  # where conversations wait, by topic and language
    "queues",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("topic", sa.String(32), nullable=False, index=True),  # general, points, complaint, ...
    sa.Column("names", Json, nullable=False),  # by language
    sa.Column("languages", Json, nullable=False),  # whose customers it takes; empty: everybody's
    sa.Column("hours", Json),  # as in a programme; null: the team's
    sa.Column("assign", sa.String(12), nullable=False),  # hand, round_robin, least_busy
    sa.Column("first_minutes", sa.Integer, nullable=False),  # to the first answer, in business hours
    sa.Column("resolve_minutes", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

staff_queues = sa.Table(  # who serves which queue; a member of staff without a row serves all
    "staff_queues",
    metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("queue_id", sa.ForeignKey("queues.id"), primary_key=True, index=True),
)

conversations = sa.Table(  # from the moment a person is wanted until it is closed; one open for each contact
    "conversations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("queue_id", sa.ForeignKey("queues.id"), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # queued, held, snoozed, closed
    sa.Column("staff_id", sa.ForeignKey("staff.id")),  # who has it, or had it when it was snoozed or closed
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False, server_default=""),  # where the customer wrote last
    sa.Column("why", sa.String(64), nullable=False),  # asked, failed, people_only, deceased, staff, ...
    # What the bot was doing when a person was wanted.
    sa.Column("session_id", sa.ForeignKey("sessions.id"), index=True),
    sa.Column("flow", sa.String(64), nullable=False, server_default=""),
    sa.Column("step", sa.String(128), nullable=False, server_default=""),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("moved_at", Utc, nullable=False),  # when anything of it changed last: what streams resume from
    # The customer's last line, or the team's, for lists.
    sa.Column("last_text", sa.String(200), nullable=False, server_default=""),
    sa.Column("last_kind", sa.String(12), nullable=False, server_default=""),
    sa.Column("last_by", sa.String(8), nullable=False, server_default=""),  # customer, bot, staff
    sa.Column("last_at", Utc),
    sa.Column("unread", sa.Integer, nullable=False, server_default="0"),  # of the customer's, since staff looked
    sa.Column("waiting_since", Utc),  # null: the customer's turn
    sa.Column("assigned_at", Utc),
    sa.Column("snoozed_until", Utc),
    # Targets, in business hours already.
    sa.Column("first_due_at", Utc),
    sa.Column("first_replied_at", Utc),
    sa.Column("resolve_due_at", Utc),
    sa.Column("resolve_left", sa.Integer),  # seconds that are left while it is the customer's turn; null: they run
    sa.Column("warned", sa.String(8), nullable=False, server_default=""),  # first, resolve: warned of last
    sa.Column("escalated", sa.String(8), nullable=False, server_default=""),
    sa.Column("look_at", Utc),  # the next moment at which time alone changes something
    sa.Column("answer_promised_at", Utc),  # what the customer was told, out of hours
    sa.Column("closed_at", Utc),
    sa.Column("closed_by", sa.ForeignKey("staff.id")),
    sa.Column("close_reason", sa.String(24), nullable=False, server_default=""),
    sa.Column("reopened", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rating", sa.SmallInteger),  # 1 to 5
    sa.Column("rating_text", sa.Text, nullable=False, server_default=""),
    sa.Column("rated_at", Utc),
    sa.Column("merged_into", sa.ForeignKey("conversations.id")),
    sa.Index(
        "uq_conversations_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
    sa.Index("ix_conversations_contact_id", "contact_id", "id"),
    sa.Index("ix_conversations_opened_at", "queue_id", "opened_at"),
    sa.Index(  # a queue's list: who waits, the longest first; then the others
        "ix_conversations_listed",
        "state",
        "queue_id",
        "waiting_since",
        "moved_at",
        "id",
        "language",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
    sa.Index(
        "ix_conversations_staff",
        "staff_id",
        "state",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
    sa.Index("ix_conversations_moved_at", "moved_at"),
    sa.Index(
        "ix_conversations_snoozed",
        "snoozed_until",
        "id",
        sqlite_where=sa.text("state = 'snoozed'"),
        postgresql_where=sa.text("state = 'snoozed'"),
    ),
    sa.Index(
        "ix_conversations_closed",
        "closed_at",
        "id",
        sqlite_where=sa.text("state = 'closed'"),
        postgresql_where=sa.text("state = 'closed'"),
    ),
    sa.Index(
        "ix_conversations_look_at",
        "look_at",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    ),
)

owner_changes = sa.Table(  # append-only: who had a contact's conversation, since when, and why it changed
    "owner_changes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id")),
    sa.Column("seq", sa.Integer, nullable=False),  # after which place in the conversation
    sa.Column("before", sa.String(24), nullable=False),  # bot, queue, snoozed, blocked, or staff's public id
    sa.Column("after", sa.String(24), nullable=False),
    sa.Column("until", Utc),
    sa.Column("by", sa.String(64), nullable=False),  # staff:PUBLIC_ID, customer, rule
    sa.Column("why", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_owner_changes_contact_id", "contact_id", "id"),
)

notes = sa.Table(  # what the team writes to itself, at its place in the conversation
    "notes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_notes_contact_id", "contact_id", "seq"),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("note_id", sa.ForeignKey("notes.id"), primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("seen_at", Utc),
    sa.Index("ix_mentions_staff_id", "staff_id", "note_id"),
    sa.Index(
        "ix_mentions_unseen",
        "staff_id",
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    ),
)

labels = sa.Table(
    "labels",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("colour", sa.String(7), nullable=False),
)

conversation_labels = sa.Table(
    "conversation_labels",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("label_id", sa.ForeignKey("labels.id"), primary_key=True, index=True),
)

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("shortcut", sa.String(32), nullable=False, unique=True),
    sa.Column("title", sa.String(100), nullable=False),
    sa.Column("texts", Json, nullable=False),  # by language
    sa.Column("queue_id", sa.ForeignKey("queues.id")),  # null: everywhere
    sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("changed_at", Utc, nullable=False),
)

promises = sa.Table(
    "promises",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),  # who answers for it
    sa.Column("made_by", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("text", sa.String(300), nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("state", sa.String(9), nullable=False),  # open, kept, cancelled
    sa.Column("look_at", Utc),  # the reminder's, the slip's or the escalation's moment, whichever is next
    sa.Column("reminded_at", Utc),
    sa.Column("told_at", Utc),  # when the customer was told that it slips
    sa.Column("escalated_at", Utc),
    sa.Column("settled_at", Utc),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),  # why it was cancelled
    sa.Column("created_at", Utc, nullable=False),
    sa.Index(
        "ix_promises_look_at",
        "look_at",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    ),
    sa.Index("ix_promises_due_at", "state", "due_at"),
)

drafts = sa.Table(  # what somebody began to write and has not sent
    "drafts",
    metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

looking = sa.Table(  # who has whose conversation open right now
    "looking",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("typed_at", Utc),
)

choices = sa.Table(  # what the house has set on its pages: the team's hours, limits, days
    "choices",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", Json, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
)

search_lines = sa.Table(  # the words of every message and note, folded, for finding them
    "search_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("source", sa.String(6), nullable=False),  # inbox, outbox, note
    sa.Column("row_id", sa.BigInteger, nullable=False),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.UniqueConstraint("source", "row_id"),
)
