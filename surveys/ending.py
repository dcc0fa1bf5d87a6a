"""The end of what was not answered in time: invitations that nobody followed, and responses left unfinished."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from store import survey_invitations
from store.survey_invitations import EXPIRED
from surveys import inviting, library, responses

AT_ONCE = 100


def end_some(connection: Connection, now: dt.datetime) -> bool:
    """End some of both; whether there may be more."""
    late = responses.overdue(connection, now, AT_ONCE)
    for each in late:
        if responses.expire(connection, each, now) and each.invitation_id is not None:
            inviting.settle(connection, each.invitation_id, EXPIRED, now)
    more = len(late) == AT_ONCE
    for kept in library.every(connection):
        published = library.published(connection, kept.public_id)
        days = published.survey.days if published else 0  # nobody can follow where the survey is put away
        before = now - dt.timedelta(days=days)
        more |= survey_invitations.expire(connection, kept.id, before, now, AT_ONCE) == AT_ONCE
    return more
