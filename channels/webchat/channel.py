"""The web chat as the sender sees it: what has its place in the conversation is already there to be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from store.visitors import ACCOUNT, CHANNEL
from talk.channel import Rates
from talk.errors import SapaError
from talk.messages import Outgoing, Receipt, Sent

Wake: TypeAlias = Callable[[str], None]
"""Tells the pages of a visitor to look."""

Stored: TypeAlias = Callable[[str], Awaitable[bytes | None]]
"""The bytes of a picture by our public id; None when there is none."""


class NotKept(SapaError):
    """The web chat has no picture of that name; ask the customer to send it again."""


class WebChat:
    """The web chat's account.

    `send` makes no call anywhere: a message is visible in the store once it has its place, and "sent" says no more
    than that. An absent visitor reads it at the next visit; nobody claims that it was delivered.
    """

    name = CHANNEL
    account = ACCOUNT
    rates = Rates()

    def __init__(self, wake: Wake, stored: Stored) -> None:
        self._wake = wake
        self._stored = stored

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        """Wake the visitor's pages. The message keeps the id that our store gave it."""
        self._wake(to)
        return Sent(message="")

    async def fetch(self, ref: str, limit: int) -> bytes:
        """A picture that was kept when it was posted. Raises NotKept."""
        content = await self._stored(ref)
        if content is None or len(content) > limit:
            raise NotKept(f"The web chat keeps no picture {ref!r} of at most {limit} bytes.")
        return content
