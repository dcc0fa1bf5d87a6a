"""What the real server refuses: lengths, keyboards, commands, secrets, names.

Numbers are those of the Bot API's documentation. Wording is the real server's where it is known; where a
comment says so, the fake is stricter than the real one, because the real one would silently cut or drop.
"""

import re
from collections.abc import Iterator
from typing import Any

from channels.telegram.fake.entities import Entity, parse_html, trimmed, utf16_length
from channels.telegram.fake.errors import bad_request
from channels.telegram.fake.params import Params

TEXT_LENGTH = 4096  # UTF-16 code units, after entity parsing
CAPTION_LENGTH = 1024
CALLBACK_DATA_BYTES = 64
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_DESCRIPTION_LENGTH = 256
COMMANDS = 100
TOPIC_NAME_LENGTH = 128
INLINE_BUTTONS = 100
KEYBOARD_BUTTONS = 300
DOWNLOAD_BYTES = 20 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
ACTIONS = frozenset(
    {
        "typing",
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)


def message_text(params: Params) -> tuple[str, list[Entity]]:
    """Return the parsed text of a message, 1-4096 UTF-16 units."""
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT_LENGTH:
        raise bad_request("message is too long")
    return text, entities


def caption(params: Params) -> tuple[str, list[Entity]]:
    """Return the parsed caption, 0-1024 UTF-16 units."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if utf16_length(text) > CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    return text, entities


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    source = params.text(name)
    mode = params.text("parse_mode").lower()
    if mode == "html":
        return trimmed(*parse_html(source))
    if mode:
        # Markdown is not played: Sapa writes HTML, and a silent pass would hide the markup in the text.
        raise bad_request("unsupported parse_mode")
    return trimmed(source, params.structure(entities_name, "entities", list) or [])


def markup(params: Params) -> dict[str, Any] | None:
    """Return the reply markup, checked; None when there is none."""
    given = params.structure("reply_markup", "reply keyboard markup", object)
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return _inline(given)
    if "keyboard" in given:
        _reply_keyboard(given)
    return given


def _inline(given: dict[str, Any]) -> dict[str, Any] | None:
    buttons = list(_buttons(given, "inline_keyboard", "inline keyboard button"))
    if len(buttons) > INLINE_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _inline_button(button)
    return given if buttons else None


def _reply_keyboard(given: dict[str, Any]) -> None:
    if len(list(_buttons(given, "keyboard", "keyboard button"))) > KEYBOARD_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")


def _buttons(given: dict[str, Any], field: str, label: str) -> Iterator[dict[str, Any]]:
    rows = given[field]
    if not isinstance(rows, list):
        raise bad_request(f'can\'t parse reply keyboard markup: Field "{field}" must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad_request(f"can't parse {label}: expected an Array of buttons")
        for item in row:
            button = {"text": item} if isinstance(item, str) else item
            if not isinstance(button, dict) or not isinstance(button.get("text"), str):
                raise bad_request(f"can't parse {label}: Can't find field \"text\"")
            if not button["text"]:
                # Stricter: the real server drops a button without a label.
                raise bad_request(f"can't parse {label}: text must be non-empty")
            yield button


def _inline_button(button: dict[str, Any]) -> None:
    if "callback_data" in button:
        if not 1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in button:
        if not re.match(r"(?:https?|tg)://\S+$", str(button["url"])):
            raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif "web_app" in button:
        app = button["web_app"]
        address = str(app.get("url", "")) if isinstance(app, dict) else ""
        if not address.startswith("https://"):
            raise bad_request(
                f"inline keyboard button Web App URL '{address}' is invalid: Only HTTPS links are allowed"
            )
    elif len(button) < 2:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def commands(given: list[Any]) -> list[dict[str, str]]:
    """Return the commands of setMyCommands: names 1-32 of [a-z0-9_], descriptions 1-256, at most 100."""
    if len(given) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = []
    for item in given:
        if not isinstance(item, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        name, description = str(item.get("command", "")).removeprefix("/"), str(item.get("description", ""))
        if not COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= COMMAND_DESCRIPTION_LENGTH:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        checked.append({"command": name, "description": description})
    return checked


def language_code(code: str) -> str:
    """Return a two-letter language code or the empty string."""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def secret_token(secret: str) -> str:
    """Return a webhook secret: 1-256 of [A-Za-z0-9_-], or empty for none."""
    if secret and not SECRET.fullmatch(secret):
        long = len(secret) > 256
        raise bad_request(f"secret token {'is too long' if long else 'contains unallowed characters'}")
    return secret


def topic_name(name: str) -> str:
    """Return a forum topic's name, 1-128 characters."""
    if not name:
        raise bad_request("TOPIC_TITLE_EMPTY")
    if len(name) > TOPIC_NAME_LENGTH:
        # Stricter: the real server cuts the name, which two topics may then share.
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    return name


def start_payload(payload: str) -> str:
    """Return a deep link's payload, or raise ValueError: Telegram's apps send no other (0-64 of [A-Za-z0-9_-])."""
    if not START_PAYLOAD.fullmatch(payload):
        raise ValueError(f"a start payload is at most 64 of A-Z a-z 0-9 _ -, not {payload!r}")
    return payload
