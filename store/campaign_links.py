"""The links in campaigns' messages: signed, so that only our own lead on, and counted for who was sent them.

A link names the campaign, the contact and the button, and no address: where it leads stands in the campaign's
frozen template, so that nobody can make one of ours lead elsewhere.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from itsdangerous import BadSignature, Signer

from store.shown_products import PATH

_PARTS = "."  # between the parts; the public ids and a number have none
_DIGITS = 2  # of a button's place


class Link(NamedTuple):
    """What a link says: the campaign's public id, the contact's, and the button's place in the template, from 0."""

    campaign: str
    contact: str
    place: int


def link(secret: bytes, address: str, campaign: str, contact: str, place: int) -> str:
    """The address, below where the world reaches us (`address`), of a campaign's button; `place` counts from 0."""
    token = _signer(secret).sign(_PARTS.join((campaign, contact, str(place)))).decode()
    return f"{address.rstrip('/')}{PATH}/{token}"


def read_link(secret: bytes, token: str) -> Link | None:
    """What a link says; None when it is not ours."""
    try:
        campaign, contact, place = _signer(secret).unsign(token.encode()).decode().split(_PARTS)
    except (BadSignature, UnicodeError, ValueError):
        return None
    if not (place.isascii() and place.isdecimal() and len(place) <= _DIGITS):
        return None
    return Link(campaign, contact, int(place))


@lru_cache(maxsize=4)  # there is one for a house, and a broadcast signs a hundred thousand links
def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt="sapa.go.campaign", digest_method=hashlib.sha256)
