"""Who is written to, with what, and what became of it: scores, segments, templates, campaigns, recipients."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata


def _summed() -> list[sa.Column[object]]:
    return [
        sa.Column("first_at", Utc, nullable=False),  # of the purchases that were not paid back whole
        sa.Column("last_at", Utc, nullable=False),
        sa.Column("orders", sa.Integer, nullable=False),  # what is bought at one moment is one order
        sa.Column("spent", sa.BigInteger, nullable=False),  # minor units of the business's currency
        # Of what was paid for products whose cost is known, what is left above it; null: none is known.
        sa.Column("margin", sa.BigInteger),
    ]


customer_scores = sa.Table(  # who has bought: how lately, how often, for how much, and where they stand by it
    "customer_scores",
    metadata,
    # No foreign key: purchases have it, and to look each contact up, and to lock it, took a third of swapping.
    sa.Column("contact_id", Id, primary_key=True, autoincrement=False),
    *_summed(),
    sa.Column("recency", sa.SmallInteger, nullable=False),  # 1 to 5, five being the best fifth
    sa.Column("frequency", sa.SmallInteger, nullable=False),
    sa.Column("monetary", sa.SmallInteger, nullable=False),
    sa.Column("rfm", sa.String(24), nullable=False),  # one of the ten named segments
    sa.Column("stage", sa.String(9), nullable=False),  # new, active, loyal, at_risk, lapsed; no row: prospect
    sa.Column("computed_at", Utc, nullable=False),
    sa.Index("ix_customer_scores_stage", "stage", "contact_id"),
    sa.Index("ix_customer_scores_rfm", "rfm", "contact_id"),
)

next_scores = sa.Table(  # the sums of a run that is not done, built aside
    "next_scores",
    metadata,
    sa.Column("contact_id", Id, primary_key=True, autoincrement=False),
    *_summed(),
)

score_runs = sa.Table(
    "score_runs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("state", sa.String(7), nullable=False),  # running, done, failed
    sa.Column("step", sa.String(16), nullable=False, server_default=""),  # summing, ranking, swapping
    sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),  # of `total` in this step
    sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cuts", Json),  # where each fifth ends, by which a purchase is scored until the next run
    sa.Column("customers", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("changed", sa.BigInteger, nullable=False, server_default="0"),  # stages and segments that differ now
    sa.Column("error", sa.String(200), nullable=False, server_default=""),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("moved_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Index(  # one at a time, over all replicas
        "uq_score_runs_running",
        "state",
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    ),
)

stage_changes = sa.Table(  # append-only: how customers came to stand where they stand
    "stage_changes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("stage_before", sa.String(9), nullable=False, server_default=""),
    sa.Column("stage", sa.String(9), nullable=False),
    sa.Column("rfm_before", sa.String(24), nullable=False, server_default=""),
    sa.Column("rfm", sa.String(24), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_stage_changes_contact_id", "contact_id", "at"),
    sa.Index("ix_stage_changes_at", "at", "id"),
)

segments = sa.Table(
    "segments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("condition", Json),  # outreach.segments: and, or, not over typed facts; null: a list of contacts
    sa.Column("edit", sa.Integer, nullable=False, server_default="0"),  # counts the changes
    sa.Column("counted", Json),  # the last count (store.segment_counts), made when somebody looked
    sa.Column("counted_at", Utc),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("removed_at", Utc),  # campaigns still name it, so it stays
)

segment_members = sa.Table(  # of the segments that are lists
    "segment_members",
    metadata,
    sa.Column("segment_id", sa.ForeignKey("segments.id"), primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True, index=True),
    sa.Column("at", Utc, nullable=False),
)

templates = sa.Table(
    "templates",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("content", Json, nullable=False),  # outreach.templates.content.Content
    sa.Column("edit", sa.Integer, nullable=False, server_default="0"),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("removed_at", Utc),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # offer, news: of message, as cadence has it
    sa.Column("state", sa.String(9), nullable=False),  # draft, waiting, planned, running, paused, done, cancelled
    sa.Column("segment_id", sa.ForeignKey("segments.id"), nullable=False, index=True),
    sa.Column("settings", Json, nullable=False),  # outreach.campaigns.settings.Settings
    sa.Column("edit", sa.Integer, nullable=False, server_default="0"),
    # As they were when it started: what is edited afterwards changes nothing of it.
    sa.Column("condition", Json),
    sa.Column("contents", Json),  # variant -> outreach.templates.content.Content
    sa.Column("starts_at", Utc),  # before it nothing is prepared for anybody
    sa.Column("ends_at", Utc),  # from it on nothing is sent to anybody
    sa.Column("settled_at", Utc),  # when it was submitted, or approved: a list that is changed later voids that
    sa.Column("started_at", Utc),
    sa.Column("expanded_at", Utc),  # when everybody in the audience had their row
    sa.Column("reached", sa.BigInteger, nullable=False, server_default="0"),  # the last contact who was looked at
    sa.Column("prepared_at", Utc),  # the line of time of its send rate: the first moment not yet taken
    sa.Column("ended_at", Utc),  # when nothing of it was waiting or on its way any more
    sa.Column("winner", sa.String(1), nullable=False, server_default=""),  # the variant that the rest gets
    sa.Column("decided_at", Utc),
    sa.Column("trial", Json),  # the last dry run, and how far one is
    sa.Column("outcome", Json),  # what was last figured of purchases, redemptions and the hold-out
    sa.Column("by", sa.String(64), nullable=False),  # staff's public id, or an API key's
    sa.Column("approved_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Index(
        "ix_campaigns_at_work",
        "state",
        "starts_at",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

campaign_recipients = sa.Table(  # one row for each contact a campaign is for
    "campaign_recipients",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("variant", sa.String(1), nullable=False, server_default=""),  # A, B, ...; empty: the rest, or held
    # waiting: not prepared; put: its message is in the outbox and says how far it is; then, folded in from there:
    # sent, failed, unknown, skipped. held: in the hold-out.
    sa.Column("state", sa.String(7), nullable=False),
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    sa.Column("language", sa.String(2), nullable=False, server_default=""),  # of the text that was prepared
    sa.Column("due_at", Utc, nullable=False),  # when it may be prepared; of who is held: when it would have been
    sa.Column("message_id", sa.ForeignKey("outbox.id")),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),  # messages before this one that failed
    sa.Column("sent_at", Utc),
    sa.Column("clicked_at", Utc),
    sa.Column("replied_at", Utc),
    sa.Column("stopped_at", Utc),
    sa.Column("bought_at", Utc),
    sa.Column("paid", sa.BigInteger, nullable=False, server_default="0"),  # minor units, in the days that count
    sa.UniqueConstraint("campaign_id", "contact_id"),
    sa.Index(
        "ix_campaign_recipients_waiting",
        "campaign_id",
        "due_at",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index(  # what is counted every few seconds while somebody looks on, and what is put, failed, ...
        "ix_campaign_recipients_state",
        "campaign_id",
        "state",
        "reason",
        "variant",
    ),
    sa.Index("ix_campaign_recipients_contact_id", "contact_id", "id"),
)

campaign_presses = sa.Table(  # which buttons and links of a campaign's message were followed
    "campaign_presses",
    metadata,
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True, index=True),
    sa.Column("button", sa.SmallInteger, primary_key=True),  # its place in the template
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),
    sa.Column("at", Utc, nullable=False),  # the first time
)
