"""By when a case is answered, and what time does to that promise.

Time reminds the team, tells an owner when the promise slips, and a little later the customer, who never has to ask
first.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from loyalty import hours as opening
from loyalty import programme
from service import hours, queues, rules
from service.promises import GRACE, Step
from store import cases, promises
from store.cases import Case
from store.staff import SERVING


def owed(connection: Connection, urgent: str, language: str, now: dt.datetime) -> dict[str, Any]:
    """The columns of a case to which an answer is promised now.

    What is urgent is answered within the complaints' queue's own time, the rest within so many working days.
    """
    desk, zone = rules.read(connection), now.tzinfo or dt.UTC
    if urgent:
        queue = queues.route(connection, "complaint", language)
        times = hours.of_queue(connection, queue, cast(ZoneInfo, zone))
        due = times.after(now, dt.timedelta(minutes=queue.first_minutes))
    else:
        due = opening.due_after_working_days(programme.read(connection).hours, now, desk.answer_days, zone)
    remind_at = due - dt.timedelta(minutes=desk.remind_minutes)
    return {"promised_at": due, "look_at": remind_at if remind_at > now else due, "escalated_at": None}


def pass_time(connection: Connection, case: Case, now: dt.datetime) -> Step | None:
    """Note the next step that time brings to a case, if its moment has come: what is to be done now.

    The case is as it stands under the lock of its contact.
    """
    due, look_at = case.promised_at, case.look_at
    if case.state != "open" or case.answered_at is not None or due is None or look_at is None or look_at > now:
        return None
    if due > now:
        cases.put_off(connection, case.id, due)
        return "remind"
    if case.escalated_at is None:
        cases.change(connection, case.id, now, escalated_at=now, look_at=due + GRACE)
        return "escalate"
    cases.put_off(connection, case.id, None)
    return "tell"


def reassign(connection: Connection) -> int:
    """Let an owner answer for the open cases of those who serve customers no more; how many cases those are."""
    left, heir = cases.without_keeper(connection, SERVING), promises.heir(connection)
    if heir is None:
        return 0
    return sum(cases.give_to(connection, each, heir) for each in left if each != heir)
