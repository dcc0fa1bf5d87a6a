"""The commands menu, in every language."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any, Protocol

import structlog

from channels.telegram.back_off import BackOff
from locales import LANGUAGES, Text, _, render
from talk.errors import SapaError
from talk.split import plain

log = structlog.get_logger()

COMMANDS: dict[str, Text] = {
    "menu": _("What I can do for you"),
    "points": _("Your points and their history"),
    "rewards": _("What your points can be exchanged for"),
    "vouchers": _("Your vouchers"),
    "card": _("Your member card"),
    "hours": _("When we're open"),
    "rules": _("How points work"),
    "settings": _("How and when we write to you"),
    "help": _("How this works"),
    "language": _("Choose your language"),
    "person": _("Talk to a member of our team"),
    "stop": _("Stop receiving messages"),
}
# Staff groups have no use for a customer's commands.
SCOPE = {"type": "all_private_chats"}
BACK_OFF = BackOff(first=2, longest=600)


class Asks(Protocol):
    """Whoever can call the Bot API."""

    async def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Call a method and return its result. Raises SapaError."""


async def publish(bot: Asks, default_language: str, back_off: BackOff = BACK_OFF) -> None:
    """Make the menu what it should be, changing only what differs; try until it is.

    Customers whose app speaks none of our languages get it in `default_language`.
    """
    for failures in count():
        try:
            for language in ("", *LANGUAGES):
                await _publish(bot, language, menu(language or default_language))
            return
        except SapaError as error:
            pause = back_off.after(failures)
            log.warning("telegram_commands_not_set", reason=str(error), again_in=pause)
        await asyncio.sleep(pause)


def menu(language: str) -> list[dict[str, str]]:
    """The commands with what they do, in `language`."""
    return [{"command": name, "description": plain(render(text, language))} for name, text in COMMANDS.items()]


async def _publish(bot: Asks, language: str, wanted: list[dict[str, str]]) -> None:
    place = {"scope": SCOPE, "language_code": language}
    if await bot.ask("getMyCommands", dict(place)) != wanted:
        await bot.ask("setMyCommands", place | {"commands": wanted})
        log.debug("telegram_commands_set", language=language)
