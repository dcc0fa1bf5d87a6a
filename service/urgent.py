"""What cannot wait: it opens a case at once, and a theft stops redemption."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from loyalty import freezing
from service import cases
from service.cases import NewCase
from store import cases as kept

Urgent: TypeAlias = Literal["injury", "fraud", "theft"]
THEFT = "theft"


class Raised(msgspec.Struct, frozen=True, tag=True):
    """The case's number, and whether redemption was stopped by this."""

    number: str
    frozen: bool


def raise_alarm(
    connection: Connection,
    contact_id: int,
    kind: Urgent,
    text: str,
    *,
    key: str,
    language: str,
    now: dt.datetime,
) -> Raised:
    """Open an urgent case with what was said, or add it to the one that is open; a theft stops redemption."""
    frozen = kind == THEFT and freezing.freeze(connection, contact_id, THEFT, now)
    opened = kept.open_of(connection, contact_id, urgent=kind)
    if opened:
        cases.add_words(connection, opened[0], text, by=cases.CUSTOMER, key=key, now=now)
        return Raised(opened[0].number, frozen)
    new = NewCase(kind="complaint", language=language, text=text, urgent=kind)
    return Raised(cases.open_new(connection, contact_id, new, key=key, now=now).number, frozen)
