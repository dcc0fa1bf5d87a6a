"""Personal links: an address that opens the chat as one customer."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from store import links

LIFETIME = dt.timedelta(days=7)


def personal_link(secret: str, public_url: str, contact_public_id: str, expires: dt.datetime) -> str:
    """The address that opens the chat at `public_url` as this contact, once, until `expires`.

    Whoever opens it first is taken for the customer: send it only where the customer alone reads it.
    """
    token = links.sign(secret, contact_public_id, expires)
    return f"{public_url.rstrip('/')}/chat?{urlencode({'as': token})}"
