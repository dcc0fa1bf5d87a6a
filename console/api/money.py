"""Amounts as the API writes them: a decimal text with the currency's own number of decimals."""

from __future__ import annotations

from console.api.problems import invalid
from loyalty.programme import decimals


def minor(amount: str, currency: str, at: str) -> int:
    """An amount (fields.AMOUNT) in the currency's minor units.

    Raises Problem that names the field `at` when it has more decimals than the currency.
    """
    digits = decimals(currency)
    units, _, part = amount.partition(".")
    part = part.rstrip("0").ljust(digits, "0")
    if len(part) > digits:
        raise invalid(at, f"{currency} has {digits} decimals, not more")
    return int(units + part)


def written(minor_units: int, currency: str) -> str:
    """Minor units as a decimal text: 1250 MYR is 12.50."""
    digits = decimals(currency)
    units, part = divmod(abs(minor_units), 10**digits)
    sign = "-" if minor_units < 0 else ""
    return f"{sign}{units}.{part:0{digits}d}" if digits else f"{sign}{units}"
