"""What a customer sees while an answer is made: typing when it takes long, and buttons that come up again."""

from __future__ import annotations

import asyncio
from typing import Protocol

from talk.channel import Receive
from talk.messages import Inbound

# Most turns take milliseconds; a sign for each would double the calls for something nobody could see.
TYPING_AFTER_SECONDS = 0.4


class Attentive(Protocol):
    """The two courtesies; neither waits or raises."""

    def typing(self, to: str) -> None:
        """Show that an answer is on its way."""

    def release(self, press: str) -> None:
        """Let a pressed button come up again."""


def attentive(receive: Receive, channel: Attentive, *, typing_after: float = TYPING_AFTER_SECONDS) -> Receive:
    """`receive` with the courtesies: typing while a turn takes longer than `typing_after` seconds, and presses
    released when their turn has committed."""

    async def attended(inbound: Inbound) -> None:
        sign = asyncio.get_running_loop().call_later(typing_after, channel.typing, inbound.sender)
        try:
            await receive(inbound)
        finally:
            sign.cancel()
        if inbound.press:
            channel.release(inbound.press)

    return attended
