"""Whose popularity counts for somebody who bought little: the people most like them that are many enough."""

from __future__ import annotations

EVERYBODY = ""
CUSTOMER = "customer"


def segments_of(kind: str, city: str, tier: str, language: str) -> tuple[str, ...]:
    """The segments somebody belongs to, the one that says most first; everybody (`""`) is not among them.

    What suppliers buy says nothing of customers, so that a kind other than customer goes before all else; then
    where they live, how close they are to the business, and what they speak.
    """
    return tuple(
        f"{name}:{value}"
        for name, value in (
            ("kind", "" if kind == CUSTOMER else kind),
            ("city", " ".join(city.split()).casefold()),
            ("tier", tier),
            ("language", language),
        )
        if value
    )
