"""Where a page of a list begins that is sorted by a moment and an id, as its address says it."""

from __future__ import annotations

import datetime as dt
import re

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
PLACE = re.compile(r"(\d{1,17})\.(\d{1,18})", re.ASCII)


def token_of(at: dt.datetime, one: int) -> str:
    """The place after a row."""
    return f"{(at - EPOCH) // MICROSECOND}.{one}"


def place_of(token: str) -> tuple[dt.datetime, int] | None:
    """The place that an address names; None, the beginning, for what is none of ours."""
    found = PLACE.fullmatch(token)
    if found is None:
        return None
    try:
        return EPOCH + int(found[1]) * MICROSECOND, int(found[2])
    except OverflowError:
        return None
