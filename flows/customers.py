"""What only customers have: suppliers, investors and other contacts collect no points."""

from __future__ import annotations

from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk

FOR_CUSTOMERS = _("Points and rewards are for our customers. I'm glad to help you with anything else.")


def for_customers(talk: Talk) -> bool:
    """Whether the contact is a customer; others are told kindly that this is not for them."""
    if talk.do("customer", loyalty.is_customer):
        return True
    talk.say(FOR_CUSTOMERS)
    return False
