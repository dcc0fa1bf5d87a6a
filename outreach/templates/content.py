"""What a template says, in which languages, and what can be pressed under it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

MOST_SIGNS = 4_000
MOST_BUTTONS = 3
MOST_ON_A_BUTTON = 30
MOST_OF_AN_ADDRESS = 500
MOST_POINTS = 100_000
Kind: TypeAlias = Literal["offer", "news"]
Does: TypeAlias = Literal["flow", "survey", "link"]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text in one language, in Jinja2; a draft that nobody reviewed is not sent.

    `by` is who reviewed it: staff's public id, or how the command line was used; `at` is when.
    """

    text: Annotated[str, Meta(max_length=MOST_SIGNS)]
    state: Literal["draft", "reviewed"] = "draft"
    by: str = ""
    at: Annotated[dt.datetime, Meta(tz=True)] | None = None


class Press(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A button: it starts a dialogue (by its name in the book), a survey (by its code), or opens an address."""

    labels: dict[str, Annotated[str, Meta(min_length=1, max_length=MOST_ON_A_BUTTON)]]
    does: Does
    target: Annotated[str, Meta(max_length=MOST_OF_AN_ADDRESS)]


class Gift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes with the message: points, or a voucher for a reward (by its code); taken by its own button."""

    points: Annotated[int, Meta(ge=0, le=MOST_POINTS)] = 0
    reward: str = ""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template. `texts` are by language; `picture` is the public id of the business's own media."""

    kind: Kind = "offer"
    texts: dict[str, Text] = {}
    buttons: Annotated[tuple[Press, ...], Meta(max_length=MOST_BUTTONS)] = ()
    picture: str = ""
    gift: Gift | None = None


def content_of(document: Any) -> Content:
    """The template that a document says. Raises msgspec.ValidationError for one that is none."""
    return msgspec.convert(document, Content)
