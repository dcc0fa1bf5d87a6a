"""Receipt numbers as they are compared: people copy them with other spaces, dashes and digits than were printed."""

from __future__ import annotations

import unicodedata

LENGTH = 64
SHORTEST = 3


def compared(written: str) -> str:
    """The number in capitals, its digits 0-9, without spaces, dashes and signs; empty when nothing is left."""
    characters = unicodedata.normalize("NFKC", written).upper()
    return "".join(_plain(one) for one in characters if one.isalnum())[:LENGTH]


def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)
