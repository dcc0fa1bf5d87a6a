"""The fake Bot API server refuses what Telegram refuses, in Telegram's words."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from channels.telegram.fake import FakeTelegram
from channels.telegram.fake.entities import parse_html
from channels.telegram.fake.errors import ApiError

CHAT = 1001
FORUM = -1001001


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=False) as server:
        server.customer(CHAT)
        server.group(FORUM, forum=True)
        yield server


@pytest.fixture
async def http(fake: FakeTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as session:
        yield session


async def ask(http: aiohttp.ClientSession, method: str, **params: Any) -> dict[str, Any]:
    async with http.post(method, json=params) as answer:
        body: dict[str, Any] = await answer.json()
        assert answer.status == (200 if body["ok"] else body["error_code"])
        return body


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Go", **button}]]}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": CHAT}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "  \n "}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "parse_mode": "Textile"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 5, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "message_thread_id": 9}, "message thread not found"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_parameters": {"message_id": 9}},
        "message to be replied not found",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": []}, "object expected as reply markup"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": inline(callback_data="")},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": inline(callback_data="d" * 65)},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": inline(callback_data="ạ" * 22)},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": inline()},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": inline(url="nowhere")},
        "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        {
            "chat_id": CHAT,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "b", "url": "tg://x"}]] * 101},
        },
        "REPLY_MARKUP_TOO_LONG",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": "{"},
        "can't parse reply keyboard markup JSON object",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_parameters": [9]},
        "can't parse reply parameters JSON object",
    ),
    ("sendPhoto", {"chat_id": CHAT}, "there is no photo in the request"),
    ("sendPhoto", {"chat_id": CHAT, "photo": "unknown"}, "wrong file identifier/HTTP URL specified"),
    (
        "sendPhoto",
        {"chat_id": CHAT, "photo": "https://x.example/a.jpg", "caption": "c" * 1025},
        "message caption is too long",
    ),
    ("editMessageText", {"chat_id": CHAT, "message_id": 9, "text": "x"}, "message to edit not found"),
    ("deleteMessage", {"chat_id": CHAT, "message_id": 9}, "message to delete not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "9"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("sendChatAction", {"chat_id": CHAT, "action": "dancing"}, "wrong parameter action in request"),
    ("getFile", {"file_id": "unknown"}, "invalid file_id"),
    ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "c" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "help", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    (
        "setMyCommands",
        {"commands": [{"command": "help", "description": "x" * 257}]},
        "BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    ("setMyCommands", {"commands": [{"command": "c", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "language_code": "malay"}, "invalid language code specified"),
    ("setWebhook", {"url": "ftp://x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    (
        "setWebhook",
        {"url": "http://127.0.0.1:9/", "secret_token": "a b"},
        "secret token contains unallowed characters",
    ),
    ("setWebhook", {"url": "http://127.0.0.1:9/", "secret_token": "s" * 257}, "secret token is too long"),
    ("createForumTopic", {"chat_id": CHAT, "name": "x"}, "the chat is not a forum"),
    ("createForumTopic", {"chat_id": FORUM, "name": ""}, "TOPIC_TITLE_EMPTY"),
    ("createForumTopic", {"chat_id": FORUM, "name": "x" * 129}, "TOPIC_TITLE_TOO_LONG"),
    ("closeForumTopic", {"chat_id": FORUM, "message_thread_id": 9}, "message thread not found"),
]


async def test_each_refusal_has_telegrams_code_and_words(http: aiohttp.ClientSession) -> None:
    for method, params, reason in REFUSED:
        answer = await ask(http, method, **params)
        assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}, method


ACCEPTED: list[dict[str, Any]] = [
    {"text": "x" * 4096},
    {"text": "😀" * 2048},
    {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"},
    {"text": "x", "reply_markup": inline(callback_data="d" * 64)},
    {"text": "x", "reply_markup": {"inline_keyboard": []}},
    {"text": "x", "reply_markup": {"keyboard": [["Yes", {"text": "No"}]], "resize_keyboard": True}},
    {"text": "x", "reply_markup": {"remove_keyboard": True}},
    {"text": "x", "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True}},
]


async def test_what_is_just_within_the_limits_is_sent(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    for params in ACCEPTED:
        answer = await ask(http, "sendMessage", chat_id=CHAT, **params)
        assert answer["ok"], answer
    assert len(fake.customer(CHAT).inbox) == len(ACCEPTED)


async def test_unknown_methods_and_tokens_are_refused(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    assert await ask(http, "getHoroscope") == {"ok": False, "error_code": 404, "description": "Not Found"}
    async with http.get(f"{fake.url}/bot1:wrong/getMe") as answer:
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_edit_must_change_something_and_concern_a_text_of_the_bot(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    sent = (await ask(http, "sendMessage", chat_id=CHAT, text="one"))["result"]["message_id"]
    same = await ask(http, "editMessageText", chat_id=CHAT, message_id=sent, text="one")
    assert same["description"].startswith("Bad Request: message is not modified: specified new message content")
    assert (await ask(http, "editMessageText", chat_id=CHAT, message_id=sent, text="two"))["ok"]
    assert fake.customer(CHAT).texts == ["two"]
    theirs = fake.customer(CHAT).types("mine")
    foreign = await ask(http, "editMessageText", chat_id=CHAT, message_id=theirs, text="x")
    assert foreign["description"] == "Bad Request: message can't be edited"
    photo = await ask(http, "sendPhoto", chat_id=CHAT, photo="https://x.example/a.jpg")
    wordless = await ask(http, "editMessageText", chat_id=CHAT, message_id=photo["result"]["message_id"], text="x")
    assert wordless["description"] == "Bad Request: there is no text in the message to edit"


HTML: list[tuple[str, str, list[tuple[str, int, int]]]] = [
    ("plain > text", "plain > text", []),
    ("<b>bold</b> <STRONG>too</STRONG>", "bold too", [("bold", 0, 4), ("bold", 5, 3)]),
    ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
    (
        "<s>a</s><strike>b</strike><del>c</del>",
        "abc",
        [("strikethrough", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)],
    ),
    ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    ('<a href="https://x.example/?a=1&amp;b=2">a</a>', "a", [("text_link", 0, 1)]),
    ('<a href="not a link">a</a>', "a", []),
    ('<a href="tg://user?id=7">a</a>', "a", [("text_mention", 0, 1)]),
    ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
    ('<pre><code class="language-python">a</code></pre>', "a", [("pre", 0, 1)]),
    ("<code>a</code>", "a", [("code", 0, 1)]),
    ("<b></b>x", "x", []),
    ("&lt;&gt;&amp;&quot;&#39;&#x41;", "<>&\"'A", []),
    ("&nbsp;&copy; a & b", "&nbsp;&copy; a & b", []),
]


@pytest.mark.parametrize(("source", "text", "entities"), HTML)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed, found = parse_html(source)
    assert parsed == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == entities


BROKEN_HTML = [
    ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
    ("1 <2", "Unclosed start tag at byte offset 2"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href=https://x.example>x</a>", "Unexpected end of name token at byte offset 8"),
    ('<a "x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<span class="spoiler">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    (
        "&#xD83D;",
        "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
        "surrogate code units",
    ),
    ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
]


@pytest.mark.parametrize(("source", "complaint"), BROKEN_HTML)
def test_broken_html_is_refused_with_its_place(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


async def test_white_space_at_the_ends_goes_and_entities_follow(http: aiohttp.ClientSession) -> None:
    answer = await ask(http, "sendMessage", chat_id=CHAT, text=" \n<b> bold </b>\n", parse_mode="HTML")
    assert answer["result"]["text"] == "bold"
    assert answer["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 4}]


async def test_bodies_may_be_urlencoded_multipart_json_or_a_query(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    markup = '{"inline_keyboard":[[{"text":"Go","callback_data":"go"}]]}'
    fields = {"chat_id": str(CHAT), "text": "x", "reply_markup": markup}
    form = aiohttp.FormData(fields, default_to_multipart=True)
    for request in (
        http.post("sendMessage", data=fields),
        http.post("sendMessage", data=form),
        http.post("sendMessage", json=fields),
        http.get("sendMessage", params=fields),
    ):
        async with request as answer:
            assert (await answer.json())["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "go"
    assert len(fake.wire.accepted) == 4


async def test_a_body_that_is_no_object_is_refused(http: aiohttp.ClientSession) -> None:
    for body in (b"{", b"[]", b"\xff"):
        async with http.post("getMe", data=body, headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400


async def test_commands_are_kept_for_each_language_and_scope(http: aiohttp.ClientSession) -> None:
    scope = {"type": "all_private_chats"}
    points = [{"command": "points", "description": "Points"}]
    mata = [{"command": "points", "description": "Mata ganjaran"}]
    await ask(http, "setMyCommands", commands=points, scope=scope)
    await ask(http, "setMyCommands", commands=mata, scope=scope, language_code="ms")
    assert (await ask(http, "getMyCommands", scope=scope))["result"] == points
    assert (await ask(http, "getMyCommands", scope=scope, language_code="ms"))["result"] == mata
    assert (await ask(http, "getMyCommands"))["result"] == []


async def test_topics_open_take_messages_close_and_reopen(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    topic = (await ask(http, "createForumTopic", chat_id=FORUM, name="Case 7"))["result"]["message_thread_id"]
    sent = (await ask(http, "sendMessage", chat_id=FORUM, text="x", message_thread_id=topic))["result"]
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    same = {"chat_id": FORUM, "message_thread_id": topic}
    assert (await ask(http, "closeForumTopic", **same))["ok"]
    assert (await ask(http, "closeForumTopic", **same))["description"] == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await ask(http, "reopenForumTopic", **same))["ok"]
    assert fake.group(FORUM).inbox == [sent]
