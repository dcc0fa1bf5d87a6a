"""The other side of the chat: what a person does, and what they see.

    customer = fake.customer(1001, language_code="ms")
    customer.starts()
    answer = await customer.next_message()
    customer.presses("Mata ganjaran")

Whatever a customer does becomes an update of the real shape. Everything here runs on the server's event loop
(or, before it has one, anywhere).
"""

import re
import time
from itertools import count
from typing import Any

from channels.telegram.fake import checks
from channels.telegram.fake.bell import PATIENCE
from channels.telegram.fake.entities import utf16_length
from channels.telegram.fake.messages import photo_sizes
from channels.telegram.fake.state import Chat, Json
from channels.telegram.fake.world import World

SMALLEST_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


class Group:
    """A group with the bot in it, such as the staff's, with topics when it is a forum."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat
        self.id = chat.id

    @property
    def inbox(self) -> list[Json]:
        """The bot's messages that stand in the group."""
        return _inbox(self._world, self.chat)

    def migrates(self, new_id: int) -> "Group":
        """The group becomes a supergroup with a new id; return it."""
        return Group(self._world, self._world.migrate(self.chat, new_id))


class Customer:
    """One person in their private chat with the bot."""

    def __init__(self, world: World, chat: Chat, numbers: "count[int]") -> None:
        self._world = world
        self._numbers = numbers
        self._read = 0
        self.chat = chat
        self.id = chat.id

    # What they see

    @property
    def inbox(self) -> list[Json]:
        """The bot's messages that stand in the chat, oldest first, with edits applied."""
        return _inbox(self._world, self.chat)

    @property
    def texts(self) -> list[str]:
        """The texts and captions of the inbox."""
        return [message.get("text") or message.get("caption", "") for message in self.inbox]

    @property
    def answers(self) -> dict[str, Json]:
        """What presses were answered with, by the query id `presses` returned."""
        return self.chat.answers

    async def next_message(self, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109 - reads as a sentence
        """Return the next message of the bot not returned before; raises TimeoutError after `timeout` seconds."""
        try:
            await self._world.bell.until(lambda: self._read < len(self.chat.arrived), timeout)
        except TimeoutError:
            raise TimeoutError(f"no message to customer {self.id} in {timeout} s; inbox: {self.texts}") from None
        self._read += 1
        return self.chat.arrived[self._read - 1]

    async def answer_to(self, query_id: str, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109
        """Return what a press was answered with (`text`, `show_alert`); raises TimeoutError after `timeout` s."""
        await self._world.bell.until(lambda: query_id in self.chat.answers, timeout)
        return self.chat.answers[query_id]

    # What they do; each returns the message's id

    def sends(self, *, group: Group | None = None, topic: int | None = None, **content: Any) -> int:
        """Send a message with any content, as the Message object names it: `sends(dice={...})`."""
        return self._tell("message", self._message(group.chat if group else self.chat, topic, content))

    def types(self, text: str, *, group: Group | None = None, topic: int | None = None) -> int:
        """Send a text, here or in a group and topic. A leading command is marked as one."""
        content: Json = {"text": text}
        if command := re.match(r"/\w+(?:@\w+)?", text):
            content["entities"] = [
                {"type": "bot_command", "offset": 0, "length": utf16_length(command[0])},
            ]
        self._puts_keyboard_away()
        return self.sends(group=group, topic=topic, **content)

    def starts(self, payload: str = "") -> int:
        """Open the bot, perhaps by a link with a payload (0-64 of [A-Za-z0-9_-], ValueError otherwise)."""
        return self.types(f"/start {checks.start_payload(payload)}".rstrip())

    def presses(self, button: str, message_id: int | None = None) -> str:
        """Press a button by its label or data and return the query id ("" for a button of a reply keyboard).

        Looks at the reply keyboard and at the newest message that has such a button, or at `message_id` alone,
        however old. Raises LookupError naming the buttons there are.
        """
        if message_id is None:
            for key in self._keys():
                if key["text"] == button:
                    return self._strikes(key)
        for message in reversed(self.inbox):
            if message_id in (None, message["message_id"]):
                for found in _inline_buttons(message):
                    if button in (found["text"], found.get("callback_data")):
                        return self.presses_data(found.get("callback_data", ""), message)
        there = [found for message in self.inbox for found in _inline_buttons(message)] + self._keys()
        raise LookupError(f"no button {button!r} in the chat; there are {[found['text'] for found in there]}")

    def presses_data(self, data: str, message: Json) -> str:
        """Press a button with this data under a message, even one that is gone; return the query id."""
        query_id = str(4_000_000_000_000 + next(self._numbers))
        self._world.pressed(query_id, self.chat)
        press = {
            "id": query_id,
            "from": self.chat.user(),
            "message": message,
            "chat_instance": str(-self.id),
            "data": data,
        }
        self._world.updates.add("callback_query", press, self.id)
        return query_id

    def edits(self, message_id: int, text: str, *, group: Group | None = None) -> int:
        """Change a text sent before, here or in a group; KeyError for an unknown message."""
        chat = group.chat if group else self.chat
        edited = {**chat.messages[message_id], "text": text, "edit_date": int(time.time())}
        return self._tell("edited_message", edited)

    def sends_photo(self, content: bytes = SMALLEST_PNG, caption: str = "", **more: Any) -> int:
        """Send a photo; getFile serves `content` for its largest size."""
        photo = self._world.files.store(content, "photos", "photo.jpg", "image/jpeg")
        if caption:
            more["caption"] = caption
        return self.sends(photo=photo_sizes(self._world, photo), **more)

    def sends_album(self, photos: int, caption: str = "") -> list[int]:
        """Send so many photos as one album: one message each, the same media_group_id, caption on the first."""
        group = str(13_000_000_000 + next(self._numbers))
        return [
            self.sends_photo(SMALLEST_PNG, caption if index == 0 else "", media_group_id=group)
            for index in range(photos)
        ]

    def sends_contact(self, phone: str = "", *, own: bool = True, user_id: int | None = None) -> int:
        """Share a contact: their own (proof of the number), or somebody else's with or without `user_id`.

        Without `phone` it is the number of the person's account.
        """
        number = phone or self.chat.phone
        contact: Json = {"phone_number": number, "first_name": self.chat.name if own else "Contact"}
        owner = self.id if own else user_id
        return self.sends(contact=contact | ({"user_id": owner} if owner is not None else {}))

    def sends_location(self, latitude: float = 3.139, longitude: float = 101.6869) -> int:
        """Share a place."""
        return self.sends(location={"latitude": latitude, "longitude": longitude})

    def sends_voice(self, content: bytes = b"OggS voice", seconds: int = 3) -> int:
        """Send a voice message."""
        return self.sends(voice=self._file(content, "voice", "voice.oga", "audio/ogg") | {"duration": seconds})

    def sends_video(self, content: bytes = b"video", seconds: int = 3) -> int:
        """Send a video."""
        video = self._file(content, "videos", "video.mp4", "video/mp4")
        return self.sends(video=video | {"width": 640, "height": 360, "duration": seconds})

    def sends_document(
        self, content: bytes = b"%PDF-1.4", name: str = "document.pdf", mime_type: str = "application/pdf"
    ) -> int:
        """Send a file."""
        return self.sends(document=self._file(content, "documents", name, mime_type) | {"file_name": name})

    def sends_sticker(self, emoji: str = "👍") -> int:
        """Send a sticker."""
        sticker = self._file(b"RIFF sticker", "stickers", "sticker.webp", "image/webp")
        sticker.pop("mime_type")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.sends(sticker=sticker | shape | {"emoji": emoji, "set_name": "fake"})

    def blocks(self) -> None:
        """Block the bot: it is told, and its messages are refused with 403."""
        self._turns("member", "kicked")
        self.chat.blocked = True

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._turns("kicked", "member")
        self.chat.blocked = False

    def deletes_account(self) -> None:
        """Leave Telegram; the bot is told only when it writes (403)."""
        self.chat.deactivated = True

    # How it becomes an update

    def _message(self, chat: Chat, topic: int | None, content: Json) -> Json:
        message: Json = {
            "message_id": self._world.next_message_id(),
            "from": self.chat.user(),
            "chat": chat.as_json(),
            "date": int(time.time()),
        }
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        return message | content

    def _tell(self, kind: str, message: Json) -> int:
        chat = self._world.chats[message["chat"]["id"]]
        message_id: int = message["message_id"]
        chat.messages[message_id] = message
        self._world.updates.add(kind, message, chat.id)
        return message_id

    def _file(self, content: bytes, folder: str, name: str, mime_type: str) -> Json:
        return self._world.files.store(content, folder, name, mime_type).as_json() | {"mime_type": mime_type}

    def _turns(self, old: str, new: str) -> None:
        self._world.updates.add(
            "my_chat_member",
            {
                "chat": self.chat.as_json(),
                "from": self.chat.user(),
                "date": int(time.time()),
                "old_chat_member": self._membership(old),
                "new_chat_member": self._membership(new),
            },
            self.id,
        )

    def _membership(self, status: str) -> Json:
        return {"user": self._world.bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    def _keys(self) -> list[Json]:
        rows = self.chat.keyboard["keyboard"] if self.chat.keyboard else []
        return [{"text": key} if isinstance(key, str) else key for row in rows for key in row]

    def _puts_keyboard_away(self) -> None:
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None

    def _strikes(self, key: Json) -> str:
        self._puts_keyboard_away()
        if key.get("request_contact"):
            self.sends_contact()
        elif key.get("request_location"):
            self.sends_location()
        else:
            self.types(key["text"])
        return ""


class Crowd:
    """Everybody who may write to the bot."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._customers: dict[int, Customer] = {}
        self._numbers = count(1)

    def customer(
        self, chat_id: int, name: str = "", language_code: str = "", username: str = "", phone: str = ""
    ) -> Customer:
        """Return the customer with this id, made at the first call; the bot may write to them from then on."""
        customer = self._customers.get(chat_id)
        if customer is None:
            if chat_id <= 0:
                raise ValueError(f"a person's chat id is positive, not {chat_id}")
            chat = self._world.chats.setdefault(chat_id, Chat(chat_id, "private", f"Customer {chat_id}"))
            chat.phone = f"+6012{chat_id % 10**7:07d}"
            customer = self._customers[chat_id] = Customer(self._world, chat, self._numbers)
        customer.chat.rename(name, language_code, username, phone)
        return customer

    def group(self, chat_id: int, title: str = "Staff", *, forum: bool = False) -> Group:
        """Return a group with this (negative) id; -100... is a supergroup, and only those have topics."""
        if chat_id >= 0:
            raise ValueError(f"a group's chat id is negative, not {chat_id}")
        kind = "supergroup" if str(chat_id).startswith("-100") else "group"
        if forum and kind == "group":
            raise ValueError("only supergroups (-100...) have topics")
        chat = self._world.chats.setdefault(chat_id, Chat(chat_id, kind, title, forum=forum))
        return Group(self._world, chat)


def _inbox(world: World, chat: Chat) -> list[Json]:
    return [message for message in chat.messages.values() if message.get("from") == world.bot]


def _inline_buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
