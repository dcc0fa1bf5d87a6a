"""Which flow a customer's words ask for."""

from __future__ import annotations

from typing import cast

from service.urgent import Urgent
from talk.messages import Inbound
from talk.prompts.typed import WORDED
from talk.reading.words import EXAMINED, URGENT, Match, alarm

FLOWS_OF_INTENTS = {
    "menu": "menu",
    "greeting": "menu",
    "points": "points",
    "history": "points",
    "recommend": "recommend",
    "rules": "rules",
    "rewards": "rewards",
    "vouchers": "vouchers",
    "card": "card",
    "hours": "hours",
    "link": "link",
    "thanks": "thanks",
    "bye": "bye",
    "missing": "missing_points",
    "feedback": "feedback",
    "complaint": "complaint",
    "praise": "praise",
    "requests": "requests",
    "settings": "preferences",
    "survey": "survey",
    "pause": "pause",
    "data": "my_data",
    "help": "help",
    "person": "person",
    "language": "language",
    "stop": "stop",
    "start": "news",
}
# A whole message that is one of these interrupts whatever is being asked.
GLOBAL = frozenset({"menu", "points", "help", "person", "stop", "language"})


def flow_of(match: Match | None) -> str | None:
    """The flow that a message asks for; None when it asks for none."""
    return FLOWS_OF_INTENTS.get(match.intent) if match else None


def urgent_in(match: Match | None, inbound: Inbound, language: str) -> Urgent | None:
    """What the customer tells that cannot wait, wherever in their words it stands."""
    if match is not None and match.intent in URGENT:
        return cast(Urgent, match.intent)
    longer = inbound.kind in WORDED and len(inbound.text) > EXAMINED
    return cast("Urgent | None", alarm(inbound.text, language)) if longer else None


def is_stop(match: Match | None) -> bool:
    """Whether the whole message is a stop word, which stops at once."""
    return match is not None and match.intent == "stop" and match.whole


def global_intent(match: Match | None) -> str | None:
    """The global command that the whole message is: a flow's intent, or `back`."""
    return match.intent if match and match.whole and match.intent in GLOBAL | {"back"} else None
