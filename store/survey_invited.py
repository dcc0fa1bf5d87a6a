"""What became of a survey's invitations: counted, and the last ones with whom they were for."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import contacts, survey_invitations

_I = survey_invitations.c


class Count(NamedTuple):
    """How many invitations of a rule stand so, for this reason."""

    rule_id: int | None
    state: str
    reason: str
    number: int


class Row(NamedTuple):
    """An invitation, and the contact: their public id and names."""

    public_id: str
    state: str
    reason: str
    at: dt.datetime
    asked_at: dt.datetime | None
    reminded_at: dt.datetime | None
    contact: str
    name: str
    call_me: str
    number: str | None


def counts(connection: Connection, survey_id: int, since: dt.datetime) -> list[Count]:
    """What became of the survey's invitations that were due since that moment."""
    counted = sa.select(_I.rule_id, _I.state, _I.reason, sa.func.count()).where(
        _I.survey_id == survey_id, _I.at >= since
    )
    return [Count(*row) for row in connection.execute(counted.group_by(_I.rule_id, _I.state, _I.reason))]


def last(connection: Connection, survey_id: int, state: str, most: int) -> list[Row]:
    """The survey's invitations that are due last, in this state or (empty) in any; not those of erased contacts."""
    fields = (
        *(_I[name] for name in Row._fields[:6]),
        contacts.c.public_id,
        *(contacts.c[n] for n in Row._fields[7:]),
    )
    which = [_I.survey_id == survey_id, contacts.c.erased_at.is_(None), *([_I.state == state] if state else [])]
    found = sa.select(*fields).select_from(survey_invitations.join(contacts, contacts.c.id == _I.contact_id))
    newest = found.where(*which).order_by(_I.at.desc(), _I.id.desc()).limit(most)
    return [Row(*row) for row in connection.execute(newest)]
