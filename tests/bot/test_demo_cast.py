"""Whose phones the demo shows, and what happened before it opens: on the sample business itself."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import demo_data
from bot.demo import broadcast, cast, greetings
from bot.demo.before import happened_before
from bot.demo.wrote import wrote_before
from bot.demo_data.talks import TOLD
from bot.first_staff import demo_staff
from bot.importing import ImportKind, import_file
from bot.importing.kinds import KINDS
from bot.settings import Settings, load
from locales import LANGUAGES
from outreach import planning
from store.database import Database
from store.tables import campaign_recipients, campaigns, conversations, notes, promises
from tests.conftest import NOON, SECRET

pytestmark = pytest.mark.slow

DAY = dt.timedelta(days=1)
ZONE = "Asia/Kuala_Lumpur"


@pytest.fixture(scope="module")
def business(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample business, imported once."""
    folder = tmp_path_factory.mktemp("business")
    path = folder / "sapa.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    asyncio.run(bring_in(path, demo_data.write(folder, NOON.date())))
    return path


async def bring_in(path: Path, files: dict[ImportKind, Path]) -> None:
    database = Database(f"sqlite:///{path}")
    await database.transact(lambda connection: demo_data.apply_setup(connection, NOON))
    for kind in KINDS:
        await import_file(database, kind, files[kind], now=NOON)
    database.close()


@pytest.fixture
async def shop(business: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """The sample business, to be changed."""
    path = tmp_path / "sapa.sqlite3"
    shutil.copy(business, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


async def test_five_have_the_phones_and_are_greeted_at_nine_in_their_own_morning(shop: Database) -> None:
    first = await shop.transact(partial(cast.recast, now=NOON))
    assert [actor.language for actor in first] == list(LANGUAGES)
    assert await shop.read(cast.cast_now) == first
    assert len({NOON.astimezone(actor.zone).utcoffset() for actor in first}) >= 4
    for actor in first:
        at = await shop.read(partial(greetings.coming, actor=actor, now=NOON))
        assert at is not None
        assert (at.time(), at.date()) == (dt.time(9), NOON.astimezone(actor.zone).date() + DAY)
        assert await shop.read(partial(greetings.latest, actor=actor, now=NOON)) is None
    planned = await shop.read(partial(planning.greetings, zone=ZONE, now=NOON))
    assert {actor.contact_id for actor in first} <= {time.contact_id for time in planned.new}
    last = await shop.read(partial(greetings.all_told_by, actors=first, now=NOON))
    assert last == max(time.at for time in planned.new if time.contact_id in {each.contact_id for each in first})

    second = await shop.transact(partial(cast.recast, now=NOON + 3 * DAY))
    assert {actor.contact_id for actor in first} & {actor.contact_id for actor in second} == set()
    assert await shop.read(cast.cast_now) == second


async def test_the_team_is_in_the_middle_of_its_work_when_the_demo_opens(shop: Database) -> None:
    settings: Settings = load(secret_key=SECRET.decode())
    await demo_staff(shop)
    for _opening in range(2):
        await happened_before(shop, settings, NOON)
    states = sa.select(conversations.c.state, conversations.c.language, conversations.c.rating)
    found = sorted(map(tuple, await shop.read(lambda connection: connection.execute(states).all())), key=str)
    assert len(found) == len(TOLD)
    assert [state for state, _language, _rating in found] == [
        *["closed"] * 2,
        *["held"] * 2,
        *["queued"] * 3,
        "snoozed",
    ]
    assert {rating for _state, _language, rating in found} == {None, 2, 5}
    assert {language for _state, language, _rating in found} == set(LANGUAGES)
    both = sa.select(
        *(sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in (promises, notes))
    )
    assert (await shop.read(lambda connection: connection.execute(both).one())) == (2, 2)


async def test_a_message_was_sent_another_is_to_come_and_the_five_are_written_to_on_a_day_of_their_own(
    shop: Database,
) -> None:
    settings: Settings = load(secret_key=SECRET.decode())
    await demo_staff(shop)
    for _opening in range(2):
        await wrote_before(shop, settings, NOON)
    states = await shop.read(
        lambda connection: connection.execute(sa.select(campaigns.c.state, campaigns.c.starts_at)).all()
    )
    assert [state for state, _starts in states] == ["done", "planned"]
    assert states[0].starts_at < NOON < states[1].starts_at
    rows = campaign_recipients.c
    sums = sa.select(
        *(
            sa.func.coalesce(sa.func.sum(sa.case((each, 1), else_=0)), 0)
            for each in (
                rows.state == "sent",
                rows.state == "held",
                sa.and_(rows.clicked_at.is_not(None), rows.state != "sent"),
                sa.and_(rows.clicked_at.is_not(None), rows.clicked_at <= rows.sent_at),
                rows.sent_at >= NOON,
            )
        )
    )
    sent, held, *wrong = await shop.read(lambda connection: connection.execute(sums).one())
    assert sent > 2 * held > 0
    assert wrong == [0, 0, 0]

    five = await shop.transact(partial(cast.recast, now=NOON))
    planned = await shop.transact(partial(broadcast.plan, actors=five, now=NOON, zone=ZONE))
    days = [await shop.read(partial(greetings.coming, actor=actor, now=NOON)) for actor in five]
    assert planned.day not in {day.date() for day in days if day is not None}
    assert await shop.read(partial(broadcast.news, actor=five[0])) is None
