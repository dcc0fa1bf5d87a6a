"""Campaigns: who is written to, with what, when, and how far it is. What the documents say is `outreach`'s."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared
from store.tables import campaigns

DRAFT, WAITING, PLANNED, RUNNING, PAUSED, DONE, CANCELLED = (
    *("draft", "waiting", "planned", "running", "paused", "done", "cancelled"),
)
AT_WORK = (PLANNED, RUNNING, PAUSED)


class Campaign(NamedTuple):
    """One campaign; `settings`, `condition`, `contents`, `trial` and `outcome` are documents as plain JSON."""

    id: int
    public_id: str
    name: str
    kind: str
    state: str
    segment_id: int
    settings: Any
    edit: int
    condition: Any
    contents: Any
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    settled_at: dt.datetime | None
    started_at: dt.datetime | None
    expanded_at: dt.datetime | None
    reached: int
    prepared_at: dt.datetime | None
    ended_at: dt.datetime | None
    winner: str
    decided_at: dt.datetime | None
    trial: Any
    outcome: Any
    by: str
    approved_by: str
    created_at: dt.datetime
    changed_at: dt.datetime


_ROW = sa.select(*(campaigns.c[name] for name in Campaign._fields))
_LONG = ("condition", "contents", "trial", "outcome")
_LISTED = sa.select(*(sa.null().label(name) if name in _LONG else campaigns.c[name] for name in Campaign._fields))
_STATES = Prepared(sa.select(campaigns.c.id, campaigns.c.state).where(among(campaigns.c.id, "ids")))


def add(
    connection: Connection, *, name: str, kind: str, segment_id: int, settings: Any, by: str, now: dt.datetime
) -> Campaign:
    """A new campaign, a draft."""
    row = {"name": name, "kind": kind, "segment_id": segment_id, "settings": settings, "by": by}
    made = connection.execute(
        campaigns.insert()
        .values(public_id=secrets.token_urlsafe(12), state=DRAFT, created_at=now, changed_at=now, **row)
        .returning(*_ROW.selected_columns)
    ).one()
    return Campaign(*made)


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Campaign | None:
    """The campaign with this public id, locked until the transaction ends if asked."""
    return _one(connection, campaigns.c.public_id == public_id, lock)


def one(connection: Connection, campaign_id: int, *, lock: bool = False) -> Campaign | None:
    """The campaign with this id, locked until the transaction ends if asked."""
    return _one(connection, campaigns.c.id == campaign_id, lock)


def every(connection: Connection) -> list[Campaign]:
    """All campaigns, what was changed last before the others."""
    rows = connection.execute(_ROW.order_by(campaigns.c.changed_at.desc(), campaigns.c.id.desc()))
    return [Campaign(*row) for row in rows]


def states(connection: Connection, campaign_ids: Collection[int]) -> dict[int, str]:
    """The states of these campaigns as they are at this moment, by their ids."""
    return dict(_STATES.rows(connection, ids=campaign_ids)) if campaign_ids else {}


def called(connection: Connection, name: str) -> list[Campaign]:
    """The campaigns with this name, what was changed last before the others."""
    rows = connection.execute(
        _ROW.where(campaigns.c.name == name).order_by(campaigns.c.changed_at.desc(), campaigns.c.id.desc())
    )
    return [Campaign(*row) for row in rows]


def listed(connection: Connection, states: Collection[str], most: int) -> list[Campaign]:
    """The campaigns in these states, what was changed last before the others, without their long documents."""
    found = _LISTED.where(campaigns.c.state.in_(states))
    rows = connection.execute(found.order_by(campaigns.c.changed_at.desc(), campaigns.c.id.desc()).limit(most))
    return [Campaign(*row) for row in rows]


def page(connection: Connection, state: str, before: int | None, size: int) -> list[Campaign]:
    """At most `size` campaigns in a state (empty: in any) below the id `before`, the newest first."""
    found = _LISTED.order_by(campaigns.c.id.desc()).limit(size)
    if state:
        found = found.where(campaigns.c.state == state)
    if before is not None:
        found = found.where(campaigns.c.id < before)
    return [Campaign(*row) for row in connection.execute(found)]


def tried(connection: Connection) -> Campaign | None:
    """The campaign whose dry run goes on and was asked for first."""
    going_on = sa.type_coerce(campaigns.c.trial, sa.Text).like('%"stage":"running"%')
    row = connection.execute(_ROW.where(going_on).order_by(campaigns.c.changed_at, campaigns.c.id).limit(1)).first()
    return Campaign(*row) if row else None


def change(connection: Connection, campaign_id: int, now: dt.datetime, **values: Any) -> None:
    """Change a campaign, which is locked; every change counts in `edit`, so that who saves says what they saw."""
    changed = {**values, "changed_at": now, "edit": campaigns.c.edit + 1}
    connection.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(changed))


def move(connection: Connection, campaign_id: int, **values: Any) -> None:
    """Note how far a campaign is; nothing that a person decided changes."""
    connection.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(values))


def remove(connection: Connection, campaign_id: int) -> None:
    """Delete a campaign that nobody was ever a recipient of."""
    connection.execute(campaigns.delete().where(campaigns.c.id == campaign_id))


def _one(connection: Connection, which: sa.ColumnElement[bool], lock: bool) -> Campaign | None:
    found = _ROW.where(which)
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    return Campaign(*row) if row else None
