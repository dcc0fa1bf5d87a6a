"""A customer's answer as a question hears it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from talk.messages import Inbound, Kind, Media
from talk.prompts import Heard

TODAY = dt.date(2026, 11, 21)


def typed(text: str, language: str = "en", *, draft: Any = None, region: str = "MY") -> Heard:
    """Words."""
    return Heard(_inbound("text", text=text), language, TODAY, draft=draft, region=region)


def pressed(key: str, language: str = "en", *, draft: Any = None) -> Heard:
    """A button."""
    return Heard(_inbound("button", button=key), language, TODAY, pressed=key, draft=draft)


def sent(kind: Kind, *media: Media, language: str = "en", draft: Any = None, **fields: Any) -> Heard:
    """Anything else: a sticker, a photo, a contact."""
    return Heard(_inbound(kind, media=media, **fields), language, TODAY, draft=draft)


def _inbound(kind: Kind, **fields: Any) -> Inbound:
    return Inbound(
        channel="webchat",
        account="shop",
        external_id="1",
        sender="7",
        kind=kind,
        at=dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC),
        **fields,
    )
