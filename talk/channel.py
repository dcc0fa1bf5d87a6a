"""What every channel is to the rest: a name, its limits, and two functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from talk.messages import Inbound, Outgoing, Receipt

Receive: TypeAlias = Callable[[Inbound], Awaitable[None]]
"""Handles one inbound event; returns when its turn has committed (or the event is parked).

Raises StoreUnavailable when nothing was committed: the event must then not be acknowledged.
"""


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a channel may be written to: messages a second for the account, for one chat, and a group's a
    minute. None: no limit."""

    account: float | None = None
    chat: float | None = None
    group_minute: float | None = None


class Channel(Protocol):
    """One account on one platform, as the sender and the media fetcher see it."""

    @property
    def name(self) -> str:
        """telegram, webchat, ..."""

    @property
    def account(self) -> str:
        """The account on the platform: the bot's id."""

    @property
    def rates(self) -> Rates:
        """The platform's limits."""

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        """Make one provider call; never raises for what a provider may answer."""

    async def fetch(self, ref: str, limit: int) -> bytes:
        """The bytes of a file a customer sent, at most `limit`. Raises SapaError when it is not to be had."""
