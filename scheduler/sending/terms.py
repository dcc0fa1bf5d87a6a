"""What all of a sender's parts need to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from outreach.cadence import Cadence
from scheduler.sending.clock import Clock

HOLD_SECONDS = 2.0  # a message that must wait longer for its chat or account goes back to the outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a sender works; see `scheduler.sender.Sender` for what each means."""

    clock: Clock
    cadence: Callable[[Connection], Cadence]
    width: int
    lease: dt.timedelta
    patience: dt.timedelta
    poll: float
    alone: bool
    failpoint: Callable[[str], None]
