"""Surveys that come with Sapa, to begin with: ready to use, in five languages, and meant to be changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from surveys import file
from surveys.definition import Survey

HERE = Path(__file__).parent
ORDER = (
    "after_purchase",
    "after_request",
    "recommend",
    "relationship",
    "interests",
    "partners",
    "shareholders",
)
"""Their codes, those for every day first; each names its file."""


def text(code: str) -> str:
    """The file of a template, with what it is for in its first line."""
    return (HERE / f"{code}.yaml").read_text(encoding="utf-8")


@cache
def every() -> tuple[Survey, ...]:
    """All templates, read once."""
    return tuple(file.read(text(code).encode()) for code in ORDER)
