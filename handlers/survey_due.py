"""The moment of an invitation to a survey, or of its reminder, came: whether it may be told now."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from outreach import cadence, planned
from outreach.cadence import Later, Never, Now, Verdict
from outreach.planned import Look
from store.due import Due
from surveys import asking
from surveys.asking import NotYet
from surveys.inviting import NotInvited


def invited(connection: Connection, contact_id: int, row: Due, *, zone: str, now: dt.datetime) -> Look | None:
    """Whether the invitation of a due row may be told to the contact, who is locked; None when it is settled.

    It is settled here unless the answer is later. `zone` is the business's.
    """
    assert row.args is not None
    found = asking.look(connection, contact_id, row.args["invitation"], now)
    if found is None:
        return None
    verdict: Verdict
    if isinstance(found, NotInvited):
        verdict, until = Never(found.reason), None
        cadence.keep(connection, contact_id, planned.kind_name(row), row.key, verdict, now)
    else:
        until = found.until
        verdict = _ask(connection, contact_id, row, zone, now, until)
    match verdict:
        case Never(reason=reason):
            asking.skipped(connection, row.args["invitation"], reason, now)
        case Now() if not isinstance(found, NotInvited):
            asking.told(connection, contact_id, found, now)
    return Look(verdict, until)


def unfinished(connection: Connection, contact_id: int, row: Due, *, zone: str, now: dt.datetime) -> Look | None:
    """Whether the contact may be reminded of what they have not answered; None when there is nothing to tell."""
    assert row.args is not None
    found = asking.look_again(connection, row.args, now)
    if found is None:
        return None
    if isinstance(found, NotYet):
        return Look(Later(found.at, "answered lately"))
    verdict = _ask(connection, contact_id, row, zone, now, found.until)
    if isinstance(verdict, Now):
        asking.reminded(connection, found, now)
    return Look(verdict, found.until)


def _ask(
    connection: Connection, contact_id: int, row: Due, zone: str, now: dt.datetime, until: dt.datetime
) -> Verdict:
    return cadence.ask(
        connection, contact_id, planned.kind_name(row), row.key, now=now, zone=zone, expires_at=until
    )
