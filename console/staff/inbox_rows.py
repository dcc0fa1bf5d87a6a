"""A row of the inbox's list, as its template wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from locales import Language
from store import queues
from store.inbox_rows import Row
from store.queues import Queue


def row_values(row: Row, all_queues: Sequence[Queue], now: dt.datetime, language: Language) -> dict[str, Any]:
    """The values of `staff/inbox_row.html`: the row, the name of its queue, and how long somebody waits there.

    A house with one queue does not name it.
    """
    queue = next((one for one in all_queues if one.id == row.queue_id), None)
    return {
        "row": row,
        "queue_name": queues.name_of(queue, language) if queue and len(all_queues) > 1 else "",
        "wait": waiting(row.waiting_since, now),
        "now": now,
    }


def waiting(since: dt.datetime | None, now: dt.datetime) -> tuple[str, int] | None:
    """How long somebody waits, in the unit that says it best."""
    if since is None:
        return None
    minutes = max(1, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return "minutes", minutes
    return ("hours", minutes // 60) if minutes < 48 * 60 else ("days", minutes // (24 * 60))
