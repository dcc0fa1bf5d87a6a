"""Who is in a segment is gone through by id, page by page, and each page costs what it looks at."""

from __future__ import annotations

import io
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.segments import audience, members
from outreach.segments.members import Taken
from store import segments
from store.database import Database
from store.segments import MOST_AT_ONCE, NameTaken, Segment, Stale
from store.tables import contacts
from tests.conftest import NOON
from tests.outreach.segments import shop
from tests.outreach.segments.writing import write
from tests.store.plans import plans_of
from tests.store.rows import add_contact

ZONE = "Asia/Kuala_Lumpur"
MALAY = {"fact": "language", "op": "is", "value": "ms"}


def kept(connection: Connection, condition: Any, name: str = "some") -> Segment:
    """A segment of this condition; None: a list."""
    made = segments.add(connection, name=name, condition=condition, by="mei", now=NOON)
    assert isinstance(made, Segment)
    return made


def people(connection: Connection, number: int, **more: Any) -> list[int]:
    """So many contacts, every third of whom is written to in Malay."""
    rows = [
        {
            "public_id": f"c-{place}",
            "language": "en" if place % 3 else "ms",
            "number": f"N{place}",
            "created_at": NOON,
            "marketing": "granted",
            **more,
        }
        for place in range(number)
    ]
    return list(connection.scalars(contacts.insert().returning(contacts.c.id), rows))


async def test_pages_give_everybody_once_in_order_and_add_up_to_the_count(database: Database) -> None:
    def tell(connection: Connection) -> None:
        ids = people(connection, 100)
        for segment in (kept(connection, MALAY, "a condition"), kept(connection, None, "a list")):
            if segment.condition is None:
                segments.put_on(connection, segment.id, ids[::3], NOON)
            found: list[int] = []
            while some := audience.page(connection, segment, found[-1] if found else 0, 7, NOON, ZONE):
                found += some
            assert found == ids[::3]
            assert audience.count(connection, segment, NOON, ZONE).everybody == len(found)
            assert audience.still_in(connection, segment, ids[:4], NOON, ZONE) == {ids[0], ids[3]}
            assert audience.still_in(connection, segment, [], NOON, ZONE) == set()
            assert [each.id for each in audience.sample(connection, segment, 2, NOON, ZONE, ids[3])] == ids[6:12:3]

    await database.transact(tell)


async def test_a_stretch_looks_at_so_many_contacts_and_says_how_far_it_came(database: Database) -> None:
    def tell(connection: Connection) -> None:
        ids, malay = people(connection, 20), kept(connection, MALAY)
        full = audience.stretch(connection, malay, 0, 2, NOON, ZONE, looked_at=10)
        assert full == (ids[0:6:3], ids[3], False)
        rest = audience.stretch(connection, malay, full.reached, 50, NOON, ZONE, looked_at=10)
        assert rest == ([ids[6], ids[9], ids[12]], ids[13], False)
        assert audience.stretch(connection, malay, ids[13], 50, NOON, ZONE).ids == [ids[15], ids[18]]
        assert audience.stretch(connection, malay, ids[19], 50, NOON, ZONE) == ([], ids[19], True)
        listed = kept(connection, None, "list")
        segments.put_on(connection, listed.id, ids[:3], NOON)
        assert audience.stretch(connection, listed, 0, 2, NOON, ZONE) == (ids[:2], ids[1], False)
        assert audience.stretch(connection, listed, ids[1], 2, NOON, ZONE) == ([ids[2]], ids[2], True)

    await database.transact(tell)


async def test_nobody_is_in_a_segment_who_is_gone(database: Database) -> None:
    def tell(connection: Connection) -> None:
        here, joined, forgotten, dead = people(connection, 4)
        change = contacts.update().where
        connection.execute(change(contacts.c.id == joined).values(merged_into=here))
        connection.execute(change(contacts.c.id == forgotten).values(erased_at=NOON))
        connection.execute(change(contacts.c.id == dead).values(deceased=True))
        listed = kept(connection, None, "list")
        segments.put_on(connection, listed.id, [here, joined, forgotten, dead], NOON)
        for segment in (listed, kept(connection, {"all": []})):
            assert audience.page(connection, segment, 0, 9, NOON, ZONE) == [here]
            assert audience.still_in(connection, segment, [here, joined, forgotten, dead], NOON, ZONE) == {here}
            assert audience.count(connection, segment, NOON, ZONE) == (1, 1, {})

    await database.transact(tell)


async def test_whoever_several_chats_of_a_channel_reach_counts_once(database: Database) -> None:
    def tell(connection: Connection) -> None:
        one = add_contact(connection, "1", NOON)
        other = add_contact(connection, "2", NOON, channel="webchat", marketing="withdrawn")
        for sender, channel, contact, reachable in (
            ("3", "telegram", one, True),
            ("4", "webchat", one, False),
            ("5", "telegram", other, True),
        ):
            named = {"channel": channel, "account": "shop", "sender": sender, "contact_id": contact}
            row = sa.insert(sa.table("identities", *map(sa.column, (*named, "reachable", "created_at"))))
            connection.execute(row.values(**named, reachable=reachable, created_at=str(NOON)[:19]))
        found = audience.count(connection, kept(connection, {"all": []}), NOON, ZONE)
        assert found == (2, 1, {"telegram": 1})

    await database.transact(tell)


async def test_segments_are_changed_by_who_saw_them_and_keep_their_names_apart(database: Database) -> None:
    def tell(connection: Connection) -> None:
        first, listed = kept(connection, MALAY, "first"), kept(connection, None, "list")
        assert segments.add(connection, name="first", condition=None, by="x", now=NOON) == NameTaken(
            first.public_id
        )

        def save(segment: Segment, name: str, condition: Any, edit: int) -> Any:
            return segments.save(connection, segment.id, name=name, condition=condition, edit=edit, now=NOON)

        changed = save(first, "first", {"not": MALAY}, 0)
        assert (changed.edit, changed.condition) == (1, {"not": MALAY})
        assert save(first, "other", MALAY, 0) == Stale(1)
        assert save(first, "list", MALAY, 1) == NameTaken(listed.public_id)
        assert segments.remove(connection, listed.id, NOON).removed_at == NOON
        assert [each.name for each in segments.every(connection)] == ["first"]
        assert [each.name for each in segments.every(connection, removed=True)] == ["list"]
        assert save(changed, "list", MALAY, 1).name == "list"
        assert segments.restore(connection, listed.id, NOON) == NameTaken(first.public_id)
        assert segments.called(connection, "first") == []

    await database.transact(tell)


UNREADABLE = [(2, "unreadable"), (3, "unreadable"), (4, "unreadable")]


def bring(connection: Connection, listed: Segment, content: bytes) -> list[Taken]:
    """Put on a list whom a file names."""
    return [members.take(connection, listed.id, piece, "MY", NOON) for piece in members.pieces(io.BytesIO(content))]


async def test_a_file_names_customers_by_whatever_they_are_known_by(database: Database) -> None:
    def tell(connection: Connection) -> None:
        one = add_contact(connection, "1", NOON, number="C-1", public_id="one", phone="+60123456789")
        two = add_contact(connection, "2", NOON, number="C-2", public_id="two", email="b@example.com")
        old = add_contact(connection, "3", NOON, number="C-3", public_id="three", merged_into=two)
        listed = kept(connection, None)
        for content, added, missed in (
            (b"C-1\n\nC-9\n", [one], [(3, "unknown")]),
            (b"\xef\xbb\xbfone\r\ntwo\r\n", [one, two], []),
            (b"012-345 6789\nB@example.com\nb@EXAMPLE.com\n", [one, two], [(2, "unknown")]),
            (b"name;Phone\nAminah;+60 12 345 6789\nBala;none\n", [one], [(3, "unknown")]),
            (b'"C-3"\n"C-2",x\n', [two], []),
            (b"id\nC-1\n", [], [(2, "unknown")]),
            (b"C-1\nC-\xff\nC\x00\n" + 5_000 * b"x" + b"\nC-2", [one, two], UNREADABLE),
            (b"", [], []),
        ):
            taken = bring(connection, listed, content)
            assert [each for one_ in taken for each in one_.missed] == missed, content
            assert [each.contact_id for each in segments.listed(connection, listed.id, 0, 9)] == added, content
            assert sum(each.added for each in bring(connection, listed, content)) == 0
            assert segments.clear(connection, listed.id, 9) == len(added)
        connection.execute(contacts.update().where(contacts.c.id != old).values(phone="+60123456789"))
        assert bring(connection, listed, b"0123456789\n")[0].missed == [(1, "several")]

    await database.transact(tell)


async def test_a_long_file_is_kept_in_short_pieces(database: Database) -> None:
    def tell(connection: Connection) -> None:
        ids, listed = people(connection, 1_200), kept(connection, None)
        content = b"number\n" + b"".join(b"N%d\n" % place for place in range(1_200))
        taken = bring(connection, listed, content)
        assert [(each.added, each.line) for each in taken] == [(500, 501), (500, 1_001), (200, 1_201)]
        assert segments.members_after(connection, listed.id, 0, 2_000) == ids
        assert segments.take_off(connection, listed.id, ids[:MOST_AT_ONCE]) == MOST_AT_ONCE

    await database.transact(tell)


FULL_SCAN = re.compile(r"^SCAN (?!anon_|\(subquery|products$)")  # a catalogue is short


async def test_every_fact_of_a_page_is_looked_up_by_an_index(sqlite_url: str) -> None:
    """A table that is read whole for each page would make a campaign's start as slow as the shop is large."""
    database = Database(sqlite_url)

    def tell(connection: Connection) -> None:
        write(connection, shop.made(1, 40))
        every = [
            {"fact": "stage", "op": "is", "value": "loyal"},
            {"fact": "points", "op": "at_least", "value": 1},
            {"fact": "tags", "op": "has", "value": ["vip"]},
            {"fact": "reachable", "op": "has", "value": ["telegram"]},
            {"fact": "list", "op": "has", "value": ["list-a"]},
            {"fact": "birthday", "op": "known"},
            {"fact": "bought", "op": "did", "category": ["tea"], "within": 90, "times": 2},
            {"fact": "event", "op": "did", "value": ["cart"]},
            {"fact": "campaign", "op": "got"},
            {"fact": "answer", "op": "at_most", "value": 6, "survey": "visit", "question": "recommend"},
            {"fact": "request", "op": "is", "value": True},
        ]
        for test in every:
            segment = Segment(1, "", "", test, 0, "", NOON, NOON, None)
            for sql, steps in plans_of(connection, lambda: audience.page(connection, segment, 0, 9, NOON, ZONE)):  # noqa: B023
                if "FROM contacts" in sql:
                    assert not [step for step in steps if FULL_SCAN.search(step)], (sql, steps)

    await database.transact(tell)
    database.close()


async def test_who_bought_a_product_is_found_by_the_product(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    test = {"fact": "bought", "op": "did", "product": ["tea-1"], "within": 30}
    segment = Segment(1, "", "", test, 0, "", NOON, NOON, None)

    def tell(connection: Connection) -> None:
        plans = plans_of(connection, lambda: audience.count(connection, segment, NOON, ZONE))
        (steps,) = [steps for sql, steps in plans if "FROM purchases" in sql]
        assert any("purchases USING INDEX ix_purchases_product (product_id=? AND at>?)" in step for step in steps)

    await database.transact(tell)
    database.close()
