"""Who is there: queues, agents who each serve one of them, and customers who wait in each."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from service import targets
from store import contacts, desk, queues, staff, staff_sessions, visitors
from store.contacts import QUEUE
from store.queues import Queue
from store.tables import contacts as contact_rows
from store.tables import staff_queues


class Size(msgspec.Struct, frozen=True):
    """How many there are, how fast customers write, and for how long."""

    agents: int
    queues: int
    customers: int
    per_second: int
    seconds: int


FULL = Size(agents=200, queues=10, customers=500, per_second=100, seconds=60)
QUICK = Size(agents=20, queues=4, customers=40, per_second=20, seconds=3)


class Crowd(msgspec.Struct, frozen=True):
    """The agents' cookies and the customers' visitor names, each with the number of their queue."""

    agents: list[tuple[str, int]]
    customers: list[tuple[str, int]]


def gather(connection: Connection, size: Size, visitor_names: list[str], now: dt.datetime) -> Crowd:
    """Make everybody; the customers are the visitors of these names, and all wait for a person."""
    places = [
        queues.save(connection, Queue(topic=f"topic-{number}", names={"en": f"Queue {number}"})).id
        for number in range(size.queues)
    ]
    agents = [
        (_agent(connection, number, places[number % len(places)], now), number % len(places))
        for number in range(size.agents)
    ]
    for number, name in enumerate(visitor_names):
        _customer(connection, name, f"Customer {number}", places[number % len(places)], now)
    return Crowd(agents, [(name, number % len(places)) for number, name in enumerate(visitor_names)])


def _agent(connection: Connection, number: int, queue_id: int, now: dt.datetime) -> str:
    made = staff.add(connection, f"agent{number}@bench.example", f"Agent {number}", "support", "en", now)
    assert made is not None
    connection.execute(staff_queues.insert().values(staff_id=made.id, queue_id=queue_id))
    return staff_sessions.begin(connection, made.id, now)


def _customer(connection: Connection, visitor: str, name: str, queue_id: int, now: dt.datetime) -> None:
    channel = (visitors.CHANNEL, visitors.ACCOUNT, visitor)
    found = contacts.make(connection, *channel, name=name, language="en", at=now)
    waiting = {"queue_id": queue_id, "language": "en", "why": "asked", "waiting_since": now, "channel": channel[0]}
    desk.open_new(connection, found.id, now, **waiting)
    asked = contact_rows.update().where(contact_rows.c.id == found.id)
    connection.execute(asked.values(owner=QUEUE, welcomed_at=now, language_chosen=True))
    targets.follow(connection, found.id, now, ZoneInfo("UTC"))
