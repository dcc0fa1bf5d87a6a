"""The rules by which customers are invited to surveys; what their settings say is `surveys.rules`'."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import invitation_rules, surveys


class Row(NamedTuple):
    """A rule; `survey` is the public id of its survey. `next_at` and `reached` are where its round stands."""

    id: int
    public_id: str
    survey_id: int
    survey: str
    cause: str
    settings: Any
    active: bool
    next_at: dt.datetime | None
    reached: int
    created_at: dt.datetime
    removed_at: dt.datetime | None


_R = invitation_rules.c
_ROW = sa.select(*(surveys.c.public_id if name == "survey" else _R[name] for name in Row._fields)).select_from(
    invitation_rules.join(surveys, surveys.c.id == _R.survey_id)
)
_AT_WORK = (_R.active, _R.removed_at.is_(None), surveys.c.active, surveys.c.version > 0)


def of(connection: Connection, survey_id: int) -> list[Row]:
    """The rules of a survey that were not removed, the oldest first."""
    found = _ROW.where(_R.survey_id == survey_id, _R.removed_at.is_(None)).order_by(_R.id)
    return [Row(*row) for row in connection.execute(found)]


def find(connection: Connection, public_id: str) -> Row | None:
    """The rule with this public id, removed or not."""
    row = connection.execute(_ROW.where(_R.public_id == public_id)).one_or_none()
    return Row(*row) if row else None


def one(connection: Connection, rule_id: int) -> Row | None:
    """The rule with this id, removed or not."""
    row = connection.execute(_ROW.where(_R.id == rule_id)).one_or_none()
    return Row(*row) if row else None


def at_work(connection: Connection, causes: Collection[str]) -> list[Row]:
    """Rules with one of these causes that invite at present, the oldest first."""
    found = _ROW.where(*_AT_WORK, _R.cause.in_(causes)).order_by(_R.id)
    return [Row(*row) for row in connection.execute(found)]


def due_round(connection: Connection, now: dt.datetime) -> Row | None:
    """The rule whose round has been due longest; None when none is."""
    found = _ROW.where(*_AT_WORK, _R.next_at.is_not(None), _R.next_at <= now).order_by(_R.next_at, _R.id)
    row = connection.execute(found.limit(1)).first()
    return Row(*row) if row else None


def lock(connection: Connection, rule_id: int) -> Row | None:
    """The rule, locked until the transaction ends; None when it does not invite any more."""
    found = _ROW.where(*_AT_WORK, _R.id == rule_id).with_for_update(of=invitation_rules)
    row = connection.execute(found).one_or_none()
    return Row(*row) if row else None


def add(
    connection: Connection, survey_id: int, cause: str, settings: Any, next_at: dt.datetime | None, now: dt.datetime
) -> Row:
    """A new rule, which invites from now on."""
    values = {"survey_id": survey_id, "cause": cause, "settings": settings, "next_at": next_at}
    made = invitation_rules.insert().values(public_id=secrets.token_urlsafe(12), created_at=now, **values)
    row = one(connection, connection.execute(made.returning(_R.id)).scalar_one())
    assert row is not None
    return row


def change(connection: Connection, rule_id: int, **fields: Any) -> None:
    """Change some of its fields, by the names of `Row`."""
    connection.execute(invitation_rules.update().where(_R.id == rule_id).values(**fields))
