"""Today: what waits, which promises are due, and three things that are worth doing, each with its number."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import gate, today_texts
from console.staff.access import Staff
from console.staff.inbox_rows import waiting
from console.staff.office import Office, office_of
from console.staff.rendering import render_page
from console.staff.today_points import told
from console.staff.today_risk import AT_RISK, EXAMPLE
from loyalty import programme
from outreach import reminding
from store import (
    adjustments,
    case_lists,
    expiring_members,
    imports,
    improvements,
    inboxes,
    profiles,
    promises,
    queues,
    rhythms,
    waiting_now,
)
from store.inboxes import Asked
from store.promises import Promise
from store.waiting_now import Waiting

NEWS = dt.timedelta(days=14)  # for so long an import is told of
WEEK = dt.timedelta(days=7)
PROMISES = 20


class Owed(NamedTuple):
    """A promise that is due: whether it is late, one's own, and the customer's name."""

    promise: Promise
    late: bool
    mine: bool
    customer: str


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/today`."""
    office = office_of(request)
    now = office.now().astimezone(office.zone)

    def read(connection: Connection) -> dict[str, Any]:
        found = _worth_doing(connection, now) | {"brought": imports.brought(connection, now - NEWS)}
        return found | (_served(connection, office, staff, now) if staff.role in gate.SERVICE else {})

    values = await office.database.read(read)
    served = staff.role in gate.SERVICE
    return render_page(request, staff, "staff/today.html", today_texts.PAGE, now=now, served=served, **values)


def _worth_doing(connection: Connection, now: dt.datetime) -> dict[str, Any]:
    """Customers at risk, and points that expire."""
    return {
        "risk": rhythms.count(connection, AT_RISK, now),
        "rhythms_known": rhythms.any_kept(connection),
        "most": rhythms.MOST_COUNTED,
        "command": EXAMPLE,
        "currency": programme.read(connection).currency,
        "expiring": told(expiring_members.count(connection, reminding.asked(now))),
    }


def _served(connection: Connection, office: Office, staff: Staff, now: dt.datetime) -> dict[str, Any]:
    """What waits for those who serve customers, and for this one of them."""
    counts = waiting_now.by_queue(connection, now)
    every = queues.every(connection)
    midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), office.zone)
    _held, _unread, mentioned = inboxes.own(connection, [staff.id])[staff.id]
    since = min((one.since for one in counts.values() if one.since), default=None)
    rows = [
        (one, queues.name_of(one, staff.language), found, waiting(found.since, now))
        for one in every
        if (found := counts.get(one.id, Waiting())).waiting or found.unassigned or found.late or one.active
    ]
    manages = staff.role in gate.MANAGERS
    return {
        "queues": rows,
        "total": Waiting(
            waiting=sum(one.waiting for one in counts.values()),
            unassigned=sum(one.unassigned for one in counts.values()),
            since=since,
            late=sum(one.late for one in counts.values()),
            soon=sum(one.soon for one in counts.values()),
        ),
        "longest": waiting(since, now),
        "mine": waiting_now.of(connection, staff.id),
        "mentions": mentioned,
        "back_today": waiting_now.back_by(connection, midnight),
        "claims": waiting_now.open_claims(connection, now),
        "requests": case_lists.pressing(connection, [staff.id], now)[staff.id],
        "praise": case_lists.praised_since(connection, staff.id, now - WEEK),
        "improvements": improvements.late_of(connection, staff.id, now.date()),
        "corrections": adjustments.how_many_wait(connection) if manages else 0,
        "next": _next(connection, staff),
        **_promises(connection, staff, midnight, now),
    }


def _next(connection: Connection, staff: Staff) -> str:
    """The public id of whoever waits longest for anybody in the queues that they serve; empty for nobody."""
    served = queues.served_by(connection, staff.id)
    chosen = tuple(one.id for one in queues.every(connection) if not served or one.id in served)
    asked = Asked(view="unassigned", staff_id=staff.id, queues=chosen)
    return next((row.public_id for row in inboxes.page(connection, asked, None, 1).rows), "")


def _promises(connection: Connection, staff: Staff, until: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    """What is due today or overdue, one's own first."""
    found = sorted(promises.open_ones(connection, until), key=lambda one: one.staff_id != staff.id)
    name = partial(profiles.profile, connection)
    shown = [
        Owed(one, one.due_at <= now, one.staff_id == staff.id, name(one.contact_id).name)
        for one in found[:PROMISES]
    ]
    return {"promises": shown, "more_promises": len(found) - len(shown)}
