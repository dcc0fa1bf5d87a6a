"""Campaigns that are planned, under way or being wound up, as the broadcaster sees them.

Without the long documents: these rows are read several times a second.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.campaigns import CANCELLED, DONE, PAUSED, PLANNED, RUNNING
from store.outbox import literal
from store.prepared import Prepared
from store.tables import campaigns


class AtWork(NamedTuple):
    """A campaign's moments and how far it is; `settings` are `outreach.campaigns.settings.Settings` as JSON."""

    id: int
    public_id: str
    kind: str
    state: str
    segment_id: int
    settings: Any
    edit: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    started_at: dt.datetime | None
    expanded_at: dt.datetime | None
    reached: int
    prepared_at: dt.datetime | None
    winner: str
    decided_at: dt.datetime | None


_ROW = sa.select(*(campaigns.c[name] for name in AtWork._fields))
_AT_WORK = (
    campaigns.c.ended_at.is_(None),
    campaigns.c.state.in_([literal(state) for state in (PLANNED, RUNNING, PAUSED, DONE, CANCELLED)]),
    campaigns.c.starts_at.is_not(None),
)
_ALL = Prepared(_ROW.where(*_AT_WORK))
_THIS = _ROW.where(*_AT_WORK, campaigns.c.id == sa.bindparam("campaign_id"))
# Not against the key: recipients and presses that name the campaign come in meanwhile.
_HOLD = {
    skipping: Prepared(_THIS.with_for_update(of=campaigns, key_share=True, skip_locked=skipping))
    for skipping in (False, True)
}
_FROZEN = Prepared(
    sa.select(campaigns.c.condition, campaigns.c.contents).where(campaigns.c.id == sa.bindparam("campaign_id"))
)


def at_work(connection: Connection) -> list[AtWork]:
    """All that there is something to do about, now or later."""
    return [AtWork(*row) for row in _ALL.rows(connection)]


def hold(connection: Connection, campaign_id: int, *, wait: bool = False) -> AtWork | None:
    """The campaign as it is now, kept from all other broadcasters until the transaction ends.

    None when another has it, unless it is to be waited for, and when there is nothing to do about it any more.
    """
    row = _HOLD[not wait].row(connection, campaign_id=campaign_id)
    return AtWork(*row) if row else None


def frozen(connection: Connection, campaign_id: int) -> tuple[Any, Any]:
    """The condition and the contents by variant, as they were when it was submitted."""
    row = _FROZEN.row(connection, campaign_id=campaign_id)
    assert row is not None
    return row[0], row[1]
