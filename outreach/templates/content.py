"""What a template says, in which languages, and what can be pressed under it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

MOST_SIGNS = 4_000
MOST_BUTTONS = 3
Kind: TypeAlias = Literal["offer", "news"]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text in one language, in Jinja2; a draft that nobody reviewed is not sent."""

    text: Annotated[str, Meta(max_length=MOST_SIGNS)]
    state: Literal["draft", "reviewed"] = "draft"


class Press(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A button: it starts a dialogue (by its name in the book), a survey (by its code), or opens an address."""

    labels: dict[str, Annotated[str, Meta(min_length=1, max_length=30)]]
    does: Literal["flow", "survey", "link"]
    target: Annotated[str, Meta(max_length=500)]


class Gift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes with the message: points, or a voucher for a reward (by its code); taken by its own button."""

    points: Annotated[int, Meta(ge=0, le=100_000)] = 0
    reward: str = ""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template. `texts` are by language; `picture` is the public id of the business's own media."""

    kind: Kind = "offer"
    texts: dict[str, Text] = {}
    buttons: Annotated[tuple[Press, ...], Meta(max_length=MOST_BUTTONS)] = ()
    picture: str = ""
    gift: Gift | None = None
