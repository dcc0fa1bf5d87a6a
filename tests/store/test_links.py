"""Personal links in the store: once, in time, for the contact as it is now."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts, links, tables, visitors
from store.contacts import Contact
from store.database import Database
from store.links import Link, Opening
from tests.conftest import NOON

SECRET = "the secret of the tests"
WEEK = dt.timedelta(days=7)


async def customer(database: Database, name: str) -> Contact:
    work = partial(contacts.make, name=name, language="ms", at=NOON)
    return await database.transact(lambda connection: work(connection, "telegram", "1", name))


def link_for(contact: Contact, expires_at: dt.datetime = NOON + WEEK) -> Link:
    link = links.read(SECRET, links.sign(SECRET, contact.public_id, expires_at))
    assert link is not None
    return link


async def opened(database: Database, link: Link, visitor: str, now: dt.datetime = NOON) -> Opening:
    return await database.transact(partial(links.open_for, link=link, visitor=visitor, now=now))


async def test_an_opened_link_makes_the_visitor_its_contact(database: Database) -> None:
    aisyah = await customer(database, "Aisyah")
    link = link_for(aisyah)
    assert await opened(database, link, "visitor-1") == "opened"
    reader = await database.read(partial(visitors.find, visitor="visitor-1"))
    assert reader is not None
    assert (reader.contact_id, reader.name, reader.language) == (aisyah.id, "Aisyah", "ms")
    assert await database.read(partial(links.is_of, link=link, visitor="visitor-1"))
    assert not await database.read(partial(links.is_of, link=link, visitor="visitor-2"))


async def test_two_openings_at_once_make_one_visitor(database: Database) -> None:
    link = link_for(await customer(database, "Aisyah"))
    results = await asyncio.gather(*[opened(database, link, f"visitor-{number}") for number in range(6)])
    assert sorted(results) == ["opened"] + ["used"] * 5


async def test_a_link_is_good_until_it_expires(database: Database) -> None:
    aisyah = await customer(database, "Aisyah")
    assert await opened(database, link_for(aisyah), "visitor-1", NOON + WEEK) == "expired"
    assert await opened(database, link_for(aisyah), "visitor-1", NOON + WEEK - dt.timedelta(seconds=1)) == "opened"


async def test_a_link_to_a_merged_contact_opens_the_one_it_became(database: Database) -> None:
    old, new = await customer(database, "Aisyah"), await customer(database, "Aisyah Rahman")
    merge = tables.contacts.update().where(tables.contacts.c.id == old.id).values(merged_into=new.id)
    await database.transact(lambda connection: connection.execute(merge))
    assert await opened(database, link_for(old), "visitor-1") == "opened"
    reader = await database.read(partial(visitors.find, visitor="visitor-1"))
    assert reader is not None
    assert reader.contact_id == new.id


async def test_a_link_to_nobody_is_not_used_up(database: Database) -> None:
    gone = Link("nobody", "nonce", NOON + WEEK)
    assert await opened(database, gone, "visitor-1") == "unknown"
    assert await database.read(_remembered) == 0


async def test_a_nonce_is_forgotten_when_its_link_would_have_expired(database: Database) -> None:
    aisyah = await customer(database, "Aisyah")
    await opened(database, link_for(aisyah), "visitor-1")
    later = NOON + WEEK + dt.timedelta(days=1)
    await opened(database, link_for(aisyah, later + WEEK), "visitor-2", later)
    assert await database.read(_remembered) == 1


@pytest.mark.parametrize("token", ["", "x", "WyJhIl0.AAAA", "é"])
def test_a_token_that_is_not_ours_says_nothing(token: str) -> None:
    assert links.read(SECRET, token) is None


def _remembered(connection: Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(tables.links_used)).scalar_one()
