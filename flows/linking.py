"""Effects of linking a member card: proving by a one-time code that it is one's own.

Whoever asks is told the same of every number: whether there is such a card is nobody else's to know.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from locales import _, render
from store import codes, members, ways
from store.codes import Void, Wrong
from talk.engine import Act, lookup

NOWHERE = "nowhere"

CODE = _(
    "Your one-time code is <code>{code}</code>.\n\nSomebody asked to link your member card to a chat. "
    "The code is valid for 10 minutes. If it wasn't you, you need do nothing: just don't pass the code on."
)


class OnItsWay(msgspec.Struct, frozen=True, tag=True):
    """If there is such a card and its owner can be reached, a code is on its way to them."""


class ToShow(msgspec.Struct, frozen=True, tag=True):
    """A code that the customer shows at the till."""

    code: str


class Enough(msgspec.Struct, frozen=True, tag=True):
    """The customer has had their codes for now."""


@lookup
def has_points(act: Act) -> bool:
    """Whether this chat has a card with points already."""
    return members.holds_points(act.connection, act.contact_id)


@lookup
def is_own(act: Act, phone: str, number: str) -> bool:
    """Whether the card of this phone number or member number is the one that this chat has."""
    return _member(act, phone, number) == act.contact_id


def link_phone(act: Act, phone: str) -> bool:
    """Give the contact the member card that has this proven number; whether there was one to give."""
    return members.link_phone(act.connection, act.contact_id, phone)


def send_code(act: Act, phone: str, number: str) -> OnItsWay | Enough:
    """Have a code sent to whoever has the card of this phone number or member number."""
    now = act.now.astimezone(dt.UTC)
    member = _member(act, phone, number)
    reachable = (
        member is not None and member != act.contact_id and codes.may_have_another(act.connection, member, now)
    )
    way = ways.to(act.connection, member, act.ways) if member is not None and reachable else None
    code = codes.issue(
        act.connection, act.secret, act.contact_id, member if way else None, way.channel if way else NOWHERE, now
    )
    if code is None:
        return Enough()
    if member is not None and way is not None:
        words = render(CODE, way.language, {"code": code})
        ways.post(act.connection, member, way, words, now=now, expires_at=now + codes.LIFETIME)
    return OnItsWay()


def _member(act: Act, phone: str, number: str) -> int | None:
    member = members.find(act.connection, number=number) if number else None
    return member or (members.find(act.connection, phone=phone) if phone else None)


def show_code(act: Act) -> ToShow | Enough:
    """A code that a cashier types to link the card of the person in front of them to this chat."""
    code = codes.issue(act.connection, act.secret, act.contact_id, None, codes.TILL, act.now.astimezone(dt.UTC))
    return Enough() if code is None else ToShow(f"{code[:3]} {code[3:]}")


def prove(act: Act, code: str) -> members.Linked | members.HasCard | members.Gone | Wrong | Void:
    """Link the card whose owner got this code."""
    now = act.now.astimezone(dt.UTC)
    answer = codes.check(act.connection, act.secret, act.contact_id, code, now)
    if isinstance(answer, codes.Proven):
        return members.link(act.connection, act.contact_id, answer.member_id, now)
    return answer
