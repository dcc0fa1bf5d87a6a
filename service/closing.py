"""How a conversation ends: why it was closed, whether the customer is asked how it was, and what opens it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.engine import Connection

from locales import Text, _
from service import rules
from service.ownership import GIVEN_BACK
from store import desk, preferences
from store.contacts import Contact
from store.desk import Conversation
from talk.messages import Inbound, Kind
from talk.reading.answers import read_yes_no

# Why somebody closes a conversation, and what their page calls it.
REASONS: Mapping[str, Text] = {
    "solved": _("Solved"),
    "no_answer": _("The customer did not answer"),
    "elsewhere": _("Goes on elsewhere"),
    "not_for_us": _("Nothing for us to do"),
    "other": _("Something else"),
}
SURVEY = "survey"  # the kind of message that whoever wants no surveys has refused
TELLING: frozenset[Kind] = frozenset({"photo", "voice", "video", "document", "location"})


def asks_rating(connection: Connection, contact: Contact, closed: Conversation) -> bool:
    """Whether the customer is asked how they were served: only who was answered, and wants to be asked."""
    if contact.deceased or closed.first_replied_at is None or not rules.read(connection).ask_rating:
        return False
    return SURVEY not in preferences.read(connection, contact.id).refused


def reopens(connection: Connection, contact_id: int, now: dt.datetime) -> Conversation | None:
    """The conversation that what the customer writes now may belong to: closed by the team not long ago.

    One that was given back to the bot is the bot's.
    """
    found = desk.last_closed(connection, contact_id)
    if found is None or found.closed_at is None or found.closed_by is None or found.close_reason == GIVEN_BACK:
        return None
    within = dt.timedelta(days=rules.read(connection).reopen_days)
    return found if now - found.closed_at <= within else None


def says_more(inbound: Inbound, language: str) -> bool:
    """Whether an event that the bot makes nothing of tells people something: words, a file, a place.

    A yes, a no, “ok” and a row of hearts do not.
    """
    if inbound.kind != "text":
        return inbound.kind in TELLING
    return any(each.isalnum() for each in inbound.text) and read_yes_no(inbound.text, language) is None
