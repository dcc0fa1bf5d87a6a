"""Messages and notes are found by their words, however both were typed, on either database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import search, search_index
from store.database import Database
from store.tables import inbox, search_lines
from tests.conftest import NOON
from tests.store.rows import add_contact

pytestmark = pytest.mark.slow

LATER = NOON + dt.timedelta(minutes=1)


def say(connection: sa.Connection, contact: int, text: str, number: int, **more: Any) -> None:
    """A customer wrote this."""
    values = {"channel": "webchat", "account": "web", "external_id": f"{contact}-{number}", "state": "done"}
    row = {**values, "contact_id": contact, "seq": number, "kind": "text", "text": text, "at": NOON, **more}
    connection.execute(inbox.insert().values(row))


def index(connection: sa.Connection, now: dt.datetime = LATER) -> None:
    """Index all there is."""
    for source in search_index.SOURCES:
        while search_index.index_some(connection, source, now, 3):
            pass


def found(connection: sa.Connection, typed: str) -> list[str]:
    """The texts that are found, the newest first, with what was looked for in brackets."""
    return [
        "".join(f"[{part}]" if marked else part for part, marked in one.parts)
        for one in search.find(connection, typed, 20)
    ]


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("Where is my VOUCHER?", "voucher", "Where is my [VOUCHER]?"),
        ("Where is my voucher?", "vouc", "Where is my [voucher]?"),
        ("Tôi muốn đổi điểm", "doi diem", "Tôi muốn [đổi] [điểm]"),
        ("toi muon doi diem", "đổi điểm", "toi muon [doi] [diem]"),
        ("أريد استبدال النقاط", "نقاط", "أريد استبدال [النقاط]"),
        ("إستبدال ٥٠ نقطة", "استبدال 50", "[إستبدال] [٥٠] نقطة"),
        ("我想用积分换一杯咖啡", "积分", "我想用[积分]换一杯咖啡"),
        ("我想用積分換一杯咖啡", "积分换", "我想用[積分換]一杯咖啡"),
        ("nak tebus baucar, boleh?", "baucar tebus", "nak [tebus] [baucar], boleh?"),
        ("I don't know", "don't", "I [don't] know"),
    ],
)
async def test_what_was_written_is_found_as_it_is_typed(
    database: Database, text: str, typed: str, shown: str
) -> None:
    def look(connection: sa.Connection) -> list[str]:
        say(connection, add_contact(connection, "one", NOON), text, 1)
        index(connection)
        return found(connection, typed)

    assert await database.transact(look) == [shown]


async def test_all_words_must_stand_in_it_and_the_newest_comes_first(database: Database) -> None:
    def look(connection: sa.Connection) -> list[list[str]]:
        contact = add_contact(connection, "one", NOON)
        for number, text in enumerate(["cold coffee", "hot coffee", "hot tea", "积极 分开"], 1):
            say(connection, contact, text, number)
        index(connection)
        return [found(connection, typed) for typed in ("coffee", "hot coffee", "hot milk", "积分", "cof ", "")]

    assert await database.transact(look) == [
        ["hot [coffee]", "cold [coffee]"],
        ["[hot] [coffee]"],
        [],
        [],
        [],
        [],
    ]


async def test_a_row_that_commits_after_later_ones_is_found_too_and_none_twice(database: Database) -> None:
    def first(connection: sa.Connection) -> None:
        contact = add_contact(connection, "one", NOON)
        for number in range(2, 9):
            say(connection, contact, f"coffee {number}", number, id=number * 10)
        index(connection, NOON + dt.timedelta(seconds=1))
        say(connection, contact, "late coffee", 9, id=15)  # its id was given before, and it commits now
        index(connection, NOON + dt.timedelta(seconds=2))

    await database.transact(first)
    assert len(await database.read(lambda connection: found(connection, "coffee"))) == 8
    await database.transact(index)
    await database.transact(index)
    lines = sa.select(sa.func.count()).select_from(search_lines)
    assert await database.read(lambda connection: connection.scalar(lines)) == 8


async def test_what_is_forgotten_is_not_found(database: Database) -> None:
    def look(connection: sa.Connection) -> list[str]:
        say(connection, add_contact(connection, "one", NOON), "my secret", 1)
        index(connection)
        connection.execute(inbox.update().values(text=""))
        connection.execute(search_lines.delete())
        index(connection)
        return found(connection, "secret")

    assert await database.transact(look) == []


HOSTILE = [
    '"',
    '" OR "1',
    "a* NEAR b",
    "words:x",
    "-coffee",
    "(a",
    "a:*",
    "'; DROP TABLE inbox",
    "a & | !",
    "<->",
    "^x",
    "\\",
    "%_",
    "\x00",
]


async def test_nothing_that_is_typed_is_read_as_a_command(database: Database) -> None:
    contact = await database.transact(lambda connection: add_contact(connection, "one", NOON))
    await database.transact(lambda connection: say(connection, contact, "coffee", 1))
    await database.transact(index)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.one_of(
            st.sampled_from(HOSTILE), st.text(max_size=40), st.text("\"'*:()&|!<>-^\\ aé积 OR NEAR", max_size=30)
        )
    )
    def look(typed: str) -> None:
        with database.engine.connect() as connection:
            for one in search.find(connection, typed, 5):
                assert any(marked for _part, marked in one.parts), typed

    look()
