"""Calls that must succeed before anything else can happen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

import structlog

from channels.telegram.back_off import BackOff
from channels.telegram.inbound import Unreached

log = structlog.get_logger()

T = TypeVar("T")


async def persist(name: str, call: Callable[[], Awaitable[T]], back_off: BackOff) -> T:
    """Make a call until Telegram answers it.

    Raises what Telegram definitely answers: TokenRefused, CallRefused.
    """
    for failures in count():
        try:
            return await call()
        except Unreached as error:
            pause = back_off.after(failures) if error.seconds is None else error.seconds
            log.warning("telegram_not_reached", call=name, reason=str(error), again_in=pause)
        await asyncio.sleep(pause)
    raise AssertionError("count() does not end")
