from __future__ import annotations

import pytest

from console.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        (" 0042 ", 42),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        ("1_000", None),
        ("٣", None),
        ("²", None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_so_many_digits_and_nothing_else(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_more_digits_are_read_where_more_are_due() -> None:
    assert whole_number("123456789012345", 15) == 123_456_789_012_345
