"""Campaigns of rehearsals: what a transcript's `CAMPAIGN points` stands for, whose message the customer got."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from outreach.campaigns.settings import Settings, Variant
from outreach.templates.content import Content, Gift
from store import campaigns, consents, segments
from store.campaigns import RUNNING, Campaign
from store.outbox import MARKETING
from store.tables import campaign_recipients, outbox
from talk.errors import SapaError

CAMPAIGN = re.compile(r"CAMPAIGN(?: (\w+))?")
AGO, TOMORROW = dt.timedelta(hours=1), "tomorrow"  # when messages came, and the word for one that is to come
SAID = "☕ −50 %"  # in any language
Chat: TypeAlias = tuple[str, str, str]  # channel, account, sender
BUYERS: Any = {
    "all": [
        {"fact": "orders", "op": "at_least", "value": 2},
        {"not": {"fact": "birthday", "op": "unknown"}},
        {"fact": "stage", "op": "is", "value": "active"},
    ]
}
SENT: Mapping[str, tuple[Content, Any]] = {
    "offer": (Content(), BUYERS),
    "news": (Content(kind="news"), {"all": []}),
    "list": (Content(), None),
    "points": (Content(gift=Gift(points=50)), BUYERS),
    "voucher": (Content(gift=Gift(reward="coffee")), BUYERS),
    "gone": (Content(gift=Gift(points=50, reward="no-such-reward")), BUYERS),
    TOMORROW: (Content(), BUYERS),
}
"""What a campaign says and for whom it is, by the words of transcripts."""


def named(connection: Connection, contact_id: int, chat: Chat, given: str, now: dt.datetime) -> str:
    """The arguments with the public ids of campaigns; `CAMPAIGN` alone is the one that was made last."""
    return CAMPAIGN.sub(lambda found: _campaign(connection, contact_id, chat, found[1], now - AGO), given)


def _campaign(connection: Connection, contact_id: int, chat: Chat, what: str | None, at: dt.datetime) -> str:
    if what is None:
        return max(campaigns.every(connection), key=lambda each: each.id).public_id
    if what not in SENT:
        raise SapaError(f"There is no campaign {what!r} in rehearsals; there are {', '.join(SENT)}.")
    if not consents.granted(connection, contact_id, consents.MARKETING):
        _agree(connection, contact_id, at - dt.timedelta(days=30))
    return _sent(connection, contact_id, chat, what, at)


def _agree(connection: Connection, contact_id: int, at: dt.datetime) -> None:
    about = {"purpose": consents.MARKETING, "channel": "all", "wording": "rehearsal", "locale": "en"}
    consents.record(connection, contact_id, granted=True, evidence="rehearsal", at=at, **about)


def _sent(connection: Connection, contact_id: int, chat: Chat, what: str, at: dt.datetime) -> str:
    content, condition = SENT[what]
    segment = segments.add(connection, name=secrets.token_hex(4), condition=condition, by="rehearsal", now=at)
    assert isinstance(segment, segments.Segment)
    settings = msgspec.to_builtins(Settings(variants=(Variant("rehearsal"),)))
    made = campaigns.add(
        connection, name=what, kind=content.kind, segment_id=segment.id, settings=settings, by="rehearsal", now=at
    )
    contents = {"A": msgspec.to_builtins(content)}
    campaigns.move(connection, made.id, state=RUNNING, condition=condition, contents=contents, started_at=at)
    if what == TOMORROW:
        row = {"campaign_id": made.id, "contact_id": contact_id, "variant": "A", "state": "waiting"}
        connection.execute(campaign_recipients.insert().values(**row, due_at=at + AGO + dt.timedelta(days=1)))
    else:
        _received(connection, made, contact_id, chat, at)
    return made.public_id


def _received(connection: Connection, sent: Campaign, contact_id: int, chat: Chat, at: dt.datetime) -> None:
    """The campaign's message in the contact's chat."""
    message = {
        "public_id": secrets.token_urlsafe(12),
        "contact_id": contact_id,
        **dict(zip(("channel", "account", "sender"), chat, strict=True)),
        "lane": MARKETING,
        "state": "sent",
        "payload": {"text": SAID},
        "kind": sent.kind,
        "campaign_id": sent.id,
        **dict.fromkeys(("begun_at", "due_at", "created_at", "sent_at"), at),
    }
    message_id = connection.execute(outbox.insert().values(message).returning(outbox.c.id)).scalar_one()
    row = {"campaign_id": sent.id, "contact_id": contact_id, "variant": "A", "state": "sent", "language": "en"}
    connection.execute(campaign_recipients.insert().values(**row, due_at=at, sent_at=at, message_id=message_id))
