"""What campaigns have planned for one customer, and a way to leave any of it out."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from outreach.campaigns.settings import Settings, Winner
from outreach.planned import Planned
from store import planned_campaigns
from store.planned_campaigns import Coming

OCCASION = "campaign"  # as what it is planned


def upcoming(connection: Connection, contact_id: int, now: dt.datetime) -> list[Planned]:
    """The campaigns whose message waits for the contact, the soonest first.

    Whether it comes is decided when it is due. Who waits for the better variant has the moment by which that is
    decided at the latest.
    """
    coming = planned_campaigns.of(connection, contact_id)
    found = [Planned(OCCASION, each.public_id, max(_moment(each, now), now), each.kind) for each in coming]
    return sorted(found, key=lambda each: each.at)


def leave_out(connection: Connection, contact_id: int, public_id: str) -> None:
    """Let a campaign's message not come to the contact, who is locked."""
    planned_campaigns.leave_out(connection, contact_id, public_id)


def _moment(each: Coming, now: dt.datetime) -> dt.datetime:
    if each.due_at is not None:
        return each.due_at
    winner = msgspec.convert(each.settings, Settings).winner or Winner()
    return (each.started_at or now) + dt.timedelta(hours=winner.hours)
