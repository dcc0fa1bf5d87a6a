"""Loyalty whole: pockets, tiers, vouchers, claims, staff, occasions, and the programme as a file.

Nothing was released before it: stop every process of the version before, then migrate.
"""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from store.tables import Json, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.Column("revoked_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_keys_public_id")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_key_at", "attempts", ["key", "at"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("object", sa.String(length=96), server_default="", nullable=False),
        sa.Column("before", Json(), nullable=True),
        sa.Column("after", Json(), nullable=True),
        sa.Column("address", sa.String(length=45), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_object"), "audit", ["object"], unique=False)
    op.create_table(
        "programmes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rules", Json(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("judged_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
    )
    op.create_table(
        "suppressions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "anniversaries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("month_day", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("given_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_anniversaries_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anniversaries")),
        sa.UniqueConstraint("contact_id", "occasion", name=op.f("uq_anniversaries_contact_id_occasion")),
    )
    op.create_index("ix_anniversaries_day", "anniversaries", ["month_day", "occasion", "contact_id"], unique=False)
    op.create_table(
        "api_answers",
        sa.Column("api_key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("answer", Json(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_api_answers_api_key_id")),
        sa.PrimaryKeyConstraint("api_key_id", "key", name=op.f("pk_api_answers")),
    )
    op.create_index(op.f("ix_api_answers_at"), "api_answers", ["at"], unique=False)
    op.create_table(
        "behaviours",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("details", Json(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_behaviours_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behaviours")),
        sa.UniqueConstraint("key", name=op.f("uq_behaviours_key")),
    )
    op.create_index("ix_behaviours_contact_id_at", "behaviours", ["contact_id", "at"], unique=False)
    op.create_table(
        "codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_codes_contact_id")),
        sa.ForeignKeyConstraint(["member_id"], ["contacts.id"], name=op.f("fk_codes_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index("ix_codes_contact_id", "codes", ["contact_id", "created_at"], unique=False)
    op.create_index(op.f("ix_codes_digest"), "codes", ["digest"], unique=False)
    op.create_index("ix_codes_member_id", "codes", ["member_id", "created_at"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_erasures_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "occurrences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("occurrence", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_occurrences_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint(
            "contact_id", "occasion", "occurrence", name=op.f("uq_occurrences_contact_id_occasion_occurrence")
        ),
    )
    op.create_table(
        "preferences",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("refused", Json(), nullable=True),
        sa.Column("seldom", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paused_until", Utc(), nullable=True),
        sa.Column("people_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("personalised", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_preferences_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password", sa.String(length=200), server_default="", nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_staff_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_public_id")),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("verdict", sa.String(length=5), nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_verdicts_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index("ix_verdicts_contact_id_at", "verdicts", ["contact_id", "at"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_invitations_staff_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitations")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_expires_at"), "staff_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)
    op.create_table(
        "tier_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tier_changes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_changes")),
    )
    op.create_index(op.f("ix_tier_changes_account_id"), "tier_changes", ["account_id"], unique=False)
    op.create_table(
        "till_actions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("details", Json(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_till_actions_branch_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_till_actions_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_till_actions_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_actions")),
        sa.UniqueConstraint("key", name=op.f("uq_till_actions_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_till_actions_public_id")),
    )
    op.create_index("ix_till_actions_staff_id_at", "till_actions", ["staff_id", "at"], unique=False)
    op.create_index(op.f("ix_till_actions_contact_id"), "till_actions", ["contact_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_holds_account_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name=op.f("fk_holds_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("key", name=op.f("uq_holds_key")),
    )
    op.create_index(op.f("ix_holds_account_id"), "holds", ["account_id"], unique=False)
    op.create_index(
        "ix_holds_open",
        "holds",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "vouchers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=True),
        sa.Column("hold_key", sa.String(length=128), nullable=True),
        sa.Column("issued_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=True),
        sa.CheckConstraint("uses_left IS NULL OR uses_left >= 0", name=op.f("ck_vouchers_uses_not_negative")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_vouchers_contact_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name=op.f("fk_vouchers_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("digest", name=op.f("uq_vouchers_digest")),
        sa.UniqueConstraint("key", name=op.f("uq_vouchers_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_vouchers_public_id")),
    )
    op.create_index("ix_vouchers_contact_id", "vouchers", ["contact_id", "issued_at"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt", sa.String(length=64), server_default="", nullable=False),
        sa.Column("written", sa.String(length=64), server_default="", nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("promised_at", Utc(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_claims_contact_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_claims_decided_by")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_claims_media_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_claims_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("public_id", name=op.f("uq_claims_public_id")),
    )
    op.create_index(op.f("ix_claims_contact_id"), "claims", ["contact_id"], unique=False)
    op.create_index(
        "ix_claims_open",
        "claims",
        ["promised_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_claims_receipt",
        "claims",
        ["receipt"],
        unique=True,
        sqlite_where=sa.text("receipt <> '' AND state <> 'refused'"),
        postgresql_where=sa.text("receipt <> '' AND state <> 'refused'"),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_refunds_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
    )
    op.create_index(op.f("ix_refunds_purchase_id"), "refunds", ["purchase_id"], unique=False)
    op.create_table(
        "voucher_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by", sa.String(length=24), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_voucher_uses_branch_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_uses_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_uses")),
        sa.UniqueConstraint("key", name=op.f("uq_voucher_uses_key")),
    )
    op.create_index(op.f("ix_voucher_uses_voucher_id"), "voucher_uses", ["voucher_id"], unique=False)
    _keep_the_rules()
    op.drop_table("program")
    op.drop_table("tiers")
    op.execute(
        "ALTER TABLE accounts ADD COLUMN pending BIGINT DEFAULT 0 NOT NULL CONSTRAINT ck_accounts_pending_not_negative CHECK (pending >= 0)"
    )
    op.execute(
        "ALTER TABLE accounts ADD COLUMN held BIGINT DEFAULT 0 NOT NULL CONSTRAINT ck_accounts_held_not_negative CHECK (held >= 0)"
    )
    op.execute(
        "ALTER TABLE accounts ADD COLUMN debt BIGINT DEFAULT 0 NOT NULL CONSTRAINT ck_accounts_debt_not_negative CHECK (debt >= 0)"
    )
    op.add_column("accounts", sa.Column("tier", sa.String(length=32), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("tier_until", Utc(), nullable=True))
    op.create_index(
        "ix_accounts_tier_until",
        "accounts",
        ["tier_until"],
        unique=False,
        sqlite_where=sa.text("tier_until IS NOT NULL"),
        postgresql_where=sa.text("tier_until IS NOT NULL"),
    )
    op.add_column("branches", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("contacts", sa.Column("digits", sa.String(length=4), server_default="", nullable=False))
    op.add_column("contacts", sa.Column("card", sa.String(length=24), nullable=True))
    op.add_column("contacts", sa.Column("joined_from", sa.String(length=64), server_default="", nullable=False))
    op.add_column("contacts", sa.Column("deceased", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("contacts", sa.Column("erased_at", Utc(), nullable=True))
    op.create_index(op.f("ix_contacts_joined_from"), "contacts", ["joined_from"], unique=False)
    op.create_index("uq_contacts_card", "contacts", ["card"], unique=True)
    op.create_index(
        "ix_contacts_merged_into",
        "contacts",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_contacts_held",
        "contacts",
        ["owner"],
        sqlite_where=sa.text("owner <> 'bot'"),
        postgresql_where=sa.text("owner <> 'bot'"),
    )
    _keep_the_birthdays()
    _keep_the_joining_days()
    op.drop_column("contacts", "birthday")
    op.drop_column("contacts", "proactive_at")
    op.create_index(op.f("ix_draws_lot_id"), "draws", ["lot_id"], unique=False)
    op.add_column("due", sa.Column("flow", sa.String(length=64), server_default="", nullable=False))
    op.add_column("due", sa.Column("args", Json(), nullable=True))
    op.create_index(
        "ix_due_session_id",
        "due",
        ["session_id"],
        unique=False,
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_sessions_contact_id"), "sessions", ["contact_id"], unique=False)
    op.create_index(op.f("ix_sessions_identity_id"), "sessions", ["identity_id"], unique=False)
    op.add_column("lots", sa.Column("matures_at", Utc(), nullable=True))
    op.create_index(
        "ix_lots_maturity",
        "lots",
        ["matures_at"],
        unique=False,
        sqlite_where=sa.text('"left" > 0 AND matures_at IS NOT NULL'),
        postgresql_where=sa.text('"left" > 0 AND matures_at IS NOT NULL'),
    )
    op.add_column("outbox", sa.Column("kind", sa.String(length=16), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("begun_at", Utc(), nullable=True))
    op.create_index(
        "ix_outbox_begun",
        "outbox",
        ["contact_id", "begun_at"],
        unique=False,
        sqlite_where=sa.text("begun_at IS NOT NULL"),
        postgresql_where=sa.text("begun_at IS NOT NULL"),
    )
    op.add_column("purchases", sa.Column("receipt", sa.String(length=64), server_default="", nullable=False))
    op.add_column("purchases", sa.Column("source", sa.String(length=8), server_default="", nullable=False))
    op.add_column("purchases", sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_purchases_receipt",
        "purchases",
        ["receipt"],
        unique=False,
        sqlite_where=sa.text("receipt <> ''"),
        postgresql_where=sa.text("receipt <> ''"),
    )
    op.add_column("rewards", sa.Column("kind", sa.String(length=8), server_default="voucher", nullable=False))
    op.add_column("rewards", sa.Column("about", sa.String(length=1000), server_default="", nullable=False))
    op.add_column("rewards", sa.Column("abouts", Json(), nullable=True))
    op.execute(
        "ALTER TABLE rewards ADD COLUMN stock INTEGER CONSTRAINT ck_rewards_stock_not_negative CHECK (stock >= 0)"
    )
    op.add_column("rewards", sa.Column("per_member", sa.Integer(), nullable=True))
    op.add_column("rewards", sa.Column("tier", sa.String(length=32), server_default="", nullable=False))
    op.add_column("rewards", sa.Column("starts_at", Utc(), nullable=True))
    op.add_column("rewards", sa.Column("ends_at", Utc(), nullable=True))
    op.add_column("rewards", sa.Column("valid_days", sa.Integer(), nullable=True))
    op.add_column("rewards", sa.Column("listed", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("rewards", sa.Column("place", sa.Integer(), server_default="0", nullable=False))
    integer = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE rewards ADD COLUMN picture_id {integer} CONSTRAINT fk_rewards_picture_id REFERENCES media (id)"
    )


def _keep_the_birthdays() -> None:
    op.execute(
        sa.text(
            "INSERT INTO anniversaries (contact_id, occasion, month_day, year, given_at) "
            "SELECT id, 'birthday', EXTRACT(MONTH FROM birthday) * 100 + EXTRACT(DAY FROM birthday), "
            "EXTRACT(YEAR FROM birthday), created_at FROM contacts WHERE birthday IS NOT NULL"
            if op.get_bind().dialect.name == "postgresql"
            else "INSERT INTO anniversaries (contact_id, occasion, month_day, year, given_at) "
            "SELECT id, 'birthday', CAST(strftime('%m%d', birthday) AS INTEGER), "
            "CAST(strftime('%Y', birthday) AS INTEGER), created_at FROM contacts WHERE birthday IS NOT NULL"
        )
    )


def _keep_the_joining_days() -> None:
    op.execute(
        sa.text(
            "INSERT INTO anniversaries (contact_id, occasion, month_day, year, given_at) "
            "SELECT contact_id, 'membership', EXTRACT(MONTH FROM opened_at AT TIME ZONE 'UTC') * 100 "
            "+ EXTRACT(DAY FROM opened_at AT TIME ZONE 'UTC'), EXTRACT(YEAR FROM opened_at AT TIME ZONE 'UTC'), "
            "opened_at FROM accounts WHERE contact_id IS NOT NULL"
            if op.get_bind().dialect.name == "postgresql"
            else "INSERT INTO anniversaries (contact_id, occasion, month_day, year, given_at) "
            "SELECT contact_id, 'membership', CAST(strftime('%m%d', opened_at) AS INTEGER), "
            "CAST(strftime('%Y', opened_at) AS INTEGER), opened_at FROM accounts WHERE contact_id IS NOT NULL"
        )
    )


def _keep_the_rules() -> None:
    connection = op.get_bind()
    program = connection.execute(
        sa.text("SELECT business, currency, points_per_unit, expiry_months FROM program ORDER BY id LIMIT 1")
    ).one_or_none()
    if program is None:
        return
    levels = _parts(connection, "SELECT code, name, names, threshold FROM tiers ORDER BY threshold", "threshold")
    rewards = _parts(
        connection, "SELECT code, name, names, points FROM rewards WHERE active ORDER BY points", "points"
    )
    branches = connection.execute(sa.text("SELECT code, name, city, timezone FROM branches ORDER BY id"))
    earn = {"points": program[2]} | ({"expiry_months": program[3]} if program[3] else {})
    rules = {
        "business": program[0],
        "currency": program[1],
        "earn": earn,
        "tiers": {"levels": levels},
        "rewards": rewards,
        "branches": [dict(row._mapping) for row in branches],
    }
    # The file has a name's languages under one key.
    file = rules | {"tiers": {"levels": [_as_written(each) for each in levels]}}
    file |= {"rewards": [_as_written(each) for each in rewards]}
    text = json.dumps(file, ensure_ascii=False, indent=2)
    table = sa.table(
        "programmes", sa.column("text"), sa.column("rules", Json()), sa.column("by"), sa.column("at", Utc())
    )
    connection.execute(table.insert().values(text=text, rules=rules, by="migration", at=dt.datetime.now(dt.UTC)))


def _parts(connection: sa.Connection, select: str, amount: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "name": name, amount: number} | ({"names": _json(names)} if names else {})
        for code, name, names, number in connection.execute(sa.text(select))
    ]


def _json(names: Any) -> Any:
    return json.loads(names) if isinstance(names, str) else names


def _as_written(part: dict[str, Any]) -> dict[str, Any]:
    names = {"en": part["name"], **part.get("names", {})}
    return {key: value for key, value in part.items() if key != "names"} | {"name": names}


def downgrade() -> None:
    op.drop_table("marks")
    op.drop_index(op.f("ix_voucher_uses_voucher_id"), table_name="voucher_uses")
    op.drop_table("voucher_uses")
    op.drop_index(op.f("ix_refunds_purchase_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(
        "uq_claims_receipt",
        table_name="claims",
        sqlite_where=sa.text("receipt <> '' AND state <> 'refused'"),
        postgresql_where=sa.text("receipt <> '' AND state <> 'refused'"),
    )
    op.drop_index(
        "ix_claims_open",
        table_name="claims",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_claims_contact_id"), table_name="claims")
    op.drop_table("claims")
    op.drop_index("ix_vouchers_contact_id", table_name="vouchers")
    op.drop_table("vouchers")
    op.drop_index(
        "ix_holds_open",
        table_name="holds",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_index(op.f("ix_holds_account_id"), table_name="holds")
    op.drop_table("holds")
    op.drop_index(op.f("ix_till_actions_contact_id"), table_name="till_actions")
    op.drop_index("ix_till_actions_staff_id_at", table_name="till_actions")
    op.drop_table("till_actions")
    op.drop_index(op.f("ix_tier_changes_account_id"), table_name="tier_changes")
    op.drop_table("tier_changes")
    op.drop_index(op.f("ix_staff_sessions_staff_id"), table_name="staff_sessions")
    op.drop_index(op.f("ix_staff_sessions_expires_at"), table_name="staff_sessions")
    op.drop_table("staff_sessions")
    op.drop_table("invitations")
    op.drop_index("ix_verdicts_contact_id_at", table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_table("staff")
    op.drop_table("preferences")
    op.drop_table("occurrences")
    op.drop_table("erasures")
    op.drop_index("ix_codes_member_id", table_name="codes")
    op.drop_index(op.f("ix_codes_digest"), table_name="codes")
    op.drop_index("ix_codes_contact_id", table_name="codes")
    op.drop_table("codes")
    op.drop_index("ix_behaviours_contact_id_at", table_name="behaviours")
    op.drop_table("behaviours")
    op.drop_index(op.f("ix_api_answers_at"), table_name="api_answers")
    op.drop_table("api_answers")
    op.drop_index("ix_anniversaries_day", table_name="anniversaries")
    op.drop_table("anniversaries")
    op.drop_table("suppressions")
    op.drop_table("programmes")
    op.drop_index(op.f("ix_audit_object"), table_name="audit")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
    op.drop_index("ix_attempts_key_at", table_name="attempts")
    op.drop_table("attempts")
    op.drop_table("api_keys")
    op.drop_column("rewards", "picture_id")
    op.drop_column("rewards", "place")
    op.drop_column("rewards", "listed")
    op.drop_column("rewards", "valid_days")
    op.drop_column("rewards", "ends_at")
    op.drop_column("rewards", "starts_at")
    op.drop_column("rewards", "tier")
    op.drop_column("rewards", "per_member")
    op.drop_column("rewards", "stock")
    op.drop_column("rewards", "abouts")
    op.drop_column("rewards", "about")
    op.drop_column("rewards", "kind")
    op.drop_index(
        "ix_purchases_receipt",
        table_name="purchases",
        sqlite_where=sa.text("receipt <> ''"),
        postgresql_where=sa.text("receipt <> ''"),
    )
    op.drop_column("purchases", "refunded")
    op.drop_column("purchases", "source")
    op.drop_column("purchases", "receipt")
    op.drop_index(
        "ix_outbox_begun",
        table_name="outbox",
        sqlite_where=sa.text("begun_at IS NOT NULL"),
        postgresql_where=sa.text("begun_at IS NOT NULL"),
    )
    op.drop_column("outbox", "begun_at")
    op.drop_column("outbox", "kind")
    op.drop_index(
        "ix_lots_maturity",
        table_name="lots",
        sqlite_where=sa.text('"left" > 0 AND matures_at IS NOT NULL'),
        postgresql_where=sa.text('"left" > 0 AND matures_at IS NOT NULL'),
    )
    op.drop_column("lots", "matures_at")
    op.drop_index(op.f("ix_draws_lot_id"), table_name="draws")
    op.drop_index(op.f("ix_sessions_identity_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_contact_id"), table_name="sessions")
    op.drop_index("ix_due_session_id", table_name="due")
    op.drop_column("due", "args")
    op.drop_column("due", "flow")
    op.add_column("contacts", sa.Column("birthday", sa.Date(), nullable=True))
    op.add_column("contacts", sa.Column("proactive_at", Utc(), nullable=True))
    op.drop_index("ix_contacts_merged_into", table_name="contacts")
    op.drop_index("ix_contacts_held", table_name="contacts")
    op.drop_index("uq_contacts_card", table_name="contacts")
    op.drop_index(op.f("ix_contacts_joined_from"), table_name="contacts")
    op.drop_column("contacts", "erased_at")
    op.drop_column("contacts", "deceased")
    op.drop_column("contacts", "joined_from")
    op.drop_column("contacts", "card")
    op.drop_column("contacts", "digits")
    op.drop_column("branches", "active")
    op.drop_index(
        "ix_accounts_tier_until",
        table_name="accounts",
        sqlite_where=sa.text("tier_until IS NOT NULL"),
        postgresql_where=sa.text("tier_until IS NOT NULL"),
    )
    op.drop_column("accounts", "tier_until")
    op.drop_column("accounts", "tier")
    op.drop_column("accounts", "debt")
    op.drop_column("accounts", "held")
    op.drop_column("accounts", "pending")
    op.create_table(
        "tiers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("names", Json(), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiers")),
        sa.UniqueConstraint("code", name=op.f("uq_tiers_code")),
    )
    op.create_table(
        "program",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("points_per_unit", sa.Integer(), nullable=False),
        sa.Column("expiry_months", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
    )
