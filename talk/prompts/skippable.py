"""A question that need not be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from locales import _
from talk.prompts.base import Accepted, Heard, Option, Prompt, Reading, Rejected
from talk.prompts.labels import by_label
from talk.prompts.typed import words
from talk.reading.answers import declines
from talk.reading.words import match

T_co = TypeVar("T_co", covariant=True)

SKIP = Option("_skip", _("Skip"))


@dataclass(frozen=True, slots=True)
class Skippable(Generic[T_co]):
    """`prompt` with a button more, and words, that leave it unanswered: the answer is then None.

    A no leaves it unanswered where the question itself cannot take a no.
    """

    prompt: Prompt[T_co]

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """What the question itself asks of the platform."""
        return self.prompt.request

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The question's own options, then the button that skips it."""
        return (*self.prompt.options(draft), (SKIP,))

    def read(self, heard: Heard) -> Reading[T_co | None]:
        """None, or what the question itself understands."""
        if self._skips(heard):
            return Accepted(None)
        reading = self.prompt.read(heard)
        declined = heard.pressed is None and declines(words(heard), heard.language)
        return Accepted(None) if declined and isinstance(reading, Rejected) else reading

    def dump(self, value: Any) -> Any:
        """The answer as the question dumps it, or None."""
        return None if value is None else self.prompt.dump(value)

    def load(self, plain: Any) -> T_co | None:
        """The answer or None. Raises ValueError when the question would not take it."""
        return None if plain is None else self.prompt.load(plain)

    def _skips(self, heard: Heard) -> bool:
        if heard.pressed is not None:
            return heard.pressed == SKIP.key
        text = words(heard)
        offered = [option for row in self.options(heard.draft) for option in row]
        if meant := by_label(text, heard.language, offered, whole=True):
            return meant is SKIP
        found = match(text, heard.language)
        return found is not None and found.whole and found.intent in ("skip", "later")
