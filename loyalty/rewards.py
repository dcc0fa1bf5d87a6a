"""What points can be exchanged for."""

from __future__ import annotations

import msgspec
from sqlalchemy.engine import Connection

from loyalty.programme import named
from store import catalog


class Reward(msgspec.Struct, frozen=True):
    """A reward as a member sees it: its name in their language and its price in points."""

    code: str
    name: str
    points: int


def rewards_in(connection: Connection, language: str) -> tuple[Reward, ...]:
    """What can be had now, the least points first, named in `language`."""
    return tuple(
        Reward(each.code, named(each.name, each.names, language), each.points)
        for each in catalog.active_rewards(connection)
    )
