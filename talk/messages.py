"""What comes in and what goes out, the same on every channel.

Both are plain structs that go to JSON and back: an `Inbound` is what a channel read from its platform, an
`Outgoing` is one provider call.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal[
    "text",
    "button",
    "start",
    "photo",
    "voice",
    "video",
    "document",
    "sticker",
    "location",
    "contact",
    "edited",
    "blocked",
    "unblocked",
    "other",
]
Lane: TypeAlias = Literal["reply", "service", "marketing"]
LANES: tuple[Lane, ...] = ("reply", "service", "marketing")


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A file a customer sent or is sent.

    `ref` is the platform's name for it on the way in, our media's public id on the way out; `size` is in bytes.
    """

    ref: str
    type: str = ""
    name: str = ""
    size: int = 0


class Inbound(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event a channel read.

    `external_id` is the platform's id of the event and makes a duplicate known; `sender` is the platform's id of
    the person (the chat). `raw` is the event as it came, kept when the event must be parked. `message` is the
    platform's id of the message itself (or of the message a button belongs to), `press` what the platform wants
    back when a button press is answered, `album` joins pictures sent together. `phone_proven` is true only where
    the platform vouches that the phone number is the sender's own. `source` is the poster by which the
    page was opened.
    """

    channel: str
    account: str
    external_id: str
    sender: str
    kind: Kind
    at: dt.datetime
    text: str = ""
    button: str = ""
    media: tuple[Media, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    phone_proven: bool = False
    name: str = ""
    language_hint: str = ""
    message: str = ""
    press: str = ""
    album: str = ""
    source: str = ""
    raw: str = ""


class Button(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A quick reply: its label and what comes back when it is pressed (at most 64 bytes), or a web address."""

    label: str
    data: str = ""
    url: str = ""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One message to a customer: one provider call.

    `text` is in Sapa's HTML subset, already in the customer's language, within the channel's limit. `buttons` are
    rows. `request` asks the platform for the customer's phone number or place where it can. `edits` is the
    platform's id of an earlier message that this one replaces. `press` answers a button press with no message.
    `author` is the name of the person who speaks; empty when the bot does.
    """

    text: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    media: Media | None = None
    request: Literal["", "phone", "location"] = ""
    request_label: str = ""
    edits: str = ""
    press: str = ""
    author: str = ""


class Sent(msgspec.Struct, frozen=True, tag=True):
    """The provider took the message and gave it an id."""

    message: str


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The provider's definite no: the message was not sent and will not be tried again."""

    reason: str
    unreachable: bool = False


class Later(msgspec.Struct, frozen=True, tag=True):
    """The provider's definite not now: try again after `seconds`; the whole account waits when `account`."""

    reason: str
    seconds: float = 1.0
    account: bool = False


class Moved(msgspec.Struct, frozen=True, tag=True):
    """The chat has a new id; send there."""

    sender: str


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """No answer came: it may have arrived or not."""

    reason: str


Receipt: TypeAlias = Sent | Refused | Later | Moved | Unknown
