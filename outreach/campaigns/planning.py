"""A campaign while it is a draft: made, changed, copied, removed, and submitted when nothing is wrong with it.

What becomes of it once it is submitted, `outreach.campaigns.lifecycle` says: there it waits for a second person if
it must, and what it says and whom it is for are kept as they were when it was submitted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from loyalty import programme
from outreach.campaigns import checks, lifecycle
from outreach.campaigns.checks import Draft, Problem
from outreach.campaigns.lifecycle import Refused, settings_of
from outreach.campaigns.settings import VARIANTS
from outreach.segments import audience
from store import campaigns, segments, templates
from store.campaigns import DRAFT, Campaign
from store.segments import Segment


class Wrong(msgspec.Struct, frozen=True, tag=True):
    """These problems keep it from that; nothing was changed."""

    problems: tuple[Problem, ...]


def draft_of(connection: Connection, campaign: Campaign) -> Draft:
    """The campaign as it was written."""
    segment = _segment(connection, campaign)
    return Draft(name=campaign.name, kind=campaign.kind, segment=segment.public_id, settings=settings_of(campaign))


def segment_of(connection: Connection, campaign: Campaign) -> Segment:
    """Whom the campaign is for: the segment, with the condition that was submitted once there is one."""
    segment = _segment(connection, campaign)
    return segment if campaign.condition is None else segment._replace(condition=campaign.condition)


def contents_of(connection: Connection, campaign: Campaign) -> dict[str, Any]:
    """What each variant says, as plain JSON: as it was submitted, before that as the templates are now.

    A template that was removed is left out.
    """
    if campaign.contents is not None:
        return dict(campaign.contents)
    found = [templates.find(connection, variant.template) for variant in settings_of(campaign).variants]
    return {
        letter: template.content
        for letter, template in zip(VARIANTS, found, strict=False)
        if template is not None and template.removed_at is None
    }


def people(connection: Connection, campaign: Campaign, now: dt.datetime, zone: str) -> int:
    """How many it is for, where that decides whether a second person must approve it; else 0.

    It may take a second, so it is asked before the transaction in which the campaign is submitted. `zone` is the
    business's time zone.
    """
    if programme.read(connection).outreach.approve_above is None:
        return 0
    return audience.count(connection, segment_of(connection, campaign), now, zone).everybody


def make(connection: Connection, draft: Draft, by: str, now: dt.datetime) -> Campaign | Wrong:
    """A new draft, which may be unfinished; `by` is the public id of its author."""
    if found := checks.unkept(connection, draft):
        return Wrong(tuple(found))
    return campaigns.add(connection, by=by, now=now, **_fields(connection, draft))


def save(
    connection: Connection, public_id: str, draft: Draft, *, seen: int, by: str, now: dt.datetime
) -> Campaign | Refused | Wrong:
    """Change a draft, which had the `edit` that was `seen`; whoever does is its author from now on."""
    found = _draft(connection, public_id)
    if isinstance(found, Refused):
        return found
    if found.edit != seen:
        return Refused("changed", found.state)
    if problems := checks.unkept(connection, draft):
        return Wrong(tuple(problems))
    campaigns.change(connection, found.id, now, by=by, **_fields(connection, draft))
    saved = campaigns.one(connection, found.id)
    assert saved is not None
    return saved


def copy(connection: Connection, campaign: Campaign, name: str, by: str, now: dt.datetime) -> Campaign:
    """A new draft like this campaign, with another name; when it starts is to be decided anew."""
    settings = msgspec.structs.replace(settings_of(campaign), at=None, day=None)
    return campaigns.add(
        connection,
        name=name[: checks.LONGEST_NAME],
        kind=campaign.kind,
        segment_id=campaign.segment_id,
        settings=msgspec.to_builtins(settings),
        by=by,
        now=now,
    )


def remove(connection: Connection, public_id: str) -> Campaign | Refused:
    """Delete a draft; the draft that it was. What was submitted is cancelled instead, and stays."""
    found = _draft(connection, public_id)
    if not isinstance(found, Refused):
        campaigns.remove(connection, found.id)
    return found


def submit(
    connection: Connection, public_id: str, *, seen: int | None, people: int, now: dt.datetime, zone: str
) -> Campaign | Refused | Wrong:
    """Plan a draft, or let it wait for a second person; its author answers for it.

    `seen` is the `edit` that the person saw (None: any), `people` what the function of this name counted before,
    `zone` the business's time zone.
    """
    found = _draft(connection, public_id)
    if isinstance(found, Refused):
        return found
    if problems := checks.problems(connection, draft_of(connection, found), now, zone):
        return Wrong(tuple(problems))
    return lifecycle.start(connection, public_id, by=found.by, people=people, now=now, seen=seen)


def _draft(connection: Connection, public_id: str) -> Campaign | Refused:
    found = campaigns.find(connection, public_id, lock=True)
    if found is None:
        return Refused("unknown")
    return found if found.state == DRAFT else Refused("state", found.state)


def _segment(connection: Connection, campaign: Campaign) -> Segment:
    segment = segments.one(connection, campaign.segment_id)
    assert segment is not None, "A segment that a campaign names is never deleted."
    return segment


def _fields(connection: Connection, draft: Draft) -> dict[str, Any]:
    segment = segments.find(connection, draft.segment)
    assert segment is not None, "Whoever keeps a draft has looked for its segment."
    return {
        "name": draft.name.strip(),
        "kind": draft.kind,
        "segment_id": segment.id,
        "settings": msgspec.to_builtins(draft.settings),
    }
