"""Codes that people read off a screen and type: Crockford's base 32, in groups of four.

The alphabet has no I, L, O and U; who types them anyway means 1, 1, 0 and V.
"""

from __future__ import annotations

import re
import secrets

from talk.reading.normal import normalise

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4

_ALIKE = str.maketrans("ILOU", "110V")
_BETWEEN = re.compile(r"[\s\-_.·–—]+")
_CODE = re.compile(f"[{ALPHABET}]+")


def new_code(length: int) -> str:
    """A random code; each letter holds 5 bits."""
    return "".join(secrets.choice(ALPHABET) for _place in range(length))


def read_code(typed: str, mark: str = "") -> str | None:
    """The code that was meant, whatever its case, width, spaces and dashes; None when it can be none.

    A scanner types the `mark` that a QR has before its code, as the keyboard is set: in Chinese as "Ｖ：".
    """
    code = _BETWEEN.sub("", normalise(typed).upper().removeprefix(mark)).translate(_ALIKE)
    return code if _CODE.fullmatch(code) else None


def grouped(code: str) -> str:
    """The code as it is shown: 7Q3M 0XKD 92."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
