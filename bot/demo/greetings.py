"""What became of the greetings of those who have the phones, and which comes next."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy.engine import Connection

from bot.demo.cast import Actor
from outreach import planned
from outreach.occasions import GREETED, key_of
from store import occurrences, verdicts
from store.occurrences import DONE, PLANNED, Occurrence

TOGETHER = dt.timedelta(hours=26)  # from the first nine o'clock of a day on this earth to the last
SOON = dt.timedelta(days=3)

State: TypeAlias = Literal["told", "waits", "skipped"]


class Greeting(NamedTuple):
    """One whose moment has come: told at `at`, or held back for cadence's `reason`, for now or for good."""

    state: State
    occasion: str
    at: dt.datetime
    reason: str


def latest(connection: Connection, actor: Actor, now: dt.datetime) -> Greeting | None:
    """The last whose moment has come, on their own clock."""
    kept = [each for each in occurrences.of(connection, actor.contact_id) if each.occasion in GREETED]
    last = next((each for each in kept if each.at <= now), None)
    if last is None:
        return None
    state: State = "told" if last.state == DONE else "waits" if last.state == PLANNED else "skipped"
    moment = last.settled_at if last.settled_at and state == "told" else last.at
    return Greeting(state, last.occasion, moment.astimezone(actor.zone), _reason(connection, actor, last))


def coming(connection: Connection, actor: Actor, now: dt.datetime) -> dt.datetime | None:
    """When the next one comes, on their own clock."""
    theirs = planned.upcoming(connection, actor.contact_id, now.astimezone(actor.zone))
    moments = (each.at for each in theirs if each.occasion in GREETED and each.at > now)
    first = next(moments, None)
    return first.astimezone(actor.zone) if first else None


def all_told_by(connection: Connection, actors: tuple[Actor, ...], now: dt.datetime) -> dt.datetime | None:
    """When the coming greetings of everybody will have come round; None when none comes soon."""
    moments = [moment for actor in actors if (moment := coming(connection, actor, now)) and moment <= now + SOON]
    if not moments:
        return None
    return max(moment for moment in moments if moment < min(moments) + TOGETHER)


def _reason(connection: Connection, actor: Actor, greeting: Occurrence) -> str:
    """Why it was not told: what cadence said last, without that it then came too late."""
    reason = greeting.reason
    if greeting.state == PLANNED:
        key = key_of(actor.contact_id, greeting.occasion, greeting.occurrence)
        said = verdicts.of(connection, actor.contact_id, greeting.at - dt.timedelta(days=1))
        reason = next((each.reason for each in said if each.subject == key), "")
    return reason.removeprefix("too late: ")
