"""Templates: what campaigns say. What the document says is `outreach.templates`'."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import campaigns, templates


class Template(NamedTuple):
    """One template; `content` is a document as plain JSON, `edit` counts its changes."""

    id: int
    public_id: str
    name: str
    content: Any
    edit: int
    by: str
    created_at: dt.datetime
    changed_at: dt.datetime
    removed_at: dt.datetime | None


class Stale(msgspec.Struct, frozen=True, tag=True):
    """Somebody changed it meanwhile; `edit` is what it has now."""

    edit: int


class Use(NamedTuple):
    """A campaign that says a template."""

    public_id: str
    name: str
    state: str


_ROW = sa.select(*(templates.c[name] for name in Template._fields))


def add(connection: Connection, *, name: str, content: Any, by: str, now: dt.datetime) -> Template:
    """A new template."""
    made = connection.execute(
        templates.insert()
        .values(
            public_id=secrets.token_urlsafe(12), name=name, content=content, by=by, created_at=now, changed_at=now
        )
        .returning(*_ROW.selected_columns)
    ).one()
    return Template(*made)


def save(
    connection: Connection, template_id: int, *, name: str, content: Any, edit: int, by: str, now: dt.datetime
) -> Template | Stale:
    """Change a template, which whoever saves saw with this `edit`. Raises LookupError for none."""
    kept = one(connection, template_id, lock=True)
    if kept is None:
        raise LookupError(f"there is no template {template_id}")
    if kept.edit != edit:
        return Stale(kept.edit)
    return _changed(connection, template_id, name=name, content=content, by=by, changed_at=now)


def remove(connection: Connection, template_id: int, now: dt.datetime) -> Template:
    """Put a template away: it is offered no more; what a campaign has begun to say stays."""
    return _changed(connection, template_id, removed_at=now, changed_at=now)


def restore(connection: Connection, template_id: int, now: dt.datetime) -> Template:
    """Offer a template again that was put away."""
    return _changed(connection, template_id, removed_at=None, changed_at=now)


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Template | None:
    """The template with this public id, put away or not; locked until the transaction ends if asked."""
    return _first(connection, templates.c.public_id == public_id, lock)


def one(connection: Connection, template_id: int, *, lock: bool = False) -> Template | None:
    """The template with this id, put away or not; locked until the transaction ends if asked."""
    return _first(connection, templates.c.id == template_id, lock)


def called(connection: Connection, name: str) -> list[Template]:
    """Those with this name that are not put away."""
    named = _ROW.where(templates.c.name == name, templates.c.removed_at.is_(None)).order_by(templates.c.id)
    return [Template(*row) for row in connection.execute(named)]


def every(connection: Connection, *, removed: bool = False) -> list[Template]:
    """The templates that are offered, by name; those that were put away instead if asked."""
    gone = templates.c.removed_at.is_not(None) if removed else templates.c.removed_at.is_(None)
    found = _ROW.where(gone).order_by(templates.c.name, templates.c.id)
    return [Template(*row) for row in connection.execute(found)]


def uses(connection: Connection, public_id: str) -> list[Use]:
    """The campaigns that say a template, the newest first."""
    # A public id has no quotes, and stands in no other place of the settings.
    says = sa.type_coerce(campaigns.c.settings, sa.Text).contains(f'"{public_id}"', autoescape=True)
    found = sa.select(*(campaigns.c[name] for name in Use._fields)).where(says).order_by(campaigns.c.id.desc())
    return [Use(*row) for row in connection.execute(found)]


def _first(connection: Connection, which: sa.ColumnElement[bool], lock: bool) -> Template | None:
    found = _ROW.where(which)
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    return Template(*row) if row else None


def _changed(connection: Connection, template_id: int, **values: Any) -> Template:
    changed = templates.update().where(templates.c.id == template_id).values(**values, edit=templates.c.edit + 1)
    return Template(*connection.execute(changed.returning(*_ROW.selected_columns)).one())
