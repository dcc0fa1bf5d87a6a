"""Voucher codes: 70 random bits, kept as a keyed hash by which they are found and a ciphertext to show them.

The keys are derived from the house's secret, so a copy of the database alone neither shows a code nor lets one be
tried. The ciphertext is bound to its voucher: it cannot be moved to another row.
"""

from __future__ import annotations

import hashlib
import hmac

from store import sealing
from talk.reading.codes import new_code, read_code

LENGTH = 14  # letters of 5 bits
SCANNED = "V:"  # what a voucher's QR says before the code
SEAL = b"sapa voucher seal"


def fresh() -> str:
    """A new code."""
    return new_code(LENGTH)


def meant(typed: str) -> str | None:
    """The code that was scanned or typed, whatever its case and spaces; None when it can be none."""
    code = read_code(typed, SCANNED)
    return code if code is not None and len(code) == LENGTH else None


def digest(secret: bytes, code: str) -> str:
    """The keyed hash by which a code is found.

    It is looked up through an index; how long that takes tells of the hash, which nobody without the key can steer.
    """
    return hmac.new(sealing.key(secret, b"sapa voucher digest"), code.encode(), hashlib.sha256).hexdigest()


def seal(secret: bytes, code: str, public_id: str) -> bytes:
    """The code, encrypted for the voucher with this public id."""
    return sealing.seal(secret, SEAL, code.encode(), public_id)


def unseal(secret: bytes, sealed: bytes, public_id: str) -> str | None:
    """The code of the voucher with this public id; None with another secret, or when the ciphertext was changed."""
    code = sealing.unseal(secret, SEAL, sealed, public_id)
    return None if code is None else code.decode()
