"""The sentences that tell what happened with a customer, and why something did not."""

from __future__ import annotations

from locales import Text, _, n_

WHATS: dict[str, Text] = {  # what may be said unasked
    "birthday": _("Birthday greeting"),
    "membership": _("Greeting to the day as a member"),
    "expiry": _("Notice of points that expire"),
    "greeting": _("Greeting"),
    "offer": _("Offer"),
    "news": _("News"),
    "survey": _("Survey"),
    "expiry_notice": _("Notice of points that expire"),
    "points_earned": _("Notice of points"),
    "points_booked": _("Notice of points"),
    "till_undone": _("Notice of a purchase undone"),
    "claim_decided": _("Answer to a claim"),
    "voucher_used": _("Notice of a voucher used"),
    "card_linked": _("Notice of a card linked"),
}
REASONS: dict[str, Text] = {  # why something was not said, as cadence and the planner name it
    "merged": _("This chat was joined with another one."),
    "erased": _("The data were erased."),
    "deceased": _("The customer has died."),
    "no chat": _("There is no chat to write in."),
    "blocked": _("The customer has blocked us."),
    "people only": _("The customer wants to hear from people alone."),
    "not wanted": _("The customer doesn't want messages of this kind."),
    "not personalised": _("The customer wants nothing that uses what we know of them."),
    "opted out": _("The customer said stop."),
    "no consent": _("The customer never agreed to news."),
    "switched off": _("The programme sends none."),
    "with a person": _("Somebody of the team had the conversation."),
    "in a dialogue": _("The customer was in the middle of a dialogue."),
    "open request": _("A request of the customer was open."),
    "an answer is owed first": _("An answer was owed first."),
    "paused": _("The customer wanted a pause."),
    "quiet hours": _("It was quiet hours."),
    "daily limit": _("There had been enough on that day."),
    "weekly limit": _("There had been enough in that week."),
    "enough of its kind": _("There had been enough of its kind in that week."),
    "too soon after another": _("It was too soon after another message."),
    "too late": _("It was too late for it to be of use."),
    "the birthday goes first": _("The birthday greeting goes first."),
    "no such day any more": _("There is no such day any more."),
    "no points left": _("The points were gone by then."),
    "told with others": _("It was told together with others."),
    "asked lately": _("They had been asked in a survey lately."),
    "rule stopped": _("The rule was paused or removed."),
    "survey closed": _("The survey was archived."),
    "expired": _("It was too late for it to be of use."),
}
TIERS: dict[str, Text] = {
    "reached": _("Reached {tier}"),
    "kept": _("Keeps {tier}"),
    "fell": _("Moved to {tier}"),
    "refund": _("{tier} after a refund"),
    "programme": _("{tier} by a new programme"),
}
OCCASIONS: dict[str, Text] = {
    "planned": _("Planned: {what}"),
    "done": _("Sent: {what}"),
    "skipped": _("Not sent: {what}"),
    "cancelled": _("Not wanted: {what}"),
}
PURCHASE, BOUGHT, REFUNDED = _("Purchase"), _("Bought: {product}"), _("Refund of {amount}")
RECEIPT, PIECES = _("Receipt {number}"), n_("{count} piece", "{count} pieces", "count")
ISSUED, USED, USE_UNDONE = _("Voucher: {reward}"), _("Voucher used: {reward}"), _("Use undone: {reward}")
CLAIMED = _("Asked for missing points")
TOLD, CASE_CLOSED = _("{kind}: request {number}"), _("Request {number} closed")
PROMISED, KEPT, LET_GO = _("Promised: {text}"), _("Promise kept: {text}"), _("Promise let go: {text}")
DUE, BY = _("Due {moment}"), _("By {name}")
AGREED, WITHDREW = _("Agreed: {purpose}"), _("Withdrew: {purpose}")
PUT_OFF, NOT_SENT, MAYBE = _("Put off: {what}"), _("Not sent: {what}"), _("May not have arrived: {what}")
UNTIL = _("Until {moment}")
OPENED, CLOSED_IT = _("Conversation with the team opened"), _("Conversation with the team closed")
ASKED_FOR, CORRECTED = _("{name} asked for a correction of points"), _("{name} corrected the points")
AGREED_TO, TURNED_DOWN = _("{name} corrected the points, {second} agreed"), _("Correction of points refused")
