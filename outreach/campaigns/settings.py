"""What a marketer decides about a campaign besides its name, its segment and its kind."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

VARIANTS = "ABCDE"


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template (by its public id) that some of the audience get, in parts of all that get any."""

    template: str
    weight: Annotated[int, Meta(ge=1, le=100)] = 1


class Winner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First so many percent of the audience are sent the variants; the rest gets the one that did better.

    It is looked every ten minutes from the first hour on; after `hours` without a decision the rest gets all
    variants as the first did. `by` is what counts: who followed a button or link, or who bought.
    """

    percent: Annotated[int, Meta(ge=2, le=80)] = 20
    hours: Annotated[int, Meta(ge=1, le=168)] = 24
    by: Literal["clicked", "bought"] = "clicked"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a campaign is sent.

    It starts at the instant `at`, or on `day` at `hour` of each customer's clock (one of the two ways; none: at
    once when it is approved). `ends_hours` after its start nothing more is sent. `a_minute` is the most that is
    sent in one (None: as fast as the channels allow). The audience is `frozen` when it starts, or followed: who
    comes into the segment is added, who has left it is passed over. `hold_out` percent get nothing, so that it can
    be told what the others would have done without. Of messages that compete for one customer, the one with the
    higher `priority` goes first. `fall_back`: who has no text in their language gets the English one; otherwise
    they are passed over. A purchase in the `days` after the message counts as coming from it.
    """

    variants: Annotated[tuple[Variant, ...], Meta(max_length=len(VARIANTS))] = ()
    at: Annotated[dt.datetime, Meta(tz=True)] | None = None
    day: dt.date | None = None
    hour: Annotated[int, Meta(ge=0, le=23)] = 10
    ends_hours: Annotated[int, Meta(ge=1, le=24 * 60)] = 72
    a_minute: Annotated[int, Meta(ge=1, le=60_000)] | None = None
    audience: Literal["frozen", "followed"] = "frozen"
    hold_out: Annotated[int, Meta(ge=0, le=50)] = 0
    priority: Annotated[int, Meta(ge=1, le=9)] = 5
    fall_back: bool = True
    winner: Winner | None = None
    days: Annotated[int, Meta(ge=1, le=90)] = 14
