"""Pictures: nothing in them but what is seen, upright, and of a bearable size."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib
from math import isqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from talk.pictures import MOST_BYTES, MOST_PIXELS, SIDE, UnreadablePicture, clean

pytestmark = pytest.mark.slow

RED, BLUE = (250, 10, 10), (10, 10, 250)
SECRET = b"Jalan Bukit Bintang"


def encoded(image: Image.Image, form: str, **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **more)
    return file.getvalue()


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def telling() -> Image.Exif:
    """Where, with what and by whom a picture was taken."""
    exif = Image.Exif()
    exif[Base.Make] = "Kopi Phones"
    exif[Base.Artist] = "Nur Aisyah"
    exif[Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (3.0, 8.0, 52.8),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (101.0, 42.0, 36.0),
        }
    )
    return exif


def jpeg_segments(content: bytes) -> list[int]:
    """The markers before the pixels."""
    place, found = 2, []
    while content[place + 1] != 0xDA:
        found.append(content[place + 1])
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    return found


def png_chunks(content: bytes) -> set[bytes]:
    place, found = 8, set()
    while place < len(content):
        found.add(content[place + 4 : place + 8])
        place += 12 + int.from_bytes(content[place : place + 4])
    return found


def webp_chunks(content: bytes) -> set[bytes]:
    place, found = 12, set()
    while place < len(content):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        found.add(content[place : place + 4])
        place += 8 + size + size % 2
    return found


def test_a_photo_loses_the_place_where_it_was_taken() -> None:
    photo = encoded(Image.new("RGB", (64, 48), RED), "JPEG", exif=telling(), comment=SECRET, dpi=(300, 300))
    assert decoded(photo).getexif().get_ifd(IFD.GPSInfo)
    assert SECRET in photo
    kept = clean(photo)
    assert kept.type == "image/jpeg"
    assert not decoded(kept.content).getexif()
    assert not any(word in kept.content for word in (b"Exif", SECRET, b"Kopi Phones", b"Aisyah"))
    # JFIF, tables and the frame: no application data, no comment.
    assert set(jpeg_segments(kept.content)) <= {0xE0, 0xDB, 0xC0, 0xC4}


def test_a_png_keeps_its_pixels_alone() -> None:
    notes = PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    image = encoded(
        Image.new("RGB", (8, 8), RED), "PNG", exif=telling(), pnginfo=notes, icc_profile=SECRET, dpi=(72, 72)
    )
    kept = clean(image)
    assert kept.type == "image/png"
    assert png_chunks(kept.content) == {b"IHDR", b"IDAT", b"IEND"}
    assert decoded(kept.content).getpixel((0, 0)) == RED


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_keeps_its_pixels_alone(mode: str) -> None:
    image = encoded(Image.new(mode, (8, 8)), "WEBP", exif=telling(), icc_profile=SECRET, xmp=SECRET)
    kept = clean(image)
    assert kept.type == "image/webp"
    assert webp_chunks(kept.content) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
    assert SECRET not in kept.content


def test_what_hangs_behind_a_picture_is_left_behind() -> None:
    for form in ("JPEG", "PNG", "GIF", "WEBP"):
        kept = clean(encoded(Image.new("RGB", (8, 8)), form) + b"<script>" + SECRET)
        assert SECRET not in kept.content


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(form: str, orientation: int) -> None:
    upright = Image.new("RGB", (40, 20), BLUE)
    upright.paste(RED, (0, 0, 20, 10))
    undoing = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[
        orientation
    ]  # Transpose, to what a camera would save
    saved = upright if undoing is None else upright.transpose(Image.Transpose(undoing))
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    shown = decoded(clean(encoded(saved, form, exif=exif)).content).convert("RGB")
    assert shown.size == (40, 20)
    corners = [shown.getpixel(place) for place in ((5, 3), (35, 3), (5, 17), (35, 17))]
    assert [pixel is not None and pixel[0] > 128 for pixel in corners] == [True, False, False, False]  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what it thinks of them
def test_damaged_notes_beside_a_picture_do_no_harm() -> None:
    photo = encoded(Image.new("RGB", (8, 8), RED), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + SECRET)
    assert SECRET not in clean(photo).content


@pytest.mark.parametrize(
    ("size", "kept"), [((5000, 1000), (2048, 410)), ((1000, 5000), (410, 2048)), ((30, 20), (30, 20))]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_longer_side_is_bounded(form: str, size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert max(kept) <= SIDE
    assert decoded(clean(encoded(Image.new("RGB", size, RED), form)).content).size == kept


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    for form in ("GIF", "WEBP", "PNG"):
        kept = clean(encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100, lossless=True))
        shown = decoded(kept.content)
        assert getattr(shown, "n_frames", 1) == 1
        first = shown.convert("RGB").getpixel((8, 8))
        assert isinstance(first, tuple)
        assert first[0] > 200


def test_a_phones_picture_of_several_is_kept_as_its_first() -> None:
    photo = encoded(Image.new("RGB", (16, 16), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    assert Image.open(io.BytesIO(photo)).format == "MPO"
    kept = clean(photo)
    assert (kept.type, decoded(kept.content).size) == ("image/jpeg", (16, 16))


def test_what_is_seen_through_stays_so() -> None:
    clear = Image.new("P", (8, 8), 0)
    for picture in (
        encoded(clear, "GIF", transparency=0),
        encoded(Image.new("RGB", (8, 8)), "PNG", transparency=(0, 0, 0)),
        encoded(Image.new("RGBA", (8, 8), (9, 9, 9, 0)), "WEBP"),
    ):
        pixel = decoded(clean(picture).content).convert("RGBA").getpixel((4, 4))
        assert isinstance(pixel, tuple)
        assert pixel[3] == 0


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("LA", "PNG"), ("P", "PNG")]
)
def test_unusual_colours_become_usual_ones(mode: str, form: str) -> None:
    assert decoded(clean(encoded(Image.new(mode, (8, 8)), form)).content).mode in ("L", "RGB", "RGBA")


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off() -> None:
    grey = decoded(clean(encoded(Image.new("I;16", (8, 8), 0x8000), "PNG")).content)
    assert (grey.mode, grey.getpixel((0, 0))) == ("L", 0x80)


def noise(mode: str, side: int) -> Image.Image:
    """What no format can make small."""
    return Image.frombytes(mode, (side, side), random.Random(1).randbytes(side * side * len(mode)))


def test_a_photo_without_loss_is_kept_with_some() -> None:
    kept = clean(encoded(noise("RGB", 700), "PNG"))
    assert kept.type == "image/webp"
    assert decoded(kept.content).size == (700, 700)


@pytest.mark.parametrize(("mode", "form"), [("RGB", "JPEG"), ("RGBA", "PNG")])
def test_whatever_a_picture_shows_it_takes_a_megabyte_at_most(mode: str, form: str) -> None:
    assert len(clean(encoded(noise(mode, 2000), form, quality=95)).content) <= MOST_BYTES


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [isqrt(MOST_PIXELS) + 1, 10_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(UnreadablePicture, match=r"pixels|Bomb"):
        clean(bomb(side, side))


def test_the_largest_picture_of_a_phone_is_taken() -> None:
    assert decoded(clean(encoded(Image.new("L", (8160, 6120)), "JPEG")).content).size == (2048, 1536)


def test_a_note_that_unpacks_to_gigabytes_is_refused() -> None:
    notes = PngInfo()
    notes.add_text("Author", "A" * 80_000_000, zip=True)
    picture = encoded(Image.new("RGB", (8, 8)), "PNG", pnginfo=notes)
    assert len(picture) < 100_000
    with pytest.raises(UnreadablePicture):
        clean(picture)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"<svg onload='alert(1)'/>",
        b"BM" + bytes(60),
        b"%PDF-1.7",
        b"GIF89a",
        b"%!PS-Adobe-3.0",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        clean(content)


def test_half_a_picture_is_refused() -> None:
    noise = Image.frombytes("RGB", (64, 64), random.Random(1).randbytes(64 * 64 * 3))
    for form in ("JPEG", "PNG", "WEBP"):
        content = encoded(noise, form)
        with pytest.raises(UnreadablePicture):
            clean(content[: len(content) // 2])


SAMPLES = [encoded(Image.new("RGB", (24, 16), RED), form, exif=telling()) for form in ("JPEG", "PNG", "WEBP")]
SAMPLES.append(encoded(Image.new("P", (24, 16)), "GIF"))


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_picture_changed_anywhere_is_kept_clean_or_refused(sample: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(sample)
    for place, byte in changes:
        changed[place % len(changed)] = byte
    try:
        kept = clean(bytes(changed))
    except UnreadablePicture:
        return
    assert max(decoded(kept.content).size) <= SIDE
    assert not decoded(kept.content).getexif()


def test_cleaning_the_same_picture_twice_gives_the_same_bytes() -> None:
    assert [clean(sample) for sample in SAMPLES] == [clean(sample) for sample in SAMPLES]


def test_the_library_of_pictures_is_loaded_when_the_first_comes() -> None:
    program = (
        "import sys, talk.pictures, scheduler.fetcher, handlers.picture_posted; sys.exit('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
