"""One line of a conversation as the team sees it."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec

from talk.messages import Button

Speaker: TypeAlias = Literal["you", "bot", "person", "note", "owner"]
State: TypeAlias = Literal["", "queued", "sent", "failed", "unknown"]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message: `state` pending, kept or refused (with the `reason`), or drawn when it is looked at."""

    id: str
    type: str
    name: str
    state: str = "kept"
    reason: str = ""


class Line(msgspec.Struct, kw_only=True):
    """One thing that happened, at its place.

    `id` names it among all lines; `message` is our public id for what was said. `text` is in Sapa's HTML subset.
    `what` is what a customer sent when it was not text; of a change of owner, why. `staff` is the public id of who
    speaks. `state` and `reason` tell how far a message got; `before` are the texts that an edit replaced, the
    oldest first. `chosen` are the buttons that were pressed; `edit_of` names the line that an edit of this
    customer's is about, where it is in sight.
    """

    id: str
    seq: int
    speaker: Speaker
    at: dt.datetime
    channel: str = ""
    message: str = ""
    text: str = ""
    what: str = ""
    author: str = ""
    staff: str = ""
    files: tuple[File, ...] = ()
    buttons: tuple[Button, ...] = ()
    chosen: frozenset[str] = frozenset()
    pressed: bool = False
    state: State = ""
    reason: str = ""
    before: tuple[str, ...] = ()
    edit_of: str = ""
    owner: str = ""
    owner_name: str = ""
