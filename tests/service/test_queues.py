"""A conversation waits in the queue of its topic and language, and there is always one for it."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy.engine import Connection

from flows.book import FLOWS
from scheduler import desk
from service import queues as routing
from service import rules
from service.rules import Desk
from store import promises as kept
from store import queues, serving, targets
from store.database import Database
from store.queues import Queue
from tests.conftest import NOON
from tests.service.crew import MINUTE, OFFICE, Crew
from tests.store.plans import plans_of


@pytest.fixture
def crew(database: Database) -> Crew:
    return Crew(database)


def test_every_dialogue_with_a_topic_is_in_the_book_and_its_topic_is_known() -> None:
    assert set(routing.OF_FLOWS) <= set(FLOWS)
    assert {*routing.OF_FLOWS.values(), *routing.OF_REASONS.values()} <= set(routing.TOPICS)


async def test_topic_and_language_choose_the_queue(crew: Crew) -> None:
    await crew.queue("points", names={"en": "Points"})
    await crew.queue("points", names={"en": "Points, Arabic"}, languages=("ar",))
    await crew.queue("card", names={"en": "Cards"}, active=False)
    await crew.queue("complaint", names={"en": "Complaints, Malay"}, languages=("ms",))
    found = await crew.house.database.read(
        lambda connection: [
            queues.name_of(routing.route(connection, topic, language), "en")
            for topic, language in (
                ("points", "ar"),
                ("points", "vi"),
                ("card", "en"),
                ("complaint", "ms"),
                ("complaint", "en"),
                ("unheard of", "zh"),
            )
        ]
    )
    assert found == ["Points, Arabic", "Points", "General", "Complaints, Malay", "General", "General"]


async def test_what_a_customer_was_doing_says_what_it_is_about(crew: Crew) -> None:
    points = await crew.queue("points")
    customer = await crew.customer("1")
    await customer.types("I'm missing points")
    await crew.asks(customer)
    assert (await crew.talk(customer)).queue_id == points.id


async def test_a_queue_is_made_changed_staffed_and_closed_with_what_waits_in_it_kept(crew: Crew) -> None:
    mei, amir = await crew.hires("Mei"), await crew.hires("Amir")
    made = await crew.queue(
        "points", names={"en": "Points", "ms": "Mata"}, hours=msgspec.json.decode(msgspec.json.encode(OFFICE))
    )
    customer = await crew.customer("1")
    await customer.types("I'm missing points")
    await crew.asks(customer)

    def work(connection: Connection) -> tuple[Queue | None, set[int], set[int]]:
        queues.save(connection, msgspec.structs.replace(made, assign="least_busy", first_minutes=5))
        queues.set_members(connection, made.id, [mei.id, amir.id])
        queues.set_members(connection, made.id, [amir.id])
        served = queues.members(connection, made.id), queues.served_by(connection, mei.id)
        found = queues.find(connection, made.public_id)
        queues.close(connection, made, NOON)
        return found, *served

    found, members, of_mei = await crew.write(work)
    assert found == msgspec.structs.replace(made, assign="least_busy", first_minutes=5)
    assert (members, of_mei) == ({amir.id}, set())
    general, closed = await crew.house.database.read(queues.every)
    assert (closed.topic, closed.active) == ("points", False)
    assert (await crew.talk(customer)).queue_id == general.id
    with pytest.raises(ValueError, match="cannot be closed"):
        await crew.write(lambda connection: queues.close(connection, general, NOON))


async def test_a_queue_of_many_is_emptied_by_the_job(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "MOVED_AT_ONCE", 1)
    made = await crew.queue("points")
    customers = [await crew.customer(str(number)) for number in range(3)]
    for customer in customers:
        await customer.types("I'm missing points")
        await crew.asks(customer)
    await crew.write(lambda connection: queues.close(connection, made, NOON))
    for _look in range(2):
        await crew.look()
    assert all([(await crew.talk(each)).queue_id != made.id for each in customers])


async def test_rules_of_the_desk_are_kept_within_bounds(crew: Crew) -> None:
    assert await crew.house.database.read(rules.read) == Desk()
    changed = Desk(hours=OFFICE, reopen_days=3, ask_rating=False)
    await crew.rules(hours=OFFICE, reopen_days=3, ask_rating=False)
    assert await crew.house.database.read(rules.read) == changed
    with pytest.raises(msgspec.ValidationError):
        await crew.rules(away_minutes=1)


async def test_what_the_jobs_look_for_is_found_by_index(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    def looks(connection: Connection) -> None:
        targets.ready(connection, NOON, 10)
        kept.ready(connection, NOON, 10)
        serving.left_alone(connection, NOON - 10 * MINUTE, 10)
        serving.waiting(connection, 1, 10)
        serving.ahead(connection, 1)
        queues.any_left_over(connection)

    plans = await database.read(lambda connection: plans_of(connection, lambda: looks(connection)))
    database.close()
    steps = [step for _sql, plan in plans for step in plan if step.startswith("SCAN")]
    assert [step for step in steps if not step.startswith(("SCAN staff", "SCAN queues"))] == []
    assert desk.EVERY <= MINUTE
