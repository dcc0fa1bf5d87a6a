"""Who of an audience is in the hold-out, who is sent the variants first, and who gets which: by hash.

What somebody is dealt depends on the campaign's public id and their contact's id alone. So it is the same whenever
and wherever it is asked, whoever else is in the audience; and it differs from campaign to campaign, so that it is
not always the same people who get nothing.
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

from outreach.campaigns.settings import VARIANTS, Settings

_SPAN = 1 << 32


class Lots(NamedTuple):
    """Three numbers from 0 to 1 that have nothing to do with each other."""

    hold_out: float
    first: float
    variant: float


def lots(public_id: str, contact_id: int) -> Lots:
    """Twelve bytes of BLAKE2b over "campaign:contact" (RFC 7693), four for each number."""
    digest = hashlib.blake2b(f"{public_id}:{contact_id}".encode(), digest_size=12).digest()
    hold_out, first, variant = struct.unpack(">III", digest)
    return Lots(hold_out / _SPAN, first / _SPAN, variant / _SPAN)


def is_held(settings: Settings, drawn: Lots) -> bool:
    """Whether they are in the campaign's hold-out."""
    return drawn.hold_out * 100 < settings.hold_out


def is_rest(settings: Settings, drawn: Lots) -> bool:
    """Whether they wait until it is decided which variant does better."""
    return settings.winner is not None and drawn.first * 100 >= settings.winner.percent


def variant(settings: Settings, drawn: Lots) -> str:
    """The letter of the variant they get, in proportion to the weights."""
    place, weights = drawn.variant * sum(each.weight for each in settings.variants), 0
    for letter, each in zip(VARIANTS, settings.variants, strict=False):
        weights += each.weight
        if place < weights:
            return letter
    raise ValueError("A campaign has at least one variant.")
