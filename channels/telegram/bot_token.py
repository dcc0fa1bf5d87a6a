"""The bot's token: whose it is, and how it stays out of logs (it stands in every address of the Bot API)."""

from __future__ import annotations

import re

from talk.errors import SapaError

_TOKEN = re.compile(r"(\d+):[^\s:/?#]+")


class TokenRefused(SapaError):
    """Telegram does not know the bot's token."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram does not know this bot token. Take the current one from @BotFather (/token) and set "
            "SAPA_TELEGRAM_TOKEN to it."
        )


def account_of(token: str) -> str:
    """The bot's id, which is the first half of its token. Raises TokenRefused for what is no token."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise TokenRefused
    return found[1]


def without_token(text: str, token: str) -> str:
    """`text` with the secret half of the token left out."""
    return text.replace(token.partition(":")[2], "…")
