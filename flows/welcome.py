"""Meeting a new customer: what they came for first, then the language and what to call them."""

from __future__ import annotations

from flows import effects, preferring
from flows.language import OPTIONS, code_of
from locales import _
from talk.engine import Talk
from talk.prompts import Choice

HELLO_AGAIN = _("Hello {name}, and welcome to {business}.")
HELLO = _("Hello, and welcome to {business}.")


async def welcome(talk: Talk) -> None:
    """Greet, answer the first question, ask for language, name and, once, about news; then show the menu."""
    business, met = talk.do("business", effects.business_name), talk.do("met", effects.met)
    hello = _("Hello, and welcome.") if not business else HELLO_AGAIN if met.call_me else HELLO
    talk.say(hello, business=business, name=met.call_me)
    if wanted := talk.args.get("wanted"):
        await talk.go(wanted, brief=True)
    if not met.language:
        chosen = await talk.ask("language", _("Which language would you like to use?"), Choice(*OPTIONS.values()))
        talk.do("choose", effects.choose_language, code_of(chosen))
    if not met.call_me:
        await talk.go("call_me", first=True)
    if talk.do("unasked", preferring.never_asked):
        await talk.go("news")
    await talk.go("menu")
