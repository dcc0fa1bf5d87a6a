"""What was last counted of each segment, so that a list of them shows figures at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import segments


class LastCount(NamedTuple):
    """How many were in it, how many of them agreed to news, how many of these each channel reached; and when."""

    everybody: int
    agreed: int
    by_channel: Mapping[str, int]
    at: dt.datetime


_FIGURES = ("everybody", "agreed", "by_channel")


def every(connection: Connection) -> dict[int, LastCount]:
    """The last count of each segment that was counted since it was changed, by the segment's id."""
    found = sa.select(segments.c.id, segments.c.counted, segments.c.counted_at, segments.c.edit)
    found = found.where(segments.c.counted_at >= segments.c.changed_at)
    return {
        row.id: LastCount(**{name: row.counted[name] for name in _FIGURES}, at=row.counted_at)
        for row in connection.execute(found)
        if row.counted["edit"] == row.edit
    }


def keep(connection: Connection, segment_id: int, edit: int, count: LastCount) -> None:
    """Keep a count of the segment as it was at `edit`; of one that was changed meanwhile it says nothing."""
    counted = {"edit": edit, **dict(zip(_FIGURES, count, strict=False))}
    connection.execute(
        segments.update()
        .where(segments.c.id == segment_id, segments.c.edit == edit)
        .values(counted=counted, counted_at=count.at)
    )
