"""Pictures made safe to keep and to show: turned upright, bounded, and nothing in them but what is seen.

Every picture is encoded anew, so what a camera or an editor wrote beside the pixels (the place, the person, the
device, a thumbnail of what was cropped away) does not come along, and neither does anything hidden in the file.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from talk.errors import SapaError

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

SIDE = 2048  # pixels, of what is kept
MOST_PIXELS = 50_000_000  # of what came: a telephone's full resolution; decoded they take up to 200 MB
MOST_BYTES = 1024 * 1024  # of what is kept; a photo takes half of it
QUALITY = (85, 60)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ORIENTATION = 0x0112  # the tag of EXIF; its values, and what undoes them
UPRIGHT = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


class Picture(NamedTuple):
    """A picture as it is kept: its media type and its bytes."""

    type: str
    content: bytes


class UnreadablePicture(SapaError):
    """The file is no JPEG, PNG, WebP or GIF, is damaged, or is too large to be decoded; send another."""


def clean(content: bytes) -> Picture:
    """The picture alone, upright and without metadata: JPEG, PNG or WebP of at most 2048 pixels on the longer side
    and one megabyte.

    Of an animation it is the first frame. Takes up to seconds of a processor: run it in a thread. Raises
    UnreadablePicture, before anything is decoded when the picture has more than 50 million pixels.
    """
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS:
                raise UnreadablePicture(f"The picture has {width} x {height} pixels; {MOST_PIXELS:,} are the most.")
            return _encoded(_bounded(opened), opened.format or "")
    except UnreadablePicture:
        raise
    except Exception as error:
        # A decoder may fail in any way on what was made to break it.
        raise UnreadablePicture(f"The picture cannot be read: {type(error).__name__}.") from error


def _bounded(image: Image) -> Image:
    """The first frame, upright, in a size and in colours that every browser shows."""
    turn = _turn(image)
    if image.format not in ("JPEG", "MPO"):  # a JPEG is made smaller while it is decoded, before it is whole
        image = _coloured(image)
    image.thumbnail((SIDE, SIDE))
    image = _coloured(image)
    return image if turn is None else image.transpose(turn)


def _turn(image: Image) -> Transpose | None:
    from PIL.Image import Transpose

    try:
        name = UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    except Exception:
        # Damaged notes beside the picture say nothing about the picture.
        return None
    return Transpose[name] if name else None


def _coloured(image: Image) -> Image:
    if image.mode.startswith("I"):  # greys of 16 bits, which Pillow would cut off instead of scaling down
        return image.convert("F").point(lambda grey: grey / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode == "L" else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _encoded(image: Image, form: str) -> Picture:
    # What is written beside the pixels (profiles, comments) is taken from here.
    image.info.clear()
    if form in ("JPEG", "MPO"):
        return Picture("image/jpeg", _within(image, "JPEG"))
    if form != "WEBP" and len(png := _saved(image, "PNG")) <= MOST_BYTES:
        return Picture("image/png", png)
    return Picture("image/webp", _within(image, "WEBP"))


def _within(image: Image, form: str) -> bytes:
    """The picture as well as a megabyte can show it."""
    for quality in QUALITY:
        content = _saved(image, form, quality)
        if len(content) <= MOST_BYTES:
            return content
    return _within(image.reduce(2), form)


def _saved(image: Image, form: str, quality: int = QUALITY[0]) -> bytes:
    file = BytesIO()
    image.save(file, form, quality=quality, alpha_quality=quality, method=2)  # the latter two are WebP's
    return file.getvalue()
