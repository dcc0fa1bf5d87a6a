"""What a customer wants to be called."""

from __future__ import annotations

from flows import effects
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice, FreeText, Skippable
from talk.prompts.base import Heard, Option, Reading, Rejected
from talk.prompts.typed import words
from talk.reading.words import ERRANDS, match

# Vietnamese has no neutral "you" for everybody; the words are asked for once and used with the name.
ADDRESSES = (
    Option("anh", verbatim("Anh")),
    Option("chi", verbatim("Chị")),
    Option("ban", verbatim("Bạn")),
)
NAME = _("And what may I call you?")
AGAIN = _("What would you like me to call you?")
# Who asks for one of these when asked for a name wants it answered first.
WISHES = frozenset(ERRANDS) - {"back", "cancel", "skip"}


class Name(FreeText):
    """What somebody wants to be called; a question is none."""

    __slots__ = ()

    def read(self, heard: Heard) -> Reading[str]:
        """The name."""
        wish = match(words(heard), heard.language)
        return Rejected(NAME) if wish and wish.intent in WISHES else super().read(heard)


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
