"""Surveys and their versions: documents as plain JSON; what they say is `surveys.definition`'s.

Versions are only ever added. A draft counts its changes (`draft_edit`), so that whoever saves says which they saw.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import survey_versions, surveys


class Row(NamedTuple):
    """One survey; `draft` is None while it is as its last version, `version` is 0 before the first."""

    id: int
    public_id: str
    code: str
    names: dict[str, str]
    draft: Any
    draft_edit: int
    version: int
    active: bool
    created_at: dt.datetime
    changed_at: dt.datetime


class Version(NamedTuple):
    """One version of a survey; `id` is the version's, `public_id` and `code` are the survey's."""

    id: int
    survey_id: int
    public_id: str
    code: str
    number: int
    definition: Any
    by: str
    at: dt.datetime


_ROW = sa.select(*(surveys.c[name] for name in Row._fields))
_VERSION = sa.select(
    survey_versions.c.id,
    survey_versions.c.survey_id,
    surveys.c.public_id,
    surveys.c.code,
    survey_versions.c.number,
    survey_versions.c.definition,
    survey_versions.c.by,
    survey_versions.c.at,
).join_from(survey_versions, surveys)
_BY_ID = Prepared(_VERSION.where(survey_versions.c.id == sa.bindparam("version_id")))
_NEWEST = _VERSION.where(survey_versions.c.number == surveys.c.version, surveys.c.active)


def every(connection: Connection) -> list[Row]:
    """All surveys: those in use first, what was changed last before the others."""
    rows = connection.execute(_ROW.order_by(surveys.c.active.desc(), surveys.c.changed_at.desc(), surveys.c.id))
    return [Row(*row) for row in rows]


def find(connection: Connection, name: str) -> Row | None:
    """The survey with this public id or code."""
    row = connection.execute(_ROW.where(_named(name))).one_or_none()
    return Row(*row) if row else None


def add(connection: Connection, code: str, names: dict[str, str], draft: Any, now: dt.datetime) -> Row | None:
    """A new survey with its first draft; None when the code is taken."""
    if find(connection, code):
        return None
    values = {"code": code, "names": names, "draft": draft, "draft_edit": 1}
    public_id = secrets.token_urlsafe(12)
    connection.execute(surveys.insert().values(public_id=public_id, created_at=now, changed_at=now, **values))
    return find(connection, public_id)


def save_draft(
    connection: Connection, public_id: str, names: dict[str, str], draft: Any, edit: int, now: dt.datetime
) -> bool:
    """Change the draft, or drop it (None), if it is still at `edit`; whether it was."""
    changed = {"names": names, "draft": draft, "draft_edit": edit + 1, "changed_at": now}
    return _changed(connection, public_id, edit, changed)


def publish(connection: Connection, row: Row, by: str, now: dt.datetime) -> int | None:
    """Add the row's draft as the next version; its id, None when somebody changed or published it meanwhile."""
    taken = {"version": row.version + 1, "draft": None, "draft_edit": row.draft_edit + 1, "changed_at": now}
    if not _changed(connection, row.public_id, row.draft_edit, taken):
        return None
    values = {"survey_id": row.id, "number": row.version + 1, "definition": row.draft, "by": by[:64], "at": now}
    added = survey_versions.insert().values(values).returning(survey_versions.c.id)
    return int(connection.execute(added).scalar_one())


def activate(connection: Connection, public_id: str, active: bool, now: dt.datetime) -> bool:
    """Put a survey away, or back into use; whether that is a change."""
    changed = surveys.update().where(surveys.c.public_id == public_id, surveys.c.active != active)
    return connection.execute(changed.values(active=active, changed_at=now)).rowcount == 1


def newest(connection: Connection, name: str) -> Version | None:
    """The last version of the survey in use with this public id or code."""
    row = connection.execute(_NEWEST.where(_named(name))).one_or_none()
    return Version(*row) if row else None


def version(connection: Connection, version_id: int) -> Version | None:
    """One version by its id."""
    row = _BY_ID.row(connection, version_id=version_id)
    return Version(*row) if row else None


def versions(connection: Connection, name: str) -> list[Version]:
    """All versions of the survey with this public id or code, newest first."""
    found = _VERSION.where(_named(name)).order_by(survey_versions.c.number.desc())
    return [Version(*row) for row in connection.execute(found)]


def _named(name: str) -> sa.ColumnElement[bool]:
    return sa.or_(surveys.c.public_id == name, surveys.c.code == name)


def _changed(connection: Connection, public_id: str, edit: int, values: dict[str, Any]) -> bool:
    changed = surveys.update().where(surveys.c.public_id == public_id, surveys.c.draft_edit == edit)
    return connection.execute(changed.values(values)).rowcount == 1
