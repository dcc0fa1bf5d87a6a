"""Files in the turn and in the web chat: noted with the message that brought them, kept when they are posted."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.ExifTags import GPS, IFD

from channels.webchat.uploads import Uploads
from handlers.picture_posted import PicturePosted
from locales import _
from store import media
from store.database import Database
from store.tables import contacts
from store.tables import media as files
from talk.engine import Act, Talk
from talk.errors import SapaError
from talk.messages import Media
from talk.prompts.photo import Photo
from tests.handlers.house import Customer, TestHouse


async def receipt(talk: Talk) -> None:
    picture = await talk.ask("picture", _("Please send a photo."), Photo())
    talk.do("keep", claim_receipt, picture)


named: list[str | None] = []


def claim_receipt(act: Act, ref: str) -> str | None:
    named.append(media.public_id_of(act.connection, "telegram", "web", ref, act.contact_id))
    return named[-1]


@pytest.fixture
def house(database: Database) -> TestHouse:
    return TestHouse(database)


async def noted(house: TestHouse) -> Sequence[sa.Row[Any]]:
    return await house.rows(sa.select(files).order_by(files.c.id))


def file(ref: str = "f1", **more: Any) -> Media:
    return Media(ref=ref, **more)


async def sends_photo(customer: Customer, *sent: Media, **more: Any) -> None:
    await customer.sends(customer.event("photo", media=sent or (file(),), **more))


async def test_a_photo_is_noted_with_the_turn_that_brings_it(house: TestHouse) -> None:
    await sends_photo(house.customer("1", "telegram"), file(type="image/jpeg", name="cake.jpg"))
    (row,) = await noted(house)
    assert (row.channel, row.account, row.ref, row.name) == ("telegram", "web", "f1", "cake.jpg")
    assert (row.state, row.type, row.attempts, row.due_at) == ("pending", "", 0, house.now)
    assert [committed.fetches for committed in house.committed] == [True]


async def test_an_event_that_comes_again_is_noted_once(house: TestHouse) -> None:
    customer = house.customer("1", "telegram")
    event = customer.event("document", media=(file("f1"), file("f2")))
    await asyncio.gather(*(house.turn.receive(event) for _copy in range(8)))
    assert [row.ref for row in await noted(house)] == ["f1", "f2"]


async def test_nothing_is_noted_of_a_turn_that_failed(house: TestHouse) -> None:
    def fail(name: str) -> None:
        if name == "turn.written":
            raise RuntimeError("The power went.")

    house.failpoint = fail
    await sends_photo(house.customer("1", "telegram"))
    assert await noted(house) == []


async def test_a_message_without_files_asks_nothing_of_their_table(house: TestHouse) -> None:
    statements: list[str] = []
    sa.event.listen(house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    await house.customer("1", "telegram").types("hello")
    assert not [statement for statement in statements if "media" in statement]
    assert [committed.fetches for committed in house.committed] == [False]


async def test_a_picture_of_the_web_chat_is_not_fetched(house: TestHouse) -> None:
    await sends_photo(house.customer())
    assert await noted(house) == []
    assert [committed.fetches for committed in house.committed] == [False]


async def test_a_dialogue_learns_our_name_for_a_photo_before_it_is_fetched(database: Database) -> None:
    house = TestHouse(database, {"welcome": receipt})
    named.clear()
    customer = house.customer("1", "telegram")
    await customer.types("hello")
    await sends_photo(customer, file("receipt-1"))
    assert named == [(await noted(house))[0].public_id]


def photo() -> bytes:
    """A photo that tells where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (3.0, 8.0, 52.8)})
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "JPEG", exif=exif)
    return content.getvalue()


def uploads(house: TestHouse) -> Uploads:
    return Uploads(PicturePosted(house.database, house.house, lambda: house.now))


async def test_a_posted_picture_is_kept_at_once_and_clean(house: TestHouse) -> None:
    sent = await uploads(house)("visitor-1", photo())
    (row,) = await noted(house)
    assert (row.public_id, row.state, row.type, row.channel) == (sent.ref, "kept", "image/jpeg", "webchat")
    content = await house.database.read(lambda connection: media.load(connection, sent.ref))
    assert content is not None
    assert b"Exif" not in content


async def test_a_visitor_whose_first_word_is_a_picture_is_welcomed_like_any_other(house: TestHouse) -> None:
    customer = house.customer("visitor-1")
    sent = await uploads(house)("visitor-1", photo())
    answers = await customer.sends(customer.event("photo", media=(sent,)))
    assert answers[0].startswith("Hello, and welcome")
    assert len(await house.rows(sa.select(contacts.c.id))) == 1


async def test_the_same_picture_posted_many_times_at_once_is_kept_once(house: TestHouse) -> None:
    upload = uploads(house)
    sent = await asyncio.gather(*(upload("visitor-1", photo()) for _copy in range(6)))
    assert len({picture.ref for picture in sent}) == len(await noted(house)) == 1


async def test_what_is_no_picture_makes_nobody_a_contact(house: TestHouse) -> None:
    with pytest.raises(SapaError):
        await PicturePosted(house.database, house.house, lambda: house.now)("visitor-1", b"%PDF-1.7")
    assert await house.rows(sa.select(contacts.c.id)) == []
