"""Topics: which kinds of messages a customer wants."""

from __future__ import annotations

from flows import preferring
from locales import Text, _
from talk.engine import Talk
from talk.prompts import Choice, Option

# The kinds of messages by the names that cadence knows.
TOPICS: dict[str, Text] = {
    "offer": _("Offers"),
    "news": _("News"),
    "greeting": _("Greetings"),
    "survey": _("Surveys"),
    "expiry_notice": _("Points reminders"),
}
SAVED = Option("saved", _("Done, keep it like this"))
QUESTION = _("What would you like to hear about? Tap a topic to switch it on or off.")
KEPT = _("All right, I've noted that.")


async def topics(talk: Talk) -> None:
    """Let each kind be switched on and off, with a tick at those that are on."""
    while True:
        refused = talk.do("refused", preferring.refused)
        kinds = [Option(kind, label, chosen=kind not in refused) for kind, label in TOPICS.items()]
        wish = await talk.ask("topic", QUESTION, Choice(*kinds, SAVED))
        if wish.key == SAVED.key:
            talk.say(KEPT)
            return
        talk.do("set", preferring.set_topic, wish.key, wish.key in refused)
