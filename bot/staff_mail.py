"""Mails to the people who work here: links they asked for, and notice of what happened to their account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from talk.messages import Later

if TYPE_CHECKING:
    from console.staff.office import Mail

TRIES = 3

log = structlog.get_logger()


def staff_mail(account: Any, pause: Callable[[float], Any] = asyncio.sleep) -> Mail | None:
    """What sends a mail by the business's mail account, an `EmailChannel`; None where there is none.

    Whoever waits for it does so with the page already answered: a mail that does not go is tried again a little
    later, and then given up; a link can be asked for again.
    """
    if account is None:
        return None

    async def send(to: str, subject: str, text: str) -> None:
        for _try in range(TRIES):
            receipt = await account.post(to, subject, text)
            if not isinstance(receipt, Later):
                break
            await pause(receipt.seconds)
        log.info("staff_mail", result=type(receipt).__name__)

    return send
