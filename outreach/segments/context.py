"""What a condition is compiled with: the business's clock, currency and tiers, and which contacts are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.tiers import ladder_of
from outreach.clock import zone_of
from outreach.country import of_zone
from outreach.segments.days import Clock


class Context(NamedTuple):
    """`country` is where the business is (ISO 3166; empty: nobody can say).

    `earned` are the tiers that have to be earned, `everybodys` the one that every member has (empty: none).
    """

    clock: Clock
    currency: str
    country: str
    earned: tuple[str, ...]
    everybodys: str


class Scope(NamedTuple):
    """Which contacts are asked: all, those with ids above `after` and up to `until`, or those with these `ids`."""

    after: int | None = None
    until: int | None = None
    ids: Collection[int] | None = None

    def on(self, column: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
        """What holds of a column that has contacts' ids; said of every table, so that none is read whole."""
        found: list[sa.ColumnElement[bool]] = []
        if self.after is not None:
            found.append(column > self.after)
        if self.until is not None:
            found.append(column <= self.until)
        if self.ids is not None:
            found.append(column.in_(self.ids))
        return found


EVERYBODY = Scope()


def context_of(connection: Connection, now: dt.datetime, zone: str) -> Context:
    """What holds at this moment, on the clock of the time zone `zone`."""
    rules = programme.read(connection)
    ladder = ladder_of(rules)
    earned = tuple(tier.code for tier in ladder.levels[ladder.floor + 1 :])
    own: Any = ladder.tier_of(ladder.floor)
    return Context(Clock(now, zone_of(zone, zone)), rules.currency, of_zone(zone), earned, own.code if own else "")
