"""Whole numbers as addresses and forms carry them."""

from __future__ import annotations


def whole_number(text: str, digits: int = 9) -> int | None:
    """A number of zero or more written in at most so many digits from 0 to 9; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
