"""A whole number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from locales import _
from talk.prompts.base import Accepted, Heard, Reading, Rejected
from talk.prompts.typed import Typed, words
from talk.reading.numbers import find_number, read_number

GIVE_A_NUMBER = _("Please answer with a whole number.")
FROM_TO = _("Please choose a number from {low} to {high}.")
AT_LEAST = _("Please give a number of at least {low}.")
AT_MOST = _("Please give a number of at most {high}.")

LARGEST = 10**12
"""Nobody counts further; JSON readers agree about numbers up to 2**53."""


@dataclass(frozen=True, slots=True)
class Number(Typed):
    """A whole number from `low` to `high`, in digits of any script or in words, alone or in a sentence."""

    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"No number lies from {self.low} to {self.high}.")

    def read(self, heard: Heard) -> Reading[int]:
        """The number."""
        text = words(heard)
        number = read_number(text, heard.language)
        if number is None:
            number = find_number(text, heard.language)
        if number is None:
            return Rejected(GIVE_A_NUMBER)
        return Accepted(number) if self._holds(number) else self._outside()

    def dump(self, value: Any) -> Any:
        """The number."""
        return value

    def load(self, plain: Any) -> int:
        """The number. Raises ValueError when it is not one from `low` to `high`."""
        if not isinstance(plain, int) or isinstance(plain, bool) or not self._holds(plain):
            raise ValueError(f"{plain!r} is not a whole number from {self.low} to {self.high}.")
        return plain

    def _holds(self, number: int) -> bool:
        low = -LARGEST if self.low is None else self.low
        return low <= number <= (LARGEST if self.high is None else self.high)

    def _outside(self) -> Rejected:
        if self.low is not None and self.high is not None:
            return Rejected(FROM_TO, {"low": self.low, "high": self.high})
        if self.low is not None:
            return Rejected(AT_LEAST, {"low": self.low})
        return Rejected(GIVE_A_NUMBER) if self.high is None else Rejected(AT_MOST, {"high": self.high})
