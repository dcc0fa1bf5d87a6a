"""Every table, in SQLAlchemy Core, the same on SQLite and PostgreSQL.

Times are aware UTC (`Utc`), money and points integers, documents JSON in text (`Json`). Python-side defaults are
not used: prepared statements go to the driver as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect


@lru_cache(maxsize=256)
def _as_text(moment: dt.datetime | None) -> str | None:
    """A moment as SQLite keeps it; most rows of a turn are of the same one, and writing it takes 2 µs."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("A moment without its time zone reached the store; use an aware datetime.")
    return moment.astimezone(dt.UTC).isoformat(" ", "microseconds")[:26]


@lru_cache(maxsize=256)
def _as_moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(f"{text}+00:00")


class Utc(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC: `timestamptz` on PostgreSQL, sortable text with microseconds on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(26))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    # A decorator's own processors call three functions for each value; a turn binds a dozen moments.

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """The moment as text, on SQLite. Raises ValueError for one without its time zone."""
        return _as_text if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """The moment from its text, on SQLite."""
        return _as_moment if dialect.name == "sqlite" else None


class Json(sa.types.TypeDecorator[Any]):
    """A document read and written whole: JSON in text on both databases."""

    impl = sa.Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """The document as text."""
        return _as_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """The document from its text."""
        return _as_document


def _as_json(document: Any) -> str | None:
    return None if document is None else msgspec.json.encode(document).decode()


def _as_document(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False, server_default="customer"),
    sa.Column("number", sa.String(64), unique=True),  # the business's own customer number
    sa.Column("name", sa.String(200), nullable=False, server_default=""),
    sa.Column("call_me", sa.String(64), nullable=False, server_default=""),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("language_chosen", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("drift", sa.String(8), nullable=False, server_default=""),  # "ms:1": written once in Malay
    sa.Column("timezone", sa.String(64), nullable=False, server_default=""),
    sa.Column("phone", sa.String(20), index=True),
    sa.Column("email", sa.String(254), index=True),
    sa.Column("birthday", sa.Date),
    sa.Column("city", sa.String(64), nullable=False, server_default=""),
    # Who owns the conversation: bot, queue, or a person's id; and until when.
    sa.Column("owner", sa.String(24), nullable=False, server_default="bot"),
    sa.Column("owner_until", Utc),
    sa.Column("marketing", sa.String(9), nullable=False, server_default="unasked"),  # granted, withdrawn
    sa.Column("proactive_at", Utc),  # when a message nobody asked for was last sent
    sa.Column("welcomed_at", Utc),
    sa.Column("seen_at", Utc),
    sa.Column("seq", sa.Integer, nullable=False, server_default="0"),  # last place given in the conversation
    sa.Column("flood", sa.Float, nullable=False, server_default="0"),  # events above the allowed rate
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("merged_into", sa.ForeignKey("contacts.id")),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("sender", sa.String(128), nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Utc, nullable=False),
    sa.UniqueConstraint("channel", "account", "sender"),
)

consents = sa.Table(  # append-only
    "consents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("wording", sa.String(64), nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

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
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("identity_id", sa.ForeignKey("identities.id"), nullable=False),  # where it last spoke
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
    sa.Column("kind", sa.String(16), nullable=False),  # deadline, wake
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("session_id", sa.ForeignKey("sessions.id")),
    sa.Column("token", sa.Integer, nullable=False, server_default="0"),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("at", Utc, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("parked", sa.Boolean, nullable=False, server_default=sa.false()),
)

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("next_run", Utc, nullable=False, index=True),
)

runs = sa.Table(  # one row a process: how an unclean stop is noticed
    "runs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("host", sa.String(128), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("roles", sa.String(64), nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("unclean", sa.Boolean, nullable=False, server_default=sa.false()),
)

buckets = sa.Table(  # the sending rate of one account: a line of time that its senders lease stretch by stretch
    "buckets",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("account", sa.String(64), primary_key=True),
    # The first moment not yet taken, in microseconds since 1970.
    sa.Column("free_at", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("blocked_until", Utc),  # the provider said when
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

# The shop

branches = sa.Table(
    "branches",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("city", sa.String(64), nullable=False, server_default=""),
    sa.Column("timezone", sa.String(64), nullable=False, server_default=""),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("sku", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("names", Json),  # the name in other languages: {"zh": "..."}
    sa.Column("category", sa.String(64), nullable=False, server_default=""),
    sa.Column("price", sa.BigInteger, nullable=False),  # minor units
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("picture_id", sa.ForeignKey("media.id")),
)

rewards = sa.Table(
    "rewards",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("names", Json),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

tiers = sa.Table(
    "tiers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("names", Json),
    sa.Column("threshold", sa.Integer, nullable=False),  # points earned within a year
)

purchases = sa.Table(
    "purchases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    # What makes it known again: the order number, or the line itself and its count among equal lines.
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),  # minor units
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("product_id", sa.ForeignKey("products.id")),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Index("ix_purchases_contact_id_at", "contact_id", "at"),
)

# The ledger: an entry moves points from one account to another; entries and draws are only ever added.

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),  # member, issued, redeemed, expired
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), unique=True),
    # A member's points; the business's own accounts stay at 0 and are summed from entries, so that no two
    # members wait for one row.
    sa.Column("balance", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("opened_at", Utc, nullable=False),
    sa.CheckConstraint("kind <> 'member' OR balance >= 0", name="member_not_negative"),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),  # idempotency
    sa.Column("kind", sa.String(8), nullable=False),  # earn, spend, expire
    sa.Column("debit_id", sa.ForeignKey("accounts.id"), nullable=False),  # points leave it
    sa.Column("credit_id", sa.ForeignKey("accounts.id"), nullable=False),  # points enter it
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("purchase_id", sa.ForeignKey("purchases.id")),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("at", Utc, nullable=False),
    sa.Column("expires_at", Utc),  # when what it earned expires, so that lots can be rebuilt from entries
    sa.CheckConstraint("points > 0", name="points_positive"),
    # Members' sides alone: the business's own accounts have ids below zero and every entry has one of them.
    sa.Index(
        "ix_entries_debit_id_at",
        "debit_id",
        "at",
        sqlite_where=sa.text("debit_id > 0"),
        postgresql_where=sa.text("debit_id > 0"),
    ),
    sa.Index(
        "ix_entries_credit_id_at",
        "credit_id",
        "at",
        sqlite_where=sa.text("credit_id > 0"),
        postgresql_where=sa.text("credit_id > 0"),
    ),
)

lots = sa.Table(  # what an earning left to spend, first in first out
    "lots",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("entry_id", sa.ForeignKey("entries.id"), nullable=False, unique=True),
    sa.Column("earned_at", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.Column("left", sa.BigInteger, nullable=False),
    sa.CheckConstraint('"left" >= 0', name="left_not_negative"),
    sa.Index(
        "ix_lots_open",
        "account_id",
        "earned_at",
        "id",
        sqlite_where=sa.text('"left" > 0'),
        postgresql_where=sa.text('"left" > 0'),
    ),
    sa.Index(
        "ix_lots_expiry",
        "expires_at",
        sqlite_where=sa.text('"left" > 0 AND expires_at IS NOT NULL'),
        postgresql_where=sa.text('"left" > 0 AND expires_at IS NOT NULL'),
    ),
)

draws = sa.Table(  # which lots an entry took its points from
    "draws",
    metadata,
    sa.Column("entry_id", sa.ForeignKey("entries.id"), primary_key=True),
    sa.Column("lot_id", sa.ForeignKey("lots.id"), primary_key=True),
    sa.Column("points", sa.BigInteger, nullable=False),
)

program = sa.Table(  # the one row of rules
    "program",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("business", sa.String(100), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("points_per_unit", sa.Integer, nullable=False),  # points for one whole unit of the currency
    sa.Column("expiry_months", sa.Integer),  # null: points never expire
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # of the file
    sa.Column("lines_done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("added", sa.Integer, nullable=False, server_default="0"),
    sa.Column("changed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("known", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
    sa.Column("contacts", sa.Integer, nullable=False, server_default="0"),  # customers made by purchases
    sa.Column("points", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("finished_at", Utc),
    sa.UniqueConstraint("kind", "digest"),
)
