"""Missing points: a receipt that brought none, claimed by its number or a photo of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows import claiming, effects
from flows.card import NO_CARD
from flows.customers import for_customers
from locales import Text, _, n_
from loyalty.claims import AlreadyCredited, AlreadyYours, Filed, NotYours, TooMany
from loyalty.receipts import SHORTEST, compared
from talk.engine import Talk
from talk.prompts import Accepted, Choice, Heard, Option, Photo, Reading, Rejected, Skippable
from talk.prompts.typed import Typed, words

ANOTHER = Option("another", _("Another receipt"))
DONE = Option("done", _("That's all, thanks"), declines=True)
TEAM = Option("team", _("Ask our team"))
LATER = Option("later", _("Not now"), declines=True)

ASK = n_(
    "What's the number on your receipt? You can also send a photo of it. It may be up to {days} day old.",
    "What's the number on your receipt? You can also send a photo of it. It may be up to {days} days old.",
    count="days",
)
NO_NUMBER = _("Please type the receipt's number alone, as it is printed, or send a photo of the receipt.")
NO_PHOTO = _("Sorry, I couldn't keep your photo. Our team can help you.")
FILED = _(
    "Thank you. Our team will look at it and tell you here by the end of {day}. "
    "The number of your request is <code>{number}</code>."
)
OPEN = _("Request <code>{number}</code>, receipt {receipt}: you'll hear from us by the end of {day}.")
OPEN_PHOTO = _("Request <code>{number}</code>, with your photo: you'll hear from us by the end of {day}.")
ANYTHING_ELSE = _("Is there another receipt?")
MINE = _(
    "You've told us about this receipt already. "
    "Request <code>{number}</code> is with our team until the end of {day}."
)
HAD = _("The points for this receipt are in your account already.")
HAD_ON = _("The points for this receipt are in your account already. The purchase was on {day}.")
NOT_YOURS = _("I can't take this receipt. If you think that's wrong, our team will gladly look into it.")
TOO_MANY = n_(
    "You have {open} open request. Please wait until we've answered it.",
    "You have {open} open requests. Please wait until we've answered them.",
    count="open",
)
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Receipt(Typed):
    """A receipt's number, a photo of it, or both: of the answer one may be empty."""

    def read(self, heard: Heard) -> Reading[tuple[str, str]]:
        """The number as it was typed, and the photo's `ref`."""
        photo = Photo().read(heard)
        ref = photo.value if isinstance(photo, Accepted) else ""
        typed = words(heard).strip()
        number = typed if _is_number(typed) else ""
        return Accepted((number, ref)) if number or ref else Rejected(NO_NUMBER)

    def dump(self, value: Any) -> Any:
        """The number and the `ref`."""
        return list(value)

    def load(self, plain: Any) -> tuple[str, str]:
        """The number and the `ref`. Raises ValueError when both are empty."""
        match plain:
            case [str(number), str(ref)] if number or ref:
                return number, ref
        raise ValueError(f"{plain!r} is no receipt.")


def _is_number(typed: str) -> bool:
    plain = compared(typed)
    return len(typed) <= LONGEST and len(plain) >= SHORTEST and any(map(str.isdigit, plain))


async def missing_points(talk: Talk) -> None:
    """Say how open claims stand; take a receipt, and say by when it is answered or why it cannot be taken."""
    if not for_customers(talk):
        return
    if not talk.do("member", effects.is_member):
        talk.say(NO_CARD)
        if not await talk.go("join"):
            return
    opened = talk.do("open", claiming.open_claims)
    for claim in opened:
        told = OPEN if claim.receipt else OPEN_PHOTO
        talk.say(told, line=True, number=claim.number, receipt=claim.receipt, day=claim.day)
    if opened and await talk.ask("another", ANYTHING_ELSE, Choice(ANOTHER, DONE)) is DONE:
        return
    days = talk.do("days", claiming.receipt_days)
    receipt = await talk.ask("receipt", ASK, Skippable(Receipt()), days=days)
    if receipt is not None:
        await _tell(talk, talk.do("file", claiming.file, *receipt))


async def _tell(talk: Talk, answer: claiming.Filed) -> None:
    match answer:
        case Filed(number=number, promised_at=promised_at):
            talk.say(FILED, number=number, day=promised_at.date())
        case AlreadyYours(credited=True):
            talk.say(HAD)
        case AlreadyYours(number=number, promised_at=promised_at):
            talk.say(MINE, number=number, day=promised_at.date())
        case AlreadyCredited(at=at):
            talk.say(HAD_ON, day=at.date())
        case TooMany(open=opened):
            talk.say(TOO_MANY, open=opened)
        case NotYours():
            await _offer_team(talk, NOT_YOURS)
        case claiming.NoPhoto():
            await _offer_team(talk, NO_PHOTO)


async def _offer_team(talk: Talk, why: Text) -> None:
    if await talk.ask("then", why, Choice(TEAM, LATER)) is TEAM:
        talk.hand_over("receipt_not_taken")
