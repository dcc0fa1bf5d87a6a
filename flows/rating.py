"""Effects of the question how somebody was served."""

from __future__ import annotations

from store import ratings
from talk.engine import Act

LOW = 2  # of five: the team hears of it


def rate(act: Act, conversation: str, stars: int) -> None:
    """Keep how many of five stars the conversation of this public id gets; the team hears of a few."""
    if ratings.rate(act.connection, act.contact_id, conversation, stars, act.now) and stars <= LOW:
        act.tell("low_rating", {"stars": str(stars)})


def comment(act: Act, conversation: str, words: str) -> None:
    """Keep what the customer says to it."""
    ratings.comment(act.connection, act.contact_id, conversation, words, act.now)
