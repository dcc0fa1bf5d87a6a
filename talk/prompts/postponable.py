"""A question that may be put off together with its whole dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from locales import _
from talk.prompts.base import Accepted, Heard, Option, Prompt, Reading
from talk.prompts.labels import by_label
from talk.prompts.typed import words
from talk.reading.words import match

T_co = TypeVar("T_co", covariant=True)

POSTPONED = Option("_later", _("Finish later"))


@dataclass(frozen=True, slots=True)
class Postponable(Generic[T_co]):
    """`prompt`, where “later” and the like leave the dialogue for another time: the answer is then POSTPONED."""

    prompt: Prompt[T_co]

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """What the question itself asks of the platform."""
        return self.prompt.request

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The question's own options: it is put off in words."""
        return self.prompt.options(draft)

    def read(self, heard: Heard) -> Reading[T_co | Option]:
        """POSTPONED, or what the question itself understands."""
        return Accepted(POSTPONED) if self._postpones(heard) else self.prompt.read(heard)

    def dump(self, value: Any) -> Any:
        """The answer as the question dumps it."""
        return POSTPONED.key if value is POSTPONED else self.prompt.dump(value)

    def load(self, plain: Any) -> T_co | Option:
        """The answer. Raises ValueError when the question would not take it."""
        return POSTPONED if plain == POSTPONED.key else self.prompt.load(plain)

    def _postpones(self, heard: Heard) -> bool:
        if heard.pressed is not None:
            return False
        text = words(heard)
        offered = [option for row in self.options(heard.draft) for option in row]
        found = match(text, heard.language)
        wants = found is not None and found.whole and found.intent in ("later", "cancel")
        return wants and by_label(text, heard.language, offered, whole=True) is None
