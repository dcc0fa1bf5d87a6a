"""Numbers in Chinese characters, 0 to 99,999,999, with Arabic digits mixed in as people write ("2千")."""

import re
from typing import Final

_DIGITS: Final = {
    word: value
    for words in ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "〇一两")
    for value, word in enumerate(words)
} | {"俩": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
CHARACTERS: Final = frozenset(_DIGITS) | frozenset(_UNITS) | {"万"}
_PIECE: Final = re.compile(r"\d+|\D")
_LONGEST = 18


def read(text: str) -> int | None:
    """The number the text spells, or None. A last digit without its unit is of the next unit: 两百五 is 250."""
    if not text or len(text) > _LONGEST or text.isdecimal():
        return None
    if not all(character in CHARACTERS or character.isdecimal() for character in text):
        return None
    if all(character in _DIGITS for character in text):
        return _digit_by_digit(text)
    high, ten_thousands, low = text.partition("万")
    if not ten_thousands:
        return _section(high, follows=1)
    upper, lower = _section(high, follows=1), _section(low, follows=1000) if low else 0
    return upper * 10_000 + lower if upper and lower is not None else None


def _digit_by_digit(text: str) -> int | None:
    """二〇二六 is 2026; 三四 would as often mean "three or four" and is refused."""
    if len(text) == 1:
        return _DIGITS[text]
    digits = "".join(str(_DIGITS[character]) for character in text)
    certain = len(text) > 2 or "0" in digits
    return int(digits) if certain and not digits.startswith("0") else None


def _section(text: str, follows: int) -> int | None:
    """Below ten thousand; `follows` is what a lone last digit counts in when no unit comes before it."""
    total, ceiling, next_unit = 0, 10_000, follows
    digit: int | None = None
    for piece in _PIECE.findall(text):
        value = int(piece) if piece.isdecimal() else _DIGITS.get(piece)
        if value is None:
            unit = _UNITS.get(piece, ceiling)
            count = 1 if digit is None and unit == 10 else digit
            if unit >= ceiling or not count or count * unit >= ceiling * 10:
                return None
            total, ceiling, next_unit, digit = total + count * unit, unit, unit // 10, None
        elif digit:
            return None
        else:
            digit, next_unit = value, next_unit if 0 < value < 10 else 1  # 3千500, 三千零五
    if digit is None:
        return total
    return total + digit * next_unit if 0 < digit * next_unit < ceiling else None
