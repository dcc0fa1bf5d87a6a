"""Amounts as people type them: 12.50, RM 12,50, 1.250.000."""

from __future__ import annotations

import re
import unicodedata

from locales.formats import Money
from loyalty.programme import decimals

MOST_DIGITS = 12
_AROUND = re.compile(r"^[^\d.,٫٬-]+|[^\d.,٫٬]+$")
_GROUPED = re.compile(r"\d{1,3}([.,٬ ]\d{3})+")


def typed(text: str, currency: str) -> int | None:
    """An amount in the currency's minor units; None for what is no amount above zero.

    The last point or comma begins the decimals when no more digits follow it than the currency has decimals; before
    it, and in a currency without any, points and commas part thousands.
    """
    digits = decimals(currency)
    plain = _AROUND.sub("", western(text).replace("\u00a0", " "))
    decimal = re.fullmatch(rf"(.*?)[.,٫](\d{{1,{digits}}})", plain) if digits else None
    whole, part = (decimal[1], decimal[2]) if decimal else (plain, "")
    if _GROUPED.fullmatch(whole):
        whole = re.sub(r"\D", "", whole)
    if not (whole.isdecimal() and whole.isascii()) or len(whole) > MOST_DIGITS:
        return None
    return int(whole + part.ljust(digits, "0")) or None


def example(currency: str) -> Money:
    """An amount as it may be typed."""
    return Money(25 * 10 ** decimals(currency), currency)


def plain(minor: int, currency: str) -> str:
    """An amount as it stands in a field, to be typed over: 12.50."""
    digits = decimals(currency)
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def western(text: str) -> str:
    """The text with every script's digits as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
