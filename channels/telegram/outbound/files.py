"""The business's pictures and documents on their way out."""

from __future__ import annotations

import mimetypes
from collections import OrderedDict
from typing import Any

from talk.messages import Media

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
KNOWN = 1024


class KnownFiles:
    """Telegram's ids of what was uploaded lately, so that the next customer gets it without an upload."""

    def __init__(self, most: int = KNOWN) -> None:
        self._most = most
        self._ids: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def find(self, ref: str) -> tuple[str, str] | None:
        """The form ("photo" or "document") and Telegram's id of a medium."""
        if ref not in self._ids:
            return None
        self._ids.move_to_end(ref)
        return self._ids[ref]

    def remember(self, ref: str, form: str, message: dict[str, Any]) -> None:
        """Keep the id from the message that carried the upload."""
        if form == "photo":
            file_id = message["photo"][-1]["file_id"]
        else:
            file_id = (message.get("document") or message["animation"])["file_id"]
        self._ids[ref] = (form, file_id)
        self._ids.move_to_end(ref)
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)


def form_of(content: bytes, media: Media) -> tuple[str, str]:
    """Whether bytes go as a "photo" or a "document", and under which file name."""
    if (name := _picture(content)) and len(content) <= PHOTO_LIMIT:
        return "photo", media.name or name
    return "document", media.name or f"file{mimetypes.guess_extension(media.type) or ''}"


def _picture(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "picture.jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "picture.png"
    return "picture.webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
