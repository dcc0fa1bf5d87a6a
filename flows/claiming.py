"""Effects of claiming missing points."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

import msgspec

from loyalty import claims, programme
from loyalty.claims import Filing
from store import contacts, media
from talk.engine import Act, lookup


class NoPhoto(msgspec.Struct, frozen=True, tag=True):
    """The photo could not be kept, and there was no number."""


class Open(msgspec.Struct, frozen=True):
    """A claim that waits: its number, the receipt as it was written (empty: a photo), and the day of the answer."""

    number: str
    receipt: str
    day: dt.date


Filed: TypeAlias = Filing | NoPhoto


@lookup
def open_claims(act: Act) -> tuple[Open, ...]:
    """The customer's open claims, the oldest first."""
    zone = act.now.tzinfo
    return tuple(
        Open(claim.public_id, claim.written, claim.promised_at.astimezone(zone).date())
        for claim in claims.mine(act.connection, act.contact_id)
    )


@lookup
def receipt_days(act: Act) -> int:
    """How old a receipt may be, in days."""
    return programme.read(act.connection).claims.receipt_days


def file(act: Act, number: str, photo: str) -> Filed:
    """Claim the points of a receipt; `photo` is the platform's name for a picture of it."""
    channel, account, _sender = contacts.address(act.connection, act.identity_id)
    kept = media.public_id_of(act.connection, channel, account, photo, act.contact_id) if photo else None
    if not number and kept is None:
        return NoPhoto()
    return claims.file(act.connection, act.contact_id, number, kept or "", act.now)
