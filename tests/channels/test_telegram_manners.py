"""While an answer is made the customer sees that somebody is there."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from channels.telegram.manners import attentive
from store.database import StoreUnavailable
from talk.messages import Inbound

PRESS = Inbound(
    channel="telegram",
    account="5",
    external_id="1",
    sender="77",
    kind="button",
    at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
    press="4242",
)


class Courtesies:
    """What was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.typed = asyncio.Event()

    def typing(self, to: str) -> None:
        self.shown.append(f"typing to {to}")
        self.typed.set()

    def release(self, press: str) -> None:
        self.shown.append(f"release {press}")


async def test_a_turn_that_takes_long_shows_typing_and_then_releases_the_button() -> None:
    courtesies = Courtesies()

    async def receive(_inbound: Inbound) -> None:
        await courtesies.typed.wait()

    await attentive(receive, courtesies, typing_after=0)(PRESS)
    assert courtesies.shown == ["typing to 77", "release 4242"]


async def test_a_quick_turn_shows_no_typing() -> None:
    courtesies = Courtesies()

    async def receive(_inbound: Inbound) -> None:
        return

    await attentive(receive, courtesies, typing_after=60)(PRESS)
    assert courtesies.shown == ["release 4242"]


async def test_a_press_whose_turn_did_not_commit_is_not_released() -> None:
    courtesies = Courtesies()

    async def receive(_inbound: Inbound) -> None:
        raise StoreUnavailable("locked")

    with pytest.raises(StoreUnavailable):
        await attentive(receive, courtesies)(PRESS)
    assert courtesies.shown == []
