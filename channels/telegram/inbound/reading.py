"""Updates of the Bot API into `Inbound`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User
from pydantic import ValidationError

from locales import LANGUAGES
from talk.errors import SapaError
from talk.messages import Inbound, Kind, Media

CHANNEL = "telegram"

_NO_BOT = {"bot": None}
_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)

Fields: TypeAlias = dict[str, Any]


class UnreadableUpdate(SapaError):
    """An update that is not of the Bot API's shape; the message names the fields, never what stood in them."""


def read(update: dict[str, Any], account: str) -> Inbound | None:
    """What happened, in our terms; None for what is no customer's doing (groups, service messages).

    Raises UnreadableUpdate.
    """
    parsed = validated(update)
    fields = _event(parsed)
    if fields is None:
        return None
    return Inbound(
        channel=CHANNEL,
        account=account,
        external_id=str(parsed.update_id),
        raw=msgspec.json.encode(update).decode(),
        **fields,
    )


def validated(update: dict[str, Any]) -> Update:
    """The update in aiogram's types. Raises UnreadableUpdate."""
    try:
        return Update.model_validate(update, context=_NO_BOT)
    except ValidationError as error:
        places = {".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}
        raise UnreadableUpdate(f"Not of the Bot API's shape: {', '.join(sorted(places))}") from None


def _event(update: Update) -> Fields | None:
    if update.message:
        return _message(update.message)
    if update.callback_query:
        return _press(update.callback_query)
    if update.edited_message:
        return _edit(update.edited_message)
    return _membership(update.my_chat_member) if update.my_chat_member else None


def _message(message: Message) -> Fields | None:
    if message.chat.type != "private":
        return None
    content = CONTENTS.get(message.content_type)
    if content is None:
        return None
    fields = _from(message.from_user)
    fields.update(
        sender=str(message.chat.id),
        message=str(message.message_id),
        at=message.date,
        album=message.media_group_id or "",
    )
    fields.update(content(message))
    return fields


def _press(query: CallbackQuery) -> Fields | None:
    # Without a message the button was sent through inline mode, which Sapa does not use.
    if query.message is None or query.message.chat.type != "private":
        return None
    return _from(query.from_user) | {
        "kind": "button",
        "sender": str(query.message.chat.id),
        "message": str(query.message.message_id),
        "button": query.data or "",
        "press": query.id,
        "at": dt.datetime.now(dt.UTC),  # an update says when the message was sent, not when it was pressed
    }


def _edit(message: Message) -> Fields | None:
    # A shared live location is edited every few seconds; nobody wrote anything.
    if message.chat.type != "private" or message.location:
        return None
    edited = message.edit_date
    return _from(message.from_user) | {
        "kind": "edited",
        "sender": str(message.chat.id),
        "message": str(message.message_id),
        "text": message.text or message.caption or "",
        "at": dt.datetime.fromtimestamp(edited, dt.UTC) if edited else message.date,
    }


def _membership(change: ChatMemberUpdated) -> Fields | None:
    if change.chat.type != "private":
        return None
    kind: Kind = "blocked" if change.new_chat_member.status in ("kicked", "left") else "unblocked"
    return _from(change.from_user) | {"kind": kind, "sender": str(change.chat.id), "at": change.date}


def _from(user: User | None) -> Fields:
    if user is None:
        return {}
    language = (user.language_code or "").lower().partition("-")[0]
    return {"name": user.full_name, "language_hint": language if language in LANGUAGES else ""}


def _text(message: Message) -> Fields:
    text = message.text or ""
    command = _COMMAND.fullmatch(text) if text.startswith("/") else None
    if command is None:
        return {"kind": "text", "text": text}
    name, rest = command[1].lower(), (command[2] or "").strip()
    if name == "start":
        return {"kind": "start", "text": rest}
    return {"kind": "text", "text": f"/{name} {rest}".rstrip()}


def _photo(message: Message) -> Fields:
    largest = max(message.photo or (), key=lambda size: size.width * size.height)
    return _sent("photo", message, Media(ref=largest.file_id, type="image/jpeg", size=largest.file_size or 0))


def _file(kind: Kind, default_type: str = "") -> Callable[[Message], Fields]:
    def content(message: Message) -> Fields:
        file: Any = getattr(message, message.content_type)
        media = Media(
            ref=file.file_id,
            type=getattr(file, "mime_type", None) or default_type,
            name=getattr(file, "file_name", None) or "",
            size=file.file_size or 0,
        )
        return _sent(kind, message, media)

    return content


def _sticker(message: Message) -> Fields:
    sticker = message.sticker
    assert sticker is not None
    kind = "application/x-tgsticker" if sticker.is_animated else "video/webm" if sticker.is_video else "image/webp"
    media = Media(ref=sticker.file_id, type=kind, size=sticker.file_size or 0)
    return {"kind": "sticker", "text": sticker.emoji or "", "media": (media,)}


def _sent(kind: Kind, message: Message, media: Media) -> Fields:
    return {"kind": kind, "text": message.caption or "", "media": (media,)}


def _location(message: Message) -> Fields:
    place = message.location
    assert place is not None
    return {"kind": "location", "latitude": place.latitude, "longitude": place.longitude}


def _contact(message: Message) -> Fields:
    contact = message.contact
    assert contact is not None
    # Anybody's card can be forwarded; only a card of the sender's own account proves the number.
    own = message.from_user is not None and contact.user_id == message.from_user.id
    phone = contact.phone_number
    if own and not phone.startswith("+"):
        phone = f"+{phone}"  # an account's number is international; some apps leave the sign out
    return {"kind": "contact", "phone": phone, "phone_proven": own}


def _other(message: Message) -> Fields:
    return {"kind": "other", "text": message.caption or ""}


# What a person sends. Whatever else a message may carry is Telegram telling that something happened (a message
# was pinned, a background set), which nobody expects an answer to.
CONTENTS: dict[str, Callable[[Message], Fields]] = {
    ContentType.TEXT: _text,
    ContentType.PHOTO: _photo,
    ContentType.VOICE: _file("voice", "audio/ogg"),
    ContentType.VIDEO: _file("video", "video/mp4"),
    ContentType.VIDEO_NOTE: _file("video", "video/mp4"),
    ContentType.ANIMATION: _file("video", "video/mp4"),
    ContentType.LIVE_PHOTO: _file("video", "video/mp4"),
    ContentType.AUDIO: _file("document", "audio/mpeg"),
    ContentType.DOCUMENT: _file("document"),
    ContentType.STICKER: _sticker,
    ContentType.LOCATION: _location,
    ContentType.CONTACT: _contact,
    **dict.fromkeys(
        (
            ContentType.UNKNOWN,
            ContentType.DICE,
            ContentType.POLL,
            ContentType.VENUE,
            ContentType.GAME,
            ContentType.STORY,
            ContentType.CHECKLIST,
            ContentType.PAID_MEDIA,
            ContentType.RICH_MESSAGE,
            ContentType.INVOICE,
            ContentType.SUCCESSFUL_PAYMENT,
            ContentType.REFUNDED_PAYMENT,
            ContentType.GIFT,
            ContentType.UNIQUE_GIFT,
            ContentType.GIVEAWAY,
            ContentType.USER_SHARED,
            ContentType.USERS_SHARED,
            ContentType.CHAT_SHARED,
            ContentType.WEB_APP_DATA,
            ContentType.PASSPORT_DATA,
        ),
        _other,
    ),
}
