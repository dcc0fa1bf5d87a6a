"""Yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from locales import _
from talk.prompts.base import Accepted, Heard, Option, Reading, Rejected
from talk.prompts.labels import by_label
from talk.prompts.typed import Typed, words
from talk.reading.answers import read_yes_no

YES = Option("yes", _("Yes"))
NO = Option("no", _("No"))
SAY_YES_OR_NO = _("Please answer yes or no.")


@dataclass(frozen=True, slots=True)
class YesNo(Typed):
    """A question answered by yes (True) or no (False), pressed or in the customer's own words."""

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """Yes and no, side by side."""
        return ((YES, NO),)

    def read(self, heard: Heard) -> Reading[bool]:
        """Whether it is yes."""
        if heard.pressed is not None:
            answer = {YES.key: True, NO.key: False}.get(heard.pressed)
        else:
            answer = _typed(words(heard), heard.language)
        return Rejected(SAY_YES_OR_NO) if answer is None else Accepted(answer)

    def dump(self, value: Any) -> Any:
        """True or false."""
        return value

    def load(self, plain: Any) -> bool:
        """True or False. Raises ValueError for anything else."""
        if not isinstance(plain, bool):
            raise ValueError(f"{plain!r} is neither yes nor no.")
        return plain


def _typed(text: str, language: str) -> bool | None:
    answer = read_yes_no(text, language)
    if answer is None and (label := by_label(text, language, (YES, NO), whole=True)):
        return label is YES
    return answer
