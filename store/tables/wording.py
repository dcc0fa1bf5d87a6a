"""Sentences that the business says in words of its own."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

wordings = sa.Table(  # what is published now
    "wordings",
    metadata,
    sa.Column("sentence", sa.String(16), primary_key=True),  # the digest that names it
    sa.Column("language", sa.String(2), primary_key=True),
    sa.Column("source", sa.Text, nullable=False),  # its English text in the code
    sa.Column("forms", Json, nullable=False),  # one text, or one for each plural form
)

publications = sa.Table(  # every change of wordings, each of which can be undone
    "publications",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("sentence", sa.String(16), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # of the sentence's own: of two at once, one comes first
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("before", Json, nullable=False),  # forms by language; a language that is missing: Sapa's own words
    sa.Column("after", Json, nullable=False),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("undone_by", sa.ForeignKey("staff.id")),
    sa.Column("undone_at", Utc),
    sa.UniqueConstraint("sentence", "number"),
)
