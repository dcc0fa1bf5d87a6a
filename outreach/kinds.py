"""Every kind of message that nobody asked for, by the flow that says it or the name of its campaign.

A due row is of its flow's kind, unless its arguments name another as `kind`.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.consents import MARKETING as NEWS
from store.outbox import MARKETING, SERVICE


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds a kind of message back.

    `lane` is that of the outbox. `purpose` is the consent it needs; one with a purpose also keeps to the caps, to
    a pause, and waits while a request of the contact's is open. One that `counts` takes a place among the unasked
    messages of its day, so that others keep their distance, and does not interrupt a dialogue. A `personal` one
    uses what we know of the contact's life. One that is `awake` goes in quiet hours, too: its contact stands at
    the till. One that is `prompt` tells of what was just done with the contact's card or voucher: it goes at any
    hour, whoever has the conversation, and cannot be refused, for it may be news of a fraud. One that is `owed` is
    the team's own word to its contact: it goes whoever has the conversation, to who wants people only as well. One
    that `sells` keeps to what its contact's country asks of advertising, and does not go to who is held out.
    """

    lane: int = SERVICE
    purpose: str = ""
    counts: bool = False
    personal: bool = False
    awake: bool = False
    prompt: bool = False
    owed: bool = False
    sells: bool = False


AWAITED = "awaited_offer"  # of a product whose offer the contact asked to be told of: they are promised it
MORE = "more"  # what follows in the turn of an unasked message: it goes where that one went

KINDS: dict[str, Kind] = {
    "greeting": Kind(MARKETING, NEWS, counts=True, personal=True),
    "offer": Kind(MARKETING, NEWS, counts=True, sells=True),
    "news": Kind(MARKETING, NEWS, counts=True, sells=True),
    AWAITED: Kind(MARKETING, NEWS, counts=True),
    "survey": Kind(MARKETING, NEWS, counts=True),
    MORE: Kind(MARKETING, NEWS),
    "expiry_notice": Kind(counts=True),
    "points_earned": Kind(awake=True),
    "points_booked": Kind(),  # points_earned for a purchase that is not of this moment
    "till_undone": Kind(awake=True),
    "claim_decided": Kind(),
    "voucher_used": Kind(prompt=True),
    "card_linked": Kind(prompt=True),
    "promise_slipped": Kind(owed=True),
    "answer_late": Kind(owed=True),
    "case_answered": Kind(owed=True),
    "case_closed": Kind(owed=True),
    "case_late": Kind(owed=True),
    "redemption_allowed": Kind(owed=True),
}


def kind_of(name: str) -> Kind:
    """The kind of this name; what has none is an offer, of which most is asked."""
    return KINDS.get(name) or KINDS["offer"]
