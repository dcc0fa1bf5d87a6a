"""What is wrong with a segment's condition: where it stands, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from locales import Text, render
from talk.errors import SapaError
from talk.split import plain

Path: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """One problem: the keys and places (from 0) that lead there, and what to do, with its values."""

    path: Path
    text: Text
    values: dict[str, Any]

    @property
    def where(self) -> str:
        """The way there as people read it, places counted from 1: `all › 2 › value`."""
        return " › ".join(str(part + 1 if isinstance(part, int) else part) for part in self.path)

    def said(self, language: str = "en") -> str:
        """The problem in a language, without tags."""
        return plain(render(self.text, language, self.values))

    def __str__(self) -> str:
        return f"{self.where}: {self.said()}" if self.path else self.said()


class ConditionWrong(SapaError):
    """The condition cannot be used; the message has every problem on a line of its own."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
