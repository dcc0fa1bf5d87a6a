"""How far a campaign is: its recipients by how they stand and why, and how long the rest may take."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.engine import Connection

from store import recipients
from store.recipients import FAILED, HELD, QUEUED, SENDING, SENT, SKIPPED, UNKNOWN, WAITING, Tally

FATES = (SENT, WAITING, QUEUED, SENDING, SKIPPED, FAILED, UNKNOWN, HELD)  # in the order in which they are told
OPEN = (WAITING, QUEUED, SENDING)  # of these something becomes yet


class Line(NamedTuple):
    """So many recipients stand so, for this reason (empty: none is told)."""

    state: str
    reason: str
    number: int


class Progress(NamedTuple):
    """All recipients of a campaign, as they stand at one moment: the lines add up to everybody."""

    lines: tuple[Line, ...]

    def of(self, *states: str) -> int:
        """How many stand in one of these states."""
        return sum(line.number for line in self.lines if line.state in states)

    @property
    def everybody(self) -> int:
        """How many there are, those who are held out among them."""
        return sum(line.number for line in self.lines)

    @property
    def audience(self) -> int:
        """How many are to get it: everybody but those who are held out."""
        return self.everybody - self.of(HELD)

    @property
    def left(self) -> int:
        """Of how many something becomes yet."""
        return self.of(*OPEN)


def read(connection: Connection, campaign_id: int) -> Progress:
    """How far the campaign with this id is now."""
    return told(recipients.tally(connection, campaign_id))


def told(tally: Iterable[Tally]) -> Progress:
    """The variants put together, and the same state and reason that came twice."""
    counts = Counter[tuple[str, str]]()
    for _variant, state, reason, number in tally:
        counts[state, reason] += number
    lines = [Line(state, reason, number) for (state, reason), number in counts.items() if number]
    return Progress(tuple(sorted(lines, key=lambda line: (FATES.index(line.state), -line.number, line.reason))))


class Sample(NamedTuple):
    """How many had been sent at a moment."""

    at: dt.datetime
    sent: int


def a_minute(before: Sample, now: Sample) -> int:
    """How many were sent in a minute between the two; 0 where that cannot be told."""
    seconds = (now.at - before.at).total_seconds()
    return max(0, round((now.sent - before.sent) * 60 / seconds)) if seconds > 0 else 0


def minutes_left(left: int, pace: int) -> int:
    """How many whole minutes the rest takes at so many a minute; 0 where that cannot be told."""
    return math.ceil(left / pace) if pace > 0 else 0
