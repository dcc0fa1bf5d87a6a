"""Trying a rule out: whom it would have invited lately, or would invite now, without inviting anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from store import survey_reach
from surveys import causes, inviting, rounds
from surveys.inviting import SAMPLED_OUT, Candidate
from surveys.rules import ROUNDS, Ruled

MOST = 5_000  # of purchases, ends or contacts are looked at
LATELY = {"purchase": 7, "case": 30, "conversation": 30}  # so many days


class Tried(NamedTuple):
    """How many a rule names, how many of them are drawn, and how many of these may be asked.

    `days` is how far back was looked, 0 for a round; `more`: only the first MOST were looked at.
    """

    named: int
    drawn: int
    free: int
    days: int
    more: bool


def tried(connection: Connection, ruled: Ruled, zone: ZoneInfo, now: dt.datetime) -> Tried:
    """What the rule would do; `zone` is the business's."""
    days = LATELY.get(ruled.rule.cause, 0)
    candidates, more = _candidates(connection, ruled, zone, now, dt.timedelta(days=days))
    judged = inviting.judge(connection, ruled, candidates, now)
    drawn = [why for why in judged if why != SAMPLED_OUT]
    return Tried(len(judged), len(drawn), drawn.count(""), days, more)


def _candidates(
    connection: Connection, ruled: Ruled, zone: ZoneInfo, now: dt.datetime, back: dt.timedelta
) -> tuple[Sequence[Candidate], bool]:
    cause = ruled.rule.cause
    if cause in ROUNDS:
        people = rounds.reached(connection, ruled, 0, MOST, now)
        return [Candidate(each.id, f"round:{now:%Y-%m-%d}:{each.id}", now) for each in people], len(people) == MOST
    if cause == "purchase":
        bought = survey_reach.last_purchases(connection, MOST)
        more = len(bought) == MOST and bought[-1].at > now - back
        return causes.visits(connection, ruled, bought, zone, now, back), more
    ended = causes.ENDS[cause](connection, (now - back, 0), now, MOST)
    return causes.closed(connection, ruled, ended, now, back), len(ended) == MOST
