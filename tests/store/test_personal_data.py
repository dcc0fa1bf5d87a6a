"""What is kept of people can be seen and forgotten, column by column; a new one must say where it stands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import forfeits
from store import erasures, exports, forgetting
from store.database import Database
from store.tables import contacts, metadata
from tests.conftest import NOON, SECRET

CANARY = "Zanzibar"
# What the house knows of itself, its goods, its staff and its programs.
OF_THE_HOUSE = {
    *("api_answers", "api_keys", "attempts", "branches", "buckets", "canned_replies", "choices", "imports"),
    *(
        "invitations",
        "kiosks",
        "labels",
        "links_used",
        "marks",
        "offers",
        "products",
        "programmes",
        "publications",
        "queues",
    ),
    *("publications", "queues", "recovery_codes", "rewards", "runs", "schedules", "staff", "staff_queues"),
    "staff_sessions",
    *("suppressions", "wordings"),
    *("departments", "touchpoints", "themes", "improvements"),
    *("invitation_rules", "recommender_weights", "recommenders", "survey_waves"),
    *("surveys", "survey_versions"),
    *("campaigns", "score_runs", "segments", "templates"),
}
# Where words stay that tell nothing of a person: what kind of thing it was, by which way, the books' own keys.
STAYS = {
    "accounts": {"frozen_why", "kind", "tier"},
    "adjustments": {"public_id", "state"},
    "audit": {"action", "actor", "address", "object"},  # who did it, and the public id it was done to
    "campaign_recipients": {"language", "reason", "state"},  # the campaign's totals
    "cases": {
        *("public_id", "number", "key", "kind", "state", "urgent", "language", "touchpoint", "department"),
    },
    "claims": {"public_id", "receipt", "state"},  # a receipt is not claimed twice
    "consents": {"channel", "locale", "purpose", "wording"},  # the proof that a consent was given
    "contacts": {"joined_from", "kind", "language", "public_id"},
    "conversations": {
        *("public_id", "language", "channel", "why", "flow", "step", "last_kind", "last_by"),
        *("warned", "escalated"),
    },
    "entries": {"key", "kind", "note"},
    "group_topics": {"chat"},  # where the topic is, so that it can be taken down there
    "holds": {"key", "state"},
    "inbox": {"account", "channel", "external_id", "kind", "state"},
    "media": {"account", "channel", "public_id", "ref"},  # `ref` is the public id by then
    "outbox": {"account", "author", "channel", "kind", "public_id", "reason"},
    "merges": {"public_id"},
    "owner_changes": {"after", "before", "by", "why"},
    "promises": {"public_id", "state"},
    "purchases": {"currency", "key", "receipt", "source"},
    "refunds": {"key"},
    "survey_responses": {
        *("public_id", "key", "mode", "language", "touchpoint", "department", "segment", "state", "reached"),
    },
    "survey_invitations": {"key", "public_id", "reason", "state", "touchpoint"},
    "tier_changes": {"reason", "tier"},
    "till_actions": {"key", "kind", "public_id", "subject"},
    "voucher_uses": {"by", "key"},
    "vouchers": {"digest", "hold_key", "key", "public_id", "state"},
}
# What only guards, books or finds something that another section tells, or says who of the team looks just now.
NOT_TOLD = {"codes", "distinct_contacts", "holds", "looking", "lots", "search_lines"}


def one_of_each(connection: Connection) -> int:
    """A row in every table, the contact's where it can be, with the canary wherever words can stand."""
    made: dict[str, int] = {}
    for table in metadata.sorted_tables:
        values = {column.name: _value(column, made) for column in table.c if not _is_own_id(column)}
        if table is contacts:
            values |= {"merged_into": None, "erased_at": None}
        if table.name == "outbox":
            values |= {"state": "sent"}
        if table.name == "erasures":
            values |= {"done_at": None}
        if table.name == "audit":
            values |= {"object": f"contact:{CANARY}"}
        row = connection.execute(table.insert().values(**values))
        if "id" in table.c and row.inserted_primary_key is not None:
            made[table.name] = row.inserted_primary_key[0]
    return made["contacts"]


def _is_own_id(column: sa.Column[Any]) -> bool:
    return column.name == "id" and isinstance(column.type, (sa.Integer, sa.BigInteger))


def _value(column: sa.Column[Any], made: dict[str, int]) -> Any:
    for key in column.foreign_keys:
        return made.get(key.column.table.name)
    if isinstance(column.type, (sa.String, sa.Text)):
        return CANARY[: column.type.length or len(CANARY)]
    kinds: dict[str, Any] = {
        "Utc": NOON,
        "Json": {"words": CANARY},
        "LargeBinary": CANARY.encode(),
        "Boolean": False,
    }
    return kinds.get(type(column.type).__name__, 1)


def left(connection: Connection) -> dict[str, set[str]]:
    """Where the canary still sits."""
    found: dict[str, set[str]] = {}
    for table in metadata.sorted_tables:
        for row in connection.execute(sa.select(table)).mappings():
            sings = {name for name, value in row.items() if CANARY[:2] in repr(value)}
            found.setdefault(table.name, set()).update(sings)
    return {name: columns for name, columns in found.items() if columns and name not in OF_THE_HOUSE}


async def test_nothing_personal_is_left_in_any_column_of_any_table(database: Database) -> None:
    def forget(connection: Connection) -> dict[str, set[str]]:
        contact_id = one_of_each(connection)
        assert forgetting.begin(connection, SECRET, contact_id, NOON)
        while forfeits.forfeit(connection, contact_id, NOON):
            pass
        for step in forgetting.STEPS:
            while step(connection, contact_id):
                pass
        erasures.done(connection, contact_id, NOON)
        return left(connection)

    assert await database.transact(forget) == STAYS


def test_every_table_about_a_person_is_told_in_the_export() -> None:
    chosen = (column for each in exports.sections(1).values() for column in each.rows.selected_columns)
    told = {base.table.name for column in chosen for base in column.base_columns if isinstance(base, sa.Column)}
    told |= {each.key.table.name for each in exports.sections(1).values() if isinstance(each.key, sa.Column)}
    people = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name in ("accounts", "contacts") for key in table.foreign_keys)
    }
    assert people - told == NOT_TOLD
