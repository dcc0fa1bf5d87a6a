"""The business's pictures go as photos, everything else as documents, each uploaded once."""

from __future__ import annotations

import pytest

from channels.telegram.outbound.files import PHOTO_LIMIT, KnownFiles, form_of
from talk.messages import Media

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("content", "media", "form"),
    [
        (PNG, Media(ref="a"), ("photo", "picture.png")),
        (b"\xff\xd8\xff\xe0", Media(ref="a", name="cake.jpg"), ("photo", "cake.jpg")),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Media(ref="a"), ("photo", "picture.webp")),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", Media(ref="a", type="audio/x-wav"), ("document", "file.wav")),
        (b"%PDF-1.4", Media(ref="a", type="application/pdf"), ("document", "file.pdf")),
        (b"%PDF-1.4", Media(ref="a", name="prices.pdf"), ("document", "prices.pdf")),
        (b"?", Media(ref="a"), ("document", "file")),
    ],
)
def test_what_a_file_is_shows_in_its_bytes(content: bytes, media: Media, form: tuple[str, str]) -> None:
    assert form_of(content, media) == form


def test_a_picture_too_large_for_a_photo_goes_as_a_document() -> None:
    assert form_of(PNG + bytes(PHOTO_LIMIT), Media(ref="a"))[0] == "document"


def test_an_animation_is_known_by_its_own_id() -> None:
    files = KnownFiles()
    files.remember("gif", "document", {"animation": {"file_id": "A1"}})
    assert files.find("gif") == ("document", "A1")


def test_the_files_used_longest_ago_are_forgotten() -> None:
    files = KnownFiles(most=2)
    for ref in ("a", "b"):
        files.remember(ref, "photo", {"photo": [{"file_id": "small"}, {"file_id": ref.upper()}]})
    assert files.find("a") == ("photo", "A")
    files.remember("c", "photo", {"photo": [{"file_id": "C"}]})
    assert files.find("b") is None
    assert files.find("a") == ("photo", "A")
