"""A dry run: it finds what sending then does, sends nothing, and may be left and gone on with anywhere."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.campaigns import planning, trial
from outreach.campaigns.planning import Wrong
from outreach.campaigns.settings import Winner
from outreach.campaigns.trial import Trial
from scheduler import trying
from store import campaigns
from store.campaigns import Campaign
from store.database import Database
from store.tables import campaign_recipients, identities, outbox
from tests.conftest import NOON
from tests.outreach.campaigns.drafts import ZONE, draft, kept, said
from tests.store.rows import add_contact

MIDNIGHT = NOON + dt.timedelta(hours=12)  # in Kuala Lumpur


def tried(connection: Connection, campaign: Campaign, now: dt.datetime = NOON) -> Trial:
    """The whole dry run in one go."""
    found = trial.begin(connection, campaign, now)
    while found.stage == "running":
        found = trial.step(connection, campaign, found, now, ZONE)
    return found


def people(connection: Connection) -> None:
    """One of each who gets it, and of each who does not."""
    kinds: dict[str, dict[str, Any]] = {
        "english": {},
        "malay": {"language": "ms"},
        "vietnamese": {"language": "vi"},
        "never agreed": {"marketing": "unasked"},
        "said stop": {"marketing": "withdrawn"},
        "died": {"deceased": True},
    }
    for sender, more in kinds.items():
        add_contact(connection, sender, NOON, **more)
    add_contact(connection, "page", NOON, channel="webchat", account="")
    cut_off = add_contact(connection, "cut off", NOON)
    connection.execute(identities.delete().where(identities.c.contact_id == cut_off))


async def test_everybody_is_told_of_once_with_the_reason(database: Database) -> None:
    def work(connection: Connection) -> None:
        people(connection)
        found = tried(connection, kept(connection, said(en="Half price", ms="Separuh harga")))
        assert (found.stage, found.people, found.now, found.later, found.refused) == ("done", 7, 4, 0, 3)
        assert found.why_not == {"no consent": 1, "opted out": 1, "no chat": 1}
        assert found.channels == {"telegram": 3, "webchat": 1}
        assert found.languages == {
            "en": trial.Spoken(own=2),
            "ms": trial.Spoken(own=1),
            "vi": trial.Spoken(instead=1),
        }
        strict = tried(connection, kept(connection, said(en="Half price"), fall_back=False))
        assert strict.why_not["no text in their language"] == 2
        assert strict.languages["vi"] == trial.Spoken(none=1)
        unknown = tried(connection, kept(connection, said(en="Dear {{ call_me }}")))
        assert unknown.why_not["value not known"] == 4
        assert not connection.execute(sa.select(campaign_recipients)).all()
        assert not connection.execute(sa.select(outbox)).all()

    await database.transact(work)


async def test_at_night_they_would_get_it_later_unless_that_is_too_late(database: Database) -> None:
    def work(connection: Connection) -> None:
        add_contact(connection, "1", NOON)
        add_contact(connection, "2", NOON, timezone="Asia/Dubai")
        late = tried(connection, kept(connection), MIDNIGHT)
        assert (late.now, late.later, late.why_later) == (1, 1, {"quiet hours": 1})
        assert late.first_at == dt.datetime(2026, 11, 22, 0, tzinfo=dt.UTC)  # eight in Kuala Lumpur
        short = tried(connection, kept(connection, ends_hours=6), MIDNIGHT)
        assert (short.later, short.why_not) == (0, {"too late: quiet hours": 1})
        # At ten on each one's clock it is nobody's quiet hour.
        by_clock = tried(connection, kept(connection, day=dt.date(2026, 11, 23), hour=10), MIDNIGHT)
        assert (by_clock.now, by_clock.later) == (2, 0)

    await database.transact(work)


async def test_a_send_rate_that_does_not_reach_everybody_is_told(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        for number in range(70):
            add_contact(connection, str(number), NOON)
        slow = kept(connection, a_minute=1, ends_hours=1)
        assert trial.too_slow(slow, tried(connection, slow)) == 10
        fast = kept(connection, a_minute=2, ends_hours=1)
        assert trial.too_slow(fast, tried(connection, fast)) == 0

    await sqlite_database.transact(work)


async def test_variants_and_the_hold_out_are_those_that_will_be_dealt(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        for number in range(200):
            add_contact(connection, str(number), NOON)
        both = said(en="One"), said(en="Two")
        plain = tried(connection, kept(connection, *both, hold_out=20))
        assert plain.held + plain.now == 200
        assert 20 < plain.held < 60
        assert set(plain.variants) == {"A", "B"}
        assert sum(plain.variants.values()) == plain.now
        again = tried(connection, kept(connection, *both, winner=Winner(percent=20)))
        assert again.variants[""] > again.variants["A"] + again.variants["B"]

    await sqlite_database.transact(work)


async def test_the_scheduler_goes_on_with_what_was_asked_for_and_keeps_how_far_it_is(database: Database) -> None:
    def begun(connection: Connection) -> Campaign:
        people(connection)
        return kept(connection)

    campaign = await database.transact(begun)

    async def state() -> Campaign:
        found = await database.read(lambda connection: campaigns.one(connection, campaign.id))
        assert found is not None
        return found

    async def run() -> None:
        assert not await trying.try_campaigns(database, NOON, zone=ZONE)

    await run()
    assert (await state()).trial is None
    await database.transact(lambda connection: trial.ask(connection, campaign, NOON))
    assert await database.read(campaigns.tried) is not None
    await run()
    done = await state()
    found = trial.of(done)
    assert found is not None
    assert (found.stage, found.now, found.edit, done.edit) == ("done", 4, campaign.edit, campaign.edit)
    assert await database.read(campaigns.tried) is None


async def test_a_dry_run_that_took_anothers_place_is_the_one_that_is_kept(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        people(connection)
        campaign = kept(connection)
        first = trial.ask(connection, campaign, NOON)
        assert isinstance(first, Trial)
        second = trial.ask(connection, campaign, NOON)
        assert isinstance(second, Trial)
        step = trial.step(connection, campaign, first, NOON, ZONE)
        assert not trial.keep(connection, campaign, step, first.reached)
        step = trial.step(connection, campaign, second, NOON, ZONE)
        assert trial.keep(connection, campaign, step, second.reached)
        assert not trial.keep(connection, campaign, step, second.reached)

    await sqlite_database.transact(work)


async def test_a_campaign_that_says_nothing_cannot_be_tried_and_a_broken_one_fails(
    sqlite_database: Database,
) -> None:
    def work(connection: Connection) -> int:
        add_contact(connection, "1", NOON)
        written = draft(connection)
        bare = msgspec.structs.replace(written, settings=msgspec.structs.replace(written.settings, variants=()))
        made = planning.make(connection, bare, "mei", NOON)
        assert isinstance(made, Campaign)
        assert isinstance(trial.ask(connection, made, NOON), Wrong)
        broken = kept(connection)
        campaigns.move(connection, broken.id, contents={"A": {"texts": 1}})
        asked = trial.ask(connection, broken._replace(contents={}), NOON)
        assert isinstance(asked, Trial)
        return broken.id

    campaign_id = await sqlite_database.transact(work)
    await trying.try_campaigns(sqlite_database, NOON, zone=ZONE)
    found = await sqlite_database.read(lambda connection: campaigns.one(connection, campaign_id))
    assert found is not None
    assert found.trial["stage"] == "failed"


async def test_it_may_be_left_and_gone_on_with_after_any_contact(
    sqlite_database: Database, monkeypatch: Any
) -> None:
    monkeypatch.setattr(trial, "AT_ONCE", 1)
    monkeypatch.setattr(trial, "LOOKED_AT", 1)

    def work(connection: Connection) -> None:
        people(connection)
        campaign = kept(connection)
        found, seen = trial.begin(connection, campaign, NOON), Counter[str]()
        while found.stage == "running":
            again = msgspec.convert(msgspec.to_builtins(found), Trial)
            found = trial.step(connection, campaign, again, NOON, ZONE)
            seen[found.stage] += 1
        assert (found.people, found.now, found.refused) == (7, 4, 3)
        assert seen["running"] >= 7

    await sqlite_database.transact(work)
