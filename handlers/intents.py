"""Which flow a customer's words ask for."""

from __future__ import annotations

from talk.reading import words

FLOWS_OF_INTENTS = {
    "menu": "menu",
    "greeting": "menu",
    "points": "points",
    "history": "points",
    "rewards": "rewards",
    "help": "help",
    "person": "person",
    "language": "language",
    "stop": "stop",
    "start": "news",
}
# A whole message that is one of these interrupts whatever is being asked.
GLOBAL = frozenset({"menu", "help", "person", "stop", "language"})


def flow_of(text: str, language: str) -> str | None:
    """The flow that the text asks for; None when it asks for none."""
    match = words.match(text, language)
    return FLOWS_OF_INTENTS.get(match.intent) if match else None


def is_stop(text: str, language: str) -> bool:
    """Whether the whole message is a stop word, which stops at once."""
    match = words.match(text, language)
    return match is not None and match.intent == "stop" and match.whole


def global_intent(text: str, language: str) -> str | None:
    """The global command that the whole message is: a flow's intent, or `back`."""
    match = words.match(text, language)
    return match.intent if match and match.whole and match.intent in GLOBAL | {"back"} else None
