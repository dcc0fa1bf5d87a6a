"""One of several options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from locales import _
from talk.prompts.base import Accepted, Heard, Option, Reading, Rejected
from talk.prompts.labels import by_key, by_words, checked, countable
from talk.prompts.typed import Typed, rows, words
from talk.reading.answers import declines

CHOOSE_ONE = _("Please choose one of the options, or type its number.")
CHOOSE_ONE_IN_WORDS = _("Please choose one of the options, or type it.")


@dataclass(frozen=True, slots=True, init=False)
class Choice(Typed):
    """One of `options`, shown in rows of `columns`; the answer is the Option itself.

    Typed, an option is its label in any language, whole or an unmistakable part, or its number counted from 1; the
    one that declines is any no, "never mind" or "later".
    The options may be made at run time. Raises ValueError when there are none or two have the same key.
    """

    choices: tuple[Option, ...]
    columns: int

    def __init__(self, *options: Option, columns: int = 1) -> None:
        object.__setattr__(self, "choices", checked(options))
        object.__setattr__(self, "columns", columns)

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The options in rows."""
        return rows(self.choices, self.columns)

    def read(self, heard: Heard) -> Reading[Option]:
        """The option that was pressed or typed."""
        if heard.pressed is not None:
            chosen = by_key(heard.pressed, self.choices)
        else:
            text = words(heard)
            chosen = by_words(text, heard.language, self.choices) or self._declined(text, heard.language)
        if chosen is not None:
            return Accepted(chosen)
        return Rejected(CHOOSE_ONE if countable(heard.language, self.choices) else CHOOSE_ONE_IN_WORDS)

    def dump(self, value: Any) -> Any:
        """The option's key."""
        return value.key

    def load(self, plain: Any) -> Option:
        """The option with this key. Raises ValueError when it is no longer offered."""
        chosen = by_key(plain, self.choices)
        if chosen is None:
            raise ValueError(f"{plain!r} is not one of the options.")
        return chosen

    def _declined(self, text: str, language: str) -> Option | None:
        none_of_them = next((option for option in self.choices if option.declines), None)
        return none_of_them if none_of_them and declines(text, language) else None
