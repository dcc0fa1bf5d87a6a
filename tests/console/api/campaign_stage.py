"""The segment, the template and the campaigns that the specification's examples name."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from outreach.campaigns import lifecycle, planning
from outreach.campaigns.checks import Draft
from outreach.campaigns.settings import Settings, Variant
from outreach.templates.content import Content, Text
from store import segments, tables, templates
from store.campaigns import Campaign
from store.segments import Segment

CAMPAIGN = SEGMENT = "Zr3kP0sVq1wXyE9b"
TEMPLATE, PLANNED, GOING = "b1QmA7yXc0dK2sLw", "q7LmX2vKc9RtYb4e", "m3TzA8wEo5HsJk1d"
PAUSED = ("x2PbN6uGi4RfVy9c", "e5WkQ1jLa7ZoDt8h")


def stage(connection: Connection, now: dt.datetime) -> None:
    """A draft, and campaigns that are planned and paused."""
    segment = segments.add(connection, name="All", condition={"all": []}, by="mei", now=now)
    assert isinstance(segment, Segment)
    said = msgspec.to_builtins(Content(texts={"en": Text("Half price", "reviewed")}))
    made = templates.add(connection, name="Half price", content=said, by="mei", now=now)
    connection.execute(tables.segments.update().values(public_id=SEGMENT))
    connection.execute(tables.templates.update().where(tables.templates.c.id == made.id).values(public_id=TEMPLATE))
    for public_id in (CAMPAIGN, PLANNED, GOING, *PAUSED):
        settings = Settings(variants=(Variant(TEMPLATE),))
        draft = planning.make(
            connection, Draft(name="Weekend", kind="offer", segment=SEGMENT, settings=settings), "mei", now
        )
        assert isinstance(draft, Campaign)
        named = tables.campaigns.update().where(tables.campaigns.c.id == draft.id)
        connection.execute(named.values(public_id=public_id))
    for public_id in (PLANNED, GOING, *PAUSED):
        assert isinstance(lifecycle.start(connection, public_id, by="mei", people=0, now=now), Campaign)
    for public_id in PAUSED:
        assert isinstance(lifecycle.pause(connection, public_id, now=now), Campaign)
