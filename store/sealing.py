"""Keys derived from the house's secret, one for each purpose, and what is encrypted under them.

A copy of the database alone does not open what is sealed. Each ciphertext is bound to the row it stands in: it
cannot be moved to another.
"""

from __future__ import annotations

import secrets
from functools import lru_cache

NONCE = 12


@lru_cache(maxsize=32)
def key(secret: bytes, purpose: bytes) -> bytes:
    """The 32 bytes that belong to a purpose; another purpose's tell nothing of them."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose).derive(secret)


def seal(secret: bytes, purpose: bytes, plain: bytes, row: str) -> bytes:
    """`plain`, encrypted for the row with this public id."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key(secret, purpose)).encrypt(nonce, plain, row.encode())


def unseal(secret: bytes, purpose: bytes, sealed: bytes, row: str) -> bytes | None:
    """What was sealed for this row; None with another secret, or when the ciphertext was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key(secret, purpose)).decrypt(sealed[:NONCE], sealed[NONCE:], row.encode())
    except InvalidTag:
        return None
