"""Drawing a poster: one page of A4 that any printer prints, its letters and codes as outlines."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import segno
from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from bot.posters.content import Code, Content
from console.colour import BLACK, WHITE, Rgb, contrast
from locales import direction
from talk.errors import SapaError

FONTS = Path(__file__).parent / "fonts"
FILES = {
    ("latin", ""): "NotoSans-Regular.ttf",
    ("latin", "B"): "NotoSans-Bold.ttf",
    ("arabic", ""): "NotoSansArabic-Regular.ttf",
    ("arabic", "B"): "NotoSansArabic-Bold.ttf",
    ("chinese", ""): "NotoSansSC-Medium.ttf",
    ("chinese", "B"): "NotoSansSC-Medium.ttf",
}
FAMILY = {"ar": "arabic", "zh": "chinese"}
SCRIPT = {"ar": "arab", "zh": "hani"}
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 16.0
INNER = WIDTH - 2 * MARGIN
INK, MUTED = (27, 35, 39), (91, 101, 106)
STEPS_TOP = HEIGHT - 57
CAPTION = 16.0  # what stands under a code
LTR, POP = "\u2066", "\u2069"  # addresses are written from the left everywhere
QUIET = 4  # modules of white around a code
UNSEEN = re.compile(r"[\u200b-\u200f\u2066-\u2069\s]")
# Chinese may break before any of its characters that does not close what stands before it.
HAN_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])(?<![（“])(?=[\u4e00-\u9fff（“])")

Weight = Literal["", "B"]


class Place(NamedTuple):
    """Where a text goes: its box's left side, top and width, in millimetres."""

    left: float
    top: float
    width: float


class Sheet(FPDF):
    """The page of one poster in its business's colour."""

    def __init__(self, content: Content, brand: Rgb, made: dt.datetime) -> None:
        super().__init__(format="A4")
        self._content = content
        self._brand = brand
        self._language = content.language
        self._family = FAMILY.get(content.language, "latin")
        self._rtl = direction(content.language) == "rtl"
        self.set_creation_date(made)
        self.set_title(content.heading)
        self.set_lang(content.language)
        self.set_auto_page_break(False)
        self.set_margin(0)
        for (family, weight), file in FILES.items():
            self.add_font(family, weight, FONTS / file)
        self.set_fallback_fonts(list(dict.fromkeys(family for family, _weight in FILES)), exact_match=False)
        self.set_text_shaping(
            use_shaping_engine=True,
            direction=direction(content.language),
            script=SCRIPT.get(content.language, "latn"),
            language=content.language,
        )

    def draw(self) -> bytes:
        """The document. Raises SapaError for a name whose letters are in none of our fonts."""
        try:
            self._insist_on_letters()
            self.add_page()
            top = self._benefits(self._head() + 10)
            self._codes(top + 5, STEPS_TOP - 7)
            self._steps(STEPS_TOP)
            self._foot()
            return bytes(self.output())
        finally:
            for font in self.fonts.values():
                if isinstance(font, TTFFont):
                    font.ttfont.close()

    def _insist_on_letters(self) -> None:
        text = UNSEEN.sub("", "".join(self._content.texts))
        known = set().union(*(getattr(font, "cmap", {}) for font in self.fonts.values()))
        unknown = "".join(sorted({letter for letter in text if ord(letter) not in known}))
        if unknown:
            raise SapaError(
                f"The posters' fonts have no letters for {unknown!r}: write the name of the business, branch or "
                "reward without them."
            )

    def _head(self) -> float:
        content, ink = self._content, self._on_brand
        heading = Place(MARGIN, 29, INNER)
        size, lines = self._fitting(content.heading, heading.width, "B", (40, 36, 32, 28, 24), most=3)
        bottom = heading.top + lines * _height(size)
        self.set_fill_color(*self._brand)
        self.rect(0, 0, WIDTH, bottom + 20, style="F")
        self._write(content.business, Place(MARGIN, 14, INNER), 18, "B", ink)
        self._write(content.heading, heading, size, "B", ink)
        self._write(content.branch, Place(MARGIN, bottom + 5, INNER), 16, "", ink)
        return bottom + 20

    def _benefits(self, top: float) -> float:
        for benefit in self._content.benefits:
            place = Place(self._start(12, MARGIN + 12, INNER - 12), top, INNER - 12)
            size, lines = self._fitting(benefit, place.width, "", (19, 17, 15, 13), most=2)
            self._tick(self._start(8, MARGIN, 8), top + (_height(size) - 8) / 2)
            self._write(benefit, place, size, "", INK)
            top += lines * _height(size) + 3.5
        return top

    def _codes(self, top: float, bottom: float) -> None:
        """The codes, as large as the page has room for, in the middle of it."""
        codes = self._content.codes
        column = INNER / len(codes)
        size = min(bottom - top - CAPTION, column - 6, 96)
        top += (bottom - top - CAPTION - size) / 2
        for number, code in enumerate(codes):
            left = self._start(column, MARGIN + number * column, column)
            self._code(code, left + (column - size) / 2, top, size)
            points, _lines = self._fitting(code.caption, column, "B", (15, 14, 13, 12, 11), most=1)
            self._write(code.caption, Place(left, top + size + 2, column), points, "B", INK, Align.C)
            points, _lines = self._fitting(code.typed, column, "", (12, 11, 10, 9, 8), most=1)
            self._write(
                f"{LTR}{code.typed}{POP}", Place(left, top + size + 9.5, column), points, "", MUTED, Align.C
            )

    def _code(self, code: Code, left: float, top: float, size: float) -> None:
        rows = segno.make_qr(code.address, error="m").matrix
        module = size / (len(rows) + 2 * QUIET)
        self.set_draw_color(*self._brand)
        self.set_line_width(0.8)
        self.rect(left, top, size, size, style="D", round_corners=True, corner_radius=3)
        self.set_fill_color(0, 0, 0)
        for line, row in enumerate(rows):
            place = QUIET
            for dark, run in groupby(row):
                length = len(list(run))
                if dark:
                    # A hair more than a module, so that no white line shows between the rows.
                    x, y = left + place * module, top + (line + QUIET) * module
                    self.rect(x, y, length * module, module * 1.02, style="F")
                place += length

    def _steps(self, top: float) -> None:
        column = INNER / len(self._content.steps)
        for number, step in enumerate(self._content.steps):
            left = self._start(column, MARGIN + number * column, column)
            self.set_fill_color(*self._brand)
            self.ellipse(left + column / 2 - 5, top, 10, 10, style="F")
            middle = Place(left, top + 5 - _height(15) / 2, column)
            self._write(str(number + 1), middle, 15, "B", self._on_brand, Align.C)
            size, _lines = self._fitting(step, column - 8, "", (14, 13, 12, 11), most=4)
            self._write(step, Place(left + 4, top + 13, column - 8), size, "", INK, Align.C)

    def _foot(self) -> None:
        self._write(self._content.leave, Place(MARGIN, HEIGHT - 13, INNER), 10.5, "", MUTED, Align.C)

    def _tick(self, left: float, top: float) -> None:
        self.set_fill_color(*self._brand)
        self.ellipse(left, top, 8, 8, style="F")
        self.set_draw_color(*self._on_brand)
        self.set_line_width(1)
        self.polyline([(left + 2.2, top + 4.2), (left + 3.6, top + 5.6), (left + 6, top + 2.7)])

    def _start(self, width: float, left: float, room: float) -> float:
        """Where a box of `width` begins that would begin at `left` in a language read from the left."""
        return WIDTH - left - room if self._rtl else left

    def _fitting(
        self, text: str, width: float, weight: Weight, sizes: tuple[float, ...], *, most: int
    ) -> tuple[float, int]:
        """The largest size at which the text takes at most so many lines, or the smallest; and its lines."""
        lines = 1
        for size in sizes:
            self.set_font(self._family, weight, size)
            found = self.multi_cell(
                width, _height(size), _breakable(text), dry_run=True, output=MethodReturnValue.LINES, padding=0
            )
            assert isinstance(found, list)
            lines = len(found)
            if lines <= most:
                return size, lines
        return sizes[-1], lines

    def _write(
        self, text: str, place: Place, size: float, weight: Weight, colour: Rgb, align: Align | None = None
    ) -> None:
        self.set_font(self._family, weight, size)
        self.set_text_color(*colour)
        self.set_xy(place.left, place.top)
        self.multi_cell(
            place.width,
            _height(size),
            _breakable(text),
            align=align or (Align.R if self._rtl else Align.L),
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
        )

    @cached_property
    def _on_brand(self) -> Rgb:
        return max(WHITE, BLACK, key=lambda ink: contrast(ink, self._brand))


def _height(size: float) -> float:
    """The height of a line in millimetres for a size in points."""
    return size * 0.3528 * 1.35


def _breakable(text: str) -> str:
    return HAN_BREAK.sub("\u200b", text)
