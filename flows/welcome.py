"""Meeting a new customer: what they came for first, then the language and what to call them."""

from __future__ import annotations

from flows import effects
from flows.language import OPTIONS, code_of
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice, FreeText, Skippable
from talk.prompts.base import Option

# Vietnamese has no neutral "you" for everybody; the words are asked for once and used with the name.
ADDRESSES = (
    Option("anh", verbatim("Anh")),
    Option("chi", verbatim("Chị")),
    Option("ban", verbatim("Bạn")),
)


async def welcome(talk: Talk) -> None:
    """Greet, answer the first question, then ask for the language and the name, then show the menu."""
    business, met = talk.do("business", effects.business_name), talk.do("met", effects.met)
    talk.say(_("Hello, and welcome to {business}.") if business else _("Hello, and welcome."), business=business)
    if wanted := talk.args.get("wanted"):
        await talk.go(wanted, brief=True)
    if not met.language:
        chosen = await talk.ask("language", _("Which language would you like to use?"), Choice(*OPTIONS.values()))
        talk.do("choose", effects.choose_language, code_of(chosen))
    if not met.call_me:
        await _ask_name(talk)
    await talk.go("menu")


async def _ask_name(talk: Talk) -> None:
    name = await talk.ask("name", _("And what may I call you?"), Skippable(FreeText(max_length=40)))
    if name is None:
        return
    if talk.do("language_now", effects.language_now) == "vi":
        address = await talk.ask("address", _("May I call you anh, chị or bạn?"), Choice(*ADDRESSES, columns=3))
        name = f"{address.label.one.lower()} {name}"
    talk.do("call", effects.set_call_me, name)
    talk.say(_("Nice to meet you, {name}."), name=name)
