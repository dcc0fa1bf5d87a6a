"""Outreach that respects people: scores, segments, templates, campaigns and their recipients.

Only adds, and widens the index by which a customer's purchases are found; processes of the version before may go on
while it runs.
"""

import sqlalchemy as sa
from alembic import op

from store.tables import Json, Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "next_scores",
        sa.Column(
            "contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("first_at", Utc(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("margin", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_next_scores")),
    )
    op.create_table(
        "score_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("step", sa.String(length=16), server_default="", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cuts", Json(), nullable=True),
        sa.Column("customers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=200), server_default="", nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_runs")),
    )
    op.create_index(
        "uq_score_runs_running",
        "score_runs",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "segments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("condition", Json(), nullable=True),
        sa.Column("edit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counted", Json(), nullable=True),
        sa.Column("counted_at", Utc(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("removed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_segments_public_id")),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("edit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("removed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_templates_public_id")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("settings", Json(), nullable=False),
        sa.Column("edit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("condition", Json(), nullable=True),
        sa.Column("contents", Json(), nullable=True),
        sa.Column("starts_at", Utc(), nullable=True),
        sa.Column("ends_at", Utc(), nullable=True),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.Column("started_at", Utc(), nullable=True),
        sa.Column("expanded_at", Utc(), nullable=True),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("prepared_at", Utc(), nullable=True),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("winner", sa.String(length=1), server_default="", nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("trial", Json(), nullable=True),
        sa.Column("outcome", Json(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_campaigns_segment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("public_id", name=op.f("uq_campaigns_public_id")),
    )
    op.create_index(
        "ix_campaigns_at_work",
        "campaigns",
        ["state", "starts_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_campaigns_segment_id"), "campaigns", ["segment_id"], unique=False)
    op.create_table(
        "customer_scores",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_at", Utc(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("margin", sa.BigInteger(), nullable=True),
        sa.Column("recency", sa.SmallInteger(), nullable=False),
        sa.Column("frequency", sa.SmallInteger(), nullable=False),
        sa.Column("monetary", sa.SmallInteger(), nullable=False),
        sa.Column("rfm", sa.String(length=24), nullable=False),
        sa.Column("stage", sa.String(length=9), nullable=False),
        sa.Column("computed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_customer_scores")),
    )
    op.create_index("ix_customer_scores_rfm", "customer_scores", ["rfm", "contact_id"], unique=False)
    op.create_index("ix_customer_scores_stage", "customer_scores", ["stage", "contact_id"], unique=False)
    op.create_table(
        "segment_members",
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_segment_members_contact_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_segment_members_segment_id")),
        sa.PrimaryKeyConstraint("segment_id", "contact_id", name=op.f("pk_segment_members")),
    )
    op.create_index(op.f("ix_segment_members_contact_id"), "segment_members", ["contact_id"], unique=False)
    op.create_table(
        "stage_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage_before", sa.String(length=9), server_default="", nullable=False),
        sa.Column("stage", sa.String(length=9), nullable=False),
        sa.Column("rfm_before", sa.String(length=24), server_default="", nullable=False),
        sa.Column("rfm", sa.String(length=24), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_stage_changes_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
    )
    op.create_index("ix_stage_changes_at", "stage_changes", ["at", "id"], unique=False)
    op.create_index("ix_stage_changes_contact_id", "stage_changes", ["contact_id", "at"], unique=False)
    op.create_table(
        "campaign_presses",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("button", sa.SmallInteger(), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_presses_campaign_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_campaign_presses_contact_id")),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", "button", name=op.f("pk_campaign_presses")),
    )
    op.create_index(op.f("ix_campaign_presses_contact_id"), "campaign_presses", ["contact_id"], unique=False)
    op.create_table(
        "campaign_recipients",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant", sa.String(length=1), server_default="", nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language", sa.String(length=2), server_default="", nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", Utc(), nullable=True),
        sa.Column("clicked_at", Utc(), nullable=True),
        sa.Column("replied_at", Utc(), nullable=True),
        sa.Column("stopped_at", Utc(), nullable=True),
        sa.Column("bought_at", Utc(), nullable=True),
        sa.Column("paid", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_recipients_campaign_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_campaign_recipients_contact_id")),
        sa.ForeignKeyConstraint(["message_id"], ["outbox.id"], name=op.f("fk_campaign_recipients_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_recipients")),
        sa.UniqueConstraint(
            "campaign_id", "contact_id", name=op.f("uq_campaign_recipients_campaign_id_contact_id")
        ),
    )
    op.create_index("ix_campaign_recipients_contact_id", "campaign_recipients", ["contact_id", "id"], unique=False)
    op.create_index(
        "ix_campaign_recipients_state",
        "campaign_recipients",
        ["campaign_id", "state", "reason", "variant"],
        unique=False,
    )
    op.create_index(
        "ix_campaign_recipients_waiting",
        "campaign_recipients",
        ["campaign_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column("outbox", sa.Column("campaign_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_purchases_summed",
        "purchases",
        ["contact_id", "at", "amount", "refunded", "currency", "quantity", "product_id"],
        unique=False,
    )
    op.drop_index("ix_purchases_contact_id_at", table_name="purchases")
    op.create_index(
        "ix_contacts_there",
        "contacts",
        ["id", "marketing"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NULL AND erased_at IS NULL AND deceased IS 0"),
        postgresql_where=sa.text("merged_into IS NULL AND erased_at IS NULL AND deceased IS FALSE"),
    )
    op.add_column("identities", sa.Column("shown_until", Utc(), nullable=True))
    op.create_index(
        "ix_identities_reachable",
        "identities",
        ["channel", "contact_id"],
        unique=False,
        sqlite_where=sa.text("reachable IS 1"),
        postgresql_where=sa.text("reachable IS TRUE"),
    )
    kept = sa.text("(refunded = 0 OR refunded < amount)")
    op.create_index(
        "ix_purchases_product",
        "purchases",
        ["product_id", "at", "contact_id"],
        unique=False,
        sqlite_where=kept,
        postgresql_where=kept,
    )
    op.create_index(
        "ix_purchases_at",
        "purchases",
        ["at", "contact_id", "branch_id"],
        unique=False,
        sqlite_where=kept,
        postgresql_where=kept,
    )


def downgrade() -> None:

    op.drop_index("ix_identities_reachable", table_name="identities")
    op.drop_column("identities", "shown_until")
    op.drop_index("ix_contacts_there", table_name="contacts")
    op.drop_index("ix_purchases_at", table_name="purchases")
    op.drop_index("ix_purchases_product", table_name="purchases")
    op.create_index("ix_purchases_contact_id_at", "purchases", ["contact_id", "at"], unique=False)
    op.drop_index("ix_purchases_summed", table_name="purchases")
    op.drop_column("outbox", "campaign_id")
    op.drop_index(
        "ix_campaign_recipients_waiting",
        table_name="campaign_recipients",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index("ix_campaign_recipients_state", table_name="campaign_recipients")
    op.drop_index("ix_campaign_recipients_contact_id", table_name="campaign_recipients")
    op.drop_table("campaign_recipients")
    op.drop_index(op.f("ix_campaign_presses_contact_id"), table_name="campaign_presses")
    op.drop_table("campaign_presses")
    op.drop_index("ix_stage_changes_contact_id", table_name="stage_changes")
    op.drop_index("ix_stage_changes_at", table_name="stage_changes")
    op.drop_table("stage_changes")
    op.drop_index(op.f("ix_segment_members_contact_id"), table_name="segment_members")
    op.drop_table("segment_members")
    op.drop_index("ix_customer_scores_stage", table_name="customer_scores")
    op.drop_index("ix_customer_scores_rfm", table_name="customer_scores")
    op.drop_table("customer_scores")
    op.drop_index(op.f("ix_campaigns_segment_id"), table_name="campaigns")
    op.drop_index(
        "ix_campaigns_at_work",
        table_name="campaigns",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("campaigns")
    op.drop_table("templates")
    op.drop_table("segments")
    op.drop_index(
        "uq_score_runs_running",
        table_name="score_runs",
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.drop_table("score_runs")
    op.drop_table("next_scores")
