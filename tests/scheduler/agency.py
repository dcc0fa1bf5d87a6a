"""An office that has campaigns: a broadcaster beside its sender, in virtual time."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.campaigns import lifecycle, timing
from outreach.campaigns.lifecycle import Refused
from outreach.campaigns.settings import VARIANTS, Settings, Variant
from outreach.templates.content import Content, Text
from scheduler.broadcasting import Broadcaster
from scheduler.sender import Sender
from store import campaigns, recipients, segments
from store.campaigns import PLANNED, Campaign
from store.segments import Segment
from store.tables import campaign_recipients
from tests.scheduler import virtual
from tests.scheduler.office import Office
from tests.scheduler.providers import Provider

Story: TypeAlias = Callable[["Agency"], Awaitable[None]]
EVERYBODY: Any = {"all": []}
ZONE = "Asia/Kuala_Lumpur"


def text(**languages: str) -> Content:
    """A template that says this in these languages."""
    return Content(texts={language: Text(words, "reviewed") for language, words in languages.items()})


def no_link(_campaign: str) -> Callable[[str, int], str]:
    """These campaigns have no links."""
    return lambda contact, place: f"https://shop.example/go/{contact}/{place}"


def planned(
    connection: Connection,
    now: dt.datetime,
    *contents: Content,
    condition: Any = EVERYBODY,
    segment: Segment | None = None,
    kind: str = "offer",
    **settings: Any,
) -> str:
    """A campaign that was submitted, with these contents as its variants; its public id."""
    chosen = Settings(variants=tuple(Variant("template") for _ in contents), **settings)
    listed = segment or segments.add(
        connection, name=secrets.token_hex(8), condition=condition, by="staff", now=now
    )
    assert isinstance(listed, Segment)
    made = campaigns.add(
        connection,
        name="campaign",
        kind=kind,
        segment_id=listed.id,
        settings=msgspec.to_builtins(chosen),
        by="staff",
        now=now,
    )
    starts_at, ends_at = timing.span(chosen, now)
    campaigns.change(
        connection,
        made.id,
        now,
        state=PLANNED,
        condition=listed.condition,
        contents=msgspec.to_builtins(dict(zip(VARIANTS, contents, strict=False))),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return made.public_id


class Agency(Office):
    """One database and one provider; campaigns are planned, broadcasters and senders come and go."""

    def __init__(self, url: str, provider: Provider | None = None) -> None:
        super().__init__(url, provider)
        self.names: dict[str, str] = {}

    async def meet_all(self, count: int, **more: Any) -> None:
        """Make so many contacts, by the names 0, 1, ..."""
        await self.meet(*(str(number) for number in range(count)), **more)

    async def plan(self, name: str = "campaign", *contents: Content, **more: Any) -> None:
        """Plan a campaign as `planned` does; without contents it says its name."""
        said, now = contents or (text(en=name),), self.now
        self.names[name] = await self.change(lambda connection: planned(connection, now, *said, **more))

    async def deed(self, deed: Callable[..., Any], name: str = "campaign", **more: Any) -> Any:
        """Have somebody do something to a campaign: `lifecycle.pause` and the like."""
        when = more or {"now": self.now}
        done = await self.change(lambda connection: deed(connection, self.names[name], **when))
        assert not isinstance(done, Refused), done
        return done

    async def retry(self, name: str = "campaign") -> int:
        """Have whoever failed tried again; how many."""
        retried = await self.deed(lifecycle.retry_failed, name, asked_at=self.now)
        number: int = retried.number
        return number

    async def campaign(self, name: str = "campaign") -> Campaign:
        """A campaign as it stands."""
        found = await self.database.read(lambda connection: campaigns.find(connection, self.names[name]))
        assert found is not None
        return found

    async def recipients(self, name: str = "campaign") -> list[Any]:
        """A campaign's recipients, in the order of their contacts."""
        campaign = await self.campaign(name)
        rows = (
            sa.select(campaign_recipients)
            .where(campaign_recipients.c.campaign_id == campaign.id)
            .order_by(campaign_recipients.c.contact_id)
        )
        return list(await self.database.read(lambda connection: connection.execute(rows).all()))

    async def tally(self, name: str = "campaign") -> dict[tuple[str, str], int]:
        """How many recipients are in each state, and why."""
        campaign = await self.campaign(name)
        counted: Counter[tuple[str, str]] = Counter()
        for each in await self.database.read(lambda connection: recipients.tally(connection, campaign.id)):
            counted[each.state, each.reason] += each.number
        return dict(counted)

    def broadcaster(self, sender: Sender | None = None, **more: Any) -> Broadcaster:
        """A broadcaster that is not running yet; it wakes the sender."""
        return Broadcaster(
            self.database,
            zone=ZONE,
            link=no_link,
            put=sender.wake if sender else lambda: None,
            **{"clock": self.clock, **more},
        )

    @asynccontextmanager
    async def at_work(self, *, sends: bool = True, poll: float = 1.0, **more: Any) -> AsyncIterator[Broadcaster]:
        """A broadcaster at work beside a sender; both are stopped in the end."""
        sender = self.sender(poll=poll)
        broadcaster = self.broadcaster(sender, poll=poll, **more)
        task = asyncio.create_task(broadcaster.run())
        try:
            if sends:
                async with self.open(sender):
                    yield broadcaster
            else:
                yield broadcaster
        finally:
            await broadcaster.stop()
            await task

    async def until(self, true: Callable[[], Awaitable[bool]], patience: float = 3600.0) -> None:
        """Let time pass until something is so."""
        ends, wait = self.clock.monotonic() + patience, 0.5
        while not await true():
            assert self.clock.monotonic() < ends, await self.tally()
            await self.clock.sleep(wait)
            wait = min(300.0, 1.2 * wait)

    async def ended(self, name: str = "campaign", patience: float = 400_000.0) -> None:
        """Let time pass until nothing is left of a campaign."""

        async def over() -> bool:
            return (await self.campaign(name)).ended_at is not None

        await self.until(over, patience)


def tell(url: str, story: Story, provider: Provider | None = None) -> None:
    """Play a story in virtual time."""

    async def played() -> None:
        agency = Agency(url, provider)
        try:
            await story(agency)
        finally:
            agency.close()

    virtual.run(played())


def hours(count: float) -> dt.timedelta:
    """So many hours."""
    return dt.timedelta(hours=count)
