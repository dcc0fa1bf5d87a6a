"""What is wrong with a template: where it stands, and what to do about it."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from locales import Text, render
from outreach.templates.flaws import Flaw
from talk.split import plain

Path: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """One problem: the fields and places (from 0) that lead there, what to do with its values, and a text's line.

    `language` is that of the text, or of the label, that is wrong; empty: it concerns all of them.
    """

    path: Path
    text: Text
    values: dict[str, Any]
    line: int = 0
    language: str = ""

    def said(self, language: str = "en") -> str:
        """The problem in a language, without tags."""
        return plain(render(self.text, language, self.values))

    def __str__(self) -> str:
        where = " › ".join(str(part + 1 if isinstance(part, int) else part) for part in self.path)
        place = ", ".join(filter(None, (where, f"line {self.line}" if self.line else "")))
        return f"{place}: {self.said()}" if place else self.said()


def of_text(flaw: Flaw, language: str) -> Problem:
    """A flaw of the text in a language."""
    return Problem(("texts", language), flaw.text, flaw.values, flaw.line, language)
