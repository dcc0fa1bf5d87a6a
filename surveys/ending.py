"""The end of what was not answered in time: invitations that nobody followed, and responses left unfinished."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from store import survey_invitations
from store.survey_invitations import EXPIRED
from surveys import inviting, library, responses

RESPONSES, INVITATIONS = 25, 200  # at once: a transaction stays well under 50 ms


def end_responses(connection: Connection, now: dt.datetime) -> bool:
    """End some of the responses whose deadline has passed, and their invitations; whether there may be more."""
    late = responses.overdue(connection, now, RESPONSES)
    for each in late:
        if responses.expire(connection, each, now) and each.invitation_id is not None:
            inviting.settle(connection, each.invitation_id, EXPIRED, now)
    return len(late) == RESPONSES


def lasting(connection: Connection) -> list[tuple[int, int]]:
    """For how many days an invitation can be followed, by the surveys' ids; 0 where the survey is put away."""
    found = []
    for kept in library.every(connection):
        published = library.published(connection, kept.public_id)
        found.append((kept.id, published.survey.days if published else 0))
    return found


def end_invitations(connection: Connection, survey_id: int, days: int, now: dt.datetime) -> bool:
    """End some of a survey's invitations that nobody followed for so many days; whether there may be more."""
    before = now - dt.timedelta(days=days)
    return survey_invitations.expire(connection, survey_id, before, now, INVITATIONS) == INVITATIONS
