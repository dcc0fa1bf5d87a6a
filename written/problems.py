"""What is wrong with a file that somebody wrote: each problem with its line, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from talk.errors import SapaError


class Problem(NamedTuple):
    """One problem: the line (from 1), the keys that lead there, and what is wrong and what to write."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.where}" if self.where else f"line {self.line}"
        return f"{place}: {self.message}"


class FileWrong(SapaError):
    """The file cannot be used; the message has every problem on a line of its own."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Wrong(ValueError):
    """A value cannot be read; the message says what is expected."""
