"""Templates and customers for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from locales.formats import Money
from outreach.templates.content import Content, Press, Text
from outreach.templates.known import Bought, Named, Offer, Voucher
from outreach.templates.registry import MOST_ITEMS, MOST_LETTERS, VALUES
from outreach.templates.rendering import Stamp
from outreach.templates.values import Values
from store.campaign_links import link
from tests.conftest import SECRET

CAMPAIGN = "c" * 16
STAMP = Stamp(CAMPAIGN, lambda contact, place: link(SECRET, "https://sapa.example", CAMPAIGN, contact, place))


def content(english: str = "Hello", **more: Any) -> Content:
    """A template with a text in English that was reviewed, and more of its fields."""
    return Content(**{"texts": {"en": Text(english, "reviewed")}} | more)


def in_language(language: str, text: str) -> Content:
    """A template with one text in a language."""
    return Content(texts={language: Text(text, "reviewed")})


def customer(language: str = "en", digits: str = "", **known: Any) -> Values:
    """A customer of whom this is known."""
    return Values(1, "p" * 16, language, digits, known)


def button(does: Any = "flow", target: str = "points", **labels: str) -> Press:
    """A button with its labels by language."""
    return Press(labels or {"en": "My points"}, does, target)


def rich() -> Values:
    """A customer with as much of everything as there can be."""
    day, name = dt.date(2026, 11, 21), Named("x" * MOST_LETTERS)
    money = Money(10**15, "KWD")
    known: dict[str, Any] = {
        value.name: {"text": name, "number": 10**9, "day": day}.get(value.kind) for value in VALUES
    }
    known["vouchers"] = (Voucher(name, day),) * MOST_ITEMS
    known["bought"] = (Bought(name, day),) * MOST_ITEMS
    known["offers"] = (Offer(name, money, money, day),) * MOST_ITEMS
    return customer(**known)
