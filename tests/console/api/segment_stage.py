"""The segments that the specification's examples name: a condition, a list, and one that is put away."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from console.api.segment_fields import REGULARS
from store import segments, tables
from store.segments import Segment

REGULAR, LISTED, GONE = "k8DsR3nWu6HyGf1z", "t4JpB9cMx2QvZk7a", "y6FhL5wSe8NrTd3m"


def stage(connection: Connection, now: dt.datetime) -> None:
    """Keep them."""
    for public_id, condition in ((REGULAR, REGULARS), (LISTED, None), (GONE, REGULARS)):
        made = segments.add(connection, name=f"Stage {public_id}", condition=condition, by="mei", now=now)
        assert isinstance(made, Segment)
        named = tables.segments.update().where(tables.segments.c.id == made.id)
        connection.execute(named.values(public_id=public_id))
