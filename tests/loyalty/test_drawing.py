"""The picture of a code: a QR that says it, and letters that people can read."""

from __future__ import annotations

from io import BytesIO

import pytest
import segno
from PIL import Image
from sqlalchemy.engine import Connection

from loyalty import pictures
from store import cards, contacts
from store.database import Database
from talk.reading.codes import ALPHABET
from tests.conftest import NOON, SECRET

CODE = "7Q3M0XKD92AB4TYZ"


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def modules(picture: Image.Image, expected: int) -> list[list[bool]]:
    """The QR in a picture, module by module: found by its dark edge, read at the middle of each module."""
    qr = picture.crop((0, 0, picture.width, 640)).point(lambda shade: 255 - shade)
    left, top, right, bottom = qr.getbbox() or (0, 0, 0, 0)
    size = (right - left) / expected
    assert bottom - top == right - left
    middles = [int((place + 0.5) * size) for place in range(expected)]
    return [[picture.getpixel((left + across, top + down)) == 0 for across in middles] for down in middles]


@pytest.mark.parametrize("scanned", [f"V:{CODE}", f"M:{CODE[:12]}"])
def test_the_qr_says_the_code_and_nothing_else(scanned: str) -> None:
    wanted = [[bool(dark) for dark in row] for row in segno.make_qr(scanned, error="m").matrix]
    assert modules(opened(pictures.draw(scanned, scanned[2:])), len(wanted)) == wanted


def test_a_qr_has_its_quiet_zone_and_the_letters_stand_clear_of_it_and_of_the_edge() -> None:
    picture = opened(pictures.draw(f"V:{CODE}", CODE))
    assert picture.size == (pictures.WIDTH, pictures.HEIGHT)
    dark = picture.point(lambda shade: 255 if shade < 128 else 0)
    left, top, right, _bottom = dark.crop((0, 0, 720, 640)).getbbox() or (0, 0, 0, 0)
    quiet = pictures.QUIET * (right - left) / 21
    assert min(left, top, 720 - right) >= quiet
    beneath = dark.crop((0, 620, 720, 800)).getbbox() or (0, 0, 0, 0)
    assert (beneath[0] >= 20, beneath[2] <= 700) == (True, True)
    assert beneath[3] - beneath[1] >= 30  # 15 pixels on a phone that shows it 360 wide
    assert 620 + beneath[1] >= top + (right - left) + quiet / 2


@pytest.mark.parametrize("letter", ALPHABET)
def test_a_code_of_wide_letters_has_room_too(letter: str) -> None:
    beneath = opened(pictures.draw(f"V:{letter * 18}", letter * 18)).crop((0, 640, 720, 800))
    left, _top, right, _bottom = beneath.point(lambda shade: 255 - shade).getbbox() or (0, 0, 0, 0)
    assert (left > 4, right < 716) == (True, True)


async def test_a_card_is_drawn_for_its_member_alone(database: Database) -> None:
    def work(connection: Connection) -> None:
        member, stranger = (
            contacts.make(connection, "telegram", "shop", sender, name="", language="en", at=NOON)
            for sender in ("1", "2")
        )
        ref = pictures.card_ref(member.public_id)
        assert pictures.drawn(connection, SECRET, ref) is None
        card = cards.card_of(connection, member.id)
        picture = pictures.draw(f"M:{card}", card)
        assert pictures.drawn(connection, SECRET, ref) == picture
        assert pictures.drawn_for(connection, SECRET, ref, member.id) == picture
        assert pictures.drawn_for(connection, SECRET, ref, stranger.id) is None
        for unknown in ("card.", "card.AAAA", f"other.{member.public_id}", member.public_id):
            assert pictures.drawn(connection, SECRET, unknown) is None

    await database.transact(work)
