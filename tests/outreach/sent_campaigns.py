"""Campaigns that were sent, for tests of what came of them."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from outreach.campaigns.settings import Settings, Variant
from outreach.templates.content import Content, Gift, Press, Text
from store import campaigns, segments
from store.campaigns import RUNNING, Campaign
from store.tables import campaign_recipients, outbox
from tests.store.rows import ACCOUNT, CHANNEL

LABELS = {"en": "Look", "ms": "Lihat", "vi": "Xem", "ar": "عرض", "zh": "查看"}
CONTENT = Content(
    texts={"en": Text("Half price today", "reviewed")},
    buttons=(
        Press(LABELS, "flow", "rewards"),
        Press(LABELS, "survey", "rehearsal"),
        Press(LABELS, "link", "https://shop.example/half"),
    ),
    gift=Gift(points=50),
)


def campaign(
    connection: Connection,
    at: dt.datetime,
    *,
    contents: dict[str, Content] | None = None,
    condition: Any = None,
    settings: Settings | None = None,
    **values: Any,
) -> Campaign:
    """A campaign that runs since `at`; `contents` are by variant."""
    by_variant = contents or {"A": CONTENT}
    segment = segments.add(connection, name=secrets.token_hex(4), condition=condition, by="staff", now=at)
    assert isinstance(segment, segments.Segment)
    chosen = settings or Settings(variants=tuple(Variant(f"template-{letter}") for letter in by_variant))
    kind = values.pop("kind", "offer")
    made = campaigns.add(
        connection,
        name=values.pop("name", "Half price"),
        kind=kind,
        segment_id=segment.id,
        settings=msgspec.to_builtins(chosen),
        by="staff",
        now=at,
    )
    running: dict[str, Any] = {
        "state": RUNNING,
        "condition": condition,
        "contents": msgspec.to_builtins(by_variant),
        "starts_at": at,
        "started_at": at,
        "ends_at": at + dt.timedelta(hours=chosen.ends_hours),
        **values,
    }
    campaigns.move(connection, made.id, **running)
    found = campaigns.one(connection, made.id)
    assert found is not None
    return found


def recipient(
    connection: Connection,
    sent: Campaign,
    contact_id: int,
    at: dt.datetime,
    *,
    state: str = "sent",
    variant: str = "A",
    folded: bool = True,
    **values: Any,
) -> int:
    """A row of a recipient; with a message in the outbox unless they wait, are held or were passed over.

    Not `folded`: the message is as far as `state` says, and its recipient's row has not taken it over.
    """
    without = state in ("waiting", "held", "skipped")
    row = {
        "campaign_id": sent.id,
        "contact_id": contact_id,
        "variant": "" if state == "held" else variant,
        "state": state if folded or without else "put",
        "due_at": at,
        "language": "" if without else "en",
        "message_id": None
        if without
        else message(connection, sent, contact_id, at, state, values.get("reason", "")),
        "sent_at": at if state == "sent" and folded else None,
        **values,
    }
    made: int = connection.execute(
        campaign_recipients.insert().values(**row).returning(campaign_recipients.c.id)
    ).scalar_one()
    return made


def message(
    connection: Connection, sent: Campaign, contact_id: int, at: dt.datetime, state: str, reason: str = ""
) -> int:
    """A message of the campaign in the outbox, as far as `state` says."""
    public_id = secrets.token_urlsafe(12)
    begun = at if state in ("sent", "unknown", "sending") else None
    row = {
        "public_id": public_id,
        "contact_id": contact_id,
        "channel": CHANNEL,
        "account": ACCOUNT,
        "sender": f"chat-{contact_id}",
        "lane": 2,
        "state": state,
        "reason": reason,
        "payload": {"text": "Half price today"},
        "kind": sent.kind,
        "campaign_id": sent.id,
        "begun_at": begun,
        "due_at": at,
        "created_at": at,
        "external_id": f"at-{public_id}" if state == "sent" else None,
        "sent_at": at if state == "sent" else None,
    }
    made: int = connection.execute(outbox.insert().values(**row).returning(outbox.c.id)).scalar_one()
    return made
