"""aiogram and python-telegram-bot talk to the fake as they talk to Telegram.

Both are imported inside fixtures: importing them costs seconds, and no other test should pay.
"""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from channels.telegram.fake import FakeTelegram, faults

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import Update
    from telegram.ext import ExtBot

CHAT = 1001
GROUP = -4001
FORUM = -1001001
PNG = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=False) as server:
        server.customer(CHAT, language_code="ms")
        server.group(GROUP)
        server.group(FORUM, forum=True)
        yield server


@pytest.fixture
async def aiogram_bot(fake: FakeTelegram) -> AsyncIterator["Bot"]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    bot = Bot(fake.token, session=AiohttpSession(api=TelegramAPIServer.from_base(fake.url)))
    yield bot
    await bot.session.close()


@pytest.fixture
async def ptb_bot(fake: FakeTelegram) -> AsyncIterator["ExtBot[None]"]:
    from telegram.ext import ExtBot

    bot: ExtBot[None] = ExtBot(fake.token, base_url=fake.url + "/bot", base_file_url=fake.url + "/file/bot")
    async with bot:
        yield bot


async def test_aiogram_sends_edits_and_deletes(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

    customer = fake.customer(CHAT)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Points", callback_data="p")]])
    sent = await aiogram_bot.send_message(CHAT, "Hello <b>you</b>", parse_mode="HTML", reply_markup=keyboard)
    assert (sent.text, sent.html_text) == ("Hello you", "Hello <b>you</b>")
    assert customer.inbox[0]["reply_markup"]["inline_keyboard"] == [[{"text": "Points", "callback_data": "p"}]]
    await aiogram_bot.edit_message_text("Changed", chat_id=CHAT, message_id=sent.message_id)
    assert customer.texts == ["Changed"]
    photo = await aiogram_bot.send_photo(CHAT, BufferedInputFile(PNG, "cake.png"), caption="Cake")
    assert photo.photo is not None
    document = await aiogram_bot.send_document(CHAT, BufferedInputFile(b"terms", "terms.pdf"))
    assert document.document is not None
    assert document.document.file_name == "terms.pdf"
    assert await aiogram_bot.delete_message(CHAT, sent.message_id)
    assert [message["message_id"] for message in customer.inbox] == [photo.message_id, document.message_id]


async def test_aiogram_polls_and_answers_a_press(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup

    assert (await aiogram_bot.get_me()).username == "sapa_fake_bot"
    await aiogram_bot.set_my_commands([BotCommand(command="points", description="Mata")], language_code="ms")
    assert (await aiogram_bot.get_my_commands(language_code="ms"))[0].description == "Mata"
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Points", callback_data="p")]])
    await aiogram_bot.send_message(CHAT, "Choose", reply_markup=keyboard)
    customer = fake.customer(CHAT)
    await customer.next_message()
    query_id = customer.presses("Points")
    (update,) = await aiogram_bot.get_updates(timeout=5)
    assert update.callback_query is not None
    assert update.callback_query.data == "p"
    await aiogram_bot.send_chat_action(CHAT, "typing")
    await aiogram_bot.answer_callback_query(update.callback_query.id, text="Here you are")
    assert (await customer.answer_to(query_id))["text"] == "Here you are"


async def test_aiogram_downloads_the_largest_photo(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    fake.customer(CHAT).sends_photo(b"the whole picture")
    (update,) = await aiogram_bot.get_updates()
    assert update.message is not None
    assert update.message.photo
    content = await aiogram_bot.download(update.message.photo[-1])
    assert content is not None
    assert content.read() == b"the whole picture"


async def test_aiogram_sets_a_webhook_opens_a_topic_and_sees_a_chat(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    assert await aiogram_bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", allowed_updates=["message"])
    info = await aiogram_bot.get_webhook_info()
    assert (info.url, info.allowed_updates) == ("http://127.0.0.1:9/hook", ["message"])
    assert await aiogram_bot.delete_webhook(drop_pending_updates=True)
    topic = await aiogram_bot.create_forum_topic(FORUM, "Case 7")
    await aiogram_bot.send_message(FORUM, "A customer asks", message_thread_id=topic.message_thread_id)
    assert await aiogram_bot.close_forum_topic(FORUM, topic.message_thread_id)
    assert (await aiogram_bot.get_chat(FORUM)).is_forum


async def test_aiogram_raises_its_own_errors(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    from aiogram import exceptions

    fake.faults.script(CHAT, faults.too_many(7), faults.blocked(), faults.hang_up_before())
    fake.faults.script(GROUP, faults.migrate(-1004001))
    with pytest.raises(exceptions.TelegramRetryAfter) as slow_down:
        await aiogram_bot.send_message(CHAT, "x")
    assert slow_down.value.retry_after == 7
    with pytest.raises(exceptions.TelegramForbiddenError):
        await aiogram_bot.send_message(CHAT, "x")
    with pytest.raises(exceptions.TelegramNetworkError):
        await aiogram_bot.send_message(CHAT, "x")
    with pytest.raises(exceptions.TelegramBadRequest, match="message text is empty"):
        await aiogram_bot.send_message(CHAT, " ")
    with pytest.raises(exceptions.TelegramMigrateToChat) as moved:
        await aiogram_bot.send_message(GROUP, "x")
    assert moved.value.migrate_to_chat_id == -1004001
    await aiogram_bot.set_webhook("http://127.0.0.1:9/hook", drop_pending_updates=True)
    with pytest.raises(exceptions.TelegramConflictError):
        await aiogram_bot.get_updates()


async def test_ptb_sends_edits_and_downloads(fake: FakeTelegram, ptb_bot: "ExtBot[None]") -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

    customer = fake.customer(CHAT)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Points", callback_data="p")]])
    sent = await ptb_bot.send_message(CHAT, "Hello <b>you</b>", parse_mode="HTML", reply_markup=keyboard)
    assert sent.text_html == "Hello <b>you</b>"
    await ptb_bot.edit_message_text("Changed", chat_id=CHAT, message_id=sent.message_id)
    await ptb_bot.edit_message_reply_markup(chat_id=CHAT, message_id=sent.message_id, reply_markup=keyboard)
    assert customer.texts == ["Changed"]
    await ptb_bot.send_message(CHAT, "Which?", reply_markup=ReplyKeyboardMarkup([["Cake", "Bread"]]))
    customer.presses("Cake")
    photo = await ptb_bot.send_photo(CHAT, BytesIO(PNG), caption="Cake")
    file = await ptb_bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG
    document = await ptb_bot.send_document(CHAT, b"terms", filename="terms.pdf")
    assert document.document is not None
    assert [update.message.text for update in await ptb_bot.get_updates() if update.message] == ["Cake"]


async def test_ptb_raises_its_own_errors(
    fake: FakeTelegram, ptb_bot: "ExtBot[None]", monkeypatch: pytest.MonkeyPatch
) -> None:
    from telegram import error

    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it RetryAfter warns of its own change to come
    fake.faults.script(CHAT, faults.too_many(7), faults.deactivated(), faults.hang_up_before())
    fake.faults.script(CHAT, faults.server_error(502))
    fake.faults.script(GROUP, faults.migrate(-1004001))
    with pytest.raises(error.RetryAfter, match="Retry in 0:00:07"):
        await ptb_bot.send_message(CHAT, "x")
    with pytest.raises(error.Forbidden, match="user is deactivated"):
        await ptb_bot.send_message(CHAT, "x")
    for _ in range(2):
        with pytest.raises(error.NetworkError) as broken:
            await ptb_bot.send_message(CHAT, "x")
        assert not isinstance(broken.value, error.BadRequest)
    with pytest.raises(error.BadRequest, match="Chat not found"):
        await ptb_bot.send_message(5, "x")
    with pytest.raises(error.ChatMigrated) as moved:
        await ptb_bot.send_message(GROUP, "x")
    assert moved.value.new_chat_id == -1004001


def parsed(fake: FakeTelegram) -> list["Update"]:
    """Return what waits for the bot in aiogram's types, which check every required field."""
    from aiogram.types import Update

    return [Update.model_validate(update.decoded()) for update in fake.updates.pending()]


async def test_a_keyboard_for_one_time_is_put_away_by_the_number_it_shares(
    fake: FakeTelegram, ptb_bot: "ExtBot[None]"
) -> None:
    from telegram import KeyboardButton, ReplyKeyboardMarkup

    customer = fake.customer(CHAT, phone="+60123456789")
    share = KeyboardButton("Share my number", request_contact=True)
    await ptb_bot.send_message(
        CHAT, "Your number?", reply_markup=ReplyKeyboardMarkup([[share]], one_time_keyboard=True)
    )
    customer.presses("Share my number")
    (update,) = parsed(fake)
    assert update.message is not None
    assert update.message.contact is not None
    assert (update.message.contact.phone_number, update.message.contact.user_id) == ("+60123456789", CHAT)
    with pytest.raises(LookupError, match="no button"):
        customer.presses("Share my number")


async def test_every_kind_of_update_has_the_real_shape(fake: FakeTelegram) -> None:
    customer = fake.customer(CHAT)
    customer.starts("join-kl_01")
    customer.edits(customer.types("typo"), "right")
    customer.sends_contact("+60123456789")
    customer.sends_contact("+60123456780", own=False, user_id=7)
    customer.sends_location()
    customer.sends_voice()
    customer.sends_video()
    customer.sends_document()
    customer.sends_sticker()
    customer.sends(dice={"emoji": "🎲", "value": 3})
    customer.presses_data("p", {"message_id": 5, "date": 0, "chat": {"id": CHAT, "type": "private"}})
    kinds = [(update.event_type, getattr(update.event, "content_type", "")) for update in parsed(fake)]
    assert kinds == [
        ("message", "text"),
        ("message", "text"),
        ("edited_message", "text"),
        ("message", "contact"),
        ("message", "contact"),
        ("message", "location"),
        ("message", "voice"),
        ("message", "video"),
        ("message", "document"),
        ("message", "sticker"),
        ("message", "dice"),
        ("callback_query", ""),
    ]
    start = parsed(fake)[0].message
    assert start is not None
    assert start.from_user is not None
    assert (start.text, start.from_user.language_code) == ("/start join-kl_01", "ms")
    messages = [update.message for update in parsed(fake) if update.message]
    assert [message.contact.user_id for message in messages if message.contact] == [CHAT, 7]


async def test_an_album_is_one_group_of_photos(fake: FakeTelegram) -> None:
    fake.customer(CHAT).sends_album(10, "Receipts")
    messages: list[Any] = [update.message for update in parsed(fake)]
    assert len(messages) == 10
    assert len({message.media_group_id for message in messages}) == 1
    assert [message.caption for message in messages[:2]] == ["Receipts", None]


async def test_blocking_is_told_and_refuses_what_follows(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    from aiogram.exceptions import TelegramForbiddenError

    customer = fake.customer(CHAT)
    customer.blocks()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aiogram_bot.send_message(CHAT, "x")
    customer.unblocks()
    await aiogram_bot.send_message(CHAT, "welcome back")
    changes = [update.my_chat_member for update in parsed(fake)]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]


async def test_who_left_telegram_is_known_only_from_what_is_refused(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    from aiogram.exceptions import TelegramForbiddenError

    fake.customer(CHAT).deletes_account()
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await aiogram_bot.send_message(CHAT, "x")
    assert parsed(fake) == []


async def test_staff_write_in_a_topic(fake: FakeTelegram, aiogram_bot: "Bot") -> None:
    topic = await aiogram_bot.create_forum_topic(FORUM, "Case 7")
    fake.customer(2).types("We call you", group=fake.group(FORUM), topic=topic.message_thread_id)
    (update,) = parsed(fake)
    assert update.message is not None
    assert (update.message.chat.id, update.message.message_thread_id) == (FORUM, topic.message_thread_id)


def test_a_button_that_is_not_there_names_those_that_are() -> None:
    fake = FakeTelegram()
    customer = fake.customer(CHAT)
    with pytest.raises(LookupError, match="no button 'Points' in the chat"):
        customer.presses("Points")
    with pytest.raises(ValueError, match="at most 64"):
        customer.starts("two words")


async def test_a_customer_who_waits_in_vain_is_told_what_there_is(fake: FakeTelegram) -> None:
    with pytest.raises(TimeoutError, match="no message to customer 1001"):
        await fake.customer(CHAT).next_message(timeout=0.01)
