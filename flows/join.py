"""Becoming a member: a new card at once, or the card somebody has already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flows import effects
from flows.link import LATER
from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk
from talk.prompts import Choice, Heard, Option, Reading
from talk.prompts.contact_points import Phone, PhoneNumber
from talk.prompts.typed import Typed, rows

QUESTION = _("Would you like a member card, or do you have one already?")
NEW = Option("new", _("Get a card"))
LINK = Option("link", _("I have a card"))
CHOICE = Choice(NEW, LINK, LATER)


@dataclass(frozen=True, slots=True)
class Way(Typed):
    """One of the ways, or the card's phone number at once, shared by a platform that vouches for it."""

    shared: bool

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """The platform's button for the phone number, where there is one."""
        return "phone" if self.shared else ""

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The ways, one a row."""
        return rows(CHOICE.choices, 1)

    def read(self, heard: Heard) -> Reading[Option | PhoneNumber]:
        """The way, or the number."""
        return Phone().read(heard) if heard.inbound.phone_proven else CHOICE.read(heard)

    def dump(self, value: Any) -> Any:
        """The way's key, or the number."""
        return Phone().dump(value) if isinstance(value, PhoneNumber) else CHOICE.dump(value)

    def load(self, plain: Any) -> Option | PhoneNumber:
        """The way or the number. Raises ValueError for what `dump` does not make."""
        return Phone().load(plain) if isinstance(plain, dict) else CHOICE.load(plain)


async def join(talk: Talk) -> bool:
    """Offer a card; whether the customer is a member now."""
    way = await talk.ask("way", QUESTION, Way(talk.do("vouches", effects.phone_is_vouched_for)))
    if isinstance(way, PhoneNumber):
        return bool(await talk.go("link", phone=way.number))
    if way is NEW:
        talk.do("open", loyalty.become_member)
        talk.say(_("Welcome, you're a member now, and your next purchase earns points."))
        return True
    return way is LINK and bool(await talk.go("link"))
