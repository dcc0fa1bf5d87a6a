"""What the API works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from store.database import Database


@dataclass(frozen=True, slots=True)
class House:
    """`region` (ISO 3166) is where phone numbers without a country code belong; `zone` is the business's clock."""

    database: Database
    secret: bytes
    region: str
    language: str
    zone: ZoneInfo
    now: Callable[[], dt.datetime]
