"""What the house has set about serving customers: the team's hours, and how long things may take."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy.engine import Connection

from loyalty.programme import Hours
from store import choices

NAME = "desk"


class Desk(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules of the desk.

    `hours` are the team's, null the business's opening hours. Within `reopen_days` an answer of the customer opens
    a closed conversation again. Whose pages were closed for `away_minutes` is away. An adjustment of more points
    than `adjust_limit` needs a second person. A promise's maker is reminded `remind_minutes` before it is due.
    With `ask_rating` customers rate a conversation when it is closed. What customers tell is answered within
    `answer_days` days on which the business is open.
    """

    hours: Hours | None = None
    reopen_days: Annotated[int, Meta(ge=0, le=90)] = 7
    away_minutes: Annotated[int, Meta(ge=2, le=240)] = 10
    adjust_limit: Annotated[int, Meta(ge=0, le=10_000_000)] = 1000
    remind_minutes: Annotated[int, Meta(ge=5, le=1440)] = 60
    ask_rating: bool = True
    answer_days: Annotated[int, Meta(ge=1, le=30)] = 2


def read(connection: Connection) -> Desk:
    """The rules as they hold now."""
    return msgspec.convert(choices.read(connection, NAME) or {}, Desk)


def save(connection: Connection, desk: Desk, now: dt.datetime) -> None:
    """Set the rules; they hold from the next look on. Raises msgspec.ValidationError for a value out of bounds."""
    plain = msgspec.to_builtins(desk)
    msgspec.convert(plain, Desk)
    choices.save(connection, NAME, plain, now)
