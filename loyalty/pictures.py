"""Pictures that are drawn when they are sent or looked at, and kept nowhere: members' cards and vouchers.

A picture is named "card." or "voucher." and a public id. Its code stands in it twice, as a QR and in letters below,
for a till whose camera fails; no text that is stored ever holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import segno
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import voucher_codes
from store import cards, vouchers
from store.tables import contacts
from talk.reading.codes import grouped

if TYPE_CHECKING:  # only who draws pays for the picture library
    from PIL import ImageFont

WIDTH, HEIGHT = 720, 800  # twice what a small phone shows
QUIET = 4  # modules of white around a QR, as its standard asks
LETTERS = (58, 50, 42, 36)  # sizes; the first in which a code has room
EDGE = 24  # pixels left free beside the letters
INK, PAPER = 0, 255


class Shown(NamedTuple):
    """What a picture shows: whose it is, what its QR says, and the code in letters."""

    contact_id: int
    scanned: str
    code: str


Font: TypeAlias = "ImageFont.FreeTypeFont | ImageFont.ImageFont"
Find: TypeAlias = Callable[[Connection, bytes, str], Shown | None]


def card_ref(public_id: str) -> str:
    """The name of a contact's card picture."""
    return f"card.{public_id}"


def voucher_ref(public_id: str) -> str:
    """The name of a voucher's picture."""
    return f"voucher.{public_id}"


def drawn(connection: Connection, secret: bytes, ref: str) -> bytes | None:
    """The picture as PNG; None when there is none of that name. Who may see it is not asked here."""
    shown = _shown(connection, secret, ref)
    return None if shown is None else draw(shown.scanned, shown.code)


def drawn_for(connection: Connection, secret: bytes, ref: str, contact_id: int) -> bytes | None:
    """The picture when it is this contact's own; None for every other and for none at all."""
    shown = _shown(connection, secret, ref)
    return None if shown is None or shown.contact_id != contact_id else draw(shown.scanned, shown.code)


def draw(scanned: str, code: str) -> bytes:
    """A PNG with a QR that says `scanned` and the code in groups of letters beneath, black on white."""
    from PIL import Image, ImageDraw

    matrix = segno.make_qr(scanned, error="m").matrix
    size = len(matrix) + 2 * QUIET
    scale = WIDTH // size
    modules = Image.new("L", (size, size), PAPER)
    modules.putdata([INK if dark else PAPER for row in _framed(matrix) for dark in row])
    picture = Image.new("L", (WIDTH, HEIGHT), PAPER)
    edge = (WIDTH - size * scale) // 2
    picture.paste(modules.resize((size * scale, size * scale), Image.Resampling.NEAREST), (edge, edge))
    below = (WIDTH // 2, size * scale + edge + (HEIGHT - size * scale - edge) // 2 - QUIET * scale // 2)
    ImageDraw.Draw(picture).text(below, grouped(code), fill=INK, font=_fitting(grouped(code)), anchor="mm")
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _framed(matrix: tuple[bytearray, ...]) -> list[list[int]]:
    side = [0] * QUIET
    empty = [[0] * (len(matrix) + 2 * QUIET)] * QUIET
    return [*empty, *([*side, *row, *side] for row in matrix), *empty]


def _fitting(letters: str) -> Font:
    fitting = (size for size in LETTERS if _font(size).getlength(letters) <= WIDTH - 2 * EDGE)
    return _font(next(fitting, LETTERS[-1]))


@lru_cache(maxsize=len(LETTERS))
def _font(size: int) -> Font:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _shown(connection: Connection, secret: bytes, ref: str) -> Shown | None:
    kind, _dot, public_id = ref.partition(".")
    find = KINDS.get(kind)
    return find(connection, secret, public_id) if find else None


def _card(connection: Connection, _secret: bytes, public_id: str) -> Shown | None:
    found = connection.execute(
        sa.select(contacts.c.id, contacts.c.card).where(
            contacts.c.public_id == public_id, contacts.c.card.is_not(None)
        )
    ).first()
    return Shown(found.id, f"{cards.SCANNED}{found.card}", found.card) if found else None


def _voucher(connection: Connection, secret: bytes, public_id: str) -> Shown | None:
    found = vouchers.by_public_id(connection, public_id)
    code = voucher_codes.unseal(secret, found.sealed, public_id) if found else None
    return Shown(found.contact_id, f"{voucher_codes.SCANNED}{code}", code) if found and code else None


KINDS: dict[str, Find] = {"card": _card, "voucher": _voucher}
