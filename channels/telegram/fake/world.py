"""One bot's world: everything the methods of the API read and change."""

import asyncio
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from channels.telegram.fake.bell import Bell
from channels.telegram.fake.errors import bad_request, forbidden, migrated
from channels.telegram.fake.faults import Fault, Faults
from channels.telegram.fake.limits import Clock, Limits
from channels.telegram.fake.params import Params
from channels.telegram.fake.state import Chat, Files, Json
from channels.telegram.fake.updates import PRESS_SECONDS, Updates
from channels.telegram.fake.webhook import Webhook
from channels.telegram.fake.wire import Outcome, Wire


@dataclass(slots=True)
class Call:
    """One request for a method, with the fault it meets."""

    method: str
    params: Params
    fault: Fault | None = None

    @property
    def outcome(self) -> Outcome:
        """How the server will answer an accepted message."""
        if self.fault is None:
            return "answered"
        kind = self.fault.kind
        return kind if kind in ("timeout", "hang_up_after", "slow") else "answered"


@dataclass(frozen=True, slots=True)
class Press:
    """A button press that may still be answered."""

    chat: Chat
    at: float


class World:
    """The bot, its chats, files, updates, limits, faults and the log of the wire."""

    def __init__(
        self,
        token: str,
        *,
        limits: bool,
        paid: bool,
        strangers: bool,
        clock: Clock,
        log_path: Path | None,
        webhook_pause: float,
    ) -> None:
        self.token = token
        self.clock = clock
        self.strangers = strangers
        self.limits = Limits(clock, paid=paid) if limits else None
        self.faults = Faults()
        self.wire = Wire(clock, log_path)
        self.bell = Bell()
        self.updates = Updates(clock, self.bell)
        self.webhook = Webhook(self.updates, self.bell, webhook_pause)
        self.files = Files()
        self.chats: dict[int, Chat] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.presses: dict[str, Press] = {}
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Sapa",
            "username": "sapa_fake_bot",
        }
        self.closing = asyncio.Event()
        self._message_ids = count(1)

    def next_message_id(self) -> int:
        """Return a message id, unique over all chats so that logs read without doubt."""
        return next(self._message_ids)

    def chat(self, chat_id: int) -> Chat:
        """Return a chat the bot can see, or raise what the real server says."""
        chat = self.chats.get(chat_id)
        if chat is None:
            if not (self.strangers and chat_id > 0):
                raise bad_request("chat not found")
            chat = self.chats[chat_id] = Chat(chat_id, "private", f"Customer {chat_id}")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        return chat

    def reachable(self, chat_id: int) -> Chat:
        """Return a chat the bot may write to, or raise what the real server says."""
        chat = self.chat(chat_id)
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def accept(self, call: Call, chat: Chat, message_id: int) -> None:
        """Count a message against the limits and log it, or raise 429. Call it last, before the change itself."""
        if self.limits is not None:
            self.limits.admit(chat.id, private=chat.private, paid=call.params.flag("allow_paid_broadcast"))
        self.wire.accept(call.method, chat.id, call.params.logged(), message_id, call.outcome)
        self.bell.ring()

    def migrate(self, chat: Chat, new_id: int) -> Chat:
        """Turn a group into a supergroup with a new id; both chats say so, as Telegram's do."""
        chat.migrated_to = new_id
        new = Chat(new_id, "supergroup", chat.name, forum=chat.forum, topics=chat.topics)
        self.chats[new_id] = new
        self.service_message(chat, migrate_to_chat_id=new_id)
        self.service_message(new, migrate_from_chat_id=chat.id)
        return new

    def service_message(self, chat: Chat, **content: object) -> None:
        """Tell the bot of something that happened in a group."""
        message: Json = {
            "message_id": self.next_message_id(),
            "date": int(time.time()),
            "chat": chat.as_json(),
            **content,
        }
        chat.messages[message["message_id"]] = message
        self.updates.add("message", message, chat.id)

    def pressed(self, query_id: str, chat: Chat) -> None:
        """Remember a press, so that it can be answered for 150 seconds."""
        self.presses[query_id] = Press(chat, self.clock())

    def press(self, query_id: str) -> Press:
        """Return a press that may still be answered, or raise what the real server says."""
        press = self.presses.get(query_id)
        if press is None or self.clock() - press.at > PRESS_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return press

    async def close(self) -> None:
        """Let go of connections and files."""
        self.closing.set()
        self.updates.end_poll()
        await self.webhook.close()
        self.wire.close()
