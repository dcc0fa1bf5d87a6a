"""Calls that must succeed before anything else can happen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

import structlog

from channels.telegram.inbound import Unreached

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BackOff:
    """Pauses in seconds that double from `first` up to `longest`."""

    first: float = 0.5
    longest: float = 30.0

    def after(self, failures: int) -> float:
        """The pause after so many failures, the first of which is 0."""
        return float(min(self.longest, self.first * 2 ** min(failures, 30)))


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
