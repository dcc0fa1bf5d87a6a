"""Promises that members of staff make to customers, and what time does to them.

Whoever answers for one is reminded before; when its time is over an owner hears, and a little later the customer
does, unless it is settled by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from service import rules
from store import promises
from store.promises import Promise
from store.staff import SERVING

GRACE = dt.timedelta(minutes=5)  # to note that it is kept, before the customer is told that it is not
FEW = 10  # promises of which no share is told: too few
Step: TypeAlias = Literal["remind", "escalate", "tell"]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the promises that were due in a period: one person's, or everybody's (without an id).

    `open` are those that may still be kept in time. Those that were cancelled in time with a reason, which is the
    customer's, are not counted; cancelled otherwise they are broken, as are those not kept whose time is over.
    """

    staff_id: int | None = None
    name: str = ""
    on_time: int = 0
    late: int = 0
    broken: int = 0
    open: int = 0

    @property
    def due(self) -> int:
        """How many should have been kept by now."""
        return self.on_time + self.late + self.broken

    @property
    def share(self) -> float | None:
        """The part that was kept in time; None when there are too few to tell."""
        return self.on_time / self.due if self.due >= FEW else None


def make(
    connection: Connection,
    contact_id: int,
    staff_id: int,
    text: str,
    due_at: dt.datetime,
    now: dt.datetime,
    *,
    conversation_id: int | None = None,
) -> str:
    """Keep a promise that somebody makes now; its public id."""
    remind_at = due_at - dt.timedelta(minutes=rules.read(connection).remind_minutes)
    return promises.add(
        connection,
        contact_id=contact_id,
        conversation_id=conversation_id,
        staff_id=staff_id,
        made_by=staff_id,
        text=text,
        due_at=due_at,
        look_at=remind_at if remind_at > now else due_at,
        created_at=now,
    )


def settle(
    connection: Connection,
    promise: Promise,
    state: Literal["kept", "cancelled"],
    now: dt.datetime,
    reason: str = "",
) -> None:
    """Note what became of an open promise."""
    done = {"state": state, "settled_at": now, "look_at": None, "reason": reason}
    promises.change(connection, promise.id, **done)


def pass_time(connection: Connection, promise: Promise, now: dt.datetime) -> Step | None:
    """Note the next step that time brings to a promise, if its moment has come: what is to be done now.

    The promise is as it stands under the lock of its contact.
    """
    if promise.state != "open" or promise.look_at is None or promise.look_at > now:
        return None
    if promise.due_at > now:
        promises.change(connection, promise.id, reminded_at=now, look_at=promise.due_at)
        return "remind"
    if promise.escalated_at is None:
        promises.change(connection, promise.id, escalated_at=now, look_at=promise.due_at + GRACE)
        return "escalate"
    promises.change(connection, promise.id, look_at=None)
    return "tell"


def reassign(connection: Connection) -> int:
    """Let an owner answer for what those have promised who serve customers no more; how many promises those are."""
    left, heir = promises.without_keeper(connection, SERVING), promises.heir(connection)
    if heir is None:
        return 0
    return sum(promises.give_to(connection, each, heir) for each in left if each != heir)


def figures(connection: Connection, begin: dt.datetime, end: dt.datetime, now: dt.datetime) -> list[Figures]:
    """What became of the promises due from `begin` until `end`: everybody's first, then each person's by name."""
    found = promises.between(connection, begin, end)
    fates = [(each.staff_id, _fate(each, now)) for each in found]
    people = sorted({(each.name, each.staff_id) for each in found})
    return [
        _counted(fate for _whose, fate in fates),
        *(_counted((fate for whose, fate in fates if whose == one), one, name) for name, one in people),
    ]


def _fate(promise: Promise, now: dt.datetime) -> str:
    in_time = (promise.settled_at or now) <= promise.due_at + GRACE
    if promise.state == "kept":
        return "on_time" if in_time else "late"
    if not in_time or (promise.state == "cancelled" and not promise.reason):
        return "broken"
    return "open" if promise.state == "open" else "cancelled"


def _counted(fates: Iterable[str], staff_id: int | None = None, name: str = "") -> Figures:
    found = list(fates)
    return Figures(
        staff_id=staff_id,
        name=name,
        on_time=found.count("on_time"),
        late=found.count("late"),
        broken=found.count("broken"),
        open=found.count("open"),
    )
