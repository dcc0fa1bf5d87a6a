"""A member's card: made once, found however its code was written."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Connection

from store import cards, contacts
from store.database import Database
from talk.reading.codes import ALPHABET, grouped, new_code, read_code
from tests.conftest import NOON


async def test_a_card_is_made_once_and_found_as_people_write_it(database: Database) -> None:
    def work(connection: Connection) -> None:
        contact = contacts.make(connection, "telegram", "shop", "1", name="", language="en", at=NOON)
        assert cards.code_of(connection, contact.id) is None
        card = cards.card_of(connection, contact.id)
        assert card == cards.card_of(connection, contact.id)
        for written in (card, f"M:{card}", f" m:{card.lower()}\n", grouped(card), grouped(card).replace(" ", "-")):
            assert cards.by_card(connection, written) == contact.id
        for unknown in ("", "M:", "hello", new_code(cards.LENGTH)):
            assert cards.by_card(connection, unknown) is None

    await database.transact(work)


def test_a_code_is_read_whatever_looks_like_its_letters() -> None:
    assert read_code("o0il-u8") == "0011V8"
    assert read_code("٣abc") == "3ABC"
    assert read_code("what?!é") is None
    assert grouped("7Q3M0XKD92") == "7Q3M 0XKD 92"


@pytest.mark.parametrize("letter", "ILOU")
def test_letters_that_are_mistaken_are_in_no_code(letter: str) -> None:
    assert letter not in ALPHABET
    assert set(new_code(200)) <= set(ALPHABET)
