"""Templates that come with Sapa, to begin with: in five languages, to be changed, and read by a person first."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from outreach.templates import file
from outreach.templates.file import Written

HERE = Path(__file__).parent
ORDER = ("miss_you", "on_offer")
"""Their codes; each names its file."""


def text(code: str) -> str:
    """The file of a starter, with what it is for in its first line."""
    return (HERE / f"{code}.yaml").read_text(encoding="utf-8")


@cache
def every() -> dict[str, Written]:
    """All of them by code, read once."""
    return {code: file.read(text(code).encode()) for code in ORDER}
