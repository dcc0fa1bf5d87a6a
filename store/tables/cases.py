"""What customers tell the business and what comes of it: cases, themes, improvements."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

departments = sa.Table(
    "departments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("names", Json, nullable=False),  # by language
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

touchpoints = sa.Table(  # where customers meet the business, and who answers for it there
    "touchpoints",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("names", Json, nullable=False),
    sa.Column("department", sa.String(32), nullable=False, server_default=""),  # its code
    sa.Column("at_branch", sa.Boolean, nullable=False, server_default=sa.false()),  # which one is worth asking
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("number", sa.String(12), nullable=False, unique=True),  # what the customer is told; random
    sa.Column("key", sa.String(128), nullable=False, unique=True),  # idempotency
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),  # praise, complaint, suggestion, review, question, survey
    sa.Column("state", sa.String(6), nullable=False),  # open, noted, closed
    sa.Column("urgent", sa.String(16), nullable=False, server_default=""),  # injury, fraud, theft
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("touchpoint", sa.String(32), nullable=False, server_default=""),
    sa.Column("department", sa.String(32), nullable=False, server_default=""),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("product_id", sa.ForeignKey("products.id"), index=True),
    sa.Column("stars", sa.SmallInteger),  # of a review: 1 to 5
    sa.Column("order_number", sa.String(64), nullable=False, server_default=""),
    sa.Column("happened_on", sa.String(10), nullable=False, server_default=""),  # a day, ISO
    sa.Column("praised", sa.String(100), nullable=False, server_default=""),  # whom, as it was written
    sa.Column("praised_id", sa.ForeignKey("staff.id"), index=True),  # who that is
    sa.Column("response_id", sa.ForeignKey("survey_responses.id"), index=True),  # the answers it came from
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), index=True),  # who answers for it
    sa.Column("promised_at", Utc),  # when the customer was told to expect an answer
    sa.Column("answered_at", Utc),  # when the team answered last; null: an answer is owed
    sa.Column("look_at", Utc),  # when time changes something next: a reminder, its being late
    sa.Column("escalated_at", Utc),  # when an owner heard that the answer is late
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("moved_at", Utc, nullable=False),
    sa.Column("closed_at", Utc),
    sa.Column("closed_by", sa.ForeignKey("staff.id")),
    sa.Column("outcome", sa.Text, nullable=False, server_default=""),  # what the customer was told
    sa.Column("asked_at", Utc),  # whether it was solved
    sa.Column("solved", sa.Boolean),
    sa.Column("reopened", sa.Integer, nullable=False, server_default="0"),
    sa.Index(  # at most one open at a time from what a customer answered
        "uq_cases_survey_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("kind = 'survey' AND state = 'open'"),
        postgresql_where=sa.text("kind = 'survey' AND state = 'open'"),
    ),
    sa.Index(
        "ix_cases_open",
        "promised_at",
        "id",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index(
        "ix_cases_owed",  # what keeps news away from its contact
        "contact_id",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index(
        "ix_cases_look_at",
        "look_at",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    ),
    sa.Index("ix_cases_opened_at", "opened_at", "id"),
    sa.Index(
        "ix_cases_closed",
        "closed_at",
        "id",
        sqlite_where=sa.text("state = 'closed'"),
        postgresql_where=sa.text("state = 'closed'"),
    ),
)

case_lines = sa.Table(  # append-only: what was said and done in a case
    "case_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("case_id", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),  # words, photo, note, reply, change
    sa.Column("by", sa.String(64), nullable=False),  # customer, rule, staff:PUBLIC_ID
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("details", Json),  # of a change: field -> [before, after]; of a survey's answer: what was asked
    sa.Column("media_id", sa.ForeignKey("media.id"), index=True),
    sa.Column("at", Utc, nullable=False),
)

themes = sa.Table(  # what people speak of, found by words
    "themes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("names", Json, nullable=False),  # by language
    sa.Column("words", Json, nullable=False),  # language -> words and phrases
    sa.Column("department", sa.String(32), nullable=False, server_default=""),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("read_at", Utc, nullable=False),  # up to which answer it was read: when that was done, and its id
    sa.Column("read_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("read_line", sa.BigInteger, nullable=False, server_default="0"),  # and up to which line of cases
)

theme_marks = sa.Table(  # which answers and cases speak of a theme
    "theme_marks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("theme_id", sa.ForeignKey("themes.id"), nullable=False),
    sa.Column("answer_id", sa.ForeignKey("survey_answers.id"), index=True),
    sa.Column("case_id", sa.ForeignKey("cases.id"), index=True),
    sa.Column("by", sa.String(64), nullable=False),  # rule, staff:PUBLIC_ID
    sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()),  # somebody found that it does not
    sa.Column("at", Utc, nullable=False),  # of the answer or the case
    sa.UniqueConstraint("theme_id", "answer_id"),
    sa.UniqueConstraint("theme_id", "case_id"),
    sa.Index("ix_theme_marks_at", "theme_id", "at"),
)

improvements = sa.Table(
    "improvements",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),  # who answers for it
    sa.Column("state", sa.String(8), nullable=False),  # planned, doing, done, dropped
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), index=True),
    # whose score it should lift: a question, with a dot one of its rows, or an area
    sa.Column("question", sa.String(80), nullable=False, server_default=""),
    sa.Column("theme_id", sa.ForeignKey("themes.id"), index=True),
    sa.Column("due_on", sa.String(10), nullable=False, server_default=""),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("moved_at", Utc, nullable=False),
    sa.Column("done_at", Utc),
)
