"""What the staff's pages have in common, and what they may do to a conversation."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from jinja2 import Environment
from starlette.requests import HTTPConnection

from console.desk_hub import DeskHub
from console.hub import Hub
from console.staff.company import Company
from console.staff.passwords import Passwords
from console.visits import Visits
from handlers.own_words import OwnWords
from handlers.scene import Scene
from locales import Text
from store.database import Database

T = TypeVar("T")
MOST_COUNTS = 2  # at once: a count may take a second, and most of the store's readers are for customers
Mail: TypeAlias = Callable[[str, str, str], Awaitable[None]]  # to, subject, text


TypeTo: TypeAlias = Callable[[str, str, str], None]
"""Shows a customer, by channel, account and chat, that somebody types. Never waits or raises."""


class Act(Protocol):
    """Opens a turn in which a member of staff does something to a conversation (`handlers.turn.Turn.act`)."""

    async def __call__(self, contact: str, deed: Callable[[Scene], T]) -> T | None:
        """What the deed returned; None when nobody has this public id, or nobody can be written to there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that was looked at on a channel, in words that say what to do about it."""

    mark: Literal["ok", "note", "wrong"]
    says: Text
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A channel as it is set up: the id of its `account`, and how events come in.

    `test` asks the provider, within seconds, and never says a secret; it is given the tester's e-mail address.
    """

    account: str
    way: Literal["", "polling", "webhook"]
    test: Callable[[str], Awaitable[list[Outcome]]]


@dataclass(frozen=True, slots=True)
class Office:
    """One business's staff pages and what they need.

    `hub` has the customers' open pages, `desk` the team's, `type_to` shows typing on other channels.
    `words` are its own, in step with what is published; `lines` its channels by name.
    `address` is where the world sees us, `region` the country (ISO 3166) whose phone numbers are meant.
    `mail` sends a mail to a member of staff (None: there is no mail server), `company` is the company's own log-in,
    where there is one; without `password_log_in` it is the only one. Who counts many customers holds `counting`.
    """

    database: Database
    act: Act
    hub: Hub
    desk: DeskHub
    type_to: TypeTo
    visits: Visits
    business: str
    address: str
    secret: bytes
    zone: ZoneInfo
    region: str
    static: str
    templates: Environment
    passwords: Passwords
    words: OwnWords
    lines: Mapping[str, Line]
    now: Callable[[], dt.datetime]
    mail: Mail | None = None
    company: Company | None = None
    password_log_in: bool = True
    counting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_COUNTS))

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https alone."""
        return self.address.startswith("https://")


def office_of(request: HTTPConnection) -> Office:
    """The office whose page is asked for."""
    office: Office = request.app.state.office
    return office
