"""Surveys: what is asked in which version, who is invited, and what they answered."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("names", Json, nullable=False),  # of the draft, else of the last version; by language
    sa.Column("draft", Json),  # surveys.definition.Survey, while it differs from the last version
    sa.Column("draft_edit", sa.Integer, nullable=False, server_default="0"),  # counts the draft's changes
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),  # the last published one; 0: none
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
)

survey_versions = sa.Table(  # append-only: what was published never changes
    "survey_versions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # from 1
    sa.Column("definition", Json, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("survey_id", "number"),
)

survey_waves = sa.Table(  # rounds of a survey that are compared with each other
    "survey_waves",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("starts_at", Utc, nullable=False),  # responses begun from here on, until the next wave
    sa.UniqueConstraint("survey_id", "starts_at"),
)

invitation_rules = sa.Table(  # who is invited to which survey, when
    "invitation_rules",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), nullable=False, index=True),
    sa.Column("cause", sa.String(16), nullable=False),  # purchase, case, conversation, every, hand
    sa.Column("settings", Json, nullable=False),  # surveys.rules.Rule
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("next_at", Utc),  # of `every`, and of `hand`: the moment of the next round
    sa.Column("reached", sa.BigInteger, nullable=False, server_default="0"),  # the last contact of a round
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("removed_at", Utc),  # its invitations stay, so the rule does
    sa.Index(
        "ix_invitation_rules_next_at",
        "next_at",
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    ),
)

survey_invitations = sa.Table(
    "survey_invitations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),  # the rule, and what it was for
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), nullable=False),
    sa.Column("rule_id", sa.ForeignKey("invitation_rules.id"), index=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # planned, asked, begun, done, declined, skipped, expired
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),  # why it was skipped
    sa.Column("touchpoint", sa.String(32), nullable=False, server_default=""),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("product_id", sa.ForeignKey("products.id")),
    sa.Column("at", Utc, nullable=False),  # when it is due
    sa.Column("asked_at", Utc),
    sa.Column("reminded_at", Utc),
    sa.Column("settled_at", Utc),
    sa.Index("ix_survey_invitations_contact_id", "contact_id", "asked_at"),
    sa.Index("ix_survey_invitations_survey_id", "survey_id", "at"),
    sa.Index(  # those whose time for an answer may be over
        "ix_survey_invitations_asked",
        "survey_id",
        "asked_at",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    ),
)

survey_responses = sa.Table(
    "survey_responses",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("key", sa.String(128), nullable=False, unique=True),  # idempotency
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), nullable=False),
    sa.Column("version_id", sa.ForeignKey("survey_versions.id"), nullable=False, index=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), index=True),  # null: nobody knows whose it is
    sa.Column("invitation_id", sa.ForeignKey("survey_invitations.id"), unique=True),
    sa.Column("wave_id", sa.ForeignKey("survey_waves.id")),
    sa.Column("mode", sa.String(9), nullable=False),  # chat, phone, in_person, kiosk
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("touchpoint", sa.String(32), nullable=False, server_default=""),
    sa.Column("department", sa.String(32), nullable=False, server_default=""),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("product_id", sa.ForeignKey("products.id")),
    sa.Column(
        "segment", sa.String(32), nullable=False, server_default=""
    ),  # the tier's code, or the contact's kind
    sa.Column("staff_id", sa.ForeignKey("staff.id"), index=True),  # who asked, by phone or in person
    sa.Column("state", sa.String(8), nullable=False),  # begun, done, expired
    sa.Column("reached", sa.String(32), nullable=False, server_default=""),  # the question shown last
    sa.Column("begun_at", Utc, nullable=False),
    sa.Column("moved_at", Utc, nullable=False),
    sa.Column("deadline_at", Utc),
    sa.Column("done_at", Utc),
    sa.Index("ix_survey_responses_survey_id", "survey_id", "state", "begun_at"),
    sa.Index("ix_survey_responses_done_at", "done_at", "id"),
    sa.Index(
        "ix_survey_responses_deadline_at",
        "deadline_at",
        sqlite_where=sa.text("state = 'begun'"),
        postgresql_where=sa.text("state = 'begun'"),
    ),
)

survey_answers = sa.Table(  # one row for each thing that is answered: a scale, a row of a matrix, a chosen choice
    "survey_answers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("response_id", sa.ForeignKey("survey_responses.id"), nullable=False),
    sa.Column("question", sa.String(32), nullable=False),
    sa.Column(
        "part", sa.String(32), nullable=False, server_default=""
    ),  # matrix: row; multiple: choice; photo: place
    sa.Column("number", sa.BigInteger),  # of scales and numbers; 1 for a choice that was chosen
    sa.Column("text", sa.Text, nullable=False, server_default=""),  # words, a choice, a day, a photo's public id
    sa.Column("skipped", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("note", sa.Text, nullable=False, server_default=""),  # what an interviewer heard when probing
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("response_id", "question", "part"),
)

survey_rewards = sa.Table(  # given once for each survey and person
    "survey_rewards",
    metadata,
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True, index=True),
    sa.Column("response_id", sa.ForeignKey("survey_responses.id"), nullable=False),
    sa.Column("points", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reward", sa.String(64), nullable=False, server_default=""),  # the code of a voucher's reward
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_survey_rewards_survey_id", "survey_id", "at"),
)

kiosks = sa.Table(  # tablets in branches on which visitors answer
    "kiosks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("survey_id", sa.ForeignKey("surveys.id"), nullable=False),
    sa.Column("branch_id", sa.ForeignKey("branches.id")),
    sa.Column("touchpoint", sa.String(32), nullable=False, server_default=""),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),  # of the secret in its address
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("seen_at", Utc),
)
