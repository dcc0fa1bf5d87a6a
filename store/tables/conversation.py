"""What is said, what waits to be said, and the dialogues behind it."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("external_id", sa.String(128), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # tried, done, parked, ignored
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("contact_id", sa.ForeignKey("contacts.id")),
    sa.Column("seq", sa.Integer),  # its place in the contact's conversation
    sa.Column("kind", sa.String(12), nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("details", Json),  # button, media, place, ...; the raw event while tried or parked
    sa.Column("error", sa.Text),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("channel", "account", "external_id"),
    sa.Index("ix_inbox_contact_id_seq", "contact_id", "seq"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("sender", sa.String(128), nullable=False),  # the chat it goes to
    sa.Column("lane", sa.Integer, nullable=False),  # 0 reply, 1 service, 2 marketing
    # queued, claimed, sending, sent, failed, unknown, skipped
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("payload", Json, nullable=False),
    # Its place in the conversation: given by the turn that says it; to a scheduled message when it is sent.
    sa.Column("seq", sa.Integer),
    sa.Column("author", sa.String(24), nullable=False, server_default="bot"),
    sa.Column("kind", sa.String(16), nullable=False, server_default=""),  # of what nobody asked for
    sa.Column("campaign_id", sa.BigInteger),  # whose message it is
    sa.Column("begun_at", Utc),  # when it took its place among the messages nobody asked for
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),  # attempts that ended with their sender
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("leased_until", Utc),
    sa.Column("external_id", sa.String(128)),  # the provider's id once sent
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("sent_at", Utc),
    sa.Index("ix_outbox_contact_id_seq", "contact_id", "seq"),
    sa.Index(  # how often a contact was written to
        "ix_outbox_begun",
        "contact_id",
        "begun_at",
        sqlite_where=sa.text("begun_at IS NOT NULL"),
        postgresql_where=sa.text("begun_at IS NOT NULL"),
    ),
    sa.Index(  # what to claim next, and the leases that ran out
        "ix_outbox_pending",
        "channel",
        "account",
        "state",
        "lane",
        "due_at",
        "id",
        sqlite_where=sa.text("state IN ('queued','claimed','sending')"),
        postgresql_where=sa.text("state IN ('queued','claimed','sending')"),
    ),
    sa.Index(  # what a contact still waits for: order holds per contact and lane
        "ix_outbox_waiting",
        "contact_id",
        "lane",
        "id",
        sqlite_where=sa.text("state IN ('queued','claimed','sending')"),
        postgresql_where=sa.text("state IN ('queued','claimed','sending')"),
    ),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("identity_id", sa.ForeignKey("identities.id"), nullable=False, index=True),  # where it last spoke
    sa.Column("flow", sa.String(64), nullable=False),
    sa.Column("revision", sa.String(16), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # asking, interrupted, waiting, ended
    sa.Column("depth", sa.Integer, nullable=False, server_default="0"),  # place in the stack of interrupted ones
    sa.Column("token", sa.Integer, nullable=False, server_default="0"),  # the step that is parked
    sa.Column("record", sa.Text, nullable=False),  # talk.journal.Record
    sa.Column("exit", sa.String(16), nullable=False, server_default=""),
    sa.Column("restarts", sa.Integer, nullable=False, server_default="0"),  # fresh starts after a code change
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Index(
        "ix_sessions_open",
        "contact_id",
        "state",
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    ),
    sa.Index(
        "uq_sessions_asking",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("state = 'asking'"),
        postgresql_where=sa.text("state = 'asking'"),
    ),
)

due = sa.Table(
    "due",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),  # deadline, wake, flow
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("session_id", sa.ForeignKey("sessions.id")),
    sa.Column("flow", sa.String(64), nullable=False, server_default=""),  # what to start, for the kind flow
    sa.Column("args", Json),
    sa.Column("token", sa.Integer, nullable=False, server_default="0"),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("at", Utc, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("parked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index(  # of a session that is forgotten
        "ix_due_session_id",
        "session_id",
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    ),
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), index=True),  # null: a picture of the business
    sa.Column("channel", sa.String(16), nullable=False, server_default=""),
    sa.Column("account", sa.String(64), nullable=False, server_default=""),
    sa.Column("ref", sa.String(256), nullable=False, server_default=""),  # the platform's name for it
    sa.Column("state", sa.String(8), nullable=False),  # pending, kept, refused
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("type", sa.String(64), nullable=False, server_default=""),
    sa.Column("name", sa.String(200), nullable=False, server_default=""),
    sa.Column("digest", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("created_at", Utc, nullable=False),  # when it was sent, the last time if more than once
    sa.Column("size", sa.Integer, nullable=False, server_default="0"),  # of the bytes that stand here, in pieces
    sa.Column("same_as", sa.ForeignKey("media.id")),  # the contact's file where the same bytes stand
    sa.UniqueConstraint("channel", "account", "ref", "contact_id"),
    sa.Index(
        "ix_media_pending",
        "due_at",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
    sa.Index(  # customers' files that time will take
        "ix_media_aging",
        "created_at",
        sqlite_where=sa.text("contact_id IS NOT NULL AND (state <> 'refused' OR size > 0)"),
        postgresql_where=sa.text("contact_id IS NOT NULL AND (state <> 'refused' OR size > 0)"),
    ),
)

media_pieces = sa.Table(  # bytes, in pieces of a megabyte: no write holds the database for long
    "media_pieces",
    metadata,
    sa.Column("media_id", sa.ForeignKey("media.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

links_used = sa.Table(  # personal links that were opened, until they would have expired anyway
    "links_used",
    metadata,
    sa.Column("nonce", sa.String(24), primary_key=True),
    sa.Column("expires_at", Utc, nullable=False, index=True),
)
