"""How contacts want to be written to; who said nothing is written to as everybody is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import preferences


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What a contact prefers.

    Quiet from `quiet_from` until `quiet_until` on their clock (equal: never; None: the business's hours). `refused`
    are the kinds of messages not wanted. `people_only`: the bot does not answer.
    """

    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    refused: tuple[str, ...] = ()
    seldom: bool = False
    paused_until: dt.datetime | None = None
    people_only: bool = False
    personalised: bool = True


def read(connection: Connection, contact_id: int) -> Preferences:
    """What the contact prefers."""
    columns = (preferences.c[name] for name in Preferences.__struct_fields__)
    row = connection.execute(sa.select(*columns).where(preferences.c.contact_id == contact_id)).first()
    if row is None:
        return Preferences()
    values: dict[str, Any] = dict(row._mapping)
    for name in ("quiet_from", "quiet_until"):
        values[name] = dt.time.fromisoformat(values[name]) if values[name] else None
    return Preferences(**values | {"refused": tuple(values["refused"] or ())})


def change(connection: Connection, contact_id: int, now: dt.datetime, **fields: Any) -> None:
    """Change some of what the contact prefers, by the names of `Preferences`; the contact is locked."""
    values = msgspec.structs.asdict(msgspec.structs.replace(read(connection, contact_id), **fields))
    for name in ("quiet_from", "quiet_until"):
        values[name] = f"{values[name]:%H:%M}" if values[name] is not None else None
    values |= {"refused": list(values["refused"]), "changed_at": now}
    kept = insert(preferences).values(contact_id=contact_id, **values)
    connection.execute(kept.on_conflict_do_update(index_elements=["contact_id"], set_=values))
