"""The broadcaster when it dies, when there are several, and when the database comes and goes."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from outreach.campaigns import dealing, lifecycle
from outreach.campaigns.lifecycle import settings_of
from scheduler.broadcasting import Broadcaster
from talk.channel import Rates
from tests.scheduler.agency import Agency, tell, text
from tests.scheduler.providers import Provider
from tests.scheduler.test_sender_faults import Died, Failing, dies_at

pytestmark = pytest.mark.slow

PLACES = [("broadcast.written", time) for time in (1, 2, 4)]
PLACES += [("broadcast.expanded", time) for time in (1, 2)]
PLACES += [("broadcast.stepped", time) for time in (1, 2, 4)]
PEOPLE = 120


async def die(broadcaster: Broadcaster) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        async with asyncio.timeout(600.0):
            await broadcaster.run()
    assert caught.group_contains(Died)


async def check(agency: Agency) -> None:
    """Everybody is accounted for, and nobody got it twice or in another variant than theirs."""
    campaign = await agency.campaign()
    settings = settings_of(campaign)
    heard = {heard.to: heard.text for heard in agency.provider.heard}
    assert len(heard) == len(agency.provider.heard)
    rows = {row.contact_id: row for row in await agency.recipients()}
    assert len(rows) == len(agency.people)
    for name, contact_id in agency.people.items():
        drawn = dealing.lots(campaign.public_id, contact_id)
        held = dealing.is_held(settings, drawn)
        assert rows[contact_id].state == ("held" if held else "sent")
        assert heard.get(name) == (None if held else dealing.variant(settings, drawn))


@pytest.mark.parametrize(("place", "time"), PLACES)
def test_after_a_death_anywhere_another_goes_on(database_url: str, place: str, time: int) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(PEOPLE)
        await agency.plan("campaign", text(en="A"), text(en="B"), hold_out=10)
        async with agency.open() as sender:
            await die(agency.broadcaster(sender, failpoint=dies_at(place, time)))
            async with agency.at_work(sends=False):
                await agency.ended()
        await check(agency)

    tell(database_url, story)


@pytest.mark.parametrize("seed", range(2))
def test_with_two_broadcasters_and_two_senders_each_gets_it_once(postgres_url: str, seed: int) -> None:
    dice = random.Random(seed)
    provider = Provider(way=lambda: (dice.uniform(0.001, 0.05), 0.005))

    async def story(agency: Agency) -> None:
        await agency.meet_all(300)
        await agency.plan("campaign", text(en="A"), text(en="B"))
        async with agency.at_work(), agency.at_work():
            await agency.ended()
        await check(agency)

    tell(postgres_url, story, provider)


def test_of_two_houses_one_dies_with_messages_on_the_wire_and_the_other_sends_the_rest(postgres_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet_all(400)
        await agency.plan()
        mortal = agency.sender(failpoint=dies_at("sender.sending", 10), alone=False, poll=0.01)
        dying = asyncio.create_task(mortal.run())
        async with agency.at_work():
            await agency.ended()
        assert dying.done()
        with pytest.raises(BaseExceptionGroup):
            await dying
        tally = await agency.tally()
        assert set(tally) <= {("sent", ""), ("unknown", "its sender died")}
        assert sum(tally.values()) == 400
        heard = [heard.to for heard in agency.provider.heard]
        assert len(heard) == len(set(heard)) >= tally["sent", ""]

    tell(postgres_url, story, Provider(way=lambda: (0.05, 0.05)))


@pytest.mark.parametrize("seed", range(2))
def test_while_the_database_comes_and_goes_nobody_is_lost_or_gets_it_twice(database_url: str, seed: int) -> None:
    dice = random.Random(seed)

    async def story(agency: Agency) -> None:
        await agency.meet_all(PEOPLE)
        await agency.plan("campaign", text(en="A"), text(en="B"), hold_out=10)
        agency.database.close()
        agency.database = failing = Failing(database_url)
        failing.away = lambda: dice.choice(["", "", "", "before", "after"])
        async with agency.at_work():
            await agency.clock.sleep(20.0)
            failing.away = lambda: ""
            await agency.ended()
        await check(agency)

    tell(database_url, story, Provider(rates=Rates(account=20)))


@pytest.mark.parametrize("seed", range(2))
def test_pauses_resumptions_and_a_cancellation_at_any_moment_leave_the_truth(database_url: str, seed: int) -> None:
    dice = random.Random(seed)

    async def story(agency: Agency) -> None:
        await agency.meet_all(PEOPLE)
        await agency.plan()
        async with agency.at_work():
            for _ in range(4):
                await agency.clock.sleep(dice.uniform(0.0, 1.0))
                await agency.deed(lifecycle.pause)
                await agency.clock.sleep(dice.uniform(0.0, 0.5))
                await agency.deed(lifecycle.resume)
            await agency.clock.sleep(dice.uniform(0.0, 0.5))
            await agency.deed(lifecycle.cancel)
            await agency.ended()
        sent: set[Any] = {heard.to for heard in agency.provider.heard}
        assert 0 < len(sent) == len(agency.provider.heard) < PEOPLE
        states = {row.contact_id: (row.state, row.reason) for row in await agency.recipients()}
        for name, contact_id in agency.people.items():
            assert states[contact_id] == (("sent", "") if name in sent else ("skipped", "cancelled"))

    tell(database_url, story, Provider(rates=Rates(account=30)))
