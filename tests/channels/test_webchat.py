"""The web chat's outgoing half: what it claims, its personal links, the pictures it takes."""

from __future__ import annotations

import datetime as dt
import zlib
from io import BytesIO
from struct import pack
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from channels.webchat.channel import NotKept, WebChat
from channels.webchat.links import personal_link
from channels.webchat.uploads import NotAPicture, Uploads, sniff
from store import links
from talk.channel import Channel, Rates
from talk.messages import Outgoing, Sent

EXPIRES = dt.datetime(2026, 11, 28, 4, 0, tzinfo=dt.UTC)


async def stored(ref: str) -> bytes | None:
    return b"12345" if ref == "known" else None


async def test_sending_wakes_the_visitors_pages_and_claims_no_more() -> None:
    woken: list[str] = []
    channel: Channel = WebChat(woken.append, stored)
    assert await channel.send("visitor", Outgoing(text="Hello")) == Sent(message="")
    assert woken == ["visitor"]
    assert (channel.name, channel.account, channel.rates) == ("webchat", "web", Rates())


async def test_a_posted_picture_is_found_again() -> None:
    channel = WebChat(lambda _visitor: None, stored)
    assert await channel.fetch("known", 5) == b"12345"
    with pytest.raises(NotKept):
        await channel.fetch("known", 4)
    with pytest.raises(NotKept):
        await channel.fetch("unknown", 5)


def test_a_personal_link_says_whom_it_is_for_under_our_signature() -> None:
    address = personal_link("secret", "https://chat.example/", "contact-1", EXPIRES)
    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("chat.example", "/chat")
    token = parse_qs(parts.query)["as"][0]
    link = links.read("secret", token)
    assert link is not None
    assert (link.contact, link.expires_at) == ("contact-1", EXPIRES)
    assert links.read("another secret", token) is None


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_type_is_read_from_the_bytes(form: str) -> None:
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, form)
    assert sniff(file.getvalue()) == f"image/{form.lower()}"


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"BM" + bytes(60), b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        sniff(content)


@pytest.mark.parametrize("side", [7_000, 60_000])
def test_a_small_file_of_many_pixels_is_refused(side: int) -> None:
    with pytest.raises(NotAPicture):
        sniff(_png(side, side))


async def test_a_picture_is_kept_under_our_own_name() -> None:
    async def keep(visitor: str, content: bytes) -> str:
        return f"{visitor}-{len(content)}"

    content = _png(1, 1)
    media = await Uploads(keep)("visitor", content)
    assert (media.ref, media.type, media.size) == (f"visitor-{len(content)}", "image/png", len(content))


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")


def test_a_jpeg_that_holds_several_pictures_is_a_jpeg() -> None:
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")])
    assert sniff(file.getvalue()) == "image/jpeg"
