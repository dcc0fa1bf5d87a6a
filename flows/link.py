"""Linking the member card: by a phone number that the messaging app vouches for, otherwise by a one-time code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from flows import effects, linking
from locales import Text, _, n_
from store.codes import DIGITS, Void, Wrong
from store.members import Gone, HasCard, Linked
from talk.engine import Talk
from talk.prompts import Accepted, Choice, Heard, Option, Reading, Rejected, Skippable
from talk.prompts.contact_points import Phone, PhoneNumber
from talk.prompts.labels import by_key, by_words
from talk.prompts.typed import Typed, rows, words
from talk.reading.normal import unify

TEAM = Option("team", _("Ask our team"))
LATER = Option("later", _("Not now"), declines=True)
COUNTER = Option("counter", _("Link it at the counter"))
ANOTHER = Option("another", _("Send a new code"))

SHARE = _(
    "Please share the phone number of your card with the button below, or type it, or type your member number."
)
TYPE = _("Please type your member number, or the phone number of your card.")
NO_NUMBER = _("That doesn't look like a phone number or a member number. Please check it and type it again.")
FOUND = _("Thank you, I've found your member card.")
SENT = _(
    "If I know this card, I've just sent a 6-digit code to where its owner already hears from us: another chat, "
    "e-mail or a text message. Please type the code here within 10 minutes."
)
WRONG = n_(
    "That isn't the code. You have {left} try left.",
    "That isn't the code. You have {left} tries left.",
    count="left",
)
VOID = _("This code can't be used any more. What would you like to do?")
SIX_DIGITS = _("The code has 6 digits. Please type it as you see it.")
ENOUGH = _("I can't send you another code just now. Please try again later, or let our team link your card.")
SHOW = _(
    "Please show this code at the counter within 10 minutes: <code>{code}</code>\n"
    "Our team will find your card there and link it to this chat."
)
OWN = _("This chat has that card already; there's nothing left to link.")
HAS_CARD = _("This chat already has a card with points. Our team can put your two cards together.")
GONE = _("That card can't be linked here any more. Our team can look into it.")

_NUMBER = re.compile(r"(?=.*[0-9])[\w][\w /.:-]{1,39}")
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class CardNumber(Typed):
    """A phone number, shared or typed, or a member number; what is typed may be either."""

    shared: bool

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """The platform's button for the phone number, where there is one."""
        return "phone" if self.shared else ""

    def read(self, heard: Heard) -> Reading[tuple[str, PhoneNumber | None]]:
        """The number as it was typed, and the phone number that it is or that was shared."""
        phone = Phone().read(heard)
        found = phone.value if isinstance(phone, Accepted) else None
        typed = unify(words(heard)).strip()
        number = typed if _NUMBER.fullmatch(typed) else ""
        return Accepted((number, found)) if number or found else Rejected(NO_NUMBER)

    def dump(self, value: Any) -> Any:
        """The number and the phone number."""
        return [value[0], value[1] and Phone().dump(value[1])]

    def load(self, plain: Any) -> tuple[str, PhoneNumber | None]:
        """The number and the phone number. Raises ValueError for what `dump` does not make."""
        match plain:
            case [str(number), phone] if number or phone:
                return number, Phone().load(phone) if phone else None
        raise ValueError(f"{plain!r} is no number of a card.")


@dataclass(frozen=True, slots=True)
class Code(Typed):
    """The digits of a code, or what to do without one: the key of an option."""

    choices: tuple[Option, ...] = (COUNTER, TEAM, LATER)

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """What can be done without a code."""
        return rows(self.choices, 1)

    def read(self, heard: Heard) -> Reading[str]:
        """The code or the option's key."""
        if heard.pressed is not None:
            chosen = by_key(heard.pressed, self.choices)
        else:
            digits = re.sub(r"[\s-]", "", unify(words(heard)))
            if _CODE.fullmatch(digits):
                return Accepted(digits)
            chosen = None if digits.isdigit() else by_words(words(heard), heard.language, self.choices)
        return Accepted(chosen.key) if chosen else Rejected(SIX_DIGITS)

    def dump(self, value: Any) -> Any:
        """The code or the key."""
        return value

    def load(self, plain: Any) -> str:
        """The code or the key. Raises ValueError for anything else."""
        if isinstance(plain, str) and (_CODE.fullmatch(plain) or by_key(plain, self.choices)):
            return plain
        raise ValueError(f"{plain!r} is no code.")


async def link(talk: Talk) -> bool:
    """Find the customer's card and link it once it is proven to be theirs; whether it is linked now.

    A number that is merely typed proves nothing: anybody could type it.
    """
    number, phone = "", talk.args.get("phone")
    if phone is None:
        vouches = talk.do("vouches", effects.phone_is_vouched_for)
        question = SHARE if vouches else TYPE
        answer = await talk.ask("number", question, Skippable(CardNumber(vouches)))
        if answer is None:
            return False
        number, shared = answer
        if shared is None or not shared.proven:
            return await _by_code(talk, shared.number if shared else "", number)
        phone = shared.number
    if talk.do("link", linking.link_phone, phone):
        talk.say(FOUND)
        return True
    return await _by_code(talk, phone, number)


async def _by_code(talk: Talk, phone: str, number: str) -> bool:
    if talk.do("own", linking.is_own, phone, number):
        talk.say(OWN)
        return True
    if talk.do("points", linking.has_points):
        return await _offer_team(talk, HAS_CARD, "two_cards")
    return await _until_proved(talk, phone, number)


async def _until_proved(talk: Talk, phone: str, number: str) -> bool:
    while True:
        if isinstance(talk.do("send", linking.send_code, phone, number), linking.Enough):
            return await _offer_team(talk, ENOUGH, "codes_used_up")
        proved = await _proved(talk)
        match proved:
            case Linked():
                talk.say(FOUND)
                return True
            case HasCard():
                return await _offer_team(talk, HAS_CARD, "two_cards")
            case Gone():
                return await _offer_team(talk, GONE, "card_gone")
            case Void():
                wish = (await talk.ask("void", VOID, Choice(ANOTHER, COUNTER, TEAM, LATER))).key
            case wish:
                pass
        if wish != ANOTHER.key:
            return await _without_code(talk, wish)


async def _proved(talk: Talk) -> Linked | HasCard | Gone | Void | str:
    """What a typed code led to, or the key of what is wished instead of typing one."""
    typed = await talk.ask("code", SENT, Code())
    while _CODE.fullmatch(typed):
        proved = talk.do("prove", linking.prove, typed)
        if not isinstance(proved, Wrong):
            return proved
        typed = await talk.ask("again", WRONG, Code(), left=proved.left)
    return typed


async def _without_code(talk: Talk, wish: str) -> Literal[False]:
    """Link it at the counter, let people look, or leave it; it is not linked yet."""
    if wish == TEAM.key:
        talk.hand_over("code_not_received")
    if wish == COUNTER.key:
        shown = talk.do("show", linking.show_code)
        if isinstance(shown, linking.Enough):
            return await _offer_team(talk, ENOUGH, "codes_used_up")
        talk.say(SHOW, code=shown.code)
    return False


async def _offer_team(talk: Talk, why: Text, reason: str) -> Literal[False]:
    """Let people do what I can't; the card is not linked."""
    if await talk.ask("then", why, Choice(TEAM, LATER)) is TEAM:
        talk.hand_over(reason)
    return False
