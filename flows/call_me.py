"""What a customer wants to be called."""

from __future__ import annotations

import re

from flows import effects
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice, FreeText, Skippable
from talk.prompts.base import Heard, Option, Reading, Rejected
from talk.prompts.typed import words
from talk.reading.answers import declines, read_yes_no
from talk.reading.normal import normalise
from talk.reading.words import COURTESIES, ERRANDS, match

# Vietnamese has no neutral "you" for everybody; the words are asked for once and used with the name.
ADDRESSES = (
    Option("anh", verbatim("Anh")),
    Option("chi", verbatim("Chị")),
    Option("ban", verbatim("Bạn")),
)
NAME = _("And what may I call you?")
AGAIN = _("What would you like me to call you?")
HELLO = _("Hello.")
WHICH_NAME = _("Please type the name I should use for you.")
# Who asks for one of these when asked for a name wants it answered first.
WISHES = frozenset(ERRANDS) - {"back", "cancel", "skip", "later"}
# What means hello, thanks, goodbye, yes or no to some, and is the name of others.
NAMES_TOO = re.compile("bai|bay|chow|chua|hai|hala|hao|hong|ko|mo|na|sai|salam|ta|thoi|سلام|هلا|谢")


class Name(FreeText):
    """What somebody wants to be called; a question is none, nor is hello, thanks, goodbye, yes or no."""

    __slots__ = ()

    def read(self, heard: Heard) -> Reading[str]:
        """The name."""
        text = words(heard)
        wish = match(text, heard.language)
        if wish and wish.intent in WISHES:
            return Rejected(NAME)
        if NAMES_TOO.fullmatch(normalise(text)):
            return super().read(heard)
        if wish and wish.whole and wish.intent in COURTESIES:
            return Rejected(HELLO, stays=True) if wish.intent == "greeting" else Rejected(NAME)
        if declines(text, heard.language) or read_yes_no(text, heard.language):
            return Rejected(WHICH_NAME, stays=True)
        return super().read(heard)


async def call_me(talk: Talk) -> None:
    """Ask for the name and use it from now on."""
    first = talk.args.get("first", False)
    name = await talk.ask("name", NAME if first else AGAIN, Skippable(Name(max_length=40)))
    if name is None:
        return
    if talk.do("language_now", effects.language_now) == "vi":
        address = await talk.ask("address", _("May I call you anh, chị or bạn?"), Choice(*ADDRESSES, columns=3))
        name = f"{address.label.one.lower()} {name}"
    talk.do("call", effects.set_call_me, name)
    talk.say(_("Nice to meet you, {name}.") if first else _("All right, {name}."), name=name)
