"""The demo's broadcast: the team writes to the five who have the phones, at ten on each one's own clock."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.demo.cast import Actor
from bot.demo_data.outreach import COCONUT, template
from bot.first_staff import DEMO_HOST
from outreach import clock, planned
from outreach.campaigns import planning
from outreach.campaigns.checks import Draft
from outreach.campaigns.settings import Settings, Variant
from store import segments, staff, templates
from store.campaigns import Campaign
from store.segments import Segment
from store.tables import campaign_recipients, campaigns, outbox
from store.tables import segments as kept_segments
from talk.errors import SapaError

HOUR, LASTS_HOURS = 10, 8
AFTERWARDS = dt.timedelta(minutes=5)
DAY = dt.timedelta(days=1)
SEARCHED = 14  # days among which one is free of greetings for all five
LIST = "The five phones"


class NotPlanned(SapaError):
    """The team cannot write to the five; start the demo with another --data-dir."""


class Planned(NamedTuple):
    """A campaign that is to be sent on `day`, to the last of the five before `over`."""

    public_id: str
    day: dt.date
    over: dt.datetime


class News(NamedTuple):
    """What became of the last one for a customer: of which campaign, whether it was sent, and if not, why."""

    campaign: str
    told: bool
    reason: str


def plan(connection: Connection, actors: tuple[Actor, ...], now: dt.datetime, zone: str) -> Planned:
    """Write, and plan it for the first day on which nobody has a greeting to come. Raises NotPlanned."""
    day = _free_day(connection, actors, now)
    by = _owner(connection)
    draft = Draft(
        name=template(COCONUT).name,
        kind=template(COCONUT).content.kind,
        segment=_list_of(connection, actors, by, now).public_id,
        settings=Settings(variants=(Variant(_template(connection)),), day=day, hour=HOUR, ends_hours=LASTS_HOURS),
    )
    made = planning.make(connection, draft, by, now)
    if not isinstance(made, Campaign):
        raise NotPlanned(f"The message could not be written: {made}.")
    submitted = planning.submit(connection, made.public_id, seen=None, people=len(actors), now=now, zone=zone)
    if not isinstance(submitted, Campaign):
        raise NotPlanned(f"The message could not be planned: {submitted}.")
    return Planned(made.public_id, day, max(_at(day, actor) for actor in actors) + AFTERWARDS)


def news(connection: Connection, actor: Actor) -> News | None:
    """What became of the last broadcast for whoever has this phone; None before there was one."""
    state = sa.func.coalesce(outbox.c.state, campaign_recipients.c.state)
    row = connection.execute(
        sa.select(campaigns.c.public_id, state.label("state"), campaign_recipients.c.reason)
        .select_from(campaign_recipients)
        .join(campaigns, campaigns.c.id == campaign_recipients.c.campaign_id)
        .join(kept_segments, kept_segments.c.id == campaigns.c.segment_id)
        .outerjoin(outbox, outbox.c.id == campaign_recipients.c.message_id)
        .where(campaign_recipients.c.contact_id == actor.contact_id, kept_segments.c.name == LIST)
        .order_by(campaign_recipients.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return News(row.public_id, row.state == "sent", row.reason.removeprefix("too late: "))


def _free_day(connection: Connection, actors: tuple[Actor, ...], now: dt.datetime) -> dt.date:
    taken = {
        each.at.astimezone(actor.zone).date()
        for actor in actors
        for each in planned.upcoming(connection, actor.contact_id, now.astimezone(actor.zone))
    }
    first = max(now.astimezone(actor.zone).date() for actor in actors) + DAY
    for day in (first + days * DAY for days in range(SEARCHED)):
        if day not in taken:
            return day
    raise NotPlanned("Each of the coming days is somebody's.")


def _at(day: dt.date, actor: Actor) -> dt.datetime:
    return clock.moment_on(day, dt.time(HOUR), actor.zone)


def _owner(connection: Connection) -> str:
    account = staff.by_email(connection, f"owner@{DEMO_HOST}")
    assert account is not None, "the demo's accounts are made first"
    return account.public_id


def _list_of(connection: Connection, actors: tuple[Actor, ...], by: str, now: dt.datetime) -> Segment:
    """The list of those who have the phones now."""
    found = next(iter(segments.called(connection, LIST)), None)
    if found is None:
        made = segments.add(connection, name=LIST, condition=None, by=by, now=now)
        assert isinstance(made, Segment), "nobody has taken the name meanwhile"
        found = made
    segments.clear(connection, found.id, segments.MOST_AT_ONCE)
    segments.put_on(connection, found.id, [actor.contact_id for actor in actors], now)
    return found


def _template(connection: Connection) -> str:
    """The public id of what is said, which the sample business has written."""
    name = template(COCONUT).name
    found = next((each for each in templates.every(connection) if each.name == name), None)
    if found is None:
        raise NotPlanned(f"The template “{name}” is gone.")
    return found.public_id
