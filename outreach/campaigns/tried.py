"""What a dry run has found, as it is kept with its campaign."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec


class Spoken(msgspec.Struct):
    """Of those who speak a language and may be written to: who has a text in it, gets the English one, or none."""

    own: int = 0
    instead: int = 0
    none: int = 0


class Trial(msgspec.Struct, kw_only=True):
    """What was found so far. `edit` is the campaign's of which it tells; `at` the moment as of which it is asked.

    Contacts up to the id `reached` of `last` were looked at, of whom `people` are in the segment. Of these `now`
    would get it at their time, `later` after it (the first of them at `first_at`), and `held` are in the hold-out;
    the rest gets nothing, by reason in `why_not`. Channels and variants (the empty one: whoever waits for the
    better) tell of those who would get it.
    """

    token: str
    stage: Literal["running", "done", "failed"] = "running"
    edit: int
    asked_at: dt.datetime
    at: dt.datetime
    ended_at: dt.datetime | None = None
    reached: int = 0
    last: int = 0
    people: int = 0
    now: int = 0
    later: int = 0
    held: int = 0
    first_at: dt.datetime | None = None
    why_not: dict[str, int] = {}
    why_later: dict[str, int] = {}
    languages: dict[str, Spoken] = {}
    channels: dict[str, int] = {}
    variants: dict[str, int] = {}

    @property
    def refused(self) -> int:
        """How many would get nothing."""
        return sum(self.why_not.values())
