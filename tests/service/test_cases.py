"""What customers tell is kept once, answered in time or owned up to, and open until it is solved."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handlers.case_answered import CaseAnswered, case_answered
from handlers.case_assigned import CaseAssigned, case_assigned
from handlers.case_changed import CaseChanged, case_changed
from handlers.case_closed import CaseClosed, case_closed
from handlers.case_deed import CaseStands, NoSuchCase, chatless
from handlers.case_noted import CaseNoted, case_noted
from handlers.case_reopened import case_reopened
from handlers.deed import person_of
from loyalty import applying, freezing, ledger
from loyalty.programme import Programme
from service import cases, colleagues, touchpoints
from service.cases import Added, Asked, NewCase, NotOpen, Opened
from store import absorption, ledger_freezing, staff, standing
from store import cases as kept
from store.cases import Case
from store.database import Database
from store.tables import case_lines, contacts
from store.tables import cases as cases_table
from store.touchpoints import Department, Touchpoint
from talk.reading.codes import ALPHABET
from tests.conftest import NOON
from tests.handlers.house import Customer
from tests.loyalty.members import ledger_in_memory, make_contacts
from tests.loyalty.threads import THREADS, at_once, transactions
from tests.service.crew import OFFICE, Crew

LOW = [Asked("How likely are you to recommend us?", "3"), Asked("Why?", "The queue")]


@pytest.fixture
async def crew(database: Database) -> Crew:
    crew = Crew(database)
    crew.at("2026-11-24 10:00")
    rules, now = Programme(business="Kopi", hours=OFFICE), crew.house.now
    zone = crew.house.house.zone
    await crew.write(lambda c: applying.apply(c, rules, text="", by="test", at=now, zone=zone))
    await crew.hires("Ina", "owner")
    await crew.hires("Mei")
    return crew


def told(connection: Connection, contact: int, key: str = "k", **values: Any) -> Opened:
    new = NewCase(**{"kind": "complaint", "language": "en", "text": "cold soup", **values})
    return cases.open_new(connection, contact, new, key=key, now=NOON)


def found(connection: Connection, opened: Opened) -> Case:
    case = kept.find(connection, opened.public_id)
    assert case is not None
    return case


async def complains(crew: Crew, customer: Customer) -> Case:
    """What a customer tells in the chat."""
    await customer.types("I want to complain")
    await customer.types("The soup was cold")
    for button in ("Skip", "Delivery", "Skip", "Skip", "Send it"):
        await customer.presses(button)
    return await the_case(crew)


async def the_case(crew: Crew) -> Case:
    def read(connection: Connection) -> Case:
        newest = connection.scalar(sa.select(sa.func.max(cases_table.c.id)))
        assert newest is not None
        return kept.by_id(connection, newest)

    return await crew.house.database.read(read)


async def solves(crew: Crew, customer: Customer, case: Case, outcome: str = "A voucher is on its way.") -> object:
    mei = crew.people["Mei"]
    return await crew.act(customer, lambda scene: case_closed(scene, mei, case.public_id, outcome, ""))


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"kind": "complaint"}, "open"),
        ({"kind": "question"}, "open"),
        ({"kind": "praise"}, "noted"),
        ({"kind": "suggestion"}, "noted"),
        ({"kind": "review", "stars": 3}, "noted"),
        ({"kind": "review", "stars": 2}, "open"),
    ],
)
def test_what_needs_an_answer_is_open_and_promised_one(values: Mapping[str, Any], state: str) -> None:
    with ledger_in_memory() as connection:
        [contact] = make_contacts(connection, 1)
        names = {"en": "Delivery"}
        assert touchpoints.save_departments(connection, [Department("riders", names)]) is None
        assert touchpoints.save_touchpoints(connection, [Touchpoint("delivery", names, "riders")]) is None
        opened = told(connection, contact, touchpoint="delivery", **values)
        case = found(connection, opened)
        assert (case.state, case.department) == (state, "riders")
        assert (opened.promised_at is not None) == (state == "open")
        assert len(case.number) == cases.LENGTH
        assert set(case.number) <= set(ALPHABET)
        assert standing.standing(connection, contact, NOON).request == (state == "open")
        assert told(connection, contact, **values) == opened


def test_after_an_answer_more_words_are_promised_one_again_and_a_closed_case_takes_none() -> None:
    with ledger_in_memory() as connection:
        [contact] = make_contacts(connection, 1)
        case, later = found(connection, told(connection, contact)), NOON + dt.timedelta(days=9)
        words: dict[str, Any] = {"by": "customer", "now": later}
        cases.answer(connection, case, "Sorry", by="staff:x", key="a", now=later)
        assert not cases.answer(connection, case, "Sorry", by="staff:x", key="a", now=later)
        added = cases.add_words(connection, kept.by_id(connection, case.id), "and late", key="w", **words)
        assert isinstance(added, Added)
        assert added.promised_at is not None
        assert added.promised_at > later
        again = cases.add_words(connection, kept.by_id(connection, case.id), "and late", key="w", **words)
        assert again == added
        cases.close(connection, kept.by_id(connection, case.id), "Done", by="staff:x", staff_id=None, now=later)
        closed = kept.by_id(connection, case.id)
        assert cases.add_words(connection, closed, "?", key="w2", **words) == NotOpen("closed")
        opened = cases.reopen(connection, closed, by="customer", key="r", now=later, why="still cold")
        assert (kept.by_id(connection, case.id).reopened, opened.public_id) == (1, case.public_id)
        kinds = [(line.kind, line.text) for line in kept.lines(connection, case.id)]
        assert kinds == [
            ("words", "cold soup"),
            ("reply", "Sorry"),
            ("words", "and late"),
            ("change", "Done"),
            ("change", ""),
            ("words", "still cold"),
        ]


def test_a_low_score_reopened_beside_an_open_one_is_added_to_it() -> None:
    with ledger_in_memory() as connection:
        [contact] = make_contacts(connection, 1)

        def low(key: str) -> Opened:
            return cases.from_survey(connection, contact, None, LOW, key=key, now=NOON, language="en")

        first = low("s1")
        cases.close(connection, found(connection, first), "Sorry", by="rule", staff_id=None, now=NOON)
        second = low("s2")
        assert not second.again
        opened = cases.reopen(connection, found(connection, first), by="customer", key="r", now=NOON, why="No")
        assert (opened.public_id, opened.again) == (second.public_id, True)
        assert kept.lines(connection, found(connection, second).id)[-1].text == "No"
        assert low("s2").public_id == second.public_id
        assert len(kept.lines(connection, found(connection, second).id)) == len(LOW) + 1


def test_two_customers_who_are_one_keep_both_cases_and_the_stop() -> None:
    with ledger_in_memory() as connection:
        [gone, into] = make_contacts(connection, 2)
        ledger.open_accounts(connection, {gone: NOON, into: NOON})
        low = [
            cases.from_survey(connection, each, None, LOW, key=f"s{each}", now=NOON, language="en")
            for each in (gone, into)
        ]
        freezing.freeze(connection, into, "theft", NOON)
        absorption.absorb(connection, gone, into)
        kinds = sorted((case.kind, case.number) for case in kept.open_of(connection, into))
        assert kinds == [("complaint", low[0].number), ("survey", low[1].number)]
        assert ledger_freezing.of_contact(connection, into) is not None


async def test_of_64_low_scores_at_once_one_case_is_open_with_all_answers(database: Database) -> None:
    def customer(connection: Connection) -> int:
        [contact] = make_contacts(connection, 1)
        return contact

    contact = await database.transact(customer)

    def score(connection: Connection, number: int) -> Opened:
        key, now = f"survey:{number}", NOON
        return cases.from_survey(connection, contact, None, LOW, key=key, now=now, language="en")

    def compete() -> list[Opened]:
        with transactions(database) as transact:
            return at_once(lambda number: transact(lambda connection: score(connection, number)))

    opened = await asyncio.to_thread(compete)
    assert len({each.public_id for each in opened}) == 1
    assert sum(not each.again for each in opened) == 1
    count = sa.select(sa.func.count()).select_from
    assert await database.read(lambda c: (c.scalar(count(cases_table)), c.scalar(count(case_lines)))) == (
        1,
        len(LOW) * THREADS,
    )


def test_a_colleague_is_known_by_name_and_nobody_by_a_description() -> None:
    with ledger_in_memory() as connection:
        for name in ("Mei Ling Tan", "Nguyễn Thị Lan", "陈小美", "Will Lee", "Ana Lee"):
            staff.add(connection, f"{name}@shop.example", name, "support", "en", NOON)

        def meant(typed: str) -> str:
            account = colleagues.named(connection, typed)
            return account.name if account else ""

        assert [
            meant(typed) for typed in ("mei", "chị Lan", "lan nguyen", "小美姐姐", "Ana", "the girl Ana Lee")
        ] == [
            "Mei Ling Tan",
            "Nguyễn Thị Lan",
            "Nguyễn Thị Lan",
            "陈小美",
            "Ana Lee",
            "Ana Lee",
        ]
        assert [meant(typed) for typed in ("the tall barista", "Lee", "the one who will always smile", "")] == [
            ""
        ] * 4


async def test_a_promised_answer_is_reminded_of_escalated_and_owned_up_to(crew: Crew) -> None:
    customer = await crew.customer("1")
    case = await complains(crew, customer)
    assert crew.on_the_clock(case.promised_at) == "26 18:00"
    heard = []
    for moment in ("26 16:59", "26 17:00", "26 17:59", "26 18:00", "26 18:05", "26 19:00"):
        crew.at(f"2026-11-{moment}")
        await asyncio.gather(crew.look(), crew.look())
        alerts = crew.alerts("case_due_soon"), crew.alerts("case_late")
        heard.append((*alerts, len(await customer.answers())))
    assert heard == [(0, 0, 0), (1, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 1, 0)]


async def test_what_is_answered_in_time_is_not_late(crew: Crew) -> None:
    customer = await crew.customer("1")
    case, mei = await complains(crew, customer), crew.people["Mei"]
    for _press in range(2):
        answer = await crew.act(
            customer, lambda scene: case_answered(scene, mei, case.public_id, "We're on it.", "", key="form")
        )
        assert answer == CaseAnswered()
    await crew.look()
    assert ["We're on it." in said for said in await customer.answers()] == [True]
    assert (await the_case(crew)).staff_id == mei.id
    crew.at("2026-11-27 10:00")
    await crew.look()
    assert (crew.alerts("case_late"), await customer.answers()) == (0, [])


async def test_a_no_at_any_time_opens_the_case_again_for_whoever_had_it(crew: Crew) -> None:
    customer = await crew.customer("1")
    case, mei = await complains(crew, customer), crew.people["Mei"]
    to = person_of(mei)
    deed = lambda scene: case_assigned(scene, crew.people["Ina"], case.public_id, to, "Mei", "")  # noqa: E731
    assert await crew.act(customer, deed) == CaseAssigned()
    assert await solves(crew, customer, case) == CaseClosed()
    assert await solves(crew, customer, case) == CaseStands("closed")
    await crew.look()
    assert "A voucher is on its way." in (await customer.answers())[0]
    assert (await the_case(crew)).asked_at is not None
    crew.at("2027-03-01 10:00")
    pressed = customer.event("button", button=customer.buttons["No, not yet"])
    for _copy in range(3):
        await crew.house.turn.receive(pressed)
    await customer.answers()
    await customer.types("It never came")
    again = await the_case(crew)
    assert (again.state, again.solved, again.reopened, again.staff_name) == ("open", False, 1, "Mei")
    assert crew.alerts("case_reopened") == 1
    lines = await crew.house.database.read(lambda connection: kept.lines(connection, case.id))
    assert lines[-1].text == "It never came"
    await customer.presses("Yes, it's solved")
    assert ((await the_case(crew)).state, (await the_case(crew)).solved) == ("closed", True)


async def test_a_closed_case_that_is_opened_before_it_was_told_of_is_not_told_of(crew: Crew) -> None:
    customer = await crew.customer("1")
    case, mei = await complains(crew, customer), crew.people["Mei"]
    await solves(crew, customer, case)
    opened = await crew.act(customer, lambda scene: case_reopened(scene, mei, case.public_id, ""))
    assert isinstance(opened, Opened)
    await crew.look()
    assert await customer.answers() == []
    assert (await the_case(crew)).staff_name == "Mei"


async def test_a_case_is_put_right_noted_in_and_out_of_others_reach(crew: Crew) -> None:
    customer, other = await crew.customer("1"), await crew.customer("2")
    case, mei = await complains(crew, customer), crew.people["Mei"]
    wanted = {"touchpoint": "shop"}
    changed = await crew.act(customer, lambda scene: case_changed(scene, mei, case.public_id, wanted, ""))
    assert changed == CaseChanged(("touchpoint", "department"))
    for _press in range(2):
        noted = await crew.act(customer, lambda scene: case_noted(scene, mei, case.public_id, "Asked Ali", key="f"))
        assert noted == CaseNoted()
    lines = await crew.house.database.read(lambda connection: kept.lines(connection, case.id))
    assert [line.kind for line in lines] == ["words", "change", "note"]
    deed = lambda scene: case_noted(scene, mei, case.public_id, "?", key="g")  # noqa: E731
    assert await crew.act(other, deed) == NoSuchCase()


async def test_the_case_of_whom_no_chat_reaches_is_closed_all_the_same(crew: Crew) -> None:
    def close(connection: Connection) -> object:
        [contact] = make_contacts(connection, 1)
        case, mei = found(connection, told(connection, contact)), crew.people["Mei"]
        public_id = connection.scalar(sa.select(contacts.c.public_id).where(contacts.c.id == contact))
        place = chatless(connection, public_id or "", crew.house.now, crew.house.house.zone)
        assert place is not None
        return case_closed(place, mei, case.public_id, "We'll call you.", "")

    assert await crew.write(close) == CaseClosed()
    assert (await the_case(crew)).state == "closed"


async def test_open_cases_of_whoever_leaves_are_an_owners(crew: Crew) -> None:
    customer = await crew.customer("1")
    case = await complains(crew, customer)
    ina, to = crew.people["Ina"], person_of(crew.people["Mei"])
    await crew.act(customer, lambda scene: case_assigned(scene, ina, case.public_id, to, "Mei", ""))
    await crew.change("Mei", active=False)
    await crew.look()
    assert (await the_case(crew)).staff_name == "Ina"
