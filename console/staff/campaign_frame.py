"""What the pages of campaigns have in common: the campaign that is meant, who wrote it, and reasons in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request

from console.staff import reason_texts
from console.staff.access import absent
from locales import Language
from outreach.campaigns.lifecycle import settings_of
from store import api_keys, campaigns, segments, templates
from store import staff as accounts
from store.campaigns import Campaign

PAGE = "/staff/campaigns"
CAMPAIGN = f"{PAGE}/{{public_id}}"
GOOD, BUSY, URGENT = ("done",), ("running",), ("waiting", "paused")


def campaign(connection: Connection, request: Request, *, lock: bool = False) -> Campaign:
    """The campaign that the address names, locked until the transaction ends if asked."""
    found = campaigns.find(connection, request.path_params["public_id"], lock=lock)
    if found is None:
        raise absent()
    return found


def page_of(campaign: Campaign) -> str:
    """The address of a campaign's page."""
    return f"{PAGE}/{campaign.public_id}"


def subject(campaign: Campaign) -> str:
    """The campaign as the audit log names it."""
    return f"campaign:{campaign.public_id}"


def names(connection: Connection, public_ids: Collection[str]) -> dict[str, str]:
    """Who is meant by the public ids of colleagues and of API keys; others are told as they are."""
    known = {each.public_id: each.name for each in accounts.every(connection)}
    known |= {each.public_id: each.name for each in api_keys.all_keys(connection)}
    return {public_id: known.get(public_id, public_id) for public_id in public_ids if public_id}


def mark(state: str) -> str:
    """Of which class the badge of a state is."""
    return "good" if state in GOOD else "busy" if state in BUSY else "urgent" if state in URGENT else ""


def reason(code: str, language: Language) -> Markup:
    """Why somebody did not get it, or waits; what a provider said stays as it is."""
    return reason_texts.why(code, language)


def told(connection: Connection, campaign: Campaign) -> dict[str, Any]:
    """What the audit log keeps of a campaign."""
    settings = settings_of(campaign)
    segment = segments.one(connection, campaign.segment_id)
    found = (templates.find(connection, each.template) for each in settings.variants)
    starts = settings.at or (dt.datetime.combine(settings.day, dt.time(settings.hour)) if settings.day else None)
    return {
        "name": campaign.name,
        "kind": campaign.kind,
        "segment": segment.name if segment else "",
        "templates": [template.name for template in found if template],
        "starts": starts.isoformat(" ", "minutes") if starts else None,
        "ends_hours": settings.ends_hours,
        "a_minute": settings.a_minute,
        "followed": settings.audience == "followed",
        "hold_out": settings.hold_out,
        "priority": settings.priority,
        "fall_back": settings.fall_back,
        "winner": settings.winner is not None,
        "purchase_days": settings.days,
    }
