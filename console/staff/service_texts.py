"""What the pages of conversations and claims say."""

from __future__ import annotations

from console import texts as chat_texts
from locales import Text, _, n_, verbatim

CLAIMS = _("Missing points")
WAITS: dict[str, Text] = {
    "minutes": n_("Waiting for {minutes} minute", "Waiting for {minutes} minutes", "minutes"),
    "hours": n_("Waiting for {hours} hour", "Waiting for {hours} hours", "hours"),
    "days": n_("Waiting for {days} day", "Waiting for {days} days", "days"),
}
CHANNELS: dict[str, Text] = {"webchat": _("Web chat"), "telegram": verbatim("Telegram")}
LANGUAGES: dict[str, Text] = {code: verbatim(name) for code, name in chat_texts.NAMES.items()}
CONSENTS: dict[str, Text] = {
    "granted": _("Agreed to offers"),
    "withdrawn": _("Wants no offers"),
    "unasked": _("Not asked about offers yet"),
}
PEOPLE: dict[str, Text] = {
    "nameless": _("Customer without a name"),
    **{f"channel_{name}": text for name, text in CHANNELS.items()},
    **{f"language_{name}": text for name, text in LANGUAGES.items()},
    **{f"consent_{name}": text for name, text in CONSENTS.items()},
    **{
        f"kind_{name}": chat_texts.PAGE[name]
        for name in ("photo", "voice", "video", "document", "sticker", "location")
    },
    "kind_contact": chat_texts.PAGE["contact"],
    "kind_other": _("Message"),
}
ONE: dict[str, Text] = PEOPLE | {
    "queue": _("Nobody has taken this yet"),
    "yours": _("Yours"),
    "theirs": _("With {name}"),
    "answered": _("Answered"),
    "said_back": _("The conversation is with the bot again."),
    "earlier": _("Earlier messages"),
    "latest": _("Latest messages"),
    "transcript": _("Conversation"),
    "bot": _("Bot"),
    "pressed": _("Pressed a button"),
    "choices": _("Buttons"),
    "take": _("Take this conversation"),
    "take_over": _("Take over from {name}"),
    "take_help": _("Once it is yours, you can answer. The bot stays silent."),
    "answer": _("Your answer"),
    "answer_help": _("The customer sees your name, {name}, and writes in: {language}."),
    "send": _("Send"),
    "give_back": _("Give back to the bot"),
    "give_back_help": _("The customer is told, and the bot goes on where it was."),
    "unreachable": _("This customer cannot be written to at the moment, for example because they blocked the bot."),
    "customer": _("Customer"),
    "points": _("Points"),
    "pending": _("Pending"),
    "tier": _("Tier"),
    "language": _("Language"),
    "number": _("Customer number"),
    "phone": _("Phone"),
    "email": _("E-mail address"),
    "city": _("Town"),
    "consent": _("Consent"),
    "customer_since": _("Customer since"),
    "purchases": _("Last purchases"),
    "no_purchases": _("No purchases yet."),
    "claims": _("Open claims"),
    "picture": chat_texts.PAGE["picture"],
    "said_taken": _("The conversation is yours."),
    "said_sent": _("Your answer is on its way."),
}
CLAIM: dict[str, Text] = PEOPLE | {
    "claims": CLAIMS,
    "no_claims": _("No claim is open. New ones appear here."),
    "overdue": _("Overdue"),
    "due": _("Promised by {moment}"),
    "filed": _("Sent in {moment}"),
    "claim": _("Claim {number}"),
    "receipt": _("Receipt number"),
    "no_receipt": _("Not given"),
    "photo": _("Photo of the receipt"),
    "no_photo": _("No photo was sent."),
    "customer": ONE["customer"],
    "approve": _("Approve"),
    "approve_help": _("The points of this purchase are added, and the customer is told."),
    "amount": _("Amount in {currency}"),
    "bought": _("Day of the purchase"),
    "branch": _("Branch"),
    "no_branch": _("Not known"),
    "refuse": _("Refuse"),
    "refuse_help": _("The customer reads the reason as you write it. Their language: {language}."),
    "reason": _("Reason"),
    "decided": _("This claim has been decided."),
    "back": _("Back to the claims"),
    "said_approved": _("The claim is approved, and the customer is told."),
    "said_refused": _("The claim is refused, and the customer is told."),
}
EMPTY = _("Please write an answer first.")
TOO_LONG = _("This answer is too long. Please send it in parts.")
TAKEN_BY = _("{name} has this conversation now, so nothing was sent.")
NOT_TAKEN = _("Please take the conversation first. Nothing was sent.")
BOT_HAS_IT = _("The bot has this conversation again, so nothing was sent.")
NO_AMOUNT = _("Please write the amount of the receipt, for example {example}.")
NO_DAY = _("Please give the day of the purchase, today at the latest.")
NO_REASON = _("Please write a reason of at most 200 characters.")
DECIDED = _("Somebody has decided this claim already.")
CREDITED = _("The points of this receipt were added in another way. Please refuse the claim and say so.")
TOO_OLD = _("The programme takes receipts from {earliest} on.")
