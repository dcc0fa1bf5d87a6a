"""Who works here, what they may do and did, and the programs that act for the business."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("email", sa.String(254), nullable=False, unique=True),  # lower case
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("role", sa.String(8), nullable=False),  # owner, admin, marketer, support, cashier, viewer
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("password", sa.String(200), nullable=False, server_default=""),  # argon2id; empty: invited
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("totp", sa.Text, nullable=False, server_default=""),  # the sealed secret; empty: none
    sa.Column("totp_at", Utc),  # since when it is asked for; null: begun, not confirmed
    sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),  # the last one used: never twice
    sa.Column("oidc", sa.String(255)),  # issuer and subject of whom the company's login knows
    sa.Column("telegram", sa.String(32)),  # their own id there, for the team's group
    # How they serve customers.
    sa.Column("languages", Json),  # null: whatever comes
    sa.Column("capacity", sa.Integer, nullable=False, server_default="8"),  # conversations at a time
    sa.Column("away", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("present_at", Utc),  # when a page of theirs was open last
    sa.Column("assigned_at", Utc),  # when a conversation was given to them last: whose turn it is
    sa.Index("uq_staff_oidc", "oidc", unique=True),
    sa.Index("uq_staff_telegram", "telegram", unique=True),
)

recovery_codes = sa.Table(  # for whoever lost their second factor
    "recovery_codes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("used_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # of the token in the cookie
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("address", sa.String(45), nullable=False, server_default=""),
    sa.Column("agent", sa.String(200), nullable=False, server_default=""),  # the browser, as it names itself
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
)

invitations = sa.Table(  # one-time links by which somebody chooses a password
    "invitations",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id")),  # null: whoever opens it becomes the first owner
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("used_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
)

attempts = sa.Table(  # failed log-ins, by account and by address; wrong codes at the till, by who typed them
    "attempts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False),  # account:…, address:IP, code:STAFF
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_attempts_key_at", "key", "at"),
)

audit = sa.Table(  # append-only: every change that a person or a program made
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("actor", sa.String(64), nullable=False),  # staff:PUBLIC_ID, api:PUBLIC_ID, command line
    sa.Column("action", sa.String(48), nullable=False),
    sa.Column("object", sa.String(96), nullable=False, server_default="", index=True),
    sa.Column("before", Json),
    sa.Column("after", Json),
    sa.Column("address", sa.String(45), nullable=False, server_default=""),
    sa.Column("at", Utc, nullable=False, index=True),
)

till_actions = sa.Table(  # what a cashier did, once for each press, and how it is undone
    "till_actions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),  # earn, redeem, join, link
    sa.Column("subject", sa.String(128), nullable=False),  # the purchase's or the use's key
    sa.Column("details", Json, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("undone_at", Utc),
    sa.Index("ix_till_actions_staff_id_at", "staff_id", "at"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("used_at", Utc),
    sa.Column("revoked_at", Utc),
)

api_answers = sa.Table(  # what a request with an Idempotency-Key was answered, for when it comes again
    "api_answers",
    metadata,
    sa.Column("api_key_id", sa.ForeignKey("api_keys.id"), primary_key=True),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),  # of the request
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("answer", Json, nullable=False),
    sa.Column("at", Utc, nullable=False, index=True),
)
