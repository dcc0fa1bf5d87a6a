"""What Telegram's answers say of a message."""

from __future__ import annotations

import structlog
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken, TelegramError

from channels.telegram.outbound.request import Flooded, NotSent
from talk.messages import Later, Moved, Receipt, Refused, Unknown

log = structlog.get_logger()

FLOODED_CHATS = 3
UNREACHED_SECONDS = 2.0
TOKEN_SECONDS = 60.0

NOT_MODIFIED = ("message is not modified",)
NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "no text in the message to edit",
    "message_id_invalid",
)
PRESS_EXPIRED = ("query is too old", "query id is invalid", "query_id_invalid")
NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "user_deactivated", "user_is_blocked")
FILE_FORGOTTEN = ("wrong file identifier", "wrong remote file", "file reference")


def says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    """Whether an error says one of these; the Bot API has no finer codes than its words."""
    said = error.message.lower()
    return any(phrase in said for phrase in phrases)


def receipt_of(error: TelegramError, *, account: bool) -> Receipt:
    """The receipt of a call that failed; `account` says whether a 429 is the whole account's.

    BadRequest is one of python-telegram-bot's network errors, so the definite answers are looked for first, and
    whatever else went wrong may have arrived.
    """
    match error:
        case Flooded():
            return Later(error.message, error.seconds, account)
        case NotSent():
            return Later(error.message, UNREACHED_SECONDS, account=True)
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden() | BadRequest():
            gone = isinstance(error, Forbidden) or says(error, NOBODY_THERE)
            return Refused(error.message, unreachable=gone)
        case InvalidToken() | EndPointNotFound():
            log.critical("telegram_token_refused", advice="Take the token from @BotFather and start Sapa anew.")
            return Later("Telegram refuses the bot's token.", TOKEN_SECONDS, account=True)
    return Unknown(error.message)


class Floods:
    """Telegram does not say which of its limits was reached. A 429 counts as the chat's own, until several chats in
    a row were refused and no message went through between."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    def refused(self, chat: str) -> None:
        """Count a 429."""
        self._refused.add(chat)

    def went_through(self) -> None:
        """A message was accepted: the account is not halted."""
        self._refused.clear()

    @property
    def of_account(self) -> bool:
        """Whether the whole account is to wait."""
        return len(self._refused) >= FLOODED_CHATS
