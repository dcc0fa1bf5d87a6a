"""Messages of the team's own group into `Posted`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from aiogram.types import Message, Update

from channels.telegram.inbound.reading import CHANNEL, CONTENTS, validated
from talk.group import Posted


def read_posted(update: dict[str, Any], account: str, chat: str) -> Posted | None:
    """What somebody wrote in the group `chat`; None for anything else, and for what the group itself tells.

    Raises UnreadableUpdate.
    """
    if not _is_of(update, chat):
        return None
    parsed = validated(update)
    message = parsed.message or parsed.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    content = CONTENTS.get(message.content_type)
    return _posted(parsed, message, content(message), account) if content else None


def _is_of(update: dict[str, Any], chat: str) -> bool:
    message = update.get("message") or update.get("edited_message") or {}
    place = message.get("chat") if isinstance(message, dict) else None
    return isinstance(place, dict) and str(place.get("id")) == chat


def _posted(update: Update, message: Message, fields: dict[str, Any], account: str) -> Posted:
    assert message.from_user is not None
    edited = message.edit_date if update.edited_message else None
    media = fields.get("media") or (None,)
    return Posted(
        channel=CHANNEL,
        account=account,
        external_id=str(update.update_id),
        chat=str(message.chat.id),
        thread=message.message_thread_id if message.is_topic_message else None,
        message=str(message.message_id),
        by=str(message.from_user.id),
        name=message.from_user.full_name,
        at=dt.datetime.fromtimestamp(edited, dt.UTC) if edited else message.date,
        # Not `fields["text"]`: there a command has lost the name of the bot it was meant for, and /start its word.
        text=message.text or message.caption or "",
        media=media[0],
        edited=edited is not None,
    )
