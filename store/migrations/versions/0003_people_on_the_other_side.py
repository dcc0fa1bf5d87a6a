"""People on the other side: queues, conversations and their owners, promises, the team's accounts grown up.

Whoever is logged in has to log in again. Stop every process of the version before, then migrate.
"""

import datetime as dt
import json
import secrets

import sqlalchemy as sa
from alembic import op

from store.tables import Json, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GENERAL = {"en": "General", "ms": "Umum", "vi": "Chung", "ar": "عام", "zh": "综合"}


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", Json(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_choices")),
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("name", name=op.f("uq_labels_name")),
    )
    op.create_table(
        "queues",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("names", Json(), nullable=False),
        sa.Column("languages", Json(), nullable=False),
        sa.Column("hours", Json(), nullable=True),
        sa.Column("assign", sa.String(length=12), nullable=False),
        sa.Column("first_minutes", sa.Integer(), nullable=False),
        sa.Column("resolve_minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
        sa.UniqueConstraint("public_id", name=op.f("uq_queues_public_id")),
    )
    op.create_index(op.f("ix_queues_topic"), "queues", ["topic"], unique=False)
    op.create_table(
        "wordings",
        sa.Column("sentence", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("forms", Json(), nullable=False),
        sa.PrimaryKeyConstraint("sentence", "language", name=op.f("pk_wordings")),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("shortcut", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("texts", Json(), nullable=False),
        sa.Column("queue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_canned_replies_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sa.UniqueConstraint("public_id", name=op.f("uq_canned_replies_public_id")),
        sa.UniqueConstraint("shortcut", name=op.f("uq_canned_replies_shortcut")),
    )
    op.create_table(
        "contact_tags",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_tags_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "tag", name=op.f("pk_contact_tags")),
    )
    op.create_index("ix_contact_tags_tag", "contact_tags", ["tag", "contact_id"], unique=False)
    op.create_table(
        "search_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_search_lines_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_lines")),
        sa.UniqueConstraint("source", "row_id", name=op.f("uq_search_lines_source_row_id")),
    )
    op.create_index(op.f("ix_search_lines_contact_id"), "search_lines", ["contact_id"], unique=False)
    _lines_found()
    op.create_table(
        "adjustments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_adjustments_contact_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_adjustments_decided_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_adjustments_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_adjustments_public_id")),
    )
    op.create_index(op.f("ix_adjustments_contact_id"), "adjustments", ["contact_id"], unique=False)
    op.create_index(
        "ix_adjustments_waiting",
        "adjustments",
        ["at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "customer_rhythms",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bought", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gap_days", sa.Float(), nullable=True),
        sa.Column("last_at", Utc(), nullable=True),
        sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("silent_from", Utc(), nullable=True),
        sa.Column("computed_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_customer_rhythms_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_customer_rhythms")),
    )
    for name, columns, where in RHYTHMS:
        op.create_index(name, "customer_rhythms", columns, unique=False, sqlite_where=where, postgresql_where=where)
    op.execute("INSERT INTO customer_rhythms (contact_id) SELECT DISTINCT contact_id FROM purchases")
    op.create_table(
        "distinct_contacts",
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["contacts.id"], name=op.f("fk_distinct_contacts_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["contacts.id"], name=op.f("fk_distinct_contacts_second_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_distinct_contacts_staff_id")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinct_contacts")),
    )
    op.create_index(op.f("ix_distinct_contacts_second_id"), "distinct_contacts", ["second_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_drafts_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_drafts_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "contact_id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_contact_id"), "drafts", ["contact_id"], unique=False)
    op.create_table(
        "looking",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("typed_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_looking_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_looking_staff_id")),
        sa.PrimaryKeyConstraint("contact_id", "staff_id", name=op.f("pk_looking")),
    )
    op.create_table(
        "merges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved", Json(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["gone_id"], ["contacts.id"], name=op.f("fk_merges_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["contacts.id"], name=op.f("fk_merges_kept_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_merges_staff_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_merges_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merges_public_id")),
    )
    op.create_index(op.f("ix_merges_gone_id"), "merges", ["gone_id"], unique=False)
    op.create_index(op.f("ix_merges_kept_id"), "merges", ["kept_id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("sentence", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_publications_staff_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_publications_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publications_public_id")),
        sa.UniqueConstraint("sentence", "number", name=op.f("uq_publications_sentence_number")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_staff_id"), "recovery_codes", ["staff_id"], unique=False)
    op.create_table(
        "staff_queues",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_staff_queues_queue_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_queues_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "queue_id", name=op.f("pk_staff_queues")),
    )
    op.create_index(op.f("ix_staff_queues_queue_id"), "staff_queues", ["queue_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=16), server_default="", nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("step", sa.String(length=128), server_default="", nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("last_text", sa.String(length=200), server_default="", nullable=False),
        sa.Column("last_kind", sa.String(length=12), server_default="", nullable=False),
        sa.Column("last_by", sa.String(length=8), server_default="", nullable=False),
        sa.Column("last_at", Utc(), nullable=True),
        sa.Column("unread", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting_since", Utc(), nullable=True),
        sa.Column("assigned_at", Utc(), nullable=True),
        sa.Column("snoozed_until", Utc(), nullable=True),
        sa.Column("first_due_at", Utc(), nullable=True),
        sa.Column("first_replied_at", Utc(), nullable=True),
        sa.Column("resolve_due_at", Utc(), nullable=True),
        sa.Column("resolve_left", sa.Integer(), nullable=True),
        sa.Column("warned", sa.String(length=8), server_default="", nullable=False),
        sa.Column("escalated", sa.String(length=8), server_default="", nullable=False),
        sa.Column("look_at", Utc(), nullable=True),
        sa.Column("answer_promised_at", Utc(), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("close_reason", sa.String(length=24), server_default="", nullable=False),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("rating_text", sa.Text(), server_default="", nullable=False),
        sa.Column("rated_at", Utc(), nullable=True),
        sa.Column("merged_into", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_conversations_closed_by")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_conversations_contact_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["conversations.id"], name=op.f("fk_conversations_merged_into")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_conversations_queue_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_conversations_session_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_conversations_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversations_public_id")),
    )
    op.create_index("ix_conversations_contact_id", "conversations", ["contact_id", "id"], unique=False)
    op.create_index("ix_conversations_opened_at", "conversations", ["queue_id", "opened_at"], unique=False)
    op.create_index(
        "ix_conversations_listed",
        "conversations",
        ["state", "queue_id", "waiting_since", "moved_at", "id", "language"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    for name, column, state in (("snoozed", "snoozed_until", "snoozed"), ("closed", "closed_at", "closed")):
        op.create_index(
            f"ix_conversations_{name}",
            "conversations",
            [column, "id"],
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_index(
        "ix_conversations_look_at",
        "conversations",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index("ix_conversations_moved_at", "conversations", ["moved_at"], unique=False)
    op.create_index(op.f("ix_conversations_session_id"), "conversations", ["session_id"], unique=False)
    op.create_index(
        "ix_conversations_staff",
        "conversations",
        ["staff_id", "state"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "uq_conversations_open",
        "conversations",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "group_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("told_change", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("leased_until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_group_topics_contact_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_group_topics_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_topics")),
        sa.UniqueConstraint("chat", "thread", name=op.f("uq_group_topics_chat_thread")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_group_topics_contact_id")),
    )
    op.create_index("ix_group_topics_conversation_id", "group_topics", ["conversation_id"], unique=False)
    op.create_table(
        "group_posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["outbox.id"], name=op.f("fk_group_posts_message_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["group_topics.id"], name=op.f("fk_group_posts_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_posts")),
    )
    op.create_index(op.f("ix_group_posts_message_id"), "group_posts", ["message_id"], unique=False)
    op.create_index(op.f("ix_group_posts_topic_id"), "group_posts", ["topic_id"], unique=False)
    op.create_table(
        "conversation_labels",
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_conversation_labels_conversation_id")
        ),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_conversation_labels_label_id")),
        sa.PrimaryKeyConstraint("conversation_id", "label_id", name=op.f("pk_conversation_labels")),
    )
    op.create_index(op.f("ix_conversation_labels_label_id"), "conversation_labels", ["label_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_notes_contact_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_notes_conversation_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notes_public_id")),
    )
    op.create_index("ix_notes_contact_id", "notes", ["contact_id", "seq"], unique=False)
    op.create_index(op.f("ix_notes_conversation_id"), "notes", ["conversation_id"], unique=False)
    op.create_table(
        "owner_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=24), nullable=False),
        sa.Column("after", sa.String(length=24), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_owner_changes_contact_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_owner_changes_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_changes")),
    )
    op.create_index("ix_owner_changes_contact_id", "owner_changes", ["contact_id", "id"], unique=False)
    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("look_at", Utc(), nullable=True),
        sa.Column("reminded_at", Utc(), nullable=True),
        sa.Column("told_at", Utc(), nullable=True),
        sa.Column("escalated_at", Utc(), nullable=True),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_promises_contact_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_promises_conversation_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_promises_made_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_promises_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("public_id", name=op.f("uq_promises_public_id")),
    )
    op.create_index(op.f("ix_promises_contact_id"), "promises", ["contact_id"], unique=False)
    op.create_index(op.f("ix_promises_conversation_id"), "promises", ["conversation_id"], unique=False)
    op.create_index("ix_promises_due_at", "promises", ["state", "due_at"], unique=False)
    op.create_index(
        "ix_promises_look_at",
        "promises",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_promises_staff_id"), "promises", ["staff_id"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_mentions_note_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mentions_staff_id")),
        sa.PrimaryKeyConstraint("note_id", "staff_id", name=op.f("pk_mentions")),
    )
    op.create_index("ix_mentions_staff_id", "mentions", ["staff_id", "note_id"], unique=False)
    op.create_index(
        "ix_mentions_unseen",
        "mentions",
        ["staff_id"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.add_column("contacts", sa.Column("words", sa.String(length=400), server_default="", nullable=False))
    _people_found()
    op.add_column("staff", sa.Column("totp", sa.Text(), server_default="", nullable=False))
    op.add_column("staff", sa.Column("totp_at", Utc(), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("staff", sa.Column("oidc", sa.String(length=255), nullable=True))
    op.add_column("staff", sa.Column("telegram", sa.String(length=32), nullable=True))
    op.add_column("staff", sa.Column("languages", Json(), nullable=True))
    op.add_column("staff", sa.Column("capacity", sa.Integer(), server_default="8", nullable=False))
    op.add_column("staff", sa.Column("away", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("staff", sa.Column("present_at", Utc(), nullable=True))
    op.add_column("staff", sa.Column("assigned_at", Utc(), nullable=True))
    op.create_index("uq_staff_oidc", "staff", ["oidc"], unique=True)
    op.create_index("uq_staff_telegram", "staff", ["telegram"], unique=True)
    _staff_sessions(
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=45), server_default="", nullable=False),
        sa.Column("agent", sa.String(length=200), server_default="", nullable=False),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_sessions_public_id")),
    )
    _first_queue()
    _held_until_now()


def downgrade() -> None:
    _staff_sessions()
    op.drop_index("uq_staff_telegram", table_name="staff")
    op.drop_index("uq_staff_oidc", table_name="staff")
    op.drop_column("staff", "assigned_at")
    op.drop_column("staff", "present_at")
    op.drop_column("staff", "away")
    op.drop_column("staff", "capacity")
    op.drop_column("staff", "languages")
    op.drop_column("staff", "telegram")
    op.drop_column("staff", "oidc")
    op.drop_column("staff", "totp_step")
    op.drop_column("staff", "totp_at")
    op.drop_column("staff", "totp")
    _people_not_found()
    op.drop_column("contacts", "words")
    op.drop_index(
        "ix_mentions_unseen",
        table_name="mentions",
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.drop_table("mentions")
    op.drop_index(op.f("ix_promises_staff_id"), table_name="promises")
    op.drop_index(
        "ix_promises_look_at",
        table_name="promises",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.drop_index("ix_promises_due_at", table_name="promises")
    op.drop_index(op.f("ix_promises_conversation_id"), table_name="promises")
    op.drop_index(op.f("ix_promises_contact_id"), table_name="promises")
    op.drop_table("promises")
    op.drop_index("ix_owner_changes_contact_id", table_name="owner_changes")
    op.drop_table("owner_changes")
    op.drop_index(op.f("ix_notes_conversation_id"), table_name="notes")
    op.drop_index("ix_notes_contact_id", table_name="notes")
    op.drop_table("notes")
    op.drop_index(op.f("ix_conversation_labels_label_id"), table_name="conversation_labels")
    op.drop_table("conversation_labels")
    op.drop_index(op.f("ix_group_posts_topic_id"), table_name="group_posts")
    op.drop_index(op.f("ix_group_posts_message_id"), table_name="group_posts")
    op.drop_table("group_posts")
    op.drop_index("ix_group_topics_conversation_id", table_name="group_topics")
    op.drop_table("group_topics")
    op.drop_index(
        "uq_conversations_open",
        table_name="conversations",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.drop_index(
        "ix_conversations_staff",
        table_name="conversations",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.drop_index(op.f("ix_conversations_session_id"), table_name="conversations")
    op.drop_index("ix_conversations_moved_at", table_name="conversations")
    op.drop_index(
        "ix_conversations_look_at",
        table_name="conversations",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_conversations_listed",
        table_name="conversations",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.drop_index("ix_conversations_opened_at", table_name="conversations")
    op.drop_index("ix_conversations_contact_id", table_name="conversations")
    op.drop_table("conversations")
    op.drop_index(op.f("ix_staff_queues_queue_id"), table_name="staff_queues")
    op.drop_table("staff_queues")
    op.drop_index(op.f("ix_recovery_codes_staff_id"), table_name="recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_table("publications")
    op.drop_index(op.f("ix_merges_kept_id"), table_name="merges")
    op.drop_index(op.f("ix_merges_gone_id"), table_name="merges")
    op.drop_table("merges")
    op.drop_table("looking")
    op.drop_index(op.f("ix_drafts_contact_id"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index(op.f("ix_distinct_contacts_second_id"), table_name="distinct_contacts")
    op.drop_table("distinct_contacts")
    for name, _columns, where in reversed(RHYTHMS):
        op.drop_index(name, table_name="customer_rhythms", sqlite_where=where, postgresql_where=where)
    op.drop_table("customer_rhythms")
    op.drop_index(
        "ix_adjustments_waiting",
        table_name="adjustments",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_adjustments_contact_id"), table_name="adjustments")
    op.drop_table("adjustments")
    op.drop_index(op.f("ix_search_lines_contact_id"), table_name="search_lines")
    op.drop_table("search_lines")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("fts_lines")
    op.drop_index("ix_contact_tags_tag", table_name="contact_tags")
    op.drop_table("contact_tags")
    op.drop_table("canned_replies")
    op.drop_table("wordings")
    op.drop_index(op.f("ix_queues_topic"), table_name="queues")
    op.drop_table("queues")
    op.drop_table("labels")
    op.drop_table("choices")


RHYTHMS = (
    ("ix_customer_rhythms_silent_from", ["silent_from", "contact_id"], sa.text("silent_from IS NOT NULL")),
    ("ix_customer_rhythms_stale", ["contact_id"], sa.text("computed_at IS NULL")),
)
FOUND_BY = ("name", "call_me", "number", "phone", "email", "card")
CHANGED = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in FOUND_BY)
UNFOLDED = sa.text("words = '' AND erased_at IS NULL AND merged_into IS NULL")
CUSTOMERS = sa.text("kind <> 'customer'")


def _lines_found() -> None:
    """An index of the words of messages and notes, which follows its table by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX fts_lines ON search_lines USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE fts_lines USING"
        " fts5(words, content='search_lines', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    put = "INSERT INTO fts_lines (rowid, words) VALUES (new.id, new.words);"
    out = "INSERT INTO fts_lines (fts_lines, rowid, words) VALUES ('delete', old.id, old.words);"
    for event, body in (("INSERT", put), ("DELETE", out), ("UPDATE", f"{out} {put}")):
        op.execute(f"CREATE TRIGGER search_lines_{event.lower()} AFTER {event} ON search_lines BEGIN {body} END")


def _people_found() -> None:
    """Whoever changes has no words until they are folded anew (`store.people_words`); and the index of the words."""
    op.create_index(
        "ix_contacts_unfolded", "contacts", ["id"], unique=False, sqlite_where=UNFOLDED, postgresql_where=UNFOLDED
    )
    op.create_index("ix_contacts_language", "contacts", ["language"], unique=False)
    op.create_index("ix_accounts_tier", "accounts", ["tier", "contact_id"], unique=False)
    op.create_index("ix_contacts_marketing", "contacts", ["marketing"], unique=False)
    op.create_index(
        "ix_contacts_kind", "contacts", ["kind"], unique=False, sqlite_where=CUSTOMERS, postgresql_where=CUSTOMERS
    )
    columns = ", ".join(FOUND_BY)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION contacts_unfold() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN new.words := ''; RETURN new; END $$"
        )
        op.execute(
            f"CREATE TRIGGER contacts_unfold BEFORE UPDATE OF {columns} ON contacts"
            f" FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION contacts_unfold()"
        )
        op.execute("CREATE INDEX fts_people ON contacts USING gin (array_to_tsvector(string_to_array(words, ' ')))")
        return
    op.execute(
        "CREATE VIRTUAL TABLE fts_people USING"
        " fts5(words, content='contacts', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    unfold = "UPDATE contacts SET words = '' WHERE id = new.id AND words <> ''"
    changed = CHANGED.replace("IS DISTINCT FROM", "IS NOT")
    op.execute(
        f"CREATE TRIGGER contacts_unfold AFTER UPDATE OF {columns} ON contacts WHEN {changed} BEGIN {unfold}; END"
    )
    forget = "INSERT INTO fts_people (fts_people, rowid, words) SELECT 'delete', old.id, old.words"
    keep = "INSERT INTO fts_people (rowid, words) SELECT new.id, new.words"
    op.execute(
        "CREATE TRIGGER contacts_fold AFTER UPDATE OF words ON contacts WHEN old.words <> new.words"
        f" BEGIN {forget} WHERE old.words <> ''; {keep} WHERE new.words <> ''; END"
    )
    op.execute(f"CREATE TRIGGER contacts_keep AFTER INSERT ON contacts WHEN new.words <> '' BEGIN {keep}; END")
    op.execute(f"CREATE TRIGGER contacts_forget AFTER DELETE ON contacts WHEN old.words <> '' BEGIN {forget}; END")


def _people_not_found() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX fts_people")
        op.execute("DROP TRIGGER contacts_unfold ON contacts")
        op.execute("DROP FUNCTION contacts_unfold")
    else:
        for trigger in ("contacts_unfold", "contacts_fold", "contacts_keep", "contacts_forget"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE fts_people")
    op.drop_index("ix_accounts_tier", table_name="accounts")
    for index in ("kind", "marketing", "language", "unfolded"):
        op.drop_index(f"ix_contacts_{index}", table_name="contacts")


def _staff_sessions(*more: sa.schema.SchemaItem) -> None:
    """Make the table anew: who is logged in is worth no copying, and SQLite adds no unique column."""
    op.drop_table("staff_sessions")
    op.create_table(
        "staff_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_expires_at"), "staff_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)


def _first_queue() -> None:
    """The queue of whatever has no other: answered within an hour, done within three days of eight hours."""
    statement = sa.text(
        "INSERT INTO queues (public_id, topic, names, languages, assign, first_minutes, resolve_minutes)"
        " VALUES (:public_id, 'general', :names, '[]', 'hand', 60, 1440)"
    )
    op.get_bind().execute(statement, {"public_id": secrets.token_urlsafe(12), "names": json.dumps(GENERAL)})


def _held_until_now() -> None:
    """A conversation for each that people have now."""
    connection = op.get_bind()
    now = dt.datetime.now(dt.UTC)
    contacts = sa.table("contacts", *map(sa.column, ("id", "public_id", "owner", "language", "merged_into")))
    held = sa.select(contacts).where(contacts.c.owner != "bot", contacts.c.merged_into.is_(None))
    for row in connection.execute(held).all():
        statement = sa.text(
            "INSERT INTO conversations (public_id, contact_id, queue_id, state, staff_id, language, why, opened_at,"
            " moved_at, waiting_since, look_at) SELECT :public_id, :contact_id, (SELECT id FROM queues), :state,"
            " (SELECT id FROM staff WHERE public_id = :owner), :language, 'asked', :now, :now, :now, :now"
        ).bindparams(sa.bindparam("now", value=now, type_=Utc()))
        connection.execute(
            statement,
            {
                "public_id": secrets.token_urlsafe(12),
                "contact_id": row.id,
                "state": "queued" if row.owner == "queue" else "held",
                "owner": row.owner,
                "language": row.language,
            },
        )
