"""The settings' pages: the team's hours and days, queues, rules of the desk, labels."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
import sqlalchemy as sa

from console import colour
from console.staff import settings
from console.staff.label_settings import COLOURS
from loyalty.programme import Hours
from service import rules
from service.rules import Desk
from store import desk, labels, queues, tables
from store.database import Database
from store.queues import Queue
from tests.console.staff.team import Team

HOURS, QUEUES, DESK, LABELS = (f"/staff/settings/{name}" for name in ("hours", "queues", "desk", "labels"))
MONDAY = {"0-0-from": "09:00", "0-0-until": "12:30", "0-1-from": "13:30", "0-1-until": "18:00"}
OFFICE = ((dt.time(9), dt.time(12, 30)), (dt.time(13, 30), dt.time(18)))


async def of_desk(database: Database) -> Desk:
    return await database.read(rules.read)


async def test_every_card_of_the_start_page_leads_somewhere(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    page = await owner.get(settings.PAGE)
    for card in settings.CARDS:
        assert f'href="{card.path}"' in page.text
        assert (await owner.get(card.path)).status_code == 200


async def test_the_teams_hours_are_copied_previewed_saved_and_given_up(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    copied = await owner.submit(HOURS, deed="copy-0", **MONDAY)
    assert copied.text.count('value="13:30"') == 7
    assert "The team is there, until 21 November 2026, 12.30 pm." in copied.text  # noon on a Saturday
    assert await of_desk(sqlite_team.database) == Desk()

    assert (await owner.submit(HOURS, deed="save", **MONDAY)).status_code == 303
    assert (await of_desk(sqlite_team.database)).hours == Hours(week=(OFFICE, *((),) * 6))
    page = (await owner.get(HOURS)).text
    assert "The team is away, and back at 23 November 2026, 9.00 am." in page
    assert (await owner.submit(HOURS, deed="business")).status_code == 303
    assert (await of_desk(sqlite_team.database)).hours is None
    assert [action for _who, action in await sqlite_team.audited()] == ["hours.changed"] * 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"1-0-from": "09:00", "1-0-until": ""}, "Tuesday: please give both times, or neither."),
        ({"1-0-from": "nine", "1-0-until": "18:00"}, "Tuesday: please write times such as 09:00."),
        ({"1-0-from": "24:30", "1-0-until": "25:00"}, "Tuesday: please write times such as 09:00."),
        ({"0-2-from": "12:00", "0-2-until": "14:00"}, "Monday: these times overlap."),
        (
            {"0-2-from": "20:00", "0-2-until": "03:00", "1-0-from": "02:00", "1-0-until": "05:00"},
            "Monday: its times go past midnight",
        ),
    ],
)
async def test_times_that_cannot_be_are_explained_and_stay_typed(
    sqlite_team: Team, fields: dict[str, str], says: str
) -> None:
    owner = await sqlite_team.browser("owner")
    answer = await owner.submit(HOURS, deed="save", **MONDAY | fields)
    assert answer.status_code == 422
    assert says in answer.text
    for typed in (*MONDAY.values(), *fields.values()):
        assert f'value="{typed}"' in answer.text
    assert (await of_desk(sqlite_team.database)).hours is None


async def test_a_holiday_is_added_shown_and_removed(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    await owner.submit(HOURS, deed="save", **MONDAY)
    assert (await owner.submit(f"{HOURS}/days", day="2026-12-25", called="Christmas <b>Day</b>")).status_code == 303
    half = {"day": "2026-12-24", "from": "09:00", "until": "12:00"}
    assert (await owner.submit(f"{HOURS}/days", **half)).status_code == 303
    hours = (await of_desk(sqlite_team.database)).hours
    assert hours is not None
    assert hours.days == {"2026-12-24": ((dt.time(9), dt.time(12)),), "2026-12-25": ()}
    page = (await owner.get(HOURS)).text
    assert "25 December 2026" in page
    assert "Christmas &lt;b&gt;Day&lt;/b&gt;" in page
    assert (await owner.submit(f"{HOURS}/days", day="2026-12-25", remove="yes")).status_code == 303
    assert "25 December 2026" not in (await owner.get(HOURS)).text
    for wrong in ("2020-01-01", "soon", ""):
        assert (await owner.submit(f"{HOURS}/days", day=wrong)).status_code == 422


async def test_a_queue_is_made_moved_closed_and_opened_again(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    agent, cashier = await sqlite_team.account("support"), await sqlite_team.account("cashier")
    fields = {
        "name-en": "Complaints",
        "name-ar": "الشكاوى",
        "topic": "complaint",
        "language-ar": "yes",
        "assign": "least_busy",
        "first_minutes": "15",
        "resolve_minutes": "240",
        "own_hours": "yes",
        f"member-{agent.public_id}": "yes",
        f"member-{cashier.public_id}": "yes",
    }
    assert (await owner.submit(f"{QUEUES}/new", deed="save", **fields | MONDAY)).status_code == 303
    [_general, made] = await sqlite_team.database.read(queues.every)
    expected = Queue(
        topic="complaint",
        names={"en": "Complaints", "ar": "الشكاوى"},
        languages=("ar",),
        assign="least_busy",
        first_minutes=15,
        resolve_minutes=240,
        position=1,
        hours=made.hours,
        public_id=made.public_id,
        id=made.id,
    )
    assert made == expected
    assert msgspec.convert(made.hours, Hours) == Hours(week=(OFFICE, *((),) * 6))
    assert await sqlite_team.database.read(lambda c: queues.members(c, made.id)) == {agent.id}
    assert (await owner.submit(f"{QUEUES}/new", deed="save", **fields)).status_code == 409
    address = f"{QUEUES}/{made.public_id}"
    page = (await owner.get(address)).text
    assert 'value="الشكاوى"' in page
    await owner.submit(address, deed="up")
    assert [queue.topic for queue in await sqlite_team.database.read(queues.every)] == ["complaint", "general"]
    await owner.submit(address, deed="close")
    assert [queue.active for queue in await sqlite_team.database.read(queues.every)] == [True, False]
    await owner.submit(address, deed="open")
    assert all(queue.active for queue in await sqlite_team.database.read(queues.every))


async def test_the_queue_that_takes_the_rest_stays_open_for_everybody(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    [general] = await sqlite_team.database.read(queues.every)
    address = f"{QUEUES}/{general.public_id}"
    assert (await owner.submit(address, deed="close")).status_code == 404
    fields = {
        "name-en": "Rest",
        "topic": "points",
        "language-zh": "yes",
        "first_minutes": "5",
        "resolve_minutes": "50",
    }
    assert (await owner.submit(address, deed="save", **fields)).status_code == 303
    [kept] = await sqlite_team.database.read(queues.every)
    assert (kept.topic, kept.languages, kept.names) == (desk.GENERAL, (), {"en": "Rest"})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name-en": ""}, "Please give the queue a name in English"),
        ({"name-zh": "长" * 41}, "简体中文: the name is too long"),
        ({"first_minutes": "60", "resolve_minutes": "30"}, "Please give whole minutes"),
        ({"first_minutes": "-1"}, "Please give whole minutes"),
        ({"own_hours": "yes", "2-0-from": "09:00"}, "Wednesday: please give both times"),
    ],
)
async def test_what_no_queue_can_have_is_explained(sqlite_team: Team, fields: dict[str, str], says: str) -> None:
    owner = await sqlite_team.browser("owner")
    good = {"name-en": "Orders", "topic": "orders", "first_minutes": "5", "resolve_minutes": "50"}
    answer = await owner.submit(f"{QUEUES}/new", deed="save", **good | fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert len(await sqlite_team.database.read(queues.every)) == 1


async def test_the_rules_of_the_desk_hold_within_their_bounds(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    given = {
        "reopen_days": "3",
        "away_minutes": "5",
        "adjust_limit": "0",
        "remind_minutes": "30",
        "answer_days": "3",
    }
    assert (await owner.submit(DESK, **given)).status_code == 303
    assert await of_desk(sqlite_team.database) == Desk(
        reopen_days=3, away_minutes=5, adjust_limit=0, remind_minutes=30, ask_rating=False, answer_days=3
    )
    wrong = await owner.submit(DESK, **given | {"away_minutes": "1", "reopen_days": "x"})
    assert wrong.status_code == 422
    assert "please give a whole number from 2 to 240" in wrong.text
    assert 'value="x"' in wrong.text
    [row] = await sqlite_team.rows(sa.select(tables.audit.c.before, tables.audit.c.after))
    assert (row.before["reopen_days"], row.after["reopen_days"]) == (7, 3)


async def test_labels_are_made_renamed_and_removed(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    assert (await owner.submit(LABELS, name=" Big   refund ", colour=COLOURS["red"])).status_code == 303
    [made] = await sqlite_team.database.read(labels.every)
    assert (made.name, made.colour) == ("Big refund", COLOURS["red"])
    assert (await owner.submit(LABELS, name="big REFUND", colour="")).status_code == 409
    assert (await owner.submit(LABELS, name="x" * 41)).status_code == 422
    address = f"{LABELS}/{made.id}"
    assert (await owner.submit(address, name="Refund", colour="url(x)")).status_code == 303
    assert [(each.name, each.colour) for each in await sqlite_team.database.read(labels.every)] == [
        ("Refund", COLOURS["teal"])
    ]
    assert (await owner.submit(address, remove="yes")).status_code == 303
    assert (await owner.submit(address, remove="yes")).status_code == 404
    assert [action for _who, action in await sqlite_team.audited()] == ["label.changed"] * 3


def test_every_colour_is_seen_by_day_and_by_night() -> None:
    for value in COLOURS.values():
        for behind in (colour.WHITE, colour.PAPER, colour.NIGHT):
            assert colour.contrast(colour.parse(value), behind) >= 3
