"""What the fake knows: the bot, its chats with their messages and topics, and stored files."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from channels.telegram.fake.errors import bad_request

Json = dict[str, Any]


@dataclass(slots=True)
class Topic:
    """A forum topic of a staff group; its id is the `message_thread_id`."""

    id: int
    name: str
    icon_color: int
    closed: bool = False

    def as_json(self) -> Json:
        """Return the ForumTopic object."""
        return {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat or a group, as both sides see it.

    `messages` are those that stand in the chat, `arrived` everything the bot ever sent, in order and with later
    edits applied. `actions` are chat actions, `answers` what presses were answered with, by query id.
    """

    id: int
    type: str
    name: str
    forum: bool = False
    language_code: str = ""
    username: str = ""
    phone: str = ""
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    arrived: list[Json] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    keyboard: Json | None = None
    _json: Json = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person."""
        return self.type == "private"

    def as_json(self) -> Json:
        """Return the Chat object."""
        if not self._json:
            self._json = {"id": self.id, "type": self.type, ("first_name" if self.private else "title"): self.name}
            if self.username:
                self._json["username"] = self.username
            if self.forum:
                self._json["is_forum"] = True
        return self._json

    def rename(self, name: str, language_code: str, username: str, phone: str) -> None:
        """Change what Telegram knows of a person; what is empty stays."""
        self.name = name or self.name
        self.language_code = language_code or self.language_code
        self.username = username or self.username
        self.phone = phone or self.phone
        self._json = {}

    def user(self) -> Json:
        """Return the User object of the person in a private chat."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user

    def receive(self, message: Json, markup: Json | None) -> None:
        """Let a message of the bot arrive; a reply keyboard replaces the one shown."""
        self.messages[message["message_id"]] = message
        self.arrived.append(message)
        if markup is not None and "inline_keyboard" not in markup:
            self.keyboard = markup if "keyboard" in markup else None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the fake's disk, which is memory."""

    id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    content: bytes

    def as_json(self) -> Json:
        """Return what every file object begins with."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class Files:
    """Files by their id and by the path getFile tells."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def store(self, content: bytes, folder: str, name: str, mime_type: str) -> StoredFile:
        """Keep a file; ids are as long as Telegram's, paths as short."""
        number = len(self._by_id)
        digest = hashlib.sha256(f"{number} {name}".encode()).hexdigest()
        suffix = name.rpartition(".")[2] or "bin"
        file = StoredFile(
            id=f"AgACAgUAAx{digest}",
            unique_id=f"AQAD{digest[:12]}",
            path=f"{folder}/file_{number}.{suffix}",
            name=name,
            mime_type=mime_type,
            content=content,
        )
        self._by_id[file.id] = self._by_path[file.path] = file
        return file

    def find(self, file_id: str) -> StoredFile | None:
        """Return the file with an id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file at a path of getFile."""
        return self._by_path.get(path)

    def named(self, file_id: str) -> StoredFile:
        """Return the file with an id, or raise the refusal of getFile."""
        file = self.find(file_id)
        if file is None:
            raise bad_request("invalid file_id")
        return file
