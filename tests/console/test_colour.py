"""The business's colour stays readable, whatever it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.colour import BLACK, NIGHT, PAPER, WHITE, contrast, parse, stylesheet, toward

COLOURS = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_links_and_replies_are_readable_by_day_and_by_night(colour: tuple[int, int, int]) -> None:
    assert contrast(toward(colour, BLACK, PAPER), PAPER) >= 4.5
    assert contrast(toward(colour, WHITE, NIGHT), NIGHT) >= 4.5


@given(COLOURS)
def test_words_on_the_colour_are_readable(colour: tuple[int, int, int]) -> None:
    sheet = stylesheet("#{:02x}{:02x}{:02x}".format(*colour))
    brand, on_brand = re.findall(r"--(?:on-)?brand:(#\w{6})", sheet)[:2]
    assert contrast(parse(brand), parse(on_brand)) >= 4.5


@pytest.mark.parametrize("colour", ["teal", "#fff", "#12345g", "#123456;}", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="no colour"):
        stylesheet(colour)
