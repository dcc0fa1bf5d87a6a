"""The hold-out of the whole business: customers who get no offers and no news, to tell what these bring.

Who is in it is drawn once for all: a customer's lot is a hash of their id, and whoever's is below the percentage is
held out. So they stay the same ones, and when the percentage is raised others join them. The salt is never changed:
with another one, who was spared for months and who was not would be mixed anew.
"""

from __future__ import annotations

from hashlib import blake2b

LOTS = 10_000
_SALT = b"sapa.hold-out"


def lot(contact_id: int) -> int:
    """The contact's lot, from 0 to LOTS - 1, each as likely as the others."""
    digest = blake2b(contact_id.to_bytes(8, "big"), digest_size=8, salt=_SALT).digest()
    return int.from_bytes(digest, "big") % LOTS


def is_held(contact_id: int, percent: int) -> bool:
    """Whether the contact is among the `percent` of all who are held out."""
    return percent > 0 and lot(contact_id) * 100 < percent * LOTS
