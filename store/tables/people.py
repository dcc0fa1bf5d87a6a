"""Who the contacts are and what they agreed to."""

from __future__ import annotations

import sqlalchemy as sa

from store.tables.columns import Id, Json, Utc, metadata

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False, server_default="customer"),
    sa.Column("number", sa.String(64), unique=True),  # the business's own customer number
    sa.Column("name", sa.String(200), nullable=False, server_default=""),
    sa.Column("call_me", sa.String(64), nullable=False, server_default=""),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("language_chosen", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("drift", sa.String(8), nullable=False, server_default=""),  # "ms:1": written once in Malay
    sa.Column("timezone", sa.String(64), nullable=False, server_default=""),
    sa.Column("phone", sa.String(20), index=True),
    sa.Column("email", sa.String(254), index=True),
    sa.Column("city", sa.String(64), nullable=False, server_default=""),
    # Who owns the conversation: bot, queue, snoozed, blocked, or a person's public id; and until when.
    sa.Column("owner", sa.String(24), nullable=False, server_default="bot"),
    sa.Column("owner_until", Utc),
    sa.Column("marketing", sa.String(9), nullable=False, server_default="unasked"),  # granted, withdrawn
    sa.Column("welcomed_at", Utc),
    sa.Column("seen_at", Utc),
    sa.Column("digits", sa.String(4), nullable=False, server_default=""),  # arab: ٠-٩ instead of 0-9
    sa.Column("card", sa.String(24)),  # what the member's QR says
    sa.Column("joined_from", sa.String(64), nullable=False, server_default="", index=True),  # a poster, a link
    sa.Column("deceased", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("erased_at", Utc),
    sa.Column("seq", sa.Integer, nullable=False, server_default="0"),  # last place given in the conversation
    sa.Column("flood", sa.Float, nullable=False, server_default="0"),  # events above the allowed rate
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("merged_into", sa.ForeignKey("contacts.id")),
    sa.Column("words", sa.String(400), nullable=False, server_default=""),  # by which staff find them, folded
    sa.Index("uq_contacts_card", "card", unique=True),
    sa.Index(  # those whose words are to be made
        "ix_contacts_unfolded",
        "id",
        sqlite_where=sa.text("words = '' AND erased_at IS NULL AND merged_into IS NULL"),
        postgresql_where=sa.text("words = '' AND erased_at IS NULL AND merged_into IS NULL"),
    ),
    sa.Index(  # everybody who is there: segments are counted from it, a million contacts in a tenth of a second
        "ix_contacts_there",
        *("id", "marketing"),
        sqlite_where=sa.text("merged_into IS NULL AND erased_at IS NULL AND deceased IS 0"),
        postgresql_where=sa.text("merged_into IS NULL AND erased_at IS NULL AND deceased IS FALSE"),
    ),
    sa.Index("ix_contacts_language", "language"),
    sa.Index("ix_contacts_marketing", "marketing"),
    sa.Index(
        "ix_contacts_kind",
        "kind",
        sqlite_where=sa.text("kind <> 'customer'"),
        postgresql_where=sa.text("kind <> 'customer'"),
    ),
    sa.Index(  # the few that were taken over
        "ix_contacts_merged_into",
        "merged_into",
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    ),
    sa.Index(  # the few conversations that people have
        "ix_contacts_held",
        "owner",
        sqlite_where=sa.text("owner <> 'bot'"),
        postgresql_where=sa.text("owner <> 'bot'"),
    ),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("sender", sa.String(128), nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("shown_until", Utc),  # what was said until then has been on their page, where the channel can tell
    sa.Column("created_at", Utc, nullable=False),
    sa.UniqueConstraint("channel", "account", "sender"),
    sa.Index(  # whom a channel reaches
        "ix_identities_reachable",
        *("channel", "contact_id"),
        sqlite_where=sa.text("reachable IS 1"),
        postgresql_where=sa.text("reachable IS TRUE"),
    ),
)

consents = sa.Table(  # append-only
    "consents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("wording", sa.String(64), nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

preferences = sa.Table(  # how a contact wants to be written to; no row: as everybody
    "preferences",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("quiet_from", sa.String(5)),  # "22:30" on the contact's clock; null: the business's hours
    sa.Column("quiet_until", sa.String(5)),
    sa.Column("refused", Json),  # kinds of messages not wanted: ["offer"]
    sa.Column("seldom", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("paused_until", Utc),
    sa.Column("people_only", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("personalised", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("changed_at", Utc, nullable=False),
)

anniversaries = sa.Table(  # days that come every year; found by the day, so that looking costs what is found
    "anniversaries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("occasion", sa.String(16), nullable=False),  # birthday, membership
    sa.Column("month_day", sa.SmallInteger, nullable=False),  # 229: 29 February
    sa.Column("year", sa.SmallInteger),  # null: not told
    sa.Column("given_at", Utc, nullable=False),  # when the contact gave or last changed it
    sa.UniqueConstraint("contact_id", "occasion"),
    sa.Index("ix_anniversaries_day", "month_day", "occasion", "contact_id"),
)

occurrences = sa.Table(  # each time an occasion comes for a contact, once and for all
    "occurrences",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("occasion", sa.String(16), nullable=False),  # birthday, membership, expiry-30, expiry-7
    sa.Column("occurrence", sa.String(16), nullable=False),  # in the occasion's own calendar: 2026, 2026-12-31
    sa.Column("state", sa.String(9), nullable=False),  # planned, done, skipped, cancelled
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    sa.Column("at", Utc, nullable=False),  # when it is (or was) to be said
    sa.Column("settled_at", Utc),
    sa.UniqueConstraint("contact_id", "occasion", "occurrence"),
)

verdicts = sa.Table(  # what cadence answered, and why: kept for whoever asks why a message came or did not
    "verdicts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),  # which message was meant
    sa.Column("verdict", sa.String(5), nullable=False),  # now, later, never
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    sa.Column("until", Utc),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_verdicts_contact_id_at", "contact_id", "at"),
)

codes = sa.Table(  # one-time codes that prove a card is one's own
    "codes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),  # who asks
    sa.Column("member_id", sa.ForeignKey("contacts.id")),  # whose card it is; null: the till decides
    sa.Column("way", sa.String(16), nullable=False),  # telegram, webchat, email, sms, till
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("used_at", Utc),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Index("ix_codes_contact_id", "contact_id", "created_at"),
    sa.Index("ix_codes_member_id", "member_id", "created_at"),
)

erasures = sa.Table(  # contacts that are to be forgotten, piece by piece
    "erasures",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("done_at", Utc),
)

suppressions = sa.Table(  # hashes of addresses that must not be written to again after an erasure
    "suppressions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("at", Utc, nullable=False),
)

behaviours = sa.Table(  # what a customer did in the shop's other systems, with their consent
    "behaviours",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("key", sa.String(128), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("details", Json),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_behaviours_contact_id_at", "contact_id", "at"),
)

contact_tags = sa.Table(
    "contact_tags",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("tag", sa.String(40), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_contact_tags_tag", "tag", "contact_id"),
)

merges = sa.Table(  # two contacts that staff found to be one person, and what is needed to part them again
    "merges",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("public_id", sa.String(24), nullable=False, unique=True),
    sa.Column("kept_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("gone_id", sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("moved", Json, nullable=False),  # table -> ids of the rows that changed hands, and fields filled in
    sa.Column("at", Utc, nullable=False),
    sa.Column("undone_at", Utc),
    sa.Column("undone_by", sa.ForeignKey("staff.id")),
)

distinct_contacts = sa.Table(  # pairs that look alike and are not the same person, as staff said
    "distinct_contacts",
    metadata,
    sa.Column("first_id", sa.ForeignKey("contacts.id"), primary_key=True),  # the lower id
    sa.Column("second_id", sa.ForeignKey("contacts.id"), primary_key=True, index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", Utc, nullable=False),
)
