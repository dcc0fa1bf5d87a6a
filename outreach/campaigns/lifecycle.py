"""What people do to a campaign: submit it, approve it, pause, resume and cancel it, and try again what failed.

Each takes the campaign's row under a lock and answers with the campaign as it is then, or with a typed refusal that
changed nothing. What is submitted is frozen at that moment: the segment's condition and the templates' contents are
copied into the row, so what was approved is what is sent. Pausing and cancelling hold from their commit: the sender
asks how a campaign stands as the last thing before the wire, so only what is with a provider by then still arrives.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from loyalty import programme
from outreach.campaigns import timing
from outreach.campaigns.settings import VARIANTS, Settings
from store import campaigns, recipients_folding, segments
from store.campaigns import CANCELLED, DONE, DRAFT, PAUSED, PLANNED, RUNNING, WAITING, Campaign
from store.campaigns_at_work import AtWork

RETRIED_AT_ONCE = 1_000

Why: TypeAlias = Literal[
    "unknown", "state", "changed", "same person", "no segment", "no template", "too late", "nothing failed"
]


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing was changed, and why.

    `unknown`: there is no such campaign. `state`: one that stands as `state` cannot be. `changed`: somebody changed
    it since it was looked at. `same person`: whoever submitted it does not approve it. `no segment`, `no template`:
    it has none, or that was removed. `too late`: its end has passed. `nothing failed`: nobody's message did.
    """

    why: Why
    state: str = ""


class Retried(msgspec.Struct, frozen=True, tag=True):
    """So many that failed wait again; there may be `more`."""

    number: int
    more: bool


def start(
    connection: Connection, public_id: str, *, by: str, people: int, now: dt.datetime, seen: int | None = None
) -> Campaign | Refused:
    """Submit a draft: it is planned, or waits for a second person when the programme asks for that.

    `people` is how many it is for, as counted before: that may take longer than a transaction should. `by` answers
    for it from now on. `seen` is the `edit` of the campaign that the person saw; None: any.
    """
    found = _taken(connection, public_id, (DRAFT,), seen)
    if isinstance(found, Refused):
        return found
    frozen = _frozen(connection, found)
    if isinstance(frozen, Refused):
        return frozen
    most = programme.read(connection).outreach.approve_above
    if most is not None and people > most:
        if timing.span(settings_of(found), now).ends_at <= now:
            return Refused("too late")
        return _changed(connection, found, now, state=WAITING, by=by, approved_by="", settled_at=now, **frozen)
    return _planned(connection, found, now, by=by, approved_by="", **frozen)


def approve(
    connection: Connection, public_id: str, *, by: str, now: dt.datetime, seen: int | None = None
) -> Campaign | Refused:
    """A second person agrees: it is planned as it was submitted."""
    found = _taken(connection, public_id, (WAITING,), seen)
    if isinstance(found, Refused):
        return found
    if found.by == by:
        return Refused("same person")
    return _planned(connection, found, now, approved_by=by)


def take_back(
    connection: Connection, public_id: str, *, now: dt.datetime, seen: int | None = None
) -> Campaign | Refused:
    """Make a draft again of one that was submitted and has not started, so that it can be changed."""
    found = _taken(connection, public_id, (WAITING, PLANNED), seen)
    if isinstance(found, Refused):
        return found
    nothing = dict.fromkeys(("condition", "contents", "starts_at", "ends_at", "settled_at"))
    return _changed(connection, found, now, state=DRAFT, approved_by="", **nothing)


def pause(connection: Connection, public_id: str, *, now: dt.datetime) -> Campaign | Refused:
    """Send nothing more of it until it is resumed."""
    found = _taken(connection, public_id, (PLANNED, RUNNING))
    return found if isinstance(found, Refused) else _changed(connection, found, now, state=PAUSED)


def resume(connection: Connection, public_id: str, *, now: dt.datetime) -> Campaign | Refused:
    """Go on where it was paused; what was missed of its send rate is not made up for."""
    found = _taken(connection, public_id, (PAUSED,))
    if isinstance(found, Refused):
        return found
    if found.ends_at is not None and found.ends_at <= now:
        return Refused("too late")
    return _changed(connection, found, now, state=PLANNED if found.started_at is None else RUNNING)


def cancel(connection: Connection, public_id: str, *, now: dt.datetime) -> Campaign | Refused:
    """Send nothing more of it, ever. Who has not got it is passed over as "cancelled", some at a time."""
    found = _taken(connection, public_id, (WAITING, PLANNED, RUNNING, PAUSED))
    if isinstance(found, Refused):
        return found
    ended_at = now if found.started_at is None else None  # otherwise once nothing of it is left
    return _changed(connection, found, now, state=CANCELLED, ended_at=ended_at)


def retry_failed(connection: Connection, public_id: str, *, asked_at: dt.datetime) -> Retried | Refused:
    """Let those whose message had failed when it was asked for wait for another, up to a thousand of them.

    What is unknown is never tried again. While there may be more this is to be called again, in a transaction of
    its own, with the same moment. A campaign that was done runs again.
    """
    found = _taken(connection, public_id, (RUNNING, PAUSED, DONE))
    if isinstance(found, Refused):
        return found
    if found.ends_at is None or found.ends_at <= asked_at:
        return Refused("too late", found.state)
    failed = recipients_folding.retry(connection, found.id, asked_at, RETRIED_AT_ONCE)
    if not failed:
        return Refused("nothing failed", found.state)
    if found.state == DONE:
        _changed(connection, found, asked_at, state=RUNNING, ended_at=None)
    return Retried(failed, failed == RETRIED_AT_ONCE)


def settings_of(campaign: Campaign | AtWork) -> Settings:
    """What was decided about a campaign. Raises msgspec.ValidationError for a document that is none."""
    return msgspec.convert(campaign.settings, Settings)


def _taken(
    connection: Connection, public_id: str, states: tuple[str, ...], seen: int | None = None
) -> Campaign | Refused:
    found = campaigns.find(connection, public_id, lock=True)
    if found is None:
        return Refused("unknown")
    if found.state not in states:
        return Refused("state", found.state)
    return Refused("changed", found.state) if seen is not None and seen != found.edit else found


def _frozen(connection: Connection, campaign: Campaign) -> dict[str, Any] | Refused:
    """The segment's condition and the templates' contents by variant, as they are now."""
    from store import templates

    segment = segments.one(connection, campaign.segment_id)
    if segment is None or segment.removed_at is not None:
        return Refused("no segment", campaign.state)
    contents = {}
    for letter, variant in zip(VARIANTS, settings_of(campaign).variants, strict=False):
        template = templates.find(connection, variant.template)
        if template is None or template.removed_at is not None:
            return Refused("no template", campaign.state)
        contents[letter] = template.content
    if not contents:
        return Refused("no template", campaign.state)
    return {"condition": segment.condition, "contents": contents}


def _planned(connection: Connection, campaign: Campaign, now: dt.datetime, **more: Any) -> Campaign | Refused:
    starts_at, ends_at = timing.span(settings_of(campaign), now)
    if ends_at <= now:
        return Refused("too late", campaign.state)
    span = {"starts_at": starts_at, "ends_at": ends_at, "settled_at": now}
    return _changed(connection, campaign, now, state=PLANNED, **span, **more)


def is_void(connection: Connection, campaign_id: int) -> bool:
    """Whether a list was changed since it was submitted or approved, so that a second person must look at it again.

    A condition is frozen then, but the members of a list are those of the start.
    """
    found = campaigns.one(connection, campaign_id)
    if found is None or found.condition is not None or found.settled_at is None:
        return False
    listed = segments.one(connection, found.segment_id)
    changed = listed is not None and listed.changed_at > found.settled_at
    return changed and programme.read(connection).outreach.approve_above is not None


def let_approve_again(connection: Connection, campaign_id: int, now: dt.datetime) -> None:
    """Have a campaign, which is held, wait for a second person."""
    nothing = dict.fromkeys(("starts_at", "ends_at", "settled_at"))
    campaigns.change(connection, campaign_id, now, state=WAITING, approved_by="", **nothing)


def _changed(connection: Connection, campaign: Campaign, now: dt.datetime, **values: Any) -> Campaign:
    campaigns.change(connection, campaign.id, now, **values)
    changed = campaigns.one(connection, campaign.id)
    assert changed is not None
    return changed
