"""Codes of six digits that an app makes from a secret and the time (RFC 6238), and the secret to make them from."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import secrets
from urllib.parse import quote

from store import sealing

SECONDS = 30
DIGITS = 6
WINDOW = 1  # steps before and after: clocks differ, and people type slowly
LENGTH = 20  # bytes, as RFC 4226 recommends
SEAL = b"sapa second step"


def fresh() -> bytes:
    """A new secret."""
    return secrets.token_bytes(LENGTH)


def seal(secret: bytes, key: bytes, account: str) -> str:
    """A secret for the database, encrypted for the account with this public id under the house's secret `key`."""
    return base64.b64encode(sealing.seal(key, SEAL, secret, account)).decode()


def unseal(sealed: str, key: bytes, account: str) -> bytes | None:
    """The secret again; None with another key, or when the database was changed."""
    return sealing.unseal(key, SEAL, base64.b64decode(sealed), account)


def letters(secret: bytes) -> str:
    """The secret as people type it: base 32, in groups of four."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def address(secret: bytes, business: str, email: str) -> str:
    """What the QR code says to an app."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    issuer = quote(business.replace(":", " "), safe="")
    return f"otpauth://totp/{issuer}:{quote(email, safe='@')}?secret={plain}&issuer={issuer}"


def step(secret: bytes, typed: str, now: dt.datetime) -> int | None:
    """The step of time that a typed code is of; None when it is the code of none around `now`.

    Spaces and the digits of other scripts are taken; every step is compared, however early one fits.
    """
    code = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    rest = "".join(sign for sign in typed if not sign.isdecimal())
    here, found = int(now.timestamp()) // SECONDS, None
    for candidate in range(here - WINDOW, here + WINDOW + 1):
        if hmac.compare_digest(_code(secret, candidate).encode(), code.encode()) and not rest.strip():
            found = candidate
    return found


def _code(secret: bytes, number: int) -> str:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    made = TOTP(secret, DIGITS, SHA1(), SECONDS, enforce_key_length=False)  # noqa: S303 - what apps speak
    return made.generate(number * SECONDS).decode()
