"""What a member of the team writes in the team's group of a messaging app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec

from talk.messages import Media

FROM_GROUP = "~"  # begins the public id of what was said to a customer from the group


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the group, or a later version of it when `edited`.

    `chat` and `thread` say where it stands (no thread: in no customer's topic), `message` is its id there. `by` is
    the platform's id of who wrote it, `name` what they are called there.
    """

    channel: str
    account: str
    external_id: str
    chat: str
    thread: int | None
    message: str
    by: str
    name: str
    at: dt.datetime
    text: str = ""
    media: Media | None = None
    edited: bool = False


ReceivePosted: TypeAlias = Callable[[Posted], Awaitable[None]]
"""Handles a message of the group; returns when what it did has committed. Raises StoreUnavailable."""
