"""Several of several options."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from locales import _, n_
from talk.prompts.base import Accepted, Drafted, Heard, Option, Reading, Rejected
from talk.prompts.labels import by_key, by_label, by_number, by_words, checked, countable, plainer
from talk.prompts.typed import Typed, rows, words
from talk.reading.normal import fold

DONE = Option("_done", _("Done"))
CHOOSE = _("Please choose from the options, or type their numbers, for example 1, 2.")
CHOOSE_IN_WORDS = _("Please choose from the options, or type them.")
AT_LEAST = n_("Please choose at least {limit} option.", "Please choose at least {limit} options.", "limit")
AT_MOST = n_("Please choose at most {limit} option.", "Please choose at most {limit} options.", "limit")

LONGEST = 600
"""Characters of a typed list that are looked at: no list of options is longer, and reading one takes its time."""

_COMMAS = re.compile(r"[,;/+&\n،؛、，；／＋＆]")
_ANDS = re.compile(r"\s(?:and|dan|và|va|with|dengan|với)\s|\s+و\s*(?=\S)|[和与與跟及]", re.IGNORECASE)


def _folded(*lists: str) -> frozenset[str]:
    return frozenset(fold(word) for words in lists for word in words.split(","))


_ALL = _folded(
    "all,all of them,all of the above,everything,semua,semuanya,kesemuanya,tất cả,tất cả các mục,lấy hết",
    "كل,الكل,كلها,الجميع,جميعها,كل ما سبق,全部,全部都要,都,都要,所有,全,全选,以上全部,全都要",
)
_NONE = _folded(
    "none,none of them,none of these,none of the above,nothing,no,tiada,tak ada,takde",
    "không,không có,không cái nào,ko,ko có,لا شيء,لا شي,ولا شيء,ولا واحد,لا,لا يوجد",
    "没有,都没有,都不,都不要,无,以上都不是,一个都没有,都不是",
)


@dataclass(frozen=True, slots=True, init=False)
class MultiChoice(Typed):
    """From `at_least` to `at_most` of `options`; the answer is a tuple of Options in their own order.

    Each press ticks a box or unticks it, and the last button ends; it appears as soon as enough is ticked. Typed
    options end the question at once, together with what is ticked. Raises ValueError as Choice does, and for
    limits that no answer meets.
    """

    choices: tuple[Option, ...]
    at_least: int
    at_most: int

    def __init__(self, *options: Option, at_least: int = 0, at_most: int | None = None) -> None:
        most = len(options) if at_most is None else min(at_most, len(options))
        object.__setattr__(self, "choices", checked(options))
        object.__setattr__(self, "at_least", at_least)
        object.__setattr__(self, "at_most", most)
        if not 0 <= at_least <= most or most < 1:
            raise ValueError(f"Nobody can choose from {at_least} to {most} of {len(options)} options.")

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The options, one a row, those in `draft` ticked; the button that ends."""
        ticked = self._ticked(draft)
        shown = tuple(msgspec.structs.replace(option, chosen=option in ticked) for option in self.choices)
        return rows((*shown, DONE) if len(ticked) >= self.at_least else shown, 1)

    def read(self, heard: Heard) -> Reading[tuple[Option, ...]]:
        """The options, or what is ticked so far."""
        ticked = self._ticked(heard.draft)
        if heard.pressed == DONE.key:
            return self._finished(ticked)
        if heard.pressed is not None:
            chosen = by_key(heard.pressed, self.choices)
            return self._toggled(ticked, chosen) if chosen else self._not_understood(heard.language)
        text = words(heard)
        typed = self._typed(text, heard.language)
        if typed is not None:
            return self._finished(typed and self._ordered({*ticked, *typed}))
        done = by_label(text, heard.language, (DONE,), whole=True)
        return self._finished(ticked) if done else self._not_understood(heard.language)

    def dump(self, value: Any) -> Any:
        """The keys of the options."""
        return [option.key for option in value]

    def load(self, plain: Any) -> tuple[Option, ...]:
        """The options with these keys. Raises ValueError when one is no longer offered, or the number is wrong."""
        chosen = self._ticked(plain)
        if not isinstance(plain, list) or len(chosen) != len(plain):
            raise ValueError(f"{plain!r} is not a list of different options.")
        if not self.at_least <= len(chosen) <= self.at_most:
            raise ValueError(f"{plain!r} is not {self.at_least} to {self.at_most} options.")
        return chosen

    def _ticked(self, keys: Any) -> tuple[Option, ...]:
        return tuple(option for option in self.choices if option.key in keys) if isinstance(keys, list) else ()

    def _ordered(self, chosen: set[Option]) -> tuple[Option, ...]:
        return tuple(option for option in self.choices if option in chosen)

    def _not_understood(self, language: str) -> Rejected:
        return Rejected(CHOOSE if countable(language, self.choices) else CHOOSE_IN_WORDS)

    def _toggled(self, ticked: tuple[Option, ...], pressed: Option) -> Drafted | Rejected:
        if pressed not in ticked and len(ticked) >= self.at_most:
            return Rejected(AT_MOST, {"limit": self.at_most})
        return Drafted(self.dump(self._ordered(set(ticked) ^ {pressed})))

    def _finished(self, chosen: tuple[Option, ...]) -> Reading[tuple[Option, ...]]:
        if len(chosen) < self.at_least:
            return Rejected(AT_LEAST, {"limit": self.at_least})
        if len(chosen) > self.at_most:
            return Rejected(AT_MOST, {"limit": self.at_most})
        return Accepted(chosen)

    def _typed(self, text: str, language: str) -> tuple[Option, ...] | None:
        said = {fold(plain) for plain in plainer(text, language)}
        if said & _ALL and by_label(text, language, self.choices, whole=True) is None:
            return self.choices
        if said & _NONE and by_words(text, language, self.choices) is None:
            return ()
        found = self._listed(text, language, (_COMMAS, _ANDS)) if len(text) <= LONGEST else None
        return self._ordered(found) if found else None

    def _listed(self, text: str, language: str, joints: tuple[re.Pattern[str], ...]) -> set[Option] | None:
        """The options in a list whose parts meet at these joints; None when any part is not understood."""
        if one := by_words(text, language, self.choices):
            return {one}
        if not joints:
            return self._side_by_side(text, language)
        found: set[Option] = set()
        for part in dict.fromkeys(joints[0].split(f" {text} ")):
            if fold(part):
                options = self._listed(part, language, joints[1:])
                if options is None:
                    return None
                found |= options
        return found

    def _side_by_side(self, text: str, language: str) -> set[Option] | None:
        """Options by their numbers, with spaces between: a space between words may be part of a label."""
        numbered = [by_number(number, language, self.choices) for number in dict.fromkeys(text.split())]
        return None if None in numbered else {option for option in numbered if option}
