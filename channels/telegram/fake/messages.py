"""The methods that send, change and delete messages.

Each checks in the order of the real server: the content, the keyboard, the chat, then the limits; only then
does anything change.
"""

import time

from channels.telegram.fake import checks
from channels.telegram.fake.entities import Entity
from channels.telegram.fake.errors import bad_request
from channels.telegram.fake.params import Params
from channels.telegram.fake.state import Chat, Json, StoredFile
from channels.telegram.fake.world import Call, World

# The fake does not look into pictures; a client must not rely on the figures.
PHOTO_SIZE = {"width": 1280, "height": 960}
THUMBNAIL_SIZE = {"width": 90, "height": 68}


def send_message(world: World, call: Call) -> Json:
    """sendMessage."""
    text, entities = checks.message_text(call.params)
    return _send(world, call, _with_entities("text", text, entities))


def send_photo(world: World, call: Call) -> Json:
    """sendPhoto: an upload, the id of a known file, or an address (kept, not fetched)."""
    text, entities = checks.caption(call.params)
    photo = _file(world, call.params, "photo", "photos", "photo.jpg", checks.PHOTO_BYTES)
    return _send(world, call, {"photo": photo_sizes(world, photo)} | _with_entities("caption", text, entities))


def send_document(world: World, call: Call) -> Json:
    """sendDocument, with the same sources as sendPhoto."""
    text, entities = checks.caption(call.params)
    file = _file(world, call.params, "document", "documents", "document.bin", checks.UPLOAD_BYTES)
    document = {**file.as_json(), "file_name": file.name, "mime_type": file.mime_type}
    return _send(world, call, {"document": document} | _with_entities("caption", text, entities))


def edit_message_text(world: World, call: Call) -> Json:
    """editMessageText of a text message the bot sent."""
    text, entities = checks.message_text(call.params)
    return _edit(world, call, _with_entities("text", text, entities))


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """editMessageReplyMarkup; without reply_markup the buttons go away."""
    return _edit(world, call, None)


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage of either side."""
    chat = world.chat(_chat_id(call.params))
    if chat.messages.pop(call.params.integer("message_id"), None) is None:
        raise bad_request("message to delete not found")
    world.bell.ring()
    return True


def photo_sizes(world: World, photo: StoredFile) -> list[Json]:
    """Return the sizes of a photo, smallest first; the smallest is another file, as on the real server."""
    small = world.files.store(photo.content[:64], "thumbnails", "thumbnail.jpg", "image/jpeg")
    return [{**small.as_json(), **THUMBNAIL_SIZE}, {**photo.as_json(), **PHOTO_SIZE}]


def _chat_id(params: Params) -> int:
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    return params.integer("chat_id")


def _with_entities(field: str, text: str, entities: list[Entity]) -> Json:
    content: Json = {field: text} if text else {}
    if entities:
        content["entities" if field == "text" else "caption_entities"] = entities
    return content


def _send(world: World, call: Call, content: Json) -> Json:
    params = call.params
    markup = checks.markup(params)
    chat = world.reachable(_chat_id(params))
    message: Json = {
        "message_id": 0,
        "from": world.bot,
        "chat": chat.as_json(),
        "date": int(time.time()),
        **_thread(chat, params),
        **_reply(chat, params),
        **content,
    }
    if markup is not None and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    message_id = message["message_id"] = world.next_message_id()
    world.accept(call, chat, message_id)
    chat.receive(message, markup)
    return message


def _thread(chat: Chat, params: Params) -> Json:
    thread = params.integer("message_thread_id")
    if not thread:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(chat: Chat, params: Params) -> Json:
    given: Json = params.structure("reply_parameters", "reply parameters", dict) or {}
    wanted = given.get("message_id") or params.integer("reply_to_message_id")
    if not wanted:
        return {}
    original = chat.messages.get(wanted)
    if original is not None:
        return {"reply_to_message": {k: v for k, v in original.items() if k != "reply_to_message"}}
    if given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _edit(world: World, call: Call, content: Json | None) -> Json:
    params = call.params
    markup = checks.markup(params)
    chat = world.reachable(_chat_id(params))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.get("from") != world.bot:
        raise bad_request("message can't be edited")
    if content is not None and "text" not in message:
        raise bad_request("there is no text in the message to edit")
    edited = {key: value for key, value in message.items() if key != "reply_markup"}
    if content is not None:
        edited.pop("entities", None)
        edited |= content
    if markup is not None:
        edited["reply_markup"] = markup
    if edited == message:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    world.accept(call, chat, message["message_id"])
    message.clear()
    message.update(edited, edit_date=int(time.time()))
    return message


def _file(world: World, params: Params, field: str, folder: str, name: str, limit: int) -> StoredFile:
    upload = params.upload(field)
    if upload is not None:
        if len(upload.content) > limit:
            raise bad_request(f"file is too big for a {field}")
        if not upload.content:
            raise bad_request("file must be non-empty")
        return world.files.store(upload.content, folder, upload.name or name, upload.mime_type)
    given = params.text(field)
    if not given:
        raise bad_request(f"there is no {field} in the request")
    known = world.files.find(given)
    if known is not None:
        return known
    if given.startswith(("https://", "http://")):
        return world.files.store(given.encode(), folder, name, "text/uri-list")
    raise bad_request("wrong file identifier/HTTP URL specified")
