"""Every kind of update a customer causes becomes an Inbound that says what happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from aiogram.enums import ContentType

from channels.telegram.inbound import UnreadableUpdate, read
from channels.telegram.inbound.reading import CONTENTS
from talk.messages import Inbound, Media

SENT = 1_790_000_000
ANH = {"id": 77, "is_bot": False, "first_name": "Anh", "last_name": "Nguyễn", "language_code": "vi"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Anh"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Staff"}
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 321}
BOT = {"id": 5, "is_bot": True, "first_name": "Sapa"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 9, "from": ANH, "chat": PRIVATE, "date": SENT} | content


def update(**content: Any) -> dict[str, Any]:
    return {"update_id": 1000, "message": message(**content)}


def seen(given: dict[str, Any]) -> Inbound:
    inbound = read(given, "5")
    assert inbound is not None
    return inbound


def membership(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    new = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    change = {"chat": chat, "from": ANH, "date": SENT, "new_chat_member": new}
    return {"update_id": 1, "my_chat_member": change | {"old_chat_member": {"user": BOT, "status": "member"}}}


def press(**changes: Any) -> dict[str, Any]:
    query = {"id": "4242", "from": ANH, "message": message(text="Well?"), "chat_instance": "1", "data": "s1.yes"}
    return {"update_id": 1, "callback_query": query | changes}


def test_a_text_comes_with_who_when_and_where() -> None:
    given = update(text="còn bao nhiêu điểm?")
    inbound = seen(given)
    assert (inbound.channel, inbound.account, inbound.external_id) == ("telegram", "5", "1000")
    assert (inbound.sender, inbound.kind, inbound.text) == ("77", "text", "còn bao nhiêu điểm?")
    assert (inbound.name, inbound.language_hint, inbound.message) == ("Anh Nguyễn", "vi", "9")
    assert inbound.at == dt.datetime.fromtimestamp(SENT, dt.UTC)
    assert msgspec.json.decode(inbound.raw) == given


@pytest.mark.parametrize(
    ("code", "hint"), [("zh-hans", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("ar", "ar"), ("id", ""), (None, "")]
)
def test_the_language_of_the_app_is_a_hint_where_sapa_speaks_it(code: str | None, hint: str) -> None:
    person = {"id": 77, "is_bot": False, "first_name": "Lan"} | ({"language_code": code} if code else {})
    assert seen(update(text="x", **{"from": person})).language_hint == hint


@pytest.mark.parametrize(
    ("text", "kind", "read_as"),
    [
        ("/start", "start", ""),
        ("/start ref_AbC-12", "start", "ref_AbC-12"),
        ("/START@sapa_bot ref", "start", "ref"),
        ("/points", "text", "/points"),
        ("/Points@sapa_bot", "text", "/points"),
        ("/points last  month", "text", "/points last  month"),
        ("/", "text", "/"),
        ("1/2", "text", "1/2"),
        ("/ünïcode", "text", "/ünïcode"),
    ],
)
def test_commands_are_told_by_their_name(text: str, kind: str, read_as: str) -> None:
    inbound = seen(update(text=text))
    assert (inbound.kind, inbound.text) == (kind, read_as)


def test_a_press_names_its_button_its_message_and_what_answers_it() -> None:
    inbound = seen(press())
    assert (inbound.kind, inbound.button, inbound.message, inbound.press) == ("button", "s1.yes", "9", "4242")
    assert inbound.sender == "77"


def test_a_press_below_a_message_telegram_no_longer_shows_is_a_press() -> None:
    gone = {"chat": PRIVATE, "message_id": 3, "date": 0}
    assert seen(press(message=gone)).message == "3"


def test_a_press_below_no_message_is_not_ours() -> None:
    query = press()
    del query["callback_query"]["message"]
    assert read(query | {"inline_message_id": "x"}, "5") is None


def test_the_senders_own_contact_proves_the_number() -> None:
    inbound = seen(update(contact={"phone_number": "60123456789", "first_name": "Anh", "user_id": 77}))
    assert (inbound.kind, inbound.phone, inbound.phone_proven) == ("contact", "+60123456789", True)


@pytest.mark.parametrize("owner", [{"user_id": 78}, {}])
def test_somebody_elses_contact_proves_nothing(owner: dict[str, int]) -> None:
    inbound = seen(update(contact={"phone_number": "0123456789", "first_name": "Mai"} | owner))
    assert (inbound.phone, inbound.phone_proven) == ("0123456789", False)


def test_a_location_is_two_numbers() -> None:
    inbound = seen(update(location={"latitude": 3.139, "longitude": 101.6869}))
    assert (inbound.kind, inbound.latitude, inbound.longitude) == ("location", 3.139, 101.6869)


def test_of_a_photo_the_largest_size_is_taken_and_the_album_kept() -> None:
    sizes = [
        {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 60},
        {"file_id": "large", "file_unique_id": "b", "width": 1280, "height": 960, "file_size": 99},
        {"file_id": "middle", "file_unique_id": "c", "width": 320, "height": 240},
    ]
    inbound = seen(update(photo=sizes, caption="my receipt", media_group_id="al1"))
    assert (inbound.kind, inbound.text, inbound.album) == ("photo", "my receipt", "al1")
    assert inbound.media == (Media(ref="large", type="image/jpeg", size=99),)


@pytest.mark.parametrize(
    ("content", "kind", "media"),
    [
        ({"voice": FILE | {"duration": 2}}, "voice", Media(ref="F1", type="audio/ogg", size=321)),
        (
            {"video": FILE | {"duration": 2, "width": 1, "height": 1, "mime_type": "video/webm", "file_name": "v"}},
            "video",
            Media(ref="F1", type="video/webm", size=321, name="v"),
        ),
        ({"video_note": FILE | {"duration": 2, "length": 9}}, "video", Media(ref="F1", type="video/mp4", size=321)),
        (
            {"animation": FILE | {"duration": 2, "width": 1, "height": 1}, "document": FILE},
            "video",
            Media(ref="F1", type="video/mp4", size=321),
        ),
        ({"audio": FILE | {"duration": 2}}, "document", Media(ref="F1", type="audio/mpeg", size=321)),
        (
            {"document": FILE | {"file_name": "a.pdf", "mime_type": "application/pdf"}},
            "document",
            Media(ref="F1", type="application/pdf", size=321, name="a.pdf"),
        ),
    ],
)
def test_a_file_is_named_with_its_type_and_size(content: dict[str, Any], kind: str, media: Media) -> None:
    inbound = seen(update(**content, caption="here"))
    assert (inbound.kind, inbound.text, inbound.media) == (kind, "here", (media,))


@pytest.mark.parametrize(
    ("animated", "video", "mime"),
    [(False, False, "image/webp"), (True, False, "application/x-tgsticker"), (False, True, "video/webm")],
)
def test_a_sticker_says_its_emoji(animated: bool, video: bool, mime: str) -> None:
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": animated, "is_video": video}
    inbound = seen(update(sticker=FILE | shape | {"emoji": "👍"}))
    assert (inbound.kind, inbound.text, inbound.media[0].type) == ("sticker", "👍", mime)


@pytest.mark.parametrize(
    "content",
    [
        {"dice": {"emoji": "🎲", "value": 3}},
        {
            "venue": {"location": {"latitude": 1, "longitude": 2}, "title": "Shop", "address": "1 Jalan"},
            "location": {"latitude": 1, "longitude": 2},
        },
        {"story": {"chat": PRIVATE, "id": 3}},
        {"something_of_next_year": {"a": 1}},
    ],
)
def test_what_sapa_does_not_know_is_still_met(content: dict[str, Any]) -> None:
    assert seen(update(**content)).kind == "other"


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": message(text="x")},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"write_access_allowed": {}},
        {"connected_website": "example.com"},
    ],
)
def test_service_messages_are_nobodys_words(content: dict[str, Any]) -> None:
    assert read(update(**content), "5") is None


def test_an_edit_brings_the_new_text_and_its_time() -> None:
    inbound = seen({"update_id": 1, "edited_message": message(text="three", edit_date=SENT + 60)})
    assert (inbound.kind, inbound.text, inbound.message) == ("edited", "three", "9")
    assert inbound.at == dt.datetime.fromtimestamp(SENT + 60, dt.UTC)


def test_a_live_location_that_moves_says_nothing() -> None:
    moving = message(location={"latitude": 1, "longitude": 2, "live_period": 60}, edit_date=SENT)
    assert read({"update_id": 1, "edited_message": moving}, "5") is None


def test_blocking_and_unblocking_are_events() -> None:
    assert seen(membership("kicked")).kind == "blocked"
    assert seen(membership("member")).kind == "unblocked"


@pytest.mark.parametrize(
    "given",
    [
        {"update_id": 1, "message": message(text="hello all", chat=GROUP)},
        {"update_id": 1, "edited_message": message(text="hello all", chat=GROUP)},
        press(message=message(text="x", chat=GROUP)),
        membership("kicked", GROUP),
        {"update_id": 1, "channel_post": message(text="news", chat={"id": -1, "type": "channel", "title": "N"})},
        {"update_id": 1, "poll_of_next_year": {}},
    ],
)
def test_groups_and_channels_are_no_customers(given: dict[str, Any]) -> None:
    assert read(given, "5") is None


@pytest.mark.parametrize("given", [{}, {"update_id": 1, "message": {"text": "Lan's secret"}}, {"update_id": "x"}])
def test_an_update_of_another_shape_is_named_without_its_content(given: dict[str, Any]) -> None:
    with pytest.raises(UnreadableUpdate) as error:
        read(given, "5")
    assert "secret" not in str(error.value)


# Telegram tells the bot that something happened; nobody said anything to it.
TOLD_BY_TELEGRAM = {
    ContentType.ANY,
    ContentType.BOOST_ADDED,
    ContentType.CHANNEL_CHAT_CREATED,
    ContentType.CHAT_BACKGROUND_SET,
    ContentType.CHAT_OWNER_CHANGED,
    ContentType.CHAT_OWNER_LEFT,
    ContentType.CHECKLIST_TASKS_ADDED,
    ContentType.CHECKLIST_TASKS_DONE,
    ContentType.COMMUNITY_CHAT_ADDED,
    ContentType.COMMUNITY_CHAT_JOINED,
    ContentType.COMMUNITY_CHAT_REMOVED,
    ContentType.CONNECTED_WEBSITE,
    ContentType.DELETE_CHAT_PHOTO,
    ContentType.DIRECT_MESSAGE_PRICE_CHANGED,
    ContentType.FORUM_TOPIC_CLOSED,
    ContentType.FORUM_TOPIC_CREATED,
    ContentType.FORUM_TOPIC_EDITED,
    ContentType.FORUM_TOPIC_REOPENED,
    ContentType.GENERAL_FORUM_TOPIC_HIDDEN,
    ContentType.GENERAL_FORUM_TOPIC_UNHIDDEN,
    ContentType.GIFT_UPGRADE_SENT,
    ContentType.GIVEAWAY_COMPLETED,
    ContentType.GIVEAWAY_CREATED,
    ContentType.GIVEAWAY_WINNERS,
    ContentType.GROUP_CHAT_CREATED,
    ContentType.LEFT_CHAT_MEMBER,
    ContentType.MANAGED_BOT_CREATED,
    ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
    ContentType.MIGRATE_FROM_CHAT_ID,
    ContentType.MIGRATE_TO_CHAT_ID,
    ContentType.NEW_CHAT_MEMBERS,
    ContentType.NEW_CHAT_PHOTO,
    ContentType.NEW_CHAT_TITLE,
    ContentType.PAID_MESSAGE_PRICE_CHANGED,
    ContentType.PINNED_MESSAGE,
    ContentType.POLL_OPTION_ADDED,
    ContentType.POLL_OPTION_DELETED,
    ContentType.PROXIMITY_ALERT_TRIGGERED,
    ContentType.SUGGESTED_POST_APPROVAL_FAILED,
    ContentType.SUGGESTED_POST_APPROVED,
    ContentType.SUGGESTED_POST_DECLINED,
    ContentType.SUGGESTED_POST_PAID,
    ContentType.SUGGESTED_POST_REFUNDED,
    ContentType.SUPERGROUP_CHAT_CREATED,
    ContentType.VIDEO_CHAT_ENDED,
    ContentType.VIDEO_CHAT_PARTICIPANTS_INVITED,
    ContentType.VIDEO_CHAT_SCHEDULED,
    ContentType.VIDEO_CHAT_STARTED,
    ContentType.WRITE_ACCESS_ALLOWED,
}


def test_of_every_content_aiogram_knows_it_is_decided_whether_somebody_said_it() -> None:
    assert set(CONTENTS) | TOLD_BY_TELEGRAM == set(ContentType)
    assert not set(CONTENTS) & TOLD_BY_TELEGRAM
