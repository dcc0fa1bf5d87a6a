"""What is wrong with a template's text: the line, and what to write instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from locales import Text, _, render
from talk.errors import SapaError
from talk.split import plain

LONG = _("The text has {signs} characters; at most {most} fit.")
BAD_SIGN = _("There is an invisible character here ({sign}). Type this line anew.")
NOT_CLOSED = _("Something that begins here is never closed: a brace, a bracket, or one of these: {words}")
UNREADABLE = _("This can't be read. Look at the braces, brackets, bars and quotes.")
DEEP = _("This goes too deep. Write it in simpler parts.")
NOT_ALLOWED = _("“{what}” can't be used here. Use values, helpers, comparisons, and these words: {words}")
UNKNOWN = _("There is no value “{name}”. Choose one from the list of values.")
MEANT = _("There is no value “{name}”. Did you mean “{known}”?")
UNKNOWN_HELPER = _("There is no helper “{name}”. There are: {known}")
UNKNOWN_FIELD = _("“{list}” has no “{name}”. It has: {known}")
WHICH_FIELD = _("Say what of “{list}” is meant. It has: {known}")
NO_LIST = _("After “{word}” stands one of these lists: {known}")
ITEM_NAME = _("Call each of the list something of its own, in small letters, such as “{example}”.")
NESTED = _("A list can stand within a list, but no deeper.")
TRUTH = _("This is a yes or a no, and can't be written out. Put it behind “{word}”.")
COMPARED = _("Only numbers are compared with numbers, days with days, and texts with texts.")
HELPER_USE = _("“{helper}” is used like this: {example}")
FORMS_NEEDED = _("In this language “{helper}” needs these forms: {forms}")
NUMBER = _("Numbers here are whole and have at most nine digits.")
TAG = _("“{tag}” can't stand here. Text is marked with {known}.")
TAG_OPEN = _("“{tag}” is not closed in the part of the text in which it is opened.")
TAG_STRAY = _("“{tag}” closes what is not opened in this part of the text.")

WORDS = ("if", "elif", "else", "for", "in", "and", "or", "not")


class Flaw(NamedTuple):
    """One flaw: its line, from 1, and what to do, with its values."""

    line: int
    text: Text
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"line {self.line}: {plain(render(self.text, 'en', self.values))}"


class TemplateWrong(SapaError):
    """The text cannot be used; the message has every flaw on a line of its own."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("\n".join(map(str, self.flaws)))


def not_closed(line: int) -> Flaw:
    """Something is opened and not closed."""
    return Flaw(line, NOT_CLOSED, {"words": listed(("if", "for"))})


def not_allowed(line: int, what: str) -> Flaw:
    """Something that templates do not have, by its sign or its word."""
    return Flaw(line, NOT_ALLOWED, {"what": what, "words": listed(WORDS)})


def unknown_value(line: int, name: str, known: Collection[str]) -> Flaw:
    """A name that no value has, with the nearest one that there is."""
    shown = name[:40]
    close = get_close_matches(shown.lower(), known, 1, 0.5)
    return Flaw(line, MEANT, {"name": shown, "known": close[0]}) if close else Flaw(line, UNKNOWN, {"name": shown})


def listed(names: Iterable[str]) -> str:
    """Names as a flaw lists them: the same in every language."""
    return ", ".join(names)
