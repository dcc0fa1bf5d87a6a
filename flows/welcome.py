"""Meeting a new customer: what they came for first, then the language and what to call them."""

from __future__ import annotations

from flows import effects
from flows.language import OPTIONS, code_of
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice, FreeText, Skippable
from talk.prompts.base import Heard, Option, Reading, Rejected
from talk.prompts.typed import words
from talk.reading.words import match

# Vietnamese has no neutral "you" for everybody; the words are asked for once and used with the name.
ADDRESSES = (
    Option("anh", verbatim("Anh")),
    Option("chi", verbatim("Chị")),
    Option("ban", verbatim("Bạn")),
)


HELLO_AGAIN = _("Hello {name}, and welcome to {business}.")
HELLO = _("Hello, and welcome to {business}.")
NAME = _("And what may I call you?")
# Who asks for one of these when asked for a name wants it answered first.
WISHES = frozenset({"points", "rewards", "history", "person", "menu", "language", "stop", "start"})


class Name(FreeText):
    """What somebody wants to be called; a question is none."""

    __slots__ = ()

    def read(self, heard: Heard) -> Reading[str]:
        """The name."""
        wish = match(words(heard), heard.language)
        return Rejected(NAME) if wish and wish.intent in WISHES else super().read(heard)


async def welcome(talk: Talk) -> None:
    """Greet, answer the first question, then ask for the language and the name, then show the menu."""
    business, met = talk.do("business", effects.business_name), talk.do("met", effects.met)
    hello = _("Hello, and welcome.") if not business else HELLO_AGAIN if met.call_me else HELLO
    talk.say(hello, business=business, name=met.call_me)
    if wanted := talk.args.get("wanted"):
        await talk.go(wanted, brief=True)
    if not met.language:
        chosen = await talk.ask("language", _("Which language would you like to use?"), Choice(*OPTIONS.values()))
        talk.do("choose", effects.choose_language, code_of(chosen))
    if not met.call_me:
        await _ask_name(talk)
    await talk.go("menu")


async def _ask_name(talk: Talk) -> None:
    name = await talk.ask("name", NAME, Skippable(Name(max_length=40)))
    if name is None:
        return
    if talk.do("language_now", effects.language_now) == "vi":
        address = await talk.ask("address", _("May I call you anh, chị or bạn?"), Choice(*ADDRESSES, columns=3))
        name = f"{address.label.one.lower()} {name}"
    talk.do("call", effects.set_call_me, name)
    talk.say(_("Nice to meet you, {name}."), name=name)
