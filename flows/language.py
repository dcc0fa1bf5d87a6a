"""Choosing the language."""

from __future__ import annotations

from flows import effects
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

# Each language under its own name; the keys are also commands (`!.language-ms`).
OPTIONS = {
    "en": Option("language-en", verbatim("English")),
    "ms": Option("language-ms", verbatim("Bahasa Melayu")),
    "vi": Option("language-vi", verbatim("Tiếng Việt")),
    "ar": Option("language-ar", verbatim("العربية")),
    "zh": Option("language-zh", verbatim("简体中文")),
}
CHOSEN = _("All right, I'll write to you in English.")


def code_of(option: Option) -> str:
    """The language code behind an option."""
    return option.key.removeprefix("language-")


async def language(talk: Talk) -> None:
    """Ask for the language and use it from now on."""
    chosen = await talk.ask("language", _("Which language would you like to use?"), Choice(*OPTIONS.values()))
    talk.do("choose", effects.choose_language, code_of(chosen))
    talk.say(CHOSEN)
