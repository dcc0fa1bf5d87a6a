"""Mails to the people who work here: links they asked for, and notice of what happened to their account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from talk.channel import Channel
from talk.messages import Later, Receipt

if TYPE_CHECKING:
    from console.staff.office import Mail

TRIES = 3

log = structlog.get_logger()


class MailAccount(Protocol):
    """What is used of an `EmailChannel`."""

    async def post(self, to: str, subject: str, text: str) -> Receipt:
        """Send one mail."""


def staff_mail(channel: Channel | None, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Mail | None:
    """What sends a mail by the business's mail channel; None where there is none.

    Whoever waits for it does so with the page already answered: a mail that does not go is tried again a little
    later, and then given up; a link can be asked for again.
    """
    if channel is None:
        return None
    account = cast(MailAccount, channel)

    async def send(to: str, subject: str, text: str) -> None:
        for left in reversed(range(TRIES)):
            receipt = await account.post(to, subject, text)
            if not isinstance(receipt, Later) or not left:
                break
            await pause(receipt.seconds)
        log.info("staff_mail", result=type(receipt).__name__)

    return send
