"""Recommendations: a few products, why each of them, and what the customer wants to do with it."""

from __future__ import annotations

from flows import recommending
from flows.customers import for_customers
from flows.recommending import Card
from locales import Text, _, verbatim
from locales.formats import Money
from talk.engine import Talk, fleeting
from talk.exchange import ABOUT_MARK
from talk.prompts import Choice, Option

INTRO = _("I've picked these for you:")
ALIKE = _("These are like it:")
NOTHING = _("I have nothing to suggest right now. Do look again another time.")
NO_MORE = _("That was all I have for you at the moment.")
ANOTHER = _("Would you like to see more?")
MORE = Option("more", _("Show me more"))
DONE = Option("done", _("That's all, thanks"), declines=True)

PRICED = _("<b>{product}</b> for {price}")
ON_OFFER = _("<b>{product}</b> for {price} instead of {usual}, until {day}")
WHY: dict[str, Text] = {
    "bought": _("Because you bought {product}."),
    "refill": _("It may be time for a new one."),
    "popular": _("Many of our customers like it."),
    "alike": _("It's like {product}."),
    "offer": _("It's on offer for you."),
}
SEE, LIKE_IT = _("See it in the shop"), _("More like this")
NOT_FOR_ME, TELL_ME = _("Not interested"), _("Tell me about offers")


@fleeting
async def recommend(talk: Talk) -> None:
    """Show a page of products, and more of them as long as they are wanted."""
    if not for_customers(talk):
        return
    about, seen = talk.args.get("about", ""), tuple(talk.args.get("seen", ()))
    cards = talk.do("cards", recommending.cards, about, seen)
    if not cards:
        talk.say(NO_MORE if seen else NOTHING)
        return
    if not seen:
        talk.say(ALIKE if about else INTRO)
    for card in cards:
        show(talk, card)
    if len(cards) == recommending.SIZE and await talk.ask("more", ANOTHER, Choice(MORE, DONE)) is MORE:
        await talk.go("recommend", about=about, seen=[*seen, *(card.product_id for card in cards)])


def show(talk: Talk, card: Card, why_told: Text | None = None) -> None:
    """Show one product with its price, the reason, and its buttons, which work at any time.

    `why_told` says why it comes to whom has not asked.
    """
    price, usual = Money(card.price, card.currency), Money(card.usual, card.currency)
    told = PRICED if card.until is None else ON_OFFER
    talk.say(told, product=card.name, price=price, usual=usual, day=card.until, picture=card.picture)
    if card.about:
        talk.say(verbatim(card.about), line=True)
    buttons = _buttons(card)
    talk.say(WHY[card.why], line=True, product=card.because, commands=() if why_told else buttons)
    if why_told is not None:
        talk.say(why_told, line=True, commands=buttons)


def _buttons(card: Card) -> tuple[Option, ...]:
    see = (Option("see", SEE, url=card.url),) if card.url else ()
    tell = (_about("offer_watch", card, TELL_ME),) if card.until is None else ()
    return (*see, _about("recommend", card, LIKE_IT), *tell, _about("not_interested", card, NOT_FOR_ME))


def _about(flow: str, card: Card, label: Text) -> Option:
    return Option(f"{flow}{ABOUT_MARK}{card.shown}", label)
