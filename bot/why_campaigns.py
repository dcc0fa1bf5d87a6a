"""What `sapa why` tells of campaigns: to one customer, and of one campaign with everybody it is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy.engine import Connection

    from store.why_not import Found

MOST = 500  # campaigns of one customer
EXAMPLES = 3
CAME, NOT, WAITS, PLANNED = "came", "not", "waits", "planned"
STATES = {  # of a recipient: in which part of the answer, and in plain words where no reason is kept
    "sent": (CAME, "sent"),
    "unknown": (CAME, "may have arrived: the provider never answered"),
    "waiting": (PLANNED, "unless something is against it"),
    "queued": (WAITS, "on its way"),
    "claimed": (WAITS, "on its way"),
    "sending": (WAITS, "on its way"),
    "skipped": (NOT, "passed over"),
    "failed": (NOT, "failed"),
    "held": (NOT, "held out"),
}
TALLIES = {  # the same of all recipients of a campaign
    "sent": "sent",
    "unknown": "may have arrived",
    "waiting": "waiting",
    "queued": "about to be sent",
    "claimed": "about to be sent",
    "sending": "on its way",
    "skipped": "passed over",
    "failed": "failed",
    "held": "held out",
}


def found(connection: Connection, contact_id: int, since: dt.datetime) -> list[Found]:
    """The campaigns that are or were for a customer since that moment."""
    from store import why_not
    from store.why_not import Wanted

    people = why_not.everybody(connection, [contact_id])
    page = why_not.page(connection, Wanted(people, since=since), "", MOST)
    assert page is not None
    return [each for each in page.rows if each.campaign]


def lines(told: list[Found], part: str, words: Callable[[str], str]) -> Iterator[tuple[dt.datetime, str, str]]:
    """Those that came, wait, or did not come: each with its moment, its name and what there is to say."""
    for each in told:
        of, plain = STATES[each.state]
        if (WAITS if of == PLANNED and each.reason else of) == part:
            why = words(each.reason) if each.reason else plain
            failed = "failed: " if each.state == "failed" else ""
            yield each.at, f"{each.kind} (campaign “{each.subject}”)", f"{failed}{why}"


def tallied(connection: Connection, named: str, zone: ZoneInfo, words: Callable[[str], str]) -> Iterator[str]:
    """Everybody a campaign is for, counted by how they stand and why, with some of them. Raises SapaError."""
    from bot.campaign_work import the_one
    from store import why_not

    campaign = the_one(connection, named)
    rows = why_not.tallies(connection, campaign.id, EXAMPLES)
    yield f"{campaign.name}, id {campaign.public_id}, {campaign.state}; times are those of {zone.key}."
    for title, moment in (("starts", campaign.starts_at), ("ends", campaign.ends_at)):
        if moment is not None:
            yield f"  {title} {moment.astimezone(zone):%Y-%m-%d %H:%M}"
    yield ""
    if not rows:
        yield "Nobody has a place in it yet: it has not started, or nobody is in its segment."
        return
    yield f"Of {sum(row.number for row in rows):,} customers:"
    for row in rows:
        why = f": {words(row.reason)}" if row.reason else ""
        more = ", …" if row.number > len(row.examples) else ""
        yield f"  {row.number:>9,}  {TALLIES[row.state]}{why}  ({', '.join(row.examples)}{more})"
