"""Forms that do once what they say, however often they are sent: a nonce in each names what it makes."""

from __future__ import annotations

import base64
import hashlib
import re

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")


def is_nonce(text: str) -> bool:
    """Whether a form's nonce can be one of ours."""
    return _NONCE.fullmatch(text) is not None


def once(*said: str) -> str:
    """The public id of what a form makes; `said` is who sends it, about whom, and its nonce.

    The same for the same form, and nobody else's.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(" ".join(said).encode()).digest())[:16].decode()
