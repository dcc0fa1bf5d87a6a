"""Every table, in SQLAlchemy Core, the same on SQLite and PostgreSQL.

Times are aware UTC (`Utc`), money and points integers, documents JSON in text (`Json`). Python-side defaults are
not used: prepared statements go to the driver as they are.
"""

from store.tables.columns import Id, Json, Utc, metadata
from store.tables.conversation import due, inbox, links_used, media, media_pieces, outbox, sessions
from store.tables.people import (
    anniversaries,
    behaviours,
    codes,
    consents,
    contacts,
    erasures,
    identities,
    occurrences,
    preferences,
    suppressions,
    verdicts,
)
from store.tables.points import accounts, draws, entries, holds, lots, tier_changes
from store.tables.running import buckets, imports, marks, runs, schedules
from store.tables.shop import (
    branches,
    claims,
    products,
    programmes,
    purchases,
    refunds,
    rewards,
    voucher_uses,
    vouchers,
)
from store.tables.staff import (
    api_answers,
    api_keys,
    attempts,
    audit,
    invitations,
    staff,
    staff_sessions,
    till_actions,
)

__all__ = [
    "Id",
    "Json",
    "Utc",
    "accounts",
    "anniversaries",
    "api_answers",
    "api_keys",
    "attempts",
    "audit",
    "behaviours",
    "branches",
    "buckets",
    "claims",
    "codes",
    "consents",
    "contacts",
    "draws",
    "due",
    "entries",
    "erasures",
    "holds",
    "identities",
    "imports",
    "inbox",
    "invitations",
    "links_used",
    "lots",
    "marks",
    "media",
    "media_pieces",
    "metadata",
    "occurrences",
    "outbox",
    "preferences",
    "products",
    "programmes",
    "purchases",
    "refunds",
    "rewards",
    "runs",
    "schedules",
    "sessions",
    "staff",
    "staff_sessions",
    "suppressions",
    "tier_changes",
    "till_actions",
    "verdicts",
    "voucher_uses",
    "vouchers",
]
