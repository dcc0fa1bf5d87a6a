"""What the processes know of each other, and how far imports got."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Utc, metadata

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

marks = sa.Table(  # how far jobs came that go through rows in their order
    "marks",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("row_id", sa.BigInteger, nullable=False),
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
