"""Small pictures of products and rewards, drawn: a coloured card with a cup, a bun or a slice of cake on it."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from bot.demo_data.shop import ITEMS, Icon

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIDE = 512
SCALE = 2  # drawn twice as large and made smaller, so that edges are smooth
PAPER, LINE, WHITE, SHADOW = "#fff8ec", "#4a3728", "#ffffff", "#00000022"
CARDS = {
    "coffee": "#f3e3cf",
    "tea": "#e4ecd3",
    "drinks": "#fde9c4",
    "bread": "#f7e1c4",
    "cakes": "#f6dcdc",
    "home": "#e7e0d4",
}
COLOURS = 64
REWARDS: dict[str, tuple[Icon, str, str]] = {
    "tumbler": ("tumbler", "#4f7d63", "#e4ecd3"),
    "cake": ("cake", "#b5793c", "#f6dcdc"),
    "trees": ("tree", "#5d8f4a", "#dcebe6"),
}

Point = tuple[float, float]


@cache
def pictures() -> dict[str, bytes]:
    """Every product's picture by its sku, and those of rewards that are no product: PNGs of 512 x 512, under 20 KB.

    Drawing all takes about a second.
    """
    products = {item.sku: _png(item.icon, item.colour, CARDS[item.category]) for item in ITEMS}
    return products | {name: _png(*drawing) for name, drawing in REWARDS.items()}


def _png(icon: Icon, colour: str, card: str) -> bytes:
    from PIL import Image, ImageDraw

    size = SIDE * SCALE
    image = Image.new("RGB", (size, size), card)
    pen = _Pen(ImageDraw.Draw(image, "RGBA"), SCALE)
    pen.oval(76, 76, 436, 436, PAPER)
    pen.oval(126, 372, 386, 408, SHADOW)
    DRAWINGS[icon](pen, colour)
    small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).quantize(COLOURS)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


class _Pen:
    """Draws in the picture's own measures, with one line for all outlines."""

    def __init__(self, draw: ImageDraw, scale: int) -> None:
        self._draw = draw
        self._scale = scale

    def oval(self, left: float, top: float, right: float, bottom: float, fill: str, line: int = 0) -> None:
        self._draw.ellipse(self._box(left, top, right, bottom), fill, LINE if line else None, line * self._scale)

    def rounded(self, left: float, top: float, right: float, bottom: float, fill: str, radius: float) -> None:
        box = self._box(left, top, right, bottom)
        self._draw.rounded_rectangle(box, radius * self._scale, fill, LINE, 6 * self._scale)

    def polygon(self, *points: Point, fill: str) -> None:
        scaled = [self._point(point) for point in points]
        self._draw.polygon(scaled, fill)
        self._draw.line([*scaled, *scaled[:2]], LINE, 6 * self._scale, joint="curve")

    def line(self, *points: Point, colour: str = LINE, width: float = 6) -> None:
        self._draw.line([self._point(point) for point in points], colour, int(width * self._scale), joint="curve")

    def arc(self, left: float, top: float, right: float, bottom: float, start: int, end: int, width: int) -> None:
        self._draw.arc(self._box(left, top, right, bottom), start, end, LINE, width * self._scale)

    def half(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        """The upper half of an oval, with its outline."""
        self._draw.pieslice(self._box(left, top, right, bottom), 180, 360, fill, LINE, 6 * self._scale)

    def _point(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale

    def _box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return left * self._scale, top * self._scale, right * self._scale, bottom * self._scale


def _cup(pen: _Pen, colour: str) -> None:
    pen.oval(138, 362, 358, 400, WHITE, line=6)
    pen.arc(318, 236, 398, 326, 265, 95, 16)
    pen.polygon((154, 230), (344, 230), (324, 350), (298, 380), (200, 380), (174, 350), fill=WHITE)
    pen.oval(154, 206, 344, 254, WHITE, line=6)
    pen.oval(168, 214, 330, 246, colour)
    for left in (204, 248, 292):
        pen.arc(left - 14, 128, left + 14, 160, 90, 270, 7)
        pen.arc(left - 14, 156, left + 14, 188, 270, 90, 7)


def _glass(pen: _Pen, colour: str) -> None:
    pen.line((282, 176), (318, 92), (346, 92), width=10)
    pen.polygon((172, 150), (340, 150), (318, 390), (194, 390), fill="#ffffffcc")
    pen.polygon((178, 206), (334, 206), (318, 390), (194, 390), fill=colour)
    for left, top in ((200, 222), (256, 244), (216, 282)):
        pen.rounded(left, top, left + 44, top + 44, "#ffffff88", 8)


def _toast(pen: _Pen, colour: str) -> None:
    for top in (318, 222):
        pen.rounded(144, top, 368, top + 74, colour, 24)
        pen.rounded(160, top + 12, 352, top + 56, "#f4dfb4", 16)
    pen.rounded(150, 290, 362, 324, "#8fae4f", 12)
    pen.rounded(220, 196, 292, 236, "#ffe27a", 8)


def _bun(pen: _Pen, colour: str) -> None:
    pen.half(136, 186, 376, 470, colour)
    pen.rounded(136, 322, 376, 386, "#f0d3a0", 30)
    for left, top in ((214, 236), (258, 220), (302, 244), (236, 272), (286, 280)):
        pen.oval(left, top, left + 14, top + 9, "#fff3d6")


def _croissant(pen: _Pen, colour: str) -> None:
    pen.polygon(
        (116, 356), (134, 280), (186, 222), (256, 200), (326, 222), (378, 280), (396, 356), (352, 344), (318, 312),
        (256, 294), (194, 312), (160, 344), fill=colour,
    )  # fmt: skip
    for top, bottom in (
        ((160, 250), (182, 322)),
        ((212, 212), (226, 300)),
        ((300, 212), (286, 300)),
        ((352, 250), (330, 322)),
    ):
        pen.line(top, bottom)


def _puff(pen: _Pen, colour: str) -> None:
    pen.half(128, 200, 384, 540, colour)
    pen.rounded(124, 352, 388, 388, "#e8b765", 18)
    for left in range(148, 372, 32):
        pen.line((left, 356), (left + 12, 384), width=5)
    for left in (204, 256, 308):
        pen.line((left - 10, 290), (left + 10, 262), width=5)


def _roll(pen: _Pen, colour: str) -> None:
    pen.rounded(112, 262, 400, 384, colour, 60)
    pen.rounded(132, 292, 380, 324, "#9fbf63", 14)
    pen.rounded(132, 316, 380, 340, "#f4dfb4", 12)
    for left in (172, 236, 300):
        pen.line((left, 284), (left + 34, 268), width=5)


def _slice(pen: _Pen, colour: str) -> None:
    pen.polygon((126, 262), (386, 214), (386, 372), (126, 384), fill=colour)
    pen.polygon((126, 262), (250, 176), (386, 214), fill="#fff1da")
    pen.line((128, 322), (384, 292), colour="#fff1da", width=14)
    pen.oval(240, 158, 284, 200, "#c2453d", line=5)


def _tart(pen: _Pen, colour: str) -> None:
    pen.polygon((136, 270), (376, 270), (338, 384), (174, 384), fill="#d29a4a")
    for left in range(172, 350, 30):
        pen.line((left, 300), (left + (256 - left) * 0.18, 380), width=5)
    pen.oval(128, 224, 384, 312, "#e5b366", line=6)
    pen.oval(150, 238, 362, 300, colour)
    pen.oval(196, 248, 240, 266, "#fff3c4")


def _tumbler(pen: _Pen, colour: str) -> None:
    pen.polygon((186, 186), (326, 186), (306, 392), (206, 392), fill=colour)
    pen.rounded(172, 150, 340, 192, "#efe3d0", 14)
    pen.line((256, 150), (272, 92), width=10)
    pen.polygon((226, 300), (256, 244), (286, 300), (256, 340), fill="#9fc07f")


def _tin(pen: _Pen, colour: str) -> None:
    pen.polygon((170, 176), (342, 176), (342, 392), (170, 392), fill=colour)
    pen.polygon((170, 176), (190, 132), (322, 132), (342, 176), fill="#efe3d0")
    pen.rounded(194, 232, 318, 336, PAPER, 12)
    for left in (216, 260):
        pen.oval(left, 258, left + 36, 308, "#6b3f22", line=4)


def _jar(pen: _Pen, colour: str) -> None:
    pen.rounded(164, 196, 348, 392, colour, 34)
    pen.rounded(184, 148, 328, 200, "#c2453d", 12)
    pen.rounded(190, 256, 322, 338, PAPER, 10)
    pen.oval(232, 276, 280, 318, "#7fa650", line=4)


def _cake(pen: _Pen, colour: str) -> None:
    pen.rounded(132, 252, 380, 384, colour, 18)
    pen.rounded(132, 236, 380, 290, "#fff1da", 22)
    for left in (164, 222, 280, 338):
        pen.oval(left - 18, 212, left + 18, 248, "#c2453d", line=5)


def _tree(pen: _Pen, colour: str) -> None:
    for left in (200, 228, 284, 312):
        pen.line((256, 300), (left, 392), width=10)
    pen.line((256, 320), (256, 220), width=14)
    for left, top in ((150, 190), (242, 190), (196, 130)):
        pen.oval(left, top, left + 120, top + 110, colour, line=6)


DRAWINGS: dict[Icon, Callable[[_Pen, str], None]] = {
    "cup": _cup,
    "glass": _glass,
    "toast": _toast,
    "bun": _bun,
    "croissant": _croissant,
    "puff": _puff,
    "roll": _roll,
    "slice": _slice,
    "tart": _tart,
    "tumbler": _tumbler,
    "cake": _cake,
    "tree": _tree,
    "tin": _tin,
    "jar": _jar,
}
