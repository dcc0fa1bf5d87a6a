"""Which queue a conversation waits in: by what it is about, and by the customer's language."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine import Connection

from locales import Text, _
from store import queues
from store.desk import GENERAL
from store.queues import Queue

# What a queue may be about, and what the settings call it.
TOPICS: Mapping[str, Text] = {
    GENERAL: _("Everything else"),
    "points": _("Points"),
    "rewards": _("Rewards and vouchers"),
    "card": _("Member card"),
    "orders": _("Orders"),
    "complaint": _("Complaints"),
}
OF_FLOWS: Mapping[str, str] = {
    "points": "points",
    "points_earned": "points",
    "missing_points": "points",
    "rules": "points",
    "expiry_notice": "points",
    "claim_decided": "points",
    "rewards": "rewards",
    "vouchers": "rewards",
    "voucher_used": "rewards",
    "till_undone": "rewards",
    "card": "card",
    "link": "card",
    "card_linked": "card",
    "not_me": "card",
    "feedback": "complaint",
    "complaint": "complaint",
    "requests": "complaint",
}
OF_REASONS: Mapping[str, str] = {
    "receipt_not_taken": "points",
    "code_not_received": "card",
    "card_linked_by_another": "card",
}


def topic_of(topic: str, flow: str, why: str) -> str:
    """What a conversation is about: the topic that was said, else that of the reason, else of the dialogue."""
    if topic != GENERAL:
        return topic
    return OF_REASONS.get(why) or OF_FLOWS.get(flow) or GENERAL


def route(connection: Connection, topic: str, language: str) -> Queue:
    """The open queue of a topic that takes this language, else one of the topic that takes all, else the general.

    A general queue of the language goes before the general one of everybody.
    """
    found = queues.of_topic(connection, topic)
    fitting = [each for each in found if not each.languages or language in each.languages]
    return min(fitting or found, key=lambda each: (each.topic != topic, not each.languages))
