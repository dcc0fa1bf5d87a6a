"""The shop: where, what, and who bought it."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

branches = sa.Table(
    "branches",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("city", sa.String(64), nullable=False, server_default=""),
    sa.Column("timezone", sa.String(64), nullable=False, server_default=""),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
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
    sa.Column("about", sa.String(300), nullable=False, server_default=""),
    sa.Column("abouts", Json),
    sa.Column("cost", sa.BigInteger),  # minor units; null: not known
    sa.Column("stock", sa.Integer),  # null: as many as are wanted
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("repeatable", sa.Boolean, nullable=False, server_default=sa.true()),  # bought more than once
    sa.Column("refill_days", sa.Integer),  # how long one lasts; null: as purchases show
    sa.Column("address", sa.String(500), nullable=False, server_default=""),  # its page in the shop
)

rewards = sa.Table(  # as the programme file says, with what is left of them
    "rewards",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(8), nullable=False, server_default="voucher"),  # voucher, card, donation
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("names", Json),
    sa.Column("about", sa.String(1000), nullable=False, server_default=""),
    sa.Column("abouts", Json),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column(
        "stock", sa.Integer, sa.CheckConstraint("stock >= 0", name="stock_not_negative")
    ),  # null: as many as are wanted
    sa.Column("per_member", sa.Integer),
    sa.Column("tier", sa.String(32), nullable=False, server_default=""),  # the lowest that may have it
    sa.Column("starts_at", Utc),
    sa.Column("ends_at", Utc),
    sa.Column("valid_days", sa.Integer),  # of its vouchers; null: no end
    sa.Column("listed", sa.Boolean, nullable=False, server_default=sa.true()),  # false: given, not chosen
    sa.Column("place", sa.Integer, nullable=False, server_default="0"),
    sa.Column("picture_id", sa.ForeignKey("media.id")),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

vouchers = sa.Table(
    "vouchers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),  # idempotency
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("reward_id", sa.ForeignKey("rewards.id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),  # keyed hash of the code
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # the code, encrypted
    sa.Column("state", sa.String(9), nullable=False),  # valid, used, cancelled
    sa.Column("uses_left", sa.Integer),  # null: any number until it expires
    sa.Column("hold_key", sa.String(128)),  # of the points that paid for it
    sa.Column("issued_at", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.CheckConstraint("uses_left IS NULL OR uses_left >= 0", name="uses_not_negative"),
    sa.Index("ix_vouchers_contact_id", "contact_id", "issued_at"),
)

voucher_uses = sa.Table(
    "voucher_uses",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("voucher_id", sa.ForeignKey("vouchers.id"), nullable=False, index=True),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("by", sa.String(24), nullable=False, server_default=""),  # staff's public id, or an API key's
    sa.Column("at", Utc, nullable=False),
    sa.Column("undone_at", Utc),
)

KEPT = sa.text("(refunded = 0 OR refunded < amount)")  # purchases that were not paid back whole

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
    sa.Column("receipt", sa.String(64), nullable=False, server_default=""),  # the order number, as it is compared
    sa.Column("source", sa.String(8), nullable=False, server_default=""),  # till, api, claim; empty: a list
    sa.Column("refunded", sa.BigInteger, nullable=False, server_default="0"),  # minor units
    sa.Index(  # all that a customer's scores are summed from: ten million purchases are summed in half the time
        "ix_purchases_summed", "contact_id", "at", "amount", "refunded", "currency", "quantity", "product_id"
    ),
    # By these it is counted who bought something, or bought within a time.
    sa.Index(
        "ix_purchases_product",
        *("product_id", "at", "contact_id"),
        sqlite_where=KEPT,
        postgresql_where=KEPT,
    ),
    sa.Index(
        "ix_purchases_at",
        *("at", "contact_id", "branch_id"),
        sqlite_where=KEPT,
        postgresql_where=KEPT,
    ),
    sa.Index(
        "ix_purchases_receipt",
        "receipt",
        sqlite_where=sa.text("receipt <> ''"),
        postgresql_where=sa.text("receipt <> ''"),
    ),
)

customer_rhythms = sa.Table(  # how often a customer buys, made anew after each purchase
    "customer_rhythms",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("bought", sa.Integer, nullable=False, server_default="0"),  # on so many days
    sa.Column("gap_days", sa.Float),  # from one to the next, the median; null: too few
    sa.Column("last_at", Utc),
    sa.Column("spent", sa.BigInteger, nullable=False, server_default="0"),  # in the year up to last_at
    sa.Column("silent_from", Utc),  # when they will have been silent for too long; null: too few purchases to say
    sa.Column("computed_at", Utc),  # null: to be made anew
    sa.Index(
        "ix_customer_rhythms_silent_from",
        "silent_from",
        "contact_id",
        sqlite_where=sa.text("silent_from IS NOT NULL"),
        postgresql_where=sa.text("silent_from IS NOT NULL"),
    ),
    sa.Index(
        "ix_customer_rhythms_stale",
        "contact_id",
        sqlite_where=sa.text("computed_at IS NULL"),
        postgresql_where=sa.text("computed_at IS NULL"),
    ),
)

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("purchase_id", sa.ForeignKey("purchases.id"), nullable=False, index=True),
    sa.Column("amount", sa.BigInteger, nullable=False),  # minor units
    sa.Column("points", sa.BigInteger, nullable=False),  # taken back, a debt included
    sa.Column("at", Utc, nullable=False),
)

programmes = sa.Table(  # append-only: the last row is the one that holds
    "programmes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),  # the file as it was written
    sa.Column("rules", Json, nullable=False),  # what it says: loyalty.programme.Programme
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("judged_to", sa.BigInteger, nullable=False, server_default="0"),  # the last account whose tier was
)

claims = sa.Table(  # points that are missing, and what was decided
    "claims",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("receipt", sa.String(64), nullable=False, server_default=""),  # as it is compared
    sa.Column("written", sa.String(64), nullable=False, server_default=""),  # as the customer wrote it
    sa.Column("media_id", sa.ForeignKey("media.id")),
    sa.Column("state", sa.String(9), nullable=False),  # open, approved, refused
    sa.Column("promised_at", Utc, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("purchase_id", sa.ForeignKey("purchases.id")),
    sa.Column("decided_by", sa.ForeignKey("staff.id")),
    sa.Column("decided_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
    sa.Index(
        "uq_claims_receipt",
        "receipt",
        unique=True,
        sqlite_where=sa.text("receipt <> '' AND state <> 'refused'"),
        postgresql_where=sa.text("receipt <> '' AND state <> 'refused'"),
    ),
    sa.Index(
        "ix_claims_open",
        "promised_at",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)
