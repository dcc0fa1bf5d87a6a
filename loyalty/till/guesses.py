"""Wrong codes at the till are counted by who typed them: whoever tries many must wait."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from loyalty.till.presses import Press
from store import till

MOST = 20
WITHIN = dt.timedelta(minutes=10)


class TooManyGuesses(msgspec.Struct, frozen=True, tag=True):
    """So many codes were wrong that none is looked at before `until`."""

    until: dt.datetime


def locked(connection: Connection, press: Press) -> TooManyGuesses | None:
    """Until when this member of staff may try no more codes; None when they may.

    Their presses wait for each other from here on, so that codes which arrive together are counted one by one.
    """
    till.lock_staff(connection, press.staff.id)
    wrong = till.guesses(connection, press.staff.id, press.now - WITHIN)
    return TooManyGuesses(wrong[-MOST] + WITHIN) if len(wrong) >= MOST else None


def count(connection: Connection, press: Press) -> None:
    """Count a wrong code."""
    till.count_guess(connection, press.staff.id, press.now)
