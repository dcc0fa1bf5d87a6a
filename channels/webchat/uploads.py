"""Pictures that visitors post: what they are is read from their bytes, not from what the browser says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import TypeAlias

from talk.errors import SapaError
from talk.messages import Media

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
MOST_PIXELS = 40_000_000  # more than a telephone's camera makes; decoded they are 160 MB

Keep: TypeAlias = Callable[[str, bytes], Awaitable[str]]
"""Keeps a picture of a visitor and answers with its public id. Raises SapaError when it cannot be kept."""


class NotAPicture(SapaError):
    """The file is no JPEG, PNG, WebP or GIF of a bearable size; send one of those."""


class Uploads:
    """Takes a visitor's picture: `await uploads(visitor, content)`."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    async def __call__(self, visitor: str, content: bytes) -> Media:
        """Keep the picture and name it. Raises NotAPicture."""
        kind = await asyncio.to_thread(sniff, content)
        public_id = await self._keep(visitor, content)
        return Media(ref=public_id, type=kind, size=len(content))


def sniff(content: bytes) -> str:
    """The media type of a picture, from its header alone. Raises NotAPicture."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=tuple(TYPES)) as picture:
            kind, (width, height) = picture.format or "", picture.size
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NotAPicture(f"The picture cannot be read: {error}") from error
    if width * height > MOST_PIXELS:
        raise NotAPicture(f"The picture has {width} x {height} pixels; {MOST_PIXELS:,} are the most.")
    # Pillow calls a JPEG that holds several pictures, as some phones write them, MPO.
    return TYPES["JPEG" if kind == "MPO" else kind]
