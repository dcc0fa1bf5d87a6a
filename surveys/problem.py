"""What is wrong with a survey: where it stands, and what to do about it."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from locales import Text, render
from talk.split import plain

Path: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """One problem: the fields and places that lead there in the definition, and what to do, with its values."""

    path: Path
    text: Text
    values: dict[str, Any]

    @property
    def message(self) -> str:
        """The problem in English, for a file's reader."""
        return plain(render(self.text, "en", self.values))
