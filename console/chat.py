"""What the chat's routes have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from console.hub import Hub
from console.limits import Limits
from console.visits import Visits
from locales import Language
from store.database import Database
from talk.channel import Receive
from talk.messages import Media

KeepPicture: TypeAlias = Callable[[str, bytes], Awaitable[Media]]
"""Keeps a picture that a visitor sent and names it by our public id. Raises SapaError when it is no picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the chat presents the business: its name, its colour as #rrggbb, and who may put the chat in a frame.

    `origins` are like https://shop.example; where there are none nothing may frame the chat.
    """

    business: str
    colour: str = "#0f766e"
    origins: Sequence[str] = ()
    default_language: Language = "en"


@dataclass(frozen=True, slots=True)
class Chat:
    """One business's web chat and what it needs."""

    database: Database
    receive: Receive
    keep_picture: KeepPicture
    hub: Hub
    visits: Visits
    limits: Limits
    look: Look
    secret: str
    now: Callable[[], dt.datetime]
