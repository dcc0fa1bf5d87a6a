"""The ledger: an entry moves points from one account to another; entries and draws are only ever added."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Utc, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),  # member, issued, redeemed, expired, donated
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), unique=True),
    # A member's pockets: what can be spent, what cannot yet, what a redemption holds, and what is owed. The
    # business's own accounts stay at 0 and are summed from entries, so that no two members wait for one row.
    sa.Column("balance", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column(
        "pending",
        sa.BigInteger,
        sa.CheckConstraint("pending >= 0", name="pending_not_negative"),
        nullable=False,
        server_default="0",
    ),
    sa.Column(
        "held",
        sa.BigInteger,
        sa.CheckConstraint("held >= 0", name="held_not_negative"),
        nullable=False,
        server_default="0",
    ),
    sa.Column(
        "debt",
        sa.BigInteger,
        sa.CheckConstraint("debt >= 0", name="debt_not_negative"),
        nullable=False,
        server_default="0",
    ),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("tier", sa.String(32), nullable=False, server_default=""),  # and until when it is kept
    sa.Column("tier_until", Utc),
    sa.Column("frozen_at", Utc),  # nothing is redeemed and no voucher used: the phone was stolen
    sa.Column("frozen_why", sa.String(64), nullable=False, server_default=""),
    sa.CheckConstraint("kind <> 'member' OR balance >= 0", name="member_not_negative"),
    sa.Index("ix_accounts_tier", "tier", "contact_id"),
    sa.Index(
        "ix_accounts_tier_until",
        "tier_until",
        sqlite_where=sa.text("tier_until IS NOT NULL"),
        postgresql_where=sa.text("tier_until IS NOT NULL"),
    ),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),  # idempotency
    sa.Column("kind", sa.String(8), nullable=False),  # store.ledger_kinds says what each moves
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
    sa.Column("matures_at", Utc),  # of pending points: when they can be spent
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
    sa.Index(
        "ix_lots_maturity",
        "matures_at",
        sqlite_where=sa.text('"left" > 0 AND matures_at IS NOT NULL'),
        postgresql_where=sa.text('"left" > 0 AND matures_at IS NOT NULL'),
    ),
)

draws = sa.Table(  # which lots an entry took its points from, or gave them back to
    "draws",
    metadata,
    sa.Column("entry_id", sa.ForeignKey("entries.id"), primary_key=True),
    sa.Column("lot_id", sa.ForeignKey("lots.id"), primary_key=True, index=True),
    sa.Column("points", sa.BigInteger, nullable=False),  # below zero: given back
)

holds = sa.Table(  # points set aside for a redemption until it is posted or voided
    "holds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("reward_id", sa.ForeignKey("rewards.id")),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # held, posted, voided, restored
    sa.Column("at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Index(
        "ix_holds_open",
        "expires_at",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    ),
)

tier_changes = sa.Table(  # append-only: how a member came to each tier
    "tier_changes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("tier", sa.String(32), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),  # reached, kept, fell, programme
    sa.Column("until", Utc),
    sa.Column("at", Utc, nullable=False),
)

adjustments = sa.Table(  # points given or taken by hand; above a limit a second person decides
    "adjustments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("points", sa.Integer, nullable=False),  # negative: taken
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # waiting, posted, refused
    sa.Column("decided_by", sa.ForeignKey("staff.id")),
    sa.Column("at", Utc, nullable=False),
    sa.Column("decided_at", Utc),
    sa.Index(
        "ix_adjustments_waiting",
        "at",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)
