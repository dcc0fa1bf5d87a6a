"""Effects of the buttons under campaigns' messages: their gift, and why somebody got one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

from loyalty import programme
from outreach.campaigns import gifting
from outreach.campaigns.gifting import Given
from store import campaign_presses, campaigns, consents, preferences
from store.campaigns import Campaign
from talk.engine import Act, lookup

REMEMBERED = 100  # consents that are looked through for the one that holds


@lookup
def has_gift(act: Act, campaign: str) -> bool:
    """Whether the customer's message of this campaign (by its public id) brought a gift."""
    return gifting.gift_for(act.connection, act.contact_id, campaign) is not None


def take_gift(act: Act, campaign: str) -> Given:
    """Give it to them, who are a member; once."""
    found = gifting.gift_for(act.connection, act.contact_id, campaign)
    return gifting.give(act, *found) if found is not None else Given(why_not="gone")


class Reasons(msgspec.Struct, frozen=True):
    """Why somebody got a campaign's message, and what it was held to.

    `kind` is that of the message. They agreed on `agreed`, None where nobody noted when; `stopped`: not any more.
    `used` are the facts of theirs that decided who gets it, by name; empty: it went to everybody who agreed.
    At most `a_day` come a day, `a_week` of its kind a week (of two days and two weeks, where `seldom`), none from
    `quiet_from` until `quiet_until`; the same moment twice: at any hour. `refused`: its kind, by now.
    """

    kind: str
    agreed: dt.date | None
    stopped: bool
    used: tuple[str, ...]
    a_day: int
    a_week: int
    quiet_from: dt.time
    quiet_until: dt.time
    seldom: bool
    refused: bool


@lookup
def reasons(act: Act, campaign: str) -> Reasons | None:
    """Why the customer got this campaign's message (by its public id); None where it sent them none."""
    found = campaigns.find(act.connection, campaign)
    if found is None or campaign_presses.recipient(act.connection, found.id, act.contact_id) is None:
        return None
    rules = programme.read(act.connection).outreach
    kept = preferences.read(act.connection, act.contact_id)
    agreed, stopped = _agreed(act)
    return Reasons(
        kind=found.kind,
        agreed=agreed,
        stopped=stopped,
        used=_used(found),
        a_day=rules.a_day,
        a_week=min(rules.a_week, rules.kinds.get(found.kind, rules.a_week)),
        quiet_from=rules.quiet_from if kept.quiet_from is None else kept.quiet_from,
        quiet_until=rules.quiet_until if kept.quiet_until is None else kept.quiet_until,
        seldom=kept.seldom,
        refused=found.kind in kept.refused,
    )


def _agreed(act: Act) -> tuple[dt.date | None, bool]:
    """Since when the consent holds that was given last, and whether it was taken back."""
    words = consents.history(act.connection, act.contact_id, REMEMBERED)
    marketing = [word for word in words if word.purpose == consents.MARKETING]
    stopped = bool(marketing) and not marketing[0].granted
    since: dt.date | None = None
    for word in marketing:
        if word.granted:
            since = word.at.astimezone(act.now.tzinfo).date()
        elif since is not None:
            break
    return since, stopped


def _used(campaign: Campaign) -> tuple[str, ...]:
    return ("list",) if campaign.condition is None else tuple(dict.fromkeys(_facts(campaign.condition)))


def _facts(condition: Any) -> Iterator[str]:
    """The names of all facts that a segment's condition asks, as it was when the campaign was sent."""
    if isinstance(condition, dict):
        if "fact" in condition:
            yield condition["fact"]
        for part in condition.values():
            yield from _facts(part)
    elif isinstance(condition, list):
        for part in condition:
            yield from _facts(part)
