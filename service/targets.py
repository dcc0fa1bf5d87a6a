"""Targets: by when the team answers first, and by when a conversation is done, in the hours in which it serves.

The first answer is due from the moment the customer waits, and that clock never pauses: snoozing is no answer. The
clock of the resolution runs only while the team has the turn; what is left of it is kept while the customer has
theirs, or while the conversation is snoozed. A target that was missed stays missed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from service import hours
from service.hours import Times
from store import desk, queues, targets
from store.queues import Queue
from store.targets import Watched

Target: TypeAlias = Literal["first", "resolve"]
WARN_SHARE = 5  # the team is warned when a fifth of the time is left
MINUTE = dt.timedelta(minutes=1)


def follow(connection: Connection, contact_id: int, now: dt.datetime, zone: ZoneInfo) -> None:
    """Bring the targets of a contact's open conversation up to what just happened in it; the contact is locked."""
    row = targets.watched(connection, contact_id)
    if row is None or _as_it_was(row, now):
        return
    queue = queues.one(connection, row.queue_id)
    fresh = followed(row, queue, hours.of_queue(connection, queue, zone), now)
    names = (
        "first_due_at",
        "resolve_due_at",
        "resolve_left",
        "warned",
        "escalated",
        "answer_promised_at",
        "look_at",
    )
    changed: dict[str, Any] = {
        name: getattr(fresh, name) for name in names if getattr(fresh, name) != getattr(row, name)
    }
    if changed:
        desk.change(connection, row.id, now, **changed)


def followed(row: Watched, queue: Queue, times: Times, now: dt.datetime) -> Watched:
    """The conversation with its targets as they are now, and with the moment at which time changes them next."""
    row = _clocks(row, queue, times, now)
    if row.first_replied_at is not None and row.warned == "first":
        row = msgspec.structs.replace(row, warned="")
    if row.first_replied_at is not None and row.escalated == "first":
        row = msgspec.structs.replace(row, escalated="")
    if row.waiting_since is None:
        row = msgspec.structs.replace(row, answer_promised_at=None)
    return msgspec.structs.replace(row, look_at=min(_moments(row, queue, times, now), default=None))


def marked(row: Watched, queue: Queue, times: Times, now: dt.datetime) -> Watched:
    """The conversation with the warnings and escalations noted whose moment has come."""
    for target, due in _running(row):
        if row.warned not in (target, "resolve") and _warned_at(due, _span(queue, target), times, now) <= now:
            row = msgspec.structs.replace(row, warned=target)
        if row.escalated not in (target, "resolve") and due <= now:
            row = msgspec.structs.replace(row, escalated=target)
    return row


def _as_it_was(row: Watched, now: dt.datetime) -> bool:
    """Whether a look would find what the last one found: the team has the turn, and had it then."""
    in_turn = row.state != "snoozed" and row.waiting_since is not None and row.first_replied_at is None
    known = row.first_due_at is not None and row.resolve_due_at is not None
    return in_turn and known and row.look_at is not None and row.look_at > now


def _clocks(row: Watched, queue: Queue, times: Times, now: dt.datetime) -> Watched:
    since = row.waiting_since
    if since is not None and row.first_due_at is None and row.first_replied_at is None:
        row = msgspec.structs.replace(row, first_due_at=times.after(since, _span(queue, "first")))
    due, left = row.resolve_due_at, row.resolve_left
    if since is not None and row.state != "snoozed":
        if due is None:
            due = times.after(since, _span(queue, "resolve")) if left is None else times.after(now, _seconds(left))
        return msgspec.structs.replace(row, resolve_due_at=due, resolve_left=None)
    if due is not None and due > now:
        left, due = int(times.between(now, due).total_seconds()), None
    return msgspec.structs.replace(row, resolve_due_at=due, resolve_left=left)


def _running(row: Watched) -> list[tuple[Target, dt.datetime]]:
    """The targets whose time runs, and when it is over."""
    found: list[tuple[Target, dt.datetime]] = []
    if row.first_due_at is not None and row.first_replied_at is None:
        found.append(("first", row.first_due_at))
    if row.resolve_due_at is not None:
        found.append(("resolve", row.resolve_due_at))
    return found


def _moments(row: Watched, queue: Queue, times: Times, now: dt.datetime) -> list[dt.datetime]:
    moments = []
    if row.state == "snoozed" and row.snoozed_until is not None:
        moments.append(row.snoozed_until)
    if row.answer_promised_at is not None:
        moments.append(row.answer_promised_at)
    for target, due in _running(row):
        if row.warned not in (target, "resolve"):
            moments.append(_warned_at(due, _span(queue, target), times, now))
        if row.escalated not in (target, "resolve"):
            moments.append(due)
    return moments


def _warned_at(due: dt.datetime, span: dt.timedelta, times: Times, now: dt.datetime) -> dt.datetime:
    """When only a fifth of the time is left: `now`, when it is less already."""
    early = times.between(now, due) - span / WARN_SHARE
    return times.after(now, early) if early > dt.timedelta() else now


def _span(queue: Queue, target: Target) -> dt.timedelta:
    return (queue.first_minutes if target == "first" else queue.resolve_minutes) * MINUTE


def _seconds(left: int) -> dt.timedelta:
    return dt.timedelta(seconds=left)
