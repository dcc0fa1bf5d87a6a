"""Why something was not said, or not yet, in words: the one place where reasons become sentences for staff."""

from __future__ import annotations

from markupsafe import Markup

from locales import Language, Text, _, render, verbatim

WHATS: dict[str, Text] = {  # what may be said unasked, by its kind or its occasion
    "birthday": _("Birthday greeting"),
    "membership": _("Greeting to the day as a member"),
    "expiry": _("Notice of points that expire"),
    "greeting": _("Greeting"),
    "offer": _("Offer"),
    "news": _("News"),
    "awaited_offer": _("An offer waited for"),
    "survey": _("Survey"),
    "more": _("Another part of a message"),
    "expiry_notice": _("Notice of points that expire"),
    "points_earned": _("Notice of points"),
    "points_booked": _("Notice of points"),
    "till_undone": _("Notice of a purchase undone"),
    "claim_decided": _("Answer to a claim"),
    "voucher_used": _("Notice of a voucher used"),
    "card_linked": _("Notice of a card linked"),
    "promise_slipped": _("Word about a promise"),
    "answer_late": _("Word about an answer that takes long"),
    "case_answered": _("Answer to a request"),
    "case_closed": _("Notice of a request closed"),
    "case_late": _("Word about a request that takes long"),
    "redemption_allowed": _("Notice that redeeming goes on"),
}
REASONS: dict[str, Text] = {  # as cadence, the planner, campaigns and surveys name them
    "merged": _("This chat was joined with another one."),
    "erased": _("The data were erased."),
    "deceased": _("The customer has died."),
    "no chat": _("There is no chat to write in."),
    "blocked": _("The customer has blocked us."),
    "spam": _("The team marked the customer as a sender of spam."),
    "people only": _("The customer wants to hear from people alone."),
    "not wanted": _("The customer doesn't want messages of this kind."),
    "not personalised": _("The customer wants nothing that uses what we know of them."),
    "opted out": _("The customer said stop."),
    "no consent": _("The customer never agreed to news."),
    "switched off": _("The programme sends none."),
    "hold-out": _("They are among those who get no offers and no news, so that it can be told what these bring."),
    "with a person": _("Somebody of the team had the conversation."),
    "in a dialogue": _("The customer was in the middle of a dialogue."),
    "open request": _("A request of the customer was open."),
    "an answer is owed first": _("An answer was owed first."),
    "paused": _("The customer wanted a pause."),
    "public holiday": _("It was a public holiday where the customer lives."),
    "quiet hours": _("It was quiet hours."),
    "country hours": _("Their country lets offers and news come at other hours."),
    "daily limit": _("There had been enough on that day."),
    "weekly limit": _("There had been enough in that week."),
    "enough of its kind": _("There had been enough of its kind in that week."),
    "too soon after another": _("It was too soon after another message."),
    "too late": _("It was too late for it to be of use."),
    "the birthday goes first": _("The birthday greeting goes first."),
    "no such day any more": _("There is no such day any more."),
    "not the day yet": _("Its day had not come."),
    "no points left": _("The points were gone by then."),
    "told with others": _("It was told together with others."),
    "asked lately": _("They had been asked in a survey lately."),
    "rule stopped": _("The rule was paused or removed."),
    "survey closed": _("The survey was archived."),
    "expired": _("It was too late for it to be of use."),
    "cancelled": _("The campaign was cancelled."),
    "campaign paused": _("The campaign was paused."),
    "cancelled by them": _("The customer cancelled this message."),
    "left the segment": _("They had left the segment."),
    "no text in their language": _("There is no text in their language."),
    "text too long": _("The text would be too long for them."),
    "text empty": _("There was nothing to say to them."),
    "text unreadable": _("The text could not be read."),
    "value not known": _("The text names something that isn't known of them."),
    "another goes first": _("Another campaign goes first."),
    "held out": _("They are among those who get nothing, so that it can be told what messages bring."),
    "the chat must wait": _("The channel wants a pause between messages to one chat."),
    "its sender died": _("The program stopped in the middle of sending it."),
}
FIRST = ("too late: ", "put back: ")  # before what held it


def why(code: str, language: Language) -> Markup:
    """A reason in words; what a provider said stays as it is.

    What came too late also says what it had waited for.
    """
    late, held = code.startswith(FIRST[0]), code
    for first in FIRST:
        held = held.removeprefix(first)
    words = _said(held, language)
    return Markup("{} {}").format(_said("too late", language), words) if late else words


def what(kind: str, language: Language) -> Markup:
    """What kind of message it was, in words."""
    text = WHATS.get(kind) or WHATS.get(kind.partition("-")[0]) or verbatim(kind)
    return Markup(render(text, language))  # noqa: S704 - our own text, or escaped


def _said(code: str, language: Language) -> Markup:
    return Markup(render(REASONS.get(code) or verbatim(code), language))  # noqa: S704 - our own text, or escaped
