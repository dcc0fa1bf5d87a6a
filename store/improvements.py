"""Improvements: what is done about what customers say, who answers for it, and whose score it should lift."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import improvements, staff, surveys, themes

State: TypeAlias = Literal["planned", "doing", "done", "dropped"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("planned", "doing")
MOST = 500


class Improvement(msgspec.Struct, frozen=True, kw_only=True):
    """An improvement; `due_on` is a day, `question` the key of what is scored (`survey_figures.Measure.key`).

    The last fields are of the rows beside it: of who answers for it, its survey and its theme.
    """

    id: int
    public_id: str
    title: str
    about: str
    staff_id: int
    state: State
    survey_id: int | None
    question: str
    theme_id: int | None
    due_on: str
    created_at: dt.datetime
    moved_at: dt.datetime
    done_at: dt.datetime | None
    staff: str
    survey: str
    survey_names: Mapping[str, str]
    theme: str
    theme_names: Mapping[str, str]

    def late(self, today: dt.date) -> bool:
        """Whether it should have been done before today."""
        return self.state in OPEN and self.due_on != "" and self.due_on < today.isoformat()


_OWN = Improvement.__struct_fields__[:-5]
_READ = (
    sa.select(
        *(improvements.c[name] for name in _OWN),
        staff.c.name.label("staff"),
        sa.func.coalesce(surveys.c.public_id, "").label("survey"),
        surveys.c.names.label("survey_names"),
        sa.func.coalesce(themes.c.public_id, "").label("theme"),
        themes.c.names.label("theme_names"),
    )
    .select_from(improvements)
    .join(staff, staff.c.id == improvements.c.staff_id)
    .outerjoin(surveys, surveys.c.id == improvements.c.survey_id)
    .outerjoin(themes, themes.c.id == improvements.c.theme_id)
)


def every(connection: Connection, states: tuple[State, ...] = STATES) -> list[Improvement]:
    """Those in these states, what is due first in front, then what was done last; at most MOST."""
    is_open = sa.case((improvements.c.state.in_(OPEN), 0), else_=1)
    undated = sa.case((improvements.c.due_on == "", 1), else_=0)
    order = (is_open, undated, improvements.c.due_on, improvements.c.moved_at.desc(), improvements.c.id)
    found = _READ.where(improvements.c.state.in_(states)).order_by(*order).limit(MOST)
    return [_one(row) for row in connection.execute(found)]


def of_theme(connection: Connection, theme_id: int) -> list[Improvement]:
    """What is done about a theme, the newest first."""
    found = _READ.where(improvements.c.theme_id == theme_id).order_by(improvements.c.id.desc()).limit(MOST)
    return [_one(row) for row in connection.execute(found)]


def late_of(connection: Connection, staff_id: int, today: dt.date) -> int:
    """How many should have been done by this person before today."""
    owed = improvements.c.state.in_(OPEN), improvements.c.due_on != "", improvements.c.due_on < today.isoformat()
    theirs = sa.select(sa.func.count()).select_from(improvements).where(improvements.c.staff_id == staff_id, *owed)
    return connection.scalar(theirs) or 0


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Improvement | None:
    """The one with this public id, locked until the transaction ends if asked."""
    if lock:
        held = sa.select(improvements.c.id).where(improvements.c.public_id == public_id)
        connection.execute(held.with_for_update()).all()
    row = connection.execute(_READ.where(improvements.c.public_id == public_id)).first()
    return _one(row) if row else None


def make(connection: Connection, now: dt.datetime, **values: Any) -> Improvement:
    """A new one, with these columns."""
    public_id = secrets.token_urlsafe(12)
    moments = {"created_at": now, "moved_at": now, "done_at": now if values["state"] == "done" else None}
    connection.execute(improvements.insert().values(public_id=public_id, **moments, **values))
    made = find(connection, public_id)
    assert made is not None
    return made


def change(connection: Connection, one: Improvement, now: dt.datetime, **values: Any) -> Improvement:
    """Change columns; it is done from the moment on at which it becomes so."""
    if values.get("state", one.state) != one.state:
        values["done_at"] = now if values["state"] == "done" else None
    this = improvements.update().where(improvements.c.id == one.id)
    connection.execute(this.values(moved_at=now, **values))
    changed = find(connection, one.public_id)
    assert changed is not None
    return changed


def _one(row: Any) -> Improvement:
    values = dict(row._mapping)
    return Improvement(**values | {name: values[name] or {} for name in ("survey_names", "theme_names")})
