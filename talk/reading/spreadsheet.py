"""Fields of tables that people open in a spreadsheet, which takes some words for formulas."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANK = " \u00a0\u3000"


def harmless(field: str) -> str:
    """The field as text that no spreadsheet takes for a formula; `as_given` takes it back."""
    return f"'{field}" if _formula(field) else field


def as_given(field: str) -> str:
    """The field without the mark that `harmless` put before it."""
    return field[1:] if field[:1] == "'" and _formula(field[1:]) else field


def _formula(field: str) -> bool:
    return field.lstrip(_BLANK).startswith(FORMULA)
