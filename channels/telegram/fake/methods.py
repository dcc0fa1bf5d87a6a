"""The Bot API's methods, by their names in lower case: the real server ignores case."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from channels.telegram.fake import checks, messages
from channels.telegram.fake.errors import bad_request, conflict
from channels.telegram.fake.state import Chat, Json, Topic
from channels.telegram.fake.webhook import MAX_CONNECTIONS, Target
from channels.telegram.fake.world import Call, World

TOPIC_COLOR = 0x6FB9F0


def get_me(world: World, call: Call) -> Json:
    """getMe."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_webhook(world: World, call: Call) -> bool:
    """setWebhook; plain http is taken, as by a local Bot API server, and an empty url deletes."""
    params = call.params
    url = params.text("url")
    if not url:
        return delete_webhook(world, call)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = checks.secret_token(params.text("secret_token"))
    connections = min(100, max(1, params.integer("max_connections", MAX_CONNECTIONS)))
    world.updates.allow(params.structure("allowed_updates", "allowed updates", list))
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.updates.end_poll(conflict("terminated by setWebhook request"))
    world.webhook.point(Target(url=url, secret=secret, max_connections=connections))
    return True


def delete_webhook(world: World, call: Call) -> bool:
    """deleteWebhook; what was not confirmed waits, unless drop_pending_updates."""
    world.webhook.stop()
    if call.params.flag("drop_pending_updates"):
        world.updates.drop()
    return True


def get_webhook_info(world: World, call: Call) -> Json:
    """getWebhookInfo."""
    return world.webhook.info()


def answer_callback_query(world: World, call: Call) -> bool:
    """answerCallbackQuery, within 150 seconds of the press."""
    query_id = call.params.text("callback_query_id")
    press = world.press(query_id)
    text = call.params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    press.chat.answers[query_id] = {"text": text, "show_alert": call.params.flag("show_alert")}
    world.bell.ring()
    return True


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    action = call.params.text("action")
    if action not in checks.ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.reachable(call.params.integer("chat_id"))
    chat.actions.append(action)
    world.bell.ring()
    return True


def set_my_commands(world: World, call: Call) -> bool:
    """setMyCommands, one list for each scope and language."""
    commands = checks.commands(call.params.structure("commands", "commands", list) or [])
    world.commands[_menu_of(call)] = commands
    return True


def get_my_commands(world: World, call: Call) -> list[dict[str, str]]:
    """getMyCommands of exactly this scope and language; empty when none were set."""
    return world.commands.get(_menu_of(call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    world.commands.pop(_menu_of(call), None)
    return True


def get_file(world: World, call: Call) -> Json:
    """getFile, up to 20 MB."""
    file = world.files.named(call.params.text("file_id"))
    if len(file.content) > checks.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return file.as_json() | {"file_path": file.path}


def get_chat(world: World, call: Call) -> Json:
    """getChat."""
    chat = world.chat(call.params.integer("chat_id"))
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    return chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def create_forum_topic(world: World, call: Call) -> Json:
    """createForumTopic in a group with topics."""
    name = checks.topic_name(call.params.text("name"))
    chat = world.reachable(call.params.integer("chat_id"))
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    topic = Topic(world.next_message_id(), name, call.params.integer("icon_color", TOPIC_COLOR))
    chat.topics[topic.id] = topic
    return topic.as_json()


def close_forum_topic(world: World, call: Call) -> bool:
    """closeForumTopic; the bot may still write there, as an administrator may."""
    return _set_topic(world, call, closed=True)


def reopen_forum_topic(world: World, call: Call) -> bool:
    """reopenForumTopic."""
    return _set_topic(world, call, closed=False)


def delete_forum_topic(world: World, call: Call) -> bool:
    """deleteForumTopic, with the messages in it."""
    chat = world.reachable(call.params.integer("chat_id"))
    thread = call.params.integer("message_thread_id")
    if chat.topics.pop(thread, None) is None:
        raise bad_request("message thread not found")
    chat.messages = {key: each for key, each in chat.messages.items() if each.get("message_thread_id") != thread}
    world.bell.ring()
    return True


def agree(world: World, call: Call) -> bool:
    """Methods that only change how Telegram's apps look."""
    return True


def _menu_of(call: Call) -> tuple[str, str]:
    scope = call.params.structure("scope", "BotCommandScope", dict) or {"type": "default"}
    language = checks.language_code(call.params.text("language_code"))
    return msgspec.json.encode(scope, order="sorted").decode(), language


def _set_topic(world: World, call: Call, *, closed: bool) -> bool:
    chat: Chat = world.reachable(call.params.integer("chat_id"))
    topic = chat.topics.get(call.params.integer("message_thread_id"))
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    world.bell.ring()
    return True


# Those that count against the limits, are logged on the wire and meet faults that name no method.
MESSAGES: dict[str, Callable[[World, Call], Json]] = {
    "sendmessage": messages.send_message,
    "sendphoto": messages.send_photo,
    "senddocument": messages.send_document,
    "editmessagetext": messages.edit_message_text,
    "editmessagereplymarkup": messages.edit_message_reply_markup,
}

METHODS: dict[str, Callable[[World, Call], Any]] = {
    **MESSAGES,
    "deletemessage": messages.delete_message,
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "getfile": get_file,
    "getchat": get_chat,
    "createforumtopic": create_forum_topic,
    "closeforumtopic": close_forum_topic,
    "reopenforumtopic": reopen_forum_topic,
    "deleteforumtopic": delete_forum_topic,
    "setchatmenubutton": agree,
}
