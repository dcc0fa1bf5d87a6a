"""The business's colour, made readable: WCAG 2.2 asks for a contrast of 4.5 between text and what is behind it."""

from __future__ import annotations

import re
from typing import TypeAlias

Rgb: TypeAlias = tuple[int, int, int]
COMFORTABLE = 6.0  # leaves 4.5 on a tinted ground
BLACK, WHITE, NIGHT = (0, 0, 0), (255, 255, 255), (28, 33, 36)
PAPER = (246, 244, 240)  # the page behind the bubbles


def stylesheet(colour: str) -> str:
    """The colour variables of the page for a business colour, by day and by night.

    `--brand` lies behind the customer's own words, `--brand-text` is the colour of links and quick replies.
    """
    brand = parse(colour)
    day = _variables(brand, toward(brand, BLACK, PAPER))
    night = _variables(brand, toward(brand, WHITE, NIGHT))
    return f":root{{{day}}}\n@media (prefers-color-scheme: dark){{:root{{{night}}}}}\n"


def parse(colour: str) -> Rgb:
    """A colour written #rrggbb. Raises ValueError for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"{colour!r} is no colour; write it as #rrggbb.")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def toward(colour: Rgb, end: Rgb, behind: Rgb) -> Rgb:
    """The colour, moved toward `end` as far as it must to be readable on `behind`."""
    for step in range(21):
        mixed = _mixed(colour, end, step / 20)
        if contrast(mixed, behind) >= COMFORTABLE:
            return mixed
    return end


def _variables(brand: Rgb, text: Rgb) -> str:
    on_brand = max(WHITE, BLACK, key=lambda ink: contrast(ink, brand))
    return f"--brand:{_hex(brand)};--on-brand:{_hex(on_brand)};--brand-text:{_hex(text)}"


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
