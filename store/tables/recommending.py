"""What is recommended, what is not wanted, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

recommenders = sa.Table(  # models that were fitted; the last one that is ready serves
    "recommenders",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("state", sa.String(8), nullable=False),  # fitting, ready, failed
    sa.Column("step", sa.String(16), nullable=False, server_default=""),  # reading, solving, storing
    sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),  # of `total` in this step
    sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("error", sa.String(200), nullable=False, server_default=""),
    sa.Column("customers", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("purchases", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("items", Json),  # the products' ids, in the order of the weights
    sa.Column("popular", Json),  # segment -> product ids, the most bought first
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("moved_at", Utc, nullable=False),
    sa.Column("ready_at", Utc),
    sa.Index(  # one at a time, over all replicas
        "uq_recommenders_fitting",
        "state",
        unique=True,
        sqlite_where=sa.text("state = 'fitting'"),
        postgresql_where=sa.text("state = 'fitting'"),
    ),
)

recommender_weights = sa.Table(  # what having bought a product says of each other product
    "recommender_weights",
    metadata,
    sa.Column("recommender_id", sa.ForeignKey("recommenders.id"), primary_key=True),
    sa.Column("product_id", sa.BigInteger, primary_key=True),
    sa.Column("weights", sa.LargeBinary, nullable=False),  # half floats, in the order of `items`
    sa.Column("gap_days", sa.Integer),  # after how long it is bought again, the median; null: too few did
)

not_interested = sa.Table(
    "not_interested",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True, index=True),
    sa.Column("at", Utc, nullable=False),
)

offers = sa.Table(  # a product for less, for a while
    "offers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("product_id", sa.ForeignKey("products.id"), nullable=False),
    sa.Column("price", sa.BigInteger, nullable=False),  # minor units of the product's currency
    sa.Column("segment", sa.String(32), nullable=False, server_default=""),  # a tier's code; empty: everybody
    sa.Column("starts_at", Utc, nullable=False),
    sa.Column("ends_at", Utc, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("withdrawn_at", Utc),
    sa.Column("told_to", sa.BigInteger, nullable=False, server_default="0"),  # the last of those who wait for it
    sa.Index("ix_offers_product_id", "product_id", "ends_at"),
)

offer_watches = sa.Table(  # who wants to be told when a product is on offer
    "offer_watches",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_offer_watches_product_id", "product_id", "contact_id"),
)

shown_products = sa.Table(  # what was recommended to whom, and whether they went to see it
    "shown_products",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),  # what the signed link names
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("product_id", sa.ForeignKey("products.id"), nullable=False),
    sa.Column("offer_id", sa.ForeignKey("offers.id"), index=True),
    sa.Column("place", sa.String(16), nullable=False),  # asked, alike, cross_sell, upsell, offer
    sa.Column("why", sa.String(16), nullable=False),  # bought, refill, popular, alike, offer
    sa.Column("at", Utc, nullable=False),
    sa.Column("clicks", sa.Integer, nullable=False, server_default="0"),
    sa.Column("clicked_at", Utc),
    sa.Column("bought_at", Utc),
    sa.Index("ix_shown_products_product_id", "product_id", "at"),
)
