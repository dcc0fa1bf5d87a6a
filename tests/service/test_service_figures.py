"""Figures of service add up, count served time, and are silent where there is too little to tell."""

from __future__ import annotations

import datetime as dt
import random
from statistics import median

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service import figures
from service.figures import Service
from store import contacts
from store.database import Database
from store.tables import conversations
from tests.service.crew import DAY, MINUTE, OFFICE, Crew
from tests.store.plans import plans_of

BEGIN = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)  # midnight in Kuala Lumpur
NINE = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


async def crew_of(database: Database) -> Crew:
    crew = Crew(database)
    await crew.rules(hours=OFFICE)
    for name in ("Mei", "Amir"):
        await crew.hires(name)
    return crew


def serve(connection: Connection, crew: Crew, name: str, minutes: int, **values: object) -> None:
    """A conversation that waited from nine o'clock on and was answered after so many minutes."""
    number = connection.scalar(sa.select(sa.func.count()).select_from(conversations)) or 0
    contact = contacts.make(connection, "webchat", "web", f"c{number}", name="", language="en", at=NINE)
    row = {
        "public_id": f"t{number}",
        "contact_id": contact.id,
        "queue_id": sa.text("(SELECT min(id) FROM queues)"),
        "state": "closed",
        "staff_id": crew.people[name].id,
        "language": "en",
        "why": "asked",
        "opened_at": NINE,
        "moved_at": NINE,
        "first_due_at": NINE + 30 * MINUTE,
        "first_replied_at": NINE + minutes * MINUTE,
        "closed_at": NINE + 2 * minutes * MINUTE,
    }
    connection.execute(conversations.insert().values({**row, **values}))


async def read(crew: Crew, days: int = 1) -> Service:
    zone = crew.house.house.zone
    return await crew.house.database.read(
        lambda connection: figures.of_period(connection, BEGIN, BEGIN + days * DAY, BEGIN + DAY, zone)
    )


async def test_they_are_told_of_the_team_each_queue_and_each_person(database: Database) -> None:
    crew = await crew_of(database)
    waits = random.Random(1).sample(range(5, 90), 12)

    def fill(connection: Connection) -> None:
        for number, minutes in enumerate(waits):
            serve(connection, crew, "Mei" if number < 4 else "Amir", minutes, rating=1 + number % 5)
        never = {"first_replied_at": None, "state": "queued", "closed_at": None}
        serve(connection, crew, "Amir", 0, **never)  # not answered, and its time is over
        serve(
            connection, crew, "Amir", 0, **{**never, "state": "closed", "closed_at": NINE}
        )  # gone back to the bot
        serve(connection, crew, "Mei", 0, first_due_at=None)  # begun by the team
        serve(connection, crew, "Mei", 5, opened_at=BEGIN - MINUTE)

    await crew.write(fill)
    found = await read(crew)
    team = found.team
    assert (team.opened, team.answered, team.resolved, team.rated) == (15, 12, 12, 12)
    assert team.first_median == round(median(waits))
    assert team.first_p90 is not None
    assert team.first_p90 >= sorted(waits)[-3]
    assert team.first_in_time == pytest.approx(sum(minutes <= 30 for minutes in waits) / 13)
    assert team.rating == pytest.approx(sum(1 + number % 5 for number in range(12)) / 12)
    assert team.resolved_in_time == 1.0
    (queue,) = found.queues
    assert (queue.opened, queue.first_median) == (15, team.first_median)
    amir, mei = found.people
    assert (amir.name, amir.opened, amir.answered) == ("Amir", 10, 8)
    assert (mei.name, mei.opened, mei.answered, mei.first_median, mei.rating) == ("Mei", 5, 4, None, None)
    assert (amir.first_p90, amir.first_in_time) == (None, None)


async def test_a_night_is_no_waiting_and_an_empty_day_has_no_figures(database: Database) -> None:
    crew = await crew_of(database)
    evening = NINE + dt.timedelta(hours=8, minutes=30)  # half an hour before the team goes home

    def fill(connection: Connection) -> None:
        for _number in range(5):
            serve(connection, crew, "Mei", 0, opened_at=evening, first_replied_at=NINE + DAY + 10 * MINUTE)

    await crew.write(fill)
    assert (await read(crew)).team.first_median == 40
    empty = await crew.house.database.read(
        lambda connection: figures.of_period(
            connection, NINE - 9 * DAY, NINE - 8 * DAY, NINE, crew.house.house.zone
        )
    )
    assert (empty.team.opened, empty.team.first_median, empty.people) == (0, None, [])


async def test_they_are_read_by_index(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    crew = await crew_of(database)

    def look(connection: Connection) -> list[tuple[str, list[str]]]:
        zone = crew.house.house.zone
        return plans_of(connection, lambda: figures.of_period(connection, BEGIN, BEGIN + DAY, BEGIN, zone))

    plans = await database.read(look)
    database.close()
    scans = {sql.split("FROM ")[1].split()[0] for sql, plan in plans for step in plan if step.startswith("SCAN")}
    assert scans <= {"queues", "staff", "programmes", "choices"}
