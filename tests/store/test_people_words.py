"""People are found by what staff type of them, whatever wrote their names and numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler import folding
from store import (
    absorption,
    cards,
    contacts,
    contacts_import,
    customers,
    erasures,
    forgetting,
    members,
    people_words,
    till,
)
from store.database import Database
from store.tables import contacts as table
from tests.conftest import NOON, SECRET
from tests.store.plans import plans_of
from tests.store.rows import add_contact

PEOPLE = {
    "mei": {"name": "Tan Mei Ling", "phone": "+60123456789", "email": "mei.tan@kopi.example", "number": "KL-00123"},
    "linh": {"name": "Nguyễn Thị Diệu Linh", "call_me": "chị Linh", "phone": "+84912345678"},
    "ahmad": {"name": "أحمد السيّد", "phone": "+966501234567", "card": "7K3M9QX2WABC"},
    "chen": {"name": "陳美玲", "number": "9001"},
    "dsouza": {"name": "Anne D'Souza"},
    "nobody": {},
}
TYPED = [
    ("mei", {"mei"}),
    ("LING tan", {"mei"}),
    ("012-345 6789", {"mei"}),
    ("+60 12 345", {"mei"}),
    ("0060123456789", {"mei"}),
    ("٠١٢٣٤٥٦٧٨٩", {"mei"}),
    ("6789", {"mei"}),
    ("mei.tan@kopi", {"mei"}),
    ("kl-00123", {"mei"}),
    ("kl00123", {"mei"}),
    ("nguyen dieu", {"linh"}),
    ("Điệu", {"linh"}),
    ("0912 345 678", {"linh"}),
    ("احمد", {"ahmad"}),
    ("سيد", {"ahmad"}),
    ("7k3m9qx2wabc", {"ahmad"}),
    ("美玲", {"chen"}),
    ("陈", {"chen"}),
    ("900", {"chen"}),
    ("dsouza", {"dsouza"}),
    ("d'souza a", {"dsouza"}),
    ("tan linh", set()),
    ("zzz", set()),
]


def add_people(connection: Connection) -> None:
    for sender, known in PEOPLE.items():
        add_contact(connection, sender, NOON, public_id=sender, **known)


def found(connection: Connection, typed: str) -> set[str]:
    match = people_words.matching(connection, typed)
    assert match is not None
    rows = sa.select(table.c.public_id).select_from(match.source).where(match.condition)
    return set(connection.scalars(rows))


def fold_all(connection: Connection) -> None:
    while people_words.fold_some(connection):
        pass


async def test_people_are_found_by_whatever_is_typed_of_them(database: Database) -> None:
    def look(connection: Connection) -> dict[str, set[str]]:
        add_people(connection)
        fold_all(connection)
        return {typed: found(connection, typed) for typed, _ in TYPED}

    assert await database.transact(look) == dict(TYPED)


@pytest.mark.parametrize("typed", ["", "  ", "'\"*():&|!<->", "-", "\x00"])
async def test_what_has_no_words_looks_for_nobody(database: Database, typed: str) -> None:
    assert await database.read(lambda connection: people_words.matching(connection, typed)) is None


@pytest.mark.parametrize("typed", ['mei" OR "a', "mei':*", "mei NEAR(a)", "words:mei", "mei) | ('a"])
async def test_no_typed_word_is_a_command(database: Database, typed: str) -> None:
    def look(connection: Connection) -> set[str]:
        add_people(connection)
        fold_all(connection)
        return found(connection, typed)

    assert await database.transact(look) <= {"mei"}


def _absorbed(connection: Connection, contact_id: int) -> None:
    member = add_contact(connection, "member", NOON, name="Siti", number="S-1")
    absorption.absorb(connection, member, contact_id)


def _linked(connection: Connection, contact_id: int) -> None:
    connection.execute(
        table.insert().values(
            public_id="m", name="Siti", phone="+60111111111", language="ms", created_at=NOON, number="S-2"
        )
    )
    assert members.link_phone(connection, contact_id, "+60111111111")


def _filled(connection: Connection, contact_id: int) -> None:
    known = {
        "name": "Siti",
        "call_me": "",
        "phone": None,
        "email": None,
        "city": "",
        "timezone": "",
        "language": "ms",
    }
    contacts_import.fill(connection, [(contact_id, known)])


WRITERS: dict[str, Callable[[Connection, int], object]] = {
    "contacts.make": lambda c, _: contacts.make(c, "webchat", "w", "1", name="Siti", language="ms", at=NOON),
    "contacts_import.meet_numbers": lambda c, _: contacts_import.meet_numbers(c, ["S-3"], "ms", NOON),
    "contacts_import.fill": _filled,
    "customers.change": lambda c, each: customers.change(c, each, {"name": "Siti", "email": "siti@x.example"}),
    "cards.card_of": cards.card_of,
    "till.enrol": lambda c, _: till.enrol(c, "t", "Siti", "+60122222222", "ms", NOON),
    "members.link_phone": _linked,
    "absorption.absorb": _absorbed,
}


@pytest.mark.parametrize("writer", WRITERS)
async def test_whoever_changes_a_contact_has_it_folded_anew(database: Database, writer: str) -> None:
    def write(connection: Connection) -> list[tuple[str, str]]:
        contact_id = add_contact(connection, "old", NOON, name="Old Name")
        fold_all(connection)
        WRITERS[writer](connection, contact_id)
        assert people_words.left(connection)
        fold_all(connection)
        known = sa.select(table.c.words, *(table.c[name] for name in people_words.FOLDED))
        living = connection.execute(known.where(table.c.merged_into.is_(None))).all()
        gone = connection.scalars(sa.select(table.c.words).where(table.c.merged_into.is_not(None)))
        assert set(gone) <= {""}
        if writer in ("contacts_import.fill", "customers.change"):
            assert not found(connection, "old")
        return [(row[0], people_words.words_of(*row[1:])) for row in living]

    assert all(kept == meant for kept, meant in await database.transact(write))


async def test_what_a_turn_saves_of_every_contact_leaves_the_words_alone(database: Database) -> None:
    def save(connection: Connection) -> bool:
        add_contact(connection, "1", NOON, name="Mei")
        fold_all(connection)
        contact = contacts.lock(connection, "telegram", "shop", "1")
        assert contact is not None
        contact.seq, contact.language = 7, "ar"
        contacts.save(connection, contact)
        return people_words.left(connection)

    assert not await database.transact(save)


async def test_the_job_folds_whoever_is_new_and_rests_when_nobody_is(database: Database) -> None:
    await database.transact(add_people)
    for _ in range(2):
        assert not await folding.fold_people(database, NOON)
    assert await database.read(lambda connection: found(connection, "linh")) == {"linh"}
    assert not await database.read(people_words.left)


async def test_the_forgotten_are_not_found(database: Database) -> None:
    def forget(connection: Connection) -> tuple[set[str], bool]:
        contact_id = add_contact(connection, "1", NOON, name="Mei")
        fold_all(connection)
        erasures.ask(connection, contact_id, NOON - erasures.TAKEN_BACK_WITHIN)
        assert forgetting.begin(connection, SECRET, contact_id, NOON)
        return found(connection, "mei"), people_words.left(connection)

    assert await database.transact(forget) == (set(), False)


async def test_looking_and_folding_go_by_indexes(sqlite_url: str) -> None:
    def scanned(connection: Connection) -> list[str]:
        add_people(connection)
        plans = plans_of(connection, lambda: (people_words.left(connection), found(connection, "mei")))
        return [step for _, plan in plans for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step]

    database = Database(sqlite_url)
    assert [step for step in await database.transact(scanned) if "ix_contacts_unfolded" not in step] == [
        "SCAN CONSTANT ROW"
    ]
    database.close()
