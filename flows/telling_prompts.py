"""Questions that only what customers tell asks: which kind, on which day, and whether photos belong to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec

from locales import LANGUAGES, _, render
from talk.prompts import Accepted, Choice, Date, Drafted, FreeText, Heard, Option, Photos, Reading, Rejected
from talk.prompts.date import NOT_AFTER
from talk.prompts.free_text import TYPE_IT
from talk.prompts.labels import by_label
from talk.prompts.typed import Typed, words
from talk.prompts.yes_no import NO, YES, YesNo
from talk.reading.answers import declines
from talk.reading.normal import normalise, tokenise
from talk.reading.words import match

TODAY, YESTERDAY = Option("today", _("Today")), Option("yesterday", _("Yesterday"))
SAID_AS_A_WORD = frozenset({"praise", "complaint", "requests"})  # intents that name one of the kinds
MOST_PHOTOS = 5


@dataclass(frozen=True, slots=True, init=False)
class Kinds(Choice):
    """Which kind of thing somebody tells; “I want to complain” is a choice of it, too."""

    def read(self, heard: Heard) -> Reading[Option]:
        """The option that was pressed or typed, or that the words mean."""
        reading = Choice.read(self, heard)
        if not isinstance(reading, Rejected):
            return reading
        typed = words(heard)
        found = match(typed, heard.language)
        meant = found.intent if found else ""
        named = [each for each in self.choices if each.key == meant in SAID_AS_A_WORD] or _named(
            typed, self.choices
        )
        if len(named) == 1:
            return Accepted(named[0])
        # Who says once more that they want to tell something asks for nothing else.
        return msgspec.structs.replace(reading, stays=meant == "feedback")


def _named(typed: str, choices: tuple[Option, ...]) -> list[Option]:
    """The options whose label stands in what was typed, in any language: “I have a suggestion”."""
    said = _spaced(typed)
    return [each for each in choices if any(_spaced(render(each.label, code)) in said for code in LANGUAGES)]


def _spaced(text: str) -> str:
    return f" {' '.join(tokenise(normalise(text)))} "


@dataclass(frozen=True, slots=True)
class FewWords(FreeText):
    """A name or a number in a few words; a no is none."""

    def read(self, heard: Heard) -> Reading[str]:
        """The words."""
        reading = FreeText.read(self, heard)
        return Rejected(TYPE_IT) if declines(words(heard), heard.language) else reading


@dataclass(frozen=True, slots=True)
class PastDay(Date):
    """A day that is not still to come, with buttons for the likely ones."""

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """Today and yesterday."""
        return ((TODAY, YESTERDAY),)

    def read(self, heard: Heard) -> Reading[dt.date]:
        """The day."""
        pressed = by_label(words(heard), heard.language, (TODAY, YESTERDAY), whole=True)
        key = heard.pressed or (pressed.key if pressed else "")
        if key in (TODAY.key, YESTERDAY.key):
            return Accepted(heard.today - dt.timedelta(days=key == YESTERDAY.key))
        reading = Date.read(self, heard)
        late = isinstance(reading, Accepted) and reading.value > heard.today
        return Rejected(NOT_AFTER, {"latest": heard.today}) if late else reading


@dataclass(frozen=True, slots=True)
class PhotosAndYes(Typed):
    """Whether photos that came unasked belong to something; more may come before the answer, a whole album.

    The answer is the photos' `ref`s, empty for no. `first` came before the question.
    """

    first: str

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """Yes and no, side by side."""
        return ((YES, NO),)

    def read(self, heard: Heard) -> Reading[tuple[str, ...]]:
        """All photos for a yes, none for a no."""
        sent = tuple(heard.draft or (self.first,))
        more = Photos(MOST_PHOTOS + 1).read(Heard(heard.inbound, heard.language, heard.today))
        if heard.pressed is None and isinstance(more, Drafted):
            return Drafted(list(dict.fromkeys((*sent, *more.draft)))[:MOST_PHOTOS])
        reading = YesNo().read(heard)
        if isinstance(reading, Accepted):
            return Accepted(sent if reading.value else ())
        return reading

    def dump(self, value: Any) -> Any:
        """The photos' `ref`s."""
        return list(value)

    def load(self, plain: Any) -> tuple[str, ...]:
        """The photos' `ref`s. Raises ValueError for what names none."""
        if not isinstance(plain, list) or not all(isinstance(ref, str) and ref for ref in plain):
            raise ValueError(f"{plain!r} does not name pictures.")
        return tuple(plain)
