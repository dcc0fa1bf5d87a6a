"""What the API works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from store.database import Database


@dataclass(frozen=True, slots=True)
class House:
    """`region` (ISO 3166) is where phone numbers without a country code belong, `language` the business's own."""

    database: Database
    secret: bytes
    region: str
    language: str
    now: Callable[[], dt.datetime]
