"""Segments, campaigns and recipients for tests of what campaigns have to do with contacts."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from sqlalchemy.engine import Connection

from store.tables import campaign_recipients, campaigns, segments
from tests.conftest import NOON


def add_segment(connection: Connection, name: str = "Regulars", **more: Any) -> int:
    """A segment; a list, unless `more` has a condition."""
    values = {"public_id": secrets.token_urlsafe(12), "by": "staff", "created_at": NOON, "changed_at": NOON}
    made = segments.insert().values(name=name, **(values | more)).returning(segments.c.id)
    return int(connection.execute(made).scalar_one())


def add_campaign(connection: Connection, name: str = "Half price", at: dt.datetime = NOON, **more: Any) -> int:
    """A campaign that runs since `at` for three days."""
    values: dict[str, Any] = {
        "public_id": secrets.token_urlsafe(12),
        "kind": "offer",
        "state": "running",
        "settings": {},
        "by": "staff",
        "starts_at": at,
        "ends_at": at + dt.timedelta(days=3),
        "created_at": at,
        "changed_at": at,
    }
    if "segment_id" not in more:
        more["segment_id"] = add_segment(connection, f"Of {name}")
    made = campaigns.insert().values(name=name, **(values | more)).returning(campaigns.c.id)
    return int(connection.execute(made).scalar_one())


def add_recipient(connection: Connection, campaign_id: int, contact_id: int, **more: Any) -> int:
    """A recipient's row, which waits unless `more` says otherwise."""
    values = {"campaign_id": campaign_id, "contact_id": contact_id, "state": "waiting", "due_at": NOON} | more
    made = campaign_recipients.insert().values(values).returning(campaign_recipients.c.id)
    return int(connection.execute(made).scalar_one())
