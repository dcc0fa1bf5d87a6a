"""The table of contents of what can happen: every kind of event and its handler."""

from __future__ import annotations

from collections.abc import Callable

from handlers.button_pressed import button_pressed
from handlers.contact_blocked import contact_blocked, contact_unblocked
from handlers.conversation_started import conversation_started
from handlers.message_edited import message_edited
from handlers.message_received import message_received
from handlers.scene import Scene
from talk.messages import Kind

EVENTS: dict[Kind, Callable[[Scene], None]] = {
    "text": message_received,
    "button": button_pressed,
    "start": conversation_started,
    "photo": message_received,
    "voice": message_received,
    "video": message_received,
    "document": message_received,
    "sticker": message_received,
    "location": message_received,
    "contact": message_received,
    "edited": message_edited,
    "blocked": contact_blocked,
    "unblocked": contact_unblocked,
    "other": message_received,
}
