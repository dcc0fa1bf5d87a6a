"""What came of a campaign, and everybody it was for, as tables for a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.campaign_work import the_one
from talk.errors import SapaError
from talk.reading.spreadsheet import harmless

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from store.recipient_pages import Shown

PAGE = 1_000
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)  # what a minus begins is no formula then
COLUMNS = ("customer", "number", "name", "variant", "state", "reason", "language", "due_at", "sent_at")
REACTIONS = ("clicked_at", "replied_at", "stopped_at", "bought_at", "paid")


def report(connection: Connection, named: str, write: Callable[[str], object]) -> None:
    """Write what came of a campaign as CSV, as the console's report has it."""
    from bot.app import utc_now
    from console.staff import campaign_export
    from insights import campaigns as insight

    found = insight.figures(connection, the_one(connection, named), utc_now())
    write(table([campaign_export.HEAD, *campaign_export.rows(found)]))


def recipients(connection: Connection, named: str, state: str, write: Callable[[str], object]) -> None:
    """Write everybody a campaign is for as CSV, or those who stand so, some at a time.

    Raises SapaError for a state that there is not.
    """
    from outreach.campaigns.progress import FATES
    from store import recipient_pages
    from store.recipient_pages import Wanted

    if state and state not in FATES:
        raise SapaError(f"--state takes one of {', '.join(FATES)}; got {state!r}.")
    found, after = the_one(connection, named), ""
    write(table([(*COLUMNS, *REACTIONS)]))
    while True:
        page = recipient_pages.page(connection, found.id, Wanted(state), after, PAGE)
        assert page is not None, "The place of a page of ours is one."
        write(table(_row(each) for each in page.rows))
        after = page.after
        if not after:
            return


def table(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; moments in UTC, and nothing that a spreadsheet takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_field(each) for each in row] for row in rows)
    return text.getvalue()


def _row(one: Shown) -> tuple[object, ...]:
    rest = (getattr(one, name) for name in (*COLUMNS[3:], *REACTIONS))
    return (one.contact, one.number, one.name or one.call_me, *rest)


def _field(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    return text if NUMBER.fullmatch(text) else harmless(text)
