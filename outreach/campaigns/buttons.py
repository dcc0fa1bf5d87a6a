"""The buttons of a campaign's messages, as they stand in what was sent."""

from __future__ import annotations

import msgspec
from sqlalchemy.engine import Connection

from outreach.campaigns import planning
from outreach.templates.content import Content, Press
from store.campaigns import Campaign

MOST_DIGITS = 1  # of a button's place


def button(connection: Connection, campaign: Campaign, variant: str, place: int) -> Press | None:
    """The button at this place, from 0, of what `variant` says.

    Where that has none so far down, or nobody knows who was sent what (empty), another variant's: an old message
    in somebody's hands leads to something still. None where no variant has one.
    """
    contents = planning.contents_of(connection, campaign)
    for letter in sorted(contents, key=lambda letter: (letter != variant, letter)):
        buttons = msgspec.convert(contents[letter], Content).buttons
        if place < len(buttons):
            return buttons[place]
    return None


def place_of(text: str) -> int | None:
    """The place that a press names, which may say anything; None for what is no place."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
