"""Rounds: everybody whom a rule names is invited, some contacts at a time, in the order of their ids.

How far a round has come stands with its rule, and moves in the transaction that plans the invitations, so that a
round that was cut off goes on where it stood.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from store import invitation_rules, survey_reach
from store.invitation_rules import Row
from store.survey_reach import Reached
from surveys import causes, inviting, waves
from surveys.inviting import Candidate
from surveys.rules import Rule, Ruled, next_day

AHEAD = dt.timedelta(hours=14)  # a day begins nowhere earlier before it begins in UTC
READ, WRITTEN = 500, 30  # contacts at once: a transaction stays well under 50 ms


class Round(NamedTuple):
    """The next contacts of a round; `day` is None where they are asked at once."""

    row: Row
    ruled: Ruled
    day: dt.date | None
    contacts: list[Reached]


def first(rule: Rule, today: dt.date, now: dt.datetime) -> dt.datetime | None:
    """When the planning of a rule's first round begins; None for rules that have no rounds."""
    match rule.cause:
        case "every":
            day = next_day(rule, today - dt.timedelta(days=1))
            return begins(day) if day else None
        case "hand":
            return begins(rule.day) if rule.day else now
    return None


def begins(day: dt.date) -> dt.datetime:
    """When the planning of a round on that day begins: in time for whoever's day begins first."""
    return dt.datetime.combine(day, dt.time(0), dt.UTC) - AHEAD


def day_of(row: Row, rule: Rule) -> dt.date | None:
    """The day of the round that a rule is at."""
    if row.next_at is None or rule.day is None:
        return None
    return rule.day if rule.cause == "hand" else (row.next_at.astimezone(dt.UTC) + AHEAD).date()


def due(connection: Connection, now: dt.datetime) -> Round | None:
    """The next contacts of the round that has been due longest; None when none is."""
    row = invitation_rules.due_round(connection, now)
    ruled = inviting.ruled(connection, row) if row else None
    if row is None or ruled is None:
        return None
    return Round(row, ruled, day_of(row, ruled.rule), reached(connection, ruled, row.reached, READ, now))


def reached(connection: Connection, ruled: Ruled, after: int, most: int, now: dt.datetime) -> list[Reached]:
    """The next contacts whom a rule names, who are among those its survey is for, and agreed to hear from us."""
    named = ruled.rule.who.kinds
    kinds = tuple(kind for kind in ruled.kinds if not named or kind in named)
    if not kinds:
        return []
    return survey_reach.page(connection, causes.wanted(ruled.rule, now, kinds, agreed=True), after, most)


def put(connection: Connection, of: Round, after: int, candidates: Sequence[Candidate], now: dt.datetime) -> bool:
    """Plan some of a round that has come as far as the contact `after`; False when somebody else went on with it.

    With its first contacts a wave begins.
    """
    if not _still(connection, of.row, after):
        return False
    if after == 0:
        waves.begin(connection, of.row.survey_id, _wave_name(of, now), now)
    inviting.invite(connection, of.ruled, candidates, now)
    invitation_rules.change(connection, of.row.id, reached=candidates[-1].contact_id)
    return True


def finish(connection: Connection, of: Round, after: int) -> None:
    """A round has come to its end, at the contact `after`: the next one is set."""
    if _still(connection, of.row, after):
        day = next_day(of.ruled.rule, of.day) if of.day else None
        invitation_rules.change(connection, of.row.id, reached=0, next_at=begins(day) if day else None)


def cause(of: Round, contact: Reached) -> str:
    """What names the invitation of a contact in a round."""
    assert of.row.next_at is not None
    return f"round:{of.day or of.row.next_at.date()}:{contact.id}"


def _still(connection: Connection, row: Row, after: int) -> bool:
    locked = invitation_rules.lock(connection, row.id)
    return locked is not None and (locked.next_at, locked.reached) == (row.next_at, after)


def _wave_name(of: Round, now: dt.datetime) -> str:
    """The rule's name for it, with the month where rounds come again and again."""
    day = of.day or now.date()
    if of.ruled.rule.cause == "hand":
        return of.ruled.rule.wave or day.isoformat()
    return f"{of.ruled.rule.wave} {day:%Y-%m}".strip()
