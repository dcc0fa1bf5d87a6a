"""Giving back what one contact took over from another (`store.absorption`), as far as it is still there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import joined_campaigns, rhythms
from store.absorption import Moved, stand_by_consents
from store.prepared import insert
from store.tables import Utc, campaign_recipients, contact_tags, contacts, metadata, preferences


def give_back(connection: Connection, gone_id: int, kept_id: int, moved: Moved) -> None:
    """Give back what `absorb` gave, as far as it is still there; both must be locked.

    A field that was changed since stays as it is. Open dialogues that ended stay ended, and points are not touched.
    """
    for name, ids in moved.rows.items():
        table = metadata.tables[name]
        theirs = table.update().where(table.c.id.in_(ids), table.c.contact_id == kept_id)
        connection.execute(theirs.values(contact_id=gone_id))
    given = joined_campaigns.Given(moved.rows.get(campaign_recipients.name, []), moved.lists)
    joined_campaigns.give_back(connection, gone_id, kept_id, given)
    mine = sa.and_(contact_tags.c.contact_id == kept_id, contact_tags.c.tag.in_(moved.tags))
    connection.execute(contact_tags.update().where(mine).values(contact_id=gone_id))
    _give_fields_back(connection, gone_id, kept_id, moved)
    for name, rows in moved.dropped.items():
        for row in rows:
            _put_back(connection, metadata.tables[name], row)
    earlier = contacts.update().where(contacts.c.id.in_(moved.earlier), contacts.c.merged_into == kept_id)
    connection.execute(earlier.values(merged_into=gone_id))
    for contact_id in (gone_id, kept_id):
        stand_by_consents(connection, contact_id)
    rhythms.soil(connection, (gone_id, kept_id))


def _give_fields_back(connection: Connection, gone_id: int, kept_id: int, moved: Moved) -> None:
    now = connection.execute(sa.select(contacts).where(contacts.c.id == kept_id)).one()._mapping
    given, before = moved.fields["given"], moved.fields["kept"]
    back = {name: before[name] for name, value in given.items() if now[name] == value}
    if back:  # first: a number is one contact's alone
        connection.execute(contacts.update().where(contacts.c.id == kept_id).values(**back))
    gone = dict(moved.fields["gone"])
    if gone["number"] is not None and gone["number"] not in (given.get("number"), now["number"]):
        gone["number"] = None
    whole = contacts.update().where(contacts.c.id == gone_id).values(merged_into=None, **gone)
    connection.execute(whole)


def _put_back(connection: Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """Put a row back that gave way; one that stands in its place meanwhile, changed by its owner, stays."""
    values = {name: _as_kept(table.c[name], value) for name, value in row.items()}
    if table is preferences:
        connection.execute(table.delete().where(table.c.contact_id == values["contact_id"]))
    connection.execute(insert(table).values(values).on_conflict_do_nothing())


def _as_kept(column: sa.Column[Any], value: Any) -> Any:
    """A value as it was before it went through JSON."""
    return dt.datetime.fromisoformat(value) if isinstance(column.type, Utc) and isinstance(value, str) else value
