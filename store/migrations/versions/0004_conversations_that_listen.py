"""Conversations that listen and know: surveys, cases, themes, improvements, recommendations.

Only adds; processes of the version before may go on while it runs.
"""

import datetime as dt
import secrets
import tomllib
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from store.tables import Json, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DEPARTMENTS = {
    "shop": {"en": "Shops", "ms": "Kedai", "vi": "Cửa hàng", "ar": "الفروع", "zh": "门店"},
    "service": {
        "en": "Customer service",
        "ms": "Khidmat pelanggan",
        "vi": "Chăm sóc khách hàng",
        "ar": "خدمة العملاء",
        "zh": "客户服务",
    },
    "products": {"en": "Products", "ms": "Produk", "vi": "Sản phẩm", "ar": "المنتجات", "zh": "产品"},
    "delivery": {"en": "Delivery", "ms": "Penghantaran", "vi": "Giao hàng", "ar": "التوصيل", "zh": "配送"},
}
TOUCHPOINTS = {
    "shop": ("shop", {"en": "In the shop", "ms": "Di kedai", "vi": "Tại cửa hàng", "ar": "في الفرع", "zh": "门店"}),
    "product": (
        "products",
        {"en": "A product", "ms": "Produk", "vi": "Sản phẩm", "ar": "أحد المنتجات", "zh": "产品"},
    ),
    "delivery": (
        "delivery",
        {"en": "Delivery", "ms": "Penghantaran", "vi": "Giao hàng", "ar": "التوصيل", "zh": "配送"},
    ),
    "online": (
        "service",
        {
            "en": "Online shop",
            "ms": "Kedai dalam talian",
            "vi": "Mua trực tuyến",
            "ar": "المتجر الإلكتروني",
            "zh": "网店",
        },
    ),
    "contact": (
        "service",
        {
            "en": "Chat or phone",
            "ms": "Sembang atau telefon",
            "vi": "Chat hoặc điện thoại",
            "ar": "المحادثة أو الهاتف",
            "zh": "聊天或电话",
        },
    ),
}


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", Json(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("code", name=op.f("uq_departments_code")),
    )
    op.create_table(
        "recommenders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=16), server_default="", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=200), server_default="", nullable=False),
        sa.Column("customers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("purchases", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("items", Json(), nullable=True),
        sa.Column("popular", Json(), nullable=True),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("ready_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommenders")),
    )
    op.create_index(
        "uq_recommenders_fitting",
        "recommenders",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'fitting'"),
        postgresql_where=sa.text("state = 'fitting'"),
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", Json(), nullable=False),
        sa.Column("draft", Json(), nullable=True),
        sa.Column("draft_edit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("code", name=op.f("uq_surveys_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_surveys_public_id")),
    )
    op.create_table(
        "themes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("names", Json(), nullable=False),
        sa.Column("words", Json(), nullable=False),
        sa.Column("department", sa.String(length=32), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("read_at", Utc(), nullable=False),
        sa.Column("read_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("read_line", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_themes_public_id")),
    )
    op.create_table(
        "touchpoints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", Json(), nullable=False),
        sa.Column("department", sa.String(length=32), server_default="", nullable=False),
        sa.Column("at_branch", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoints")),
        sa.UniqueConstraint("code", name=op.f("uq_touchpoints_code")),
    )
    op.create_table(
        "invitation_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("settings", Json(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("next_at", Utc(), nullable=True),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("removed_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_invitation_rules_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_rules")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_rules_public_id")),
    )
    op.create_index(
        "ix_invitation_rules_next_at",
        "invitation_rules",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_invitation_rules_survey_id"), "invitation_rules", ["survey_id"], unique=False)
    op.create_table(
        "kiosks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("touchpoint", sa.String(length=32), server_default="", nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_kiosks_branch_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_kiosks_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("digest", name=op.f("uq_kiosks_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kiosks_public_id")),
    )
    op.create_table(
        "recommender_weights",
        sa.Column("recommender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("gap_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recommender_id"], ["recommenders.id"], name=op.f("fk_recommender_weights_recommender_id")
        ),
        sa.PrimaryKeyConstraint("recommender_id", "product_id", name=op.f("pk_recommender_weights")),
    )
    op.create_table(
        "survey_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", Json(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_versions_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_versions")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_survey_versions_survey_id_number")),
    )
    op.create_table(
        "survey_waves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("starts_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_waves_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_waves")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_waves_public_id")),
        sa.UniqueConstraint("survey_id", "starts_at", name=op.f("uq_survey_waves_survey_id_starts_at")),
    )
    op.create_table(
        "improvements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("question", sa.String(length=80), server_default="", nullable=False),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_improvements_staff_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_improvements_survey_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_improvements_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvements")),
        sa.UniqueConstraint("public_id", name=op.f("uq_improvements_public_id")),
    )
    op.create_index(op.f("ix_improvements_staff_id"), "improvements", ["staff_id"], unique=False)
    op.create_index(op.f("ix_improvements_survey_id"), "improvements", ["survey_id"], unique=False)
    op.create_index(op.f("ix_improvements_theme_id"), "improvements", ["theme_id"], unique=False)
    op.create_table(
        "not_interested",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_not_interested_contact_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_not_interested_product_id")),
        sa.PrimaryKeyConstraint("contact_id", "product_id", name=op.f("pk_not_interested")),
    )
    op.create_index(op.f("ix_not_interested_product_id"), "not_interested", ["product_id"], unique=False)
    op.create_table(
        "offer_watches",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_offer_watches_contact_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_offer_watches_product_id")),
        sa.PrimaryKeyConstraint("contact_id", "product_id", name=op.f("pk_offer_watches")),
    )
    op.create_index("ix_offer_watches_product_id", "offer_watches", ["product_id", "contact_id"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.String(length=32), server_default="", nullable=False),
        sa.Column("starts_at", Utc(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", Utc(), nullable=True),
        sa.Column("told_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_offers_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_offers_public_id")),
    )
    op.create_index("ix_offers_product_id", "offers", ["product_id", "ends_at"], unique=False)
    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("touchpoint", sa.String(length=32), server_default="", nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("reminded_at", Utc(), nullable=True),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_survey_invitations_branch_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_survey_invitations_contact_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_survey_invitations_product_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["invitation_rules.id"], name=op.f("fk_survey_invitations_rule_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitations_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
        sa.UniqueConstraint("key", name=op.f("uq_survey_invitations_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_invitations_public_id")),
    )
    op.create_index(
        "ix_survey_invitations_asked",
        "survey_invitations",
        ["survey_id", "asked_at"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index(
        "ix_survey_invitations_contact_id", "survey_invitations", ["contact_id", "asked_at"], unique=False
    )
    op.create_index(op.f("ix_survey_invitations_rule_id"), "survey_invitations", ["rule_id"], unique=False)
    op.create_index("ix_survey_invitations_survey_id", "survey_invitations", ["survey_id", "at"], unique=False)
    op.create_table(
        "shown_products",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("clicks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clicked_at", Utc(), nullable=True),
        sa.Column("bought_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_shown_products_contact_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_shown_products_offer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_shown_products_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_products")),
        sa.UniqueConstraint("key", name=op.f("uq_shown_products_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shown_products_public_id")),
    )
    op.create_index(op.f("ix_shown_products_contact_id"), "shown_products", ["contact_id"], unique=False)
    op.create_index(op.f("ix_shown_products_offer_id"), "shown_products", ["offer_id"], unique=False)
    op.create_index("ix_shown_products_product_id", "shown_products", ["product_id", "at"], unique=False)
    op.create_table(
        "survey_responses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mode", sa.String(length=9), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("touchpoint", sa.String(length=32), server_default="", nullable=False),
        sa.Column("department", sa.String(length=32), server_default="", nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("segment", sa.String(length=32), server_default="", nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reached", sa.String(length=32), server_default="", nullable=False),
        sa.Column("begun_at", Utc(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("deadline_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_survey_responses_branch_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_survey_responses_contact_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitations.id"], name=op.f("fk_survey_responses_invitation_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_survey_responses_product_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_survey_responses_staff_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_responses_survey_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["survey_versions.id"], name=op.f("fk_survey_responses_version_id")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["survey_waves.id"], name=op.f("fk_survey_responses_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_responses")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_survey_responses_invitation_id")),
        sa.UniqueConstraint("key", name=op.f("uq_survey_responses_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_responses_public_id")),
    )
    op.create_index(op.f("ix_survey_responses_contact_id"), "survey_responses", ["contact_id"], unique=False)
    op.create_index(
        "ix_survey_responses_deadline_at",
        "survey_responses",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("state = 'begun'"),
        postgresql_where=sa.text("state = 'begun'"),
    )
    op.create_index("ix_survey_responses_done_at", "survey_responses", ["done_at", "id"], unique=False)
    op.create_index(op.f("ix_survey_responses_staff_id"), "survey_responses", ["staff_id"], unique=False)
    op.create_index(
        "ix_survey_responses_survey_id", "survey_responses", ["survey_id", "state", "begun_at"], unique=False
    )
    op.create_index(op.f("ix_survey_responses_version_id"), "survey_responses", ["version_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("urgent", sa.String(length=16), server_default="", nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("touchpoint", sa.String(length=32), server_default="", nullable=False),
        sa.Column("department", sa.String(length=32), server_default="", nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stars", sa.SmallInteger(), nullable=True),
        sa.Column("order_number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("happened_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("praised", sa.String(length=100), server_default="", nullable=False),
        sa.Column("praised_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("promised_at", Utc(), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("look_at", Utc(), nullable=True),
        sa.Column("escalated_at", Utc(), nullable=True),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_cases_branch_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_cases_closed_by")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_cases_contact_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_cases_conversation_id")),
        sa.ForeignKeyConstraint(["praised_id"], ["staff.id"], name=op.f("fk_cases_praised_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_cases_product_id")),
        sa.ForeignKeyConstraint(["response_id"], ["survey_responses.id"], name=op.f("fk_cases_response_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_cases_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("key", name=op.f("uq_cases_key")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cases_public_id")),
    )
    op.create_index(
        "ix_cases_closed",
        "cases",
        ["closed_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'closed'"),
        postgresql_where=sa.text("state = 'closed'"),
    )
    op.create_index(op.f("ix_cases_contact_id"), "cases", ["contact_id"], unique=False)
    op.create_index(op.f("ix_cases_conversation_id"), "cases", ["conversation_id"], unique=False)
    op.create_index(
        "ix_cases_look_at",
        "cases",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["promised_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_cases_opened_at", "cases", ["opened_at", "id"], unique=False)
    op.create_index(
        "ix_cases_owed",
        "cases",
        ["contact_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_cases_praised_id"), "cases", ["praised_id"], unique=False)
    op.create_index(op.f("ix_cases_product_id"), "cases", ["product_id"], unique=False)
    op.create_index(op.f("ix_cases_response_id"), "cases", ["response_id"], unique=False)
    op.create_index(op.f("ix_cases_staff_id"), "cases", ["staff_id"], unique=False)
    op.create_index(
        "uq_cases_survey_open",
        "cases",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'survey' AND state = 'open'"),
        postgresql_where=sa.text("kind = 'survey' AND state = 'open'"),
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=32), server_default="", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("skipped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["survey_responses.id"], name=op.f("fk_survey_answers_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint(
            "response_id", "question", "part", name=op.f("uq_survey_answers_response_id_question_part")
        ),
    )
    op.create_table(
        "survey_rewards",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reward", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_survey_rewards_contact_id")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["survey_responses.id"], name=op.f("fk_survey_rewards_response_id")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_rewards_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "contact_id", name=op.f("pk_survey_rewards")),
    )
    op.create_index(op.f("ix_survey_rewards_contact_id"), "survey_rewards", ["contact_id"], unique=False)
    op.create_index("ix_survey_rewards_survey_id", "survey_rewards", ["survey_id", "at"], unique=False)
    op.create_table(
        "case_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("details", Json(), nullable=True),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_lines_case_id")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_case_lines_media_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_lines")),
        sa.UniqueConstraint("key", name=op.f("uq_case_lines_key")),
    )
    op.create_index(op.f("ix_case_lines_case_id"), "case_lines", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_lines_media_id"), "case_lines", ["media_id"], unique=False)
    op.create_table(
        "theme_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["survey_answers.id"], name=op.f("fk_theme_marks_answer_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_theme_marks_case_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_theme_marks_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_marks")),
        sa.UniqueConstraint("theme_id", "answer_id", name=op.f("uq_theme_marks_theme_id_answer_id")),
        sa.UniqueConstraint("theme_id", "case_id", name=op.f("uq_theme_marks_theme_id_case_id")),
    )
    op.create_index(op.f("ix_theme_marks_answer_id"), "theme_marks", ["answer_id"], unique=False)
    op.create_index("ix_theme_marks_at", "theme_marks", ["theme_id", "at"], unique=False)
    op.create_index(op.f("ix_theme_marks_case_id"), "theme_marks", ["case_id"], unique=False)
    op.add_column("accounts", sa.Column("frozen_at", Utc(), nullable=True))
    op.add_column("accounts", sa.Column("frozen_why", sa.String(length=64), server_default="", nullable=False))
    op.add_column("products", sa.Column("about", sa.String(length=300), server_default="", nullable=False))
    op.add_column("products", sa.Column("abouts", Json(), nullable=True))
    op.add_column("products", sa.Column("cost", sa.BigInteger(), nullable=True))
    op.add_column("products", sa.Column("stock", sa.Integer(), nullable=True))
    op.add_column("products", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("products", sa.Column("repeatable", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("products", sa.Column("refill_days", sa.Integer(), nullable=True))
    op.add_column("products", sa.Column("address", sa.String(length=500), server_default="", nullable=False))
    _starters()


def downgrade() -> None:
    op.drop_column("products", "address")
    op.drop_column("products", "refill_days")
    op.drop_column("products", "repeatable")
    op.drop_column("products", "active")
    op.drop_column("products", "stock")
    op.drop_column("products", "cost")
    op.drop_column("products", "abouts")
    op.drop_column("products", "about")
    op.drop_column("accounts", "frozen_why")
    op.drop_column("accounts", "frozen_at")
    op.drop_index(op.f("ix_theme_marks_case_id"), table_name="theme_marks")
    op.drop_index("ix_theme_marks_at", table_name="theme_marks")
    op.drop_index(op.f("ix_theme_marks_answer_id"), table_name="theme_marks")
    op.drop_table("theme_marks")
    op.drop_index(op.f("ix_case_lines_media_id"), table_name="case_lines")
    op.drop_index(op.f("ix_case_lines_case_id"), table_name="case_lines")
    op.drop_table("case_lines")
    op.drop_index("ix_survey_rewards_survey_id", table_name="survey_rewards")
    op.drop_index(op.f("ix_survey_rewards_contact_id"), table_name="survey_rewards")
    op.drop_table("survey_rewards")
    op.drop_table("survey_answers")
    op.drop_index(
        "uq_cases_survey_open",
        table_name="cases",
        sqlite_where=sa.text("kind = 'survey' AND state = 'open'"),
        postgresql_where=sa.text("kind = 'survey' AND state = 'open'"),
    )
    op.drop_index(op.f("ix_cases_staff_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_response_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_product_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_praised_id"), table_name="cases")
    op.drop_index(
        "ix_cases_owed",
        table_name="cases",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_cases_opened_at", table_name="cases")
    op.drop_index(
        "ix_cases_open",
        table_name="cases",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_cases_look_at",
        table_name="cases",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_cases_conversation_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_contact_id"), table_name="cases")
    op.drop_index(
        "ix_cases_closed",
        table_name="cases",
        sqlite_where=sa.text("state = 'closed'"),
        postgresql_where=sa.text("state = 'closed'"),
    )
    op.drop_table("cases")
    op.drop_index(op.f("ix_survey_responses_version_id"), table_name="survey_responses")
    op.drop_index("ix_survey_responses_survey_id", table_name="survey_responses")
    op.drop_index(op.f("ix_survey_responses_staff_id"), table_name="survey_responses")
    op.drop_index("ix_survey_responses_done_at", table_name="survey_responses")
    op.drop_index(
        "ix_survey_responses_deadline_at",
        table_name="survey_responses",
        sqlite_where=sa.text("state = 'begun'"),
        postgresql_where=sa.text("state = 'begun'"),
    )
    op.drop_index(op.f("ix_survey_responses_contact_id"), table_name="survey_responses")
    op.drop_table("survey_responses")
    op.drop_index("ix_shown_products_product_id", table_name="shown_products")
    op.drop_index(op.f("ix_shown_products_offer_id"), table_name="shown_products")
    op.drop_index(op.f("ix_shown_products_contact_id"), table_name="shown_products")
    op.drop_table("shown_products")
    op.drop_index("ix_survey_invitations_survey_id", table_name="survey_invitations")
    op.drop_index(op.f("ix_survey_invitations_rule_id"), table_name="survey_invitations")
    op.drop_index("ix_survey_invitations_contact_id", table_name="survey_invitations")
    op.drop_index(
        "ix_survey_invitations_asked",
        table_name="survey_invitations",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.drop_table("survey_invitations")
    op.drop_index("ix_offers_product_id", table_name="offers")
    op.drop_table("offers")
    op.drop_index("ix_offer_watches_product_id", table_name="offer_watches")
    op.drop_table("offer_watches")
    op.drop_index(op.f("ix_not_interested_product_id"), table_name="not_interested")
    op.drop_table("not_interested")
    op.drop_index(op.f("ix_improvements_theme_id"), table_name="improvements")
    op.drop_index(op.f("ix_improvements_survey_id"), table_name="improvements")
    op.drop_index(op.f("ix_improvements_staff_id"), table_name="improvements")
    op.drop_table("improvements")
    op.drop_table("survey_waves")
    op.drop_table("survey_versions")
    op.drop_table("recommender_weights")
    op.drop_table("kiosks")
    op.drop_index(op.f("ix_invitation_rules_survey_id"), table_name="invitation_rules")
    op.drop_index(
        "ix_invitation_rules_next_at",
        table_name="invitation_rules",
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.drop_table("invitation_rules")
    op.drop_table("touchpoints")
    op.drop_table("themes")
    op.drop_table("surveys")
    op.drop_index(
        "uq_recommenders_fitting",
        table_name="recommenders",
        sqlite_where=sa.text("state = 'fitting'"),
        postgresql_where=sa.text("state = 'fitting'"),
    )
    op.drop_table("recommenders")
    op.drop_table("departments")


def _starters() -> None:
    """A few departments and touchpoints to begin with; the team changes them."""
    named = [
        {"code": code, "names": names, "position": place}
        for place, (code, names) in enumerate(DEPARTMENTS.items(), start=1)
    ]
    met = [
        {
            "code": code,
            "names": names,
            "department": department,
            "at_branch": code in ("shop", "product"),
            "position": place,
        }
        for place, (code, (department, names)) in enumerate(TOUCHPOINTS.items(), start=1)
    ]
    for table, rows in (("departments", named), ("touchpoints", met)):
        types = {"names": Json(), "position": sa.Integer(), "at_branch": sa.Boolean()}
        columns = (sa.column(name, types.get(name, sa.String())) for name in rows[0])
        op.bulk_insert(sa.table(table, *columns), rows)
    _themes()


def _themes() -> None:
    """Themes to begin with, in five languages; what was said in the year before is read for them, too."""
    known = tomllib.loads(Path(__file__).with_name("0004_starter_themes.toml").read_text(encoding="utf-8"))
    now = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)  # the same in every database that is made
    rows = [
        {**each, "public_id": secrets.token_urlsafe(12), "changed_at": now, "read_at": now - dt.timedelta(days=365)}
        for each in known["themes"]
    ]
    types = {"names": Json(), "words": Json(), "changed_at": Utc(), "read_at": Utc()}
    columns = (sa.column(name, types.get(name, sa.String())) for name in rows[0])
    op.bulk_insert(sa.table("themes", *columns), rows)
