"""Campaigns that a contact is to hear from yet, and leaving one of them out."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.campaigns import AT_WORK
from store.recipients import FAR, SKIPPED, WAITING, standing_as
from store.tables import campaign_recipients, campaigns

LEFT_OUT = "cancelled by them"  # why one that was left out does not come


class Coming(NamedTuple):
    """A campaign, by its public id, whose message waits for a contact: of what kind it is, and from when on it may
    come; None for who waits for the better variant. `settings` are `outreach.campaigns.settings.Settings` as JSON.
    """

    public_id: str
    kind: str
    settings: Any
    started_at: dt.datetime | None
    due_at: dt.datetime | None


def of(connection: Connection, contact_id: int) -> list[Coming]:
    """What waits for the contact in campaigns that are planned, under way or paused, the soonest first."""
    found: sa.Select[Any] = (
        sa.select(*(campaigns.c[name] for name in Coming._fields[:-1]), campaign_recipients.c.due_at)
        .select_from(campaign_recipients.join(campaigns))
        .where(campaign_recipients.c.contact_id == contact_id, standing_as(WAITING), campaigns.c.state.in_(AT_WORK))
        .order_by(campaign_recipients.c.due_at, campaign_recipients.c.id)
    )
    rows = connection.execute(found).all()
    return [Coming(*row)._replace(due_at=row.due_at if row.due_at < FAR else None) for row in rows]


def leave_out(connection: Connection, contact_id: int, public_id: str) -> None:
    """Let a campaign's message not come to the contact, who is locked; what is in the outbox already does."""
    meant = sa.select(campaigns.c.id).where(campaigns.c.public_id == public_id).scalar_subquery()
    mine = (campaign_recipients.c.contact_id == contact_id, campaign_recipients.c.campaign_id == meant)
    skipped = campaign_recipients.update().where(*mine, standing_as(WAITING))
    connection.execute(skipped.values(state=SKIPPED, reason=LEFT_OUT))
