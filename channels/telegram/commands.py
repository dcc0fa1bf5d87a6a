"""The commands menu, in every language."""

from __future__ import annotations

from typing import Any, Protocol

import structlog

from locales import LANGUAGES, Text, _, render
from talk.errors import SapaError
from talk.split import plain

log = structlog.get_logger()

COMMANDS: dict[str, Text] = {
    "menu": _("What I can do for you"),
    "points": _("Your points and their history"),
    "help": _("How this works"),
    "language": _("Choose your language"),
    "person": _("Talk to a member of our team"),
    "stop": _("Stop receiving messages"),
}
# Staff groups have no use for a customer's commands.
SCOPE = {"type": "all_private_chats"}


class Asks(Protocol):
    """Whoever can call the Bot API."""

    async def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Call a method and return its result. Raises SapaError."""


async def publish(bot: Asks, default_language: str) -> None:
    """Make the menu what it should be, changing only what differs; a failure is logged and no more.

    Customers whose app speaks none of our languages get it in `default_language`.
    """
    changed = []
    for language in ("", *LANGUAGES):
        try:
            if await _publish(bot, language, menu(language or default_language)):
                changed.append(language or "others")
        except SapaError as error:
            log.warning("telegram_commands_not_set", language=language, reason=str(error))
    if changed:
        log.info("telegram_commands_set", languages=", ".join(changed))


def menu(language: str) -> list[dict[str, str]]:
    """The commands with what they do, in `language`."""
    return [{"command": name, "description": plain(render(text, language))} for name, text in COMMANDS.items()]


async def _publish(bot: Asks, language: str, wanted: list[dict[str, str]]) -> bool:
    place = {"scope": SCOPE, "language_code": language}
    if await bot.ask("getMyCommands", dict(place)) == wanted:
        return False
    await bot.ask("setMyCommands", place | {"commands": wanted})
    return True
