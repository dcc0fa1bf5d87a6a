"""The keyboard under a message, or in place of the customer's own."""

from __future__ import annotations

from typing import Any

from talk.messages import Button, Outgoing
from talk.split import plain

REQUESTS = {"phone": ("request_contact", "📱"), "location": ("request_location", "📍")}


def keyboard(to: str, outgoing: Outgoing) -> dict[str, Any] | None:
    """The `reply_markup` of a message to the chat `to`.

    A request for phone number or place needs a reply keyboard, which stands below the chat and not under a message;
    other buttons go there with it as words to send. It stays until a message takes it away. Nothing is remembered
    of who has one: whatever is sent to a person without a keyboard of its own takes it away, which shows nothing
    where there was none. Messages that do are the ones Telegram will not edit, so an edit leaves it out.
    """
    if outgoing.request:
        return _request(outgoing)
    if outgoing.buttons:
        return {"inline_keyboard": [[_inline(button) for button in row] for row in outgoing.buttons]}
    if outgoing.edits or to.startswith("-"):
        return None
    return {"remove_keyboard": True}


def _request(outgoing: Outgoing) -> dict[str, Any]:
    field, sign = REQUESTS[outgoing.request]
    own = {"text": plain(outgoing.request_label) or sign, field: True}
    others = [[{"text": button.label} for button in row if not button.url] for row in outgoing.buttons]
    return {
        "keyboard": [[own], *(row for row in others if row)],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def _inline(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}
