"""What most questions share: no buttons, and an answer in words."""

from __future__ import annotations

from typing import Any, Literal

from talk.messages import Kind
from talk.prompts.base import Heard, Option

WORDED: frozenset[Kind] = frozenset({"text", "edited", "photo", "video", "voice", "document"})
"""What can carry words: text, and media with a caption."""


class Typed:
    """A question answered in words, without buttons of its own."""

    __slots__ = ()

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """Nothing that only the platform could give."""
        return ""

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """No quick replies."""
        return ()


def words(heard: Heard) -> str:
    """What the customer wrote, a caption included; empty when the answer has no words (a sticker, a place)."""
    inbound = heard.inbound
    return inbound.text if inbound.kind in WORDED else ""


def rows(options: tuple[Option, ...], columns: int) -> tuple[tuple[Option, ...], ...]:
    """Quick replies in rows of `columns`."""
    return tuple(options[start : start + columns] for start in range(0, len(options), columns))
