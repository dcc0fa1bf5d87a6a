"""One Outgoing is one call, and every answer of Telegram's has its receipt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from channels.telegram.bot_token import TokenRefused
from channels.telegram.fake import FakeTelegram, faults
from channels.telegram.fake.customers import SMALLEST_PNG, Customer
from channels.telegram.fake.faults import Fault
from channels.telegram.outbound import CallFailed, FileUnavailable, TelegramChannel
from talk.errors import SapaError
from talk.messages import Button, Later, Media, Moved, Outgoing, Refused, Sent, Unknown

ANH, GROUP = 1001, -4001
SECRET = "very-secret-half"
TOKEN = f"100000001:{SECRET}"
HELLO = Outgoing(text="Hello")
YES_NO = ((Button("Yes", "s1.yes"), Button("No", "s1.no")), (Button("Shop", url="https://example.com/"),))
PICTURE = Media(ref="pic")


class Shelf:
    """The business's media, counting how often they are fetched."""

    def __init__(self) -> None:
        self.files = {"pic": SMALLEST_PNG, "pdf": b"%PDF-1.4 price list"}
        self.fetched: list[str] = []

    async def load(self, public_id: str) -> bytes:
        self.fetched.append(public_id)
        if public_id not in self.files:
            raise SapaError("The picture is gone.")
        return self.files[public_id]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN, limits=False) as server:
        server.group(GROUP)
        yield server


@pytest.fixture
def customer(fake: FakeTelegram) -> Customer:
    return fake.customer(ANH)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def channel(fake: FakeTelegram, shelf: Shelf) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(fake.token, shelf.load, api=fake.url)
    yield opened
    await opened.close()


async def send(channel: TelegramChannel, outgoing: Outgoing = HELLO, to: int = ANH) -> Any:
    return await channel.send(str(to), outgoing)


# What a customer sees


async def test_a_text_arrives_formatted_and_its_id_comes_back(
    channel: TelegramChannel, customer: Customer, fake: FakeTelegram
) -> None:
    receipt = await send(channel, Outgoing(text="<b>120</b> points &amp; tea"))
    message = await customer.next_message()
    assert receipt == Sent(str(message["message_id"]))
    assert message["text"] == "120 points & tea"
    assert message["entities"][0]["type"] == "bold"
    assert fake.wire.accepted[0].payload["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("media", [None, PICTURE])
async def test_what_a_person_says_begins_with_their_name(
    channel: TelegramChannel, customer: Customer, media: Media | None
) -> None:
    await send(channel, Outgoing(text="Good morning", author="Siti <& Co>", media=media))
    message = await customer.next_message()
    assert message["caption" if media else "text"] == "Siti <& Co>\nGood morning"


async def test_buttons_come_back_as_data_or_lead_to_an_address(
    channel: TelegramChannel, customer: Customer
) -> None:
    await send(channel, Outgoing(text="Well?", buttons=YES_NO))
    rows = (await customer.next_message())["reply_markup"]["inline_keyboard"]
    assert rows[0][0] == {"text": "Yes", "callback_data": "s1.yes"}
    assert rows[1][0] == {"text": "Shop", "url": "https://example.com/"}


async def test_a_request_for_the_phone_is_a_key_that_the_next_plain_message_takes_away(
    channel: TelegramChannel, customer: Customer
) -> None:
    skip = ((Button("Skip", "s1.skip"),),)
    await send(
        channel, Outgoing(text="Your number?", request="phone", request_label="Share &amp; go", buttons=skip)
    )
    keyboard = customer.chat.keyboard
    assert keyboard is not None
    assert keyboard["keyboard"] == [[{"text": "Share & go", "request_contact": True}], [{"text": "Skip"}]]
    assert keyboard["one_time_keyboard"]
    assert keyboard["resize_keyboard"]
    await send(channel, Outgoing(text="Thank you"))
    assert customer.chat.keyboard is None


async def test_a_request_for_the_place_is_a_key_too(channel: TelegramChannel, customer: Customer) -> None:
    await send(channel, Outgoing(text="Where?", request="location"))
    assert customer.chat.keyboard is not None
    assert customer.chat.keyboard["keyboard"] == [[{"text": "📍", "request_location": True}]]


async def test_a_group_keeps_its_keyboards(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await send(channel, to=GROUP)
    assert "reply_markup" not in fake.wire.accepted[0].payload


async def test_an_edit_changes_the_message_and_its_buttons(channel: TelegramChannel, customer: Customer) -> None:
    first = await send(channel, Outgoing(text="Well?", buttons=YES_NO))
    receipt = await send(channel, Outgoing(text="Done.", edits=first.message))
    assert receipt == first
    assert customer.texts == ["Done."]
    assert "reply_markup" not in customer.inbox[0]


async def test_an_edit_without_text_takes_the_buttons_away(channel: TelegramChannel, customer: Customer) -> None:
    first = await send(channel, Outgoing(text="Well?", buttons=YES_NO))
    assert await send(channel, Outgoing(edits=first.message)) == first
    assert customer.texts == ["Well?"]
    assert "reply_markup" not in customer.inbox[0]


async def test_an_edit_that_changes_nothing_counts_as_sent(channel: TelegramChannel, customer: Customer) -> None:
    first = await send(channel, Outgoing(text="Well?", buttons=YES_NO))
    assert await send(channel, Outgoing(text="Well?", buttons=YES_NO, edits=first.message)) == first


async def test_what_cannot_be_edited_is_sent_anew(
    channel: TelegramChannel, customer: Customer, fake: FakeTelegram
) -> None:
    picture = await send(channel, Outgoing(text="A cake", media=PICTURE))
    theirs = customer.types("mine")
    for edited in (picture.message, str(theirs), "999999"):
        receipt = await send(channel, Outgoing(text=f"instead of {edited}", edits=edited))
        assert isinstance(receipt, Sent)
        assert customer.texts[-1] == f"instead of {edited}"


async def test_a_press_is_answered_without_a_word(channel: TelegramChannel, customer: Customer) -> None:
    await send(channel, Outgoing(text="Well?", buttons=YES_NO))
    press = customer.presses("Yes")
    assert await send(channel, Outgoing(press=press)) == Sent("")
    assert customer.answers[press]["text"] == ""


async def test_a_press_nobody_waits_for_any_more_counts_as_answered(channel: TelegramChannel) -> None:
    assert await send(channel, Outgoing(press="12345")) == Sent("")


async def test_a_picture_is_uploaded_once_and_then_known(
    channel: TelegramChannel, customer: Customer, shelf: Shelf
) -> None:
    for _ in range(2):
        assert isinstance(await send(channel, Outgoing(text="A <i>cake</i>", media=PICTURE)), Sent)
    first, second = customer.inbox
    assert first["photo"][-1]["file_id"] == second["photo"][-1]["file_id"]
    assert second["caption"] == "A cake"
    assert shelf.fetched == ["pic"]


async def test_another_file_goes_as_a_document_with_its_name(channel: TelegramChannel, customer: Customer) -> None:
    price_list = Media(ref="pdf", type="application/pdf", name="prices.pdf")
    await send(channel, Outgoing(media=price_list))
    await send(channel, Outgoing(media=Media(ref="pdf", type="application/pdf")))
    assert [message["document"]["file_name"] for message in customer.inbox] == ["prices.pdf", "prices.pdf"]


async def test_a_file_telegram_forgot_is_uploaded_again(
    channel: TelegramChannel, customer: Customer, shelf: Shelf, fake: FakeTelegram
) -> None:
    await send(channel, Outgoing(media=PICTURE))
    fake.world.files._by_id.clear()
    assert isinstance(await send(channel, Outgoing(media=PICTURE)), Sent)
    assert shelf.fetched == ["pic", "pic"]


async def test_a_picture_that_is_gone_is_refused(channel: TelegramChannel, customer: Customer) -> None:
    assert await send(channel, Outgoing(text="A cake", media=Media(ref="gone"))) == Refused("The picture is gone.")


async def test_typing_and_releasing_are_seen_and_never_raise(
    channel: TelegramChannel, customer: Customer, fake: FakeTelegram
) -> None:
    await send(channel, Outgoing(text="Well?", buttons=YES_NO))
    press = customer.presses("Yes")
    channel.typing("4711")
    channel.release("nothing")
    channel.typing(str(ANH))
    channel.release(press)
    await customer.answer_to(press)
    await fake.until(lambda: customer.chat.actions == ["typing"])


# What the sender learns


@pytest.mark.parametrize(
    ("fault", "receipt"),
    [
        (faults.too_many(7), Later("Too Many Requests: retry after 7", 7.0)),
        (faults.blocked(), Refused("Forbidden: bot was blocked by the user", unreachable=True)),
        (faults.deactivated(), Refused("Forbidden: user is deactivated", unreachable=True)),
        (faults.chat_not_found(), Refused("Chat not found", unreachable=True)),
        (faults.server_error(502), Unknown("Status 502, not the Bot API's.")),
        (faults.server_error(500), Unknown("Status 500, not the Bot API's.")),
        (faults.hang_up_before(), Unknown("ServerDisconnectedError")),
        (faults.hang_up_after(), Unknown("ServerDisconnectedError")),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
async def test_each_fault_has_its_receipt(
    channel: TelegramChannel, customer: Customer, fake: FakeTelegram, fault: Fault, receipt: Any
) -> None:
    fake.faults.script(ANH, fault)
    assert await send(channel) == receipt
    assert isinstance(await send(channel), Sent)


async def test_an_answer_that_does_not_come_is_not_waited_for_forever(fake: FakeTelegram, shelf: Shelf) -> None:
    fake.customer(ANH)
    fake.faults.script(ANH, faults.timeout())
    channel = TelegramChannel(fake.token, shelf.load, api=fake.url, patience=0.2)
    assert await send(channel) == Unknown("TimeoutError")
    await channel.close()


async def test_a_wrong_message_is_refused_in_telegrams_words(channel: TelegramChannel, customer: Customer) -> None:
    assert await send(channel, Outgoing(text="x" * 4097)) == Refused("Message is too long")
    assert "end tag" in (await send(channel, Outgoing(text="<b>x"))).reason


async def test_a_group_that_moved_names_its_new_id(channel: TelegramChannel, fake: FakeTelegram) -> None:
    fake.group(GROUP).migrates(-1004001)
    assert await send(channel, to=GROUP) == Moved("-1004001")


async def test_an_unknown_token_halts_the_account_and_is_reported(fake: FakeTelegram, shelf: Shelf) -> None:
    channel = TelegramChannel("100000001:revoked", shelf.load, api=fake.url)
    with capture_logs() as logs:
        receipt = await send(channel)
    await channel.close()
    assert isinstance(receipt, Later)
    assert receipt.account
    assert [line["log_level"] for line in logs] == ["critical"]


def test_what_is_no_token_is_refused_at_once(shelf: Shelf) -> None:
    with pytest.raises(TokenRefused):
        TelegramChannel("sapa", shelf.load)


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", "http://no host", "nowhere"])
async def test_what_never_left_is_sent_later(server: str, shelf: Shelf) -> None:
    channel = TelegramChannel(TOKEN, shelf.load, api=server)
    receipt = await send(channel)
    await channel.close()
    assert isinstance(receipt, Later)
    assert receipt.account


async def test_a_closed_channel_sends_nothing(channel: TelegramChannel) -> None:
    await channel.close()
    await channel.close()
    assert await send(channel) == Later("The channel is closed.", 2.0, account=True)


async def test_one_chats_flood_is_its_own(channel: TelegramChannel, fake: FakeTelegram) -> None:
    fake.customer(ANH)
    fake.customer(ANH + 1)
    for _ in range(5):
        fake.faults.script(ANH, faults.too_many(3))
        assert not (await send(channel)).account
    for _ in range(3):
        fake.faults.script(ANH, faults.too_many(3))
        fake.faults.script(ANH + 1, faults.too_many(3))
        assert not (await send(channel)).account
        assert not (await send(channel, to=ANH + 1)).account
        assert isinstance(await send(channel, to=ANH + 1), Sent)


async def test_a_flood_of_several_chats_in_a_row_is_the_accounts(
    channel: TelegramChannel, fake: FakeTelegram
) -> None:
    chats = [ANH, ANH + 1, ANH + 2, ANH + 3]
    for chat in chats:
        fake.customer(chat)
        fake.faults.script(chat, faults.too_many(3))
    assert [(await send(channel, to=chat)).account for chat in chats] == [False, False, True, True]
    assert isinstance(await send(channel), Sent)
    fake.faults.script(ANH, faults.too_many(3))
    assert not (await send(channel)).account


async def test_a_paid_broadcast_says_so(fake: FakeTelegram, customer: Customer, shelf: Shelf) -> None:
    channel = TelegramChannel(TOKEN, shelf.load, api=fake.url, paid=True)
    await send(channel)
    await channel.close()
    assert fake.wire.accepted[0].payload["allow_paid_broadcast"] is True
    assert channel.rates.account == 1000


def test_the_limits_are_telegrams(channel: TelegramChannel) -> None:
    assert (channel.name, channel.account) == ("telegram", "100000001")
    assert (channel.rates.account, channel.rates.chat, channel.rates.group_minute) == (30, 1, 20)


# Answers of others in between


@asynccontextmanager
async def answering(status: int, body: str, kind: str) -> AsyncIterator[str]:
    """A server that answers everything the same."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=kind, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "body", "kind", "receipt"),
    [
        (403, "<html>", "text/html", Later("Status 403, not the Bot API's.", 2.0, account=True)),
        (407, "<html>", "text/html", Later("Status 407, not the Bot API's.", 2.0, account=True)),
        (200, "<html>Log in to the WiFi", "text/html", Unknown("Status 200, not the Bot API's.")),
        (302, "", "text/html", Unknown("Status 302, not the Bot API's.")),
        (413, "<html>", "text/html", Refused("The file is too large.")),
        (200, "{}", "application/json", Unknown("The answer was not the Bot API's.")),
        (200, "[1", "application/json", Unknown("The answer was not the Bot API's.")),
        (
            400,
            '"no"',
            "application/json",
            Refused("Bad Request (400). Parsing the server response b'\"no\"' failed"),
        ),
        (500, '{"description": "restart"}', "application/json", Unknown("Status 500: restart")),
        (418, '{"description": "tea"}', "application/json", Refused("Status 418: tea")),
        (429, "{}", "application/json", Later("", 5.0)),
        (429, "[]", "application/json", Later("", 5.0)),
    ],
)
async def test_an_answer_that_is_not_telegrams_says_nothing_of_the_customer(
    shelf: Shelf, status: int, body: str, kind: str, receipt: Any
) -> None:
    async with answering(status, body, kind) as server:
        channel = TelegramChannel(TOKEN, shelf.load, api=server)
        assert await send(channel) == receipt
        await channel.close()


# Files of customers


async def photo_of(customer: Customer, fake: FakeTelegram, content: bytes) -> str:
    customer.sends_photo(content)
    file_id: str = fake.updates.pending()[-1].decoded()["message"]["photo"][-1]["file_id"]
    return file_id


async def test_a_customers_file_is_fetched(
    channel: TelegramChannel, customer: Customer, fake: FakeTelegram
) -> None:
    content = bytes(range(256)) * 1024
    assert await channel.fetch(await photo_of(customer, fake, content), 10**6) == content


async def test_a_file_larger_than_asked_for_is_not_fetched(
    channel: TelegramChannel, customer: Customer, fake: FakeTelegram
) -> None:
    with pytest.raises(FileUnavailable, match="larger than 10 bytes"):
        await channel.fetch(await photo_of(customer, fake, b"x" * 11), 10)


async def test_a_download_ends_when_it_grows_beyond_what_telegram_said(shelf: Shelf) -> None:
    async with answering(200, '{"ok": true, "result": {"file_path": "a/b"}}', "application/json") as server:
        channel = TelegramChannel(TOKEN, shelf.load, api=server)
        with pytest.raises(FileUnavailable, match="More than 5 bytes"):
            await channel.fetch("F1", 5)
        await channel.close()


async def test_a_file_that_cannot_be_had_says_why(channel: TelegramChannel, fake: FakeTelegram) -> None:
    with pytest.raises(FileUnavailable, match="file_id"):
        await channel.fetch("nothing", 10)
    fake.faults.script(None, faults.server_error(502), method="getFile")
    with pytest.raises(FileUnavailable, match="502"):
        await channel.fetch("nothing", 10)


# Anything else


async def test_any_method_may_be_asked_and_fails_by_name(channel: TelegramChannel) -> None:
    assert (await channel.ask("getMe", {}))["username"] == "sapa_fake_bot"
    with pytest.raises(CallFailed, match=r"deleteMessage: Chat not found"):
        await channel.ask("deleteMessage", {"chat_id": 4711, "message_id": 1})


async def test_the_token_is_in_no_receipt_no_error_and_no_log(
    fake: FakeTelegram, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.customer(ANH)
    said: list[str] = []
    fake.faults.script(ANH, faults.server_error(502), faults.hang_up_after(), faults.timeout(), faults.too_many(1))
    with capture_logs() as logs:
        for server in (fake.url, "http://127.0.0.1:9", "http://no host", "nowhere"):
            channel = TelegramChannel(TOKEN, shelf.load, api=server, patience=0.2)
            said += [str(await send(channel)) for _ in range(5)]
            for failing in (channel.ask("noSuchMethod", {}), channel.fetch("nothing", 10)):
                with pytest.raises(SapaError) as error:
                    await failing
                said.append(str(error.value))
            channel.typing("4711")
            await channel.close()
    assert SECRET not in "".join(said) + str(logs) + caplog.text


async def test_many_sends_at_once_share_the_connections(channel: TelegramChannel, fake: FakeTelegram) -> None:
    customers = [fake.customer(ANH + number) for number in range(50)]
    receipts = await asyncio.gather(*(send(channel, to=customer.id) for customer in customers))
    assert all(isinstance(receipt, Sent) for receipt in receipts)
    assert all(customer.texts == ["Hello"] for customer in customers)
