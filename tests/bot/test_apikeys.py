"""`sapa apikey`: keys are made, listed and revoked, and shown once."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
import sqlalchemy as sa

from store import api_keys, tables
from store.database import Database
from talk.errors import SapaError
from tests.bot import commands

say = partial(commands.say, "apikey")


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(url: str) -> None:
    key = say("add", "web shop", "--scope", "points:read", "--scope", "customers:read").strip()
    listed = say("list")
    assert "web shop  customers:read points:read  never used" in listed
    assert key not in listed
    public_id = listed.split()[0]
    assert "revoked" in say("revoke", public_id)
    assert "revoked" in say("list")

    async def look() -> tuple[object, list[str]]:
        database = Database(url, writes=False)
        try:
            actions = sa.select(tables.audit.c.action).order_by(tables.audit.c.id)
            known = await database.read(lambda c: api_keys.proven(c, key))
            return known, await database.read(lambda c: list(c.scalars(actions)))
        finally:
            database.close()

    assert asyncio.run(look()) == (None, ["apikey.added", "apikey.revoked"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "x", "--scope", "everything"), "--scope takes one of customers:read"),
        (("add", " ", "--scope", "points:read"), "Name the system"),
        (("revoke", "nobody"), "`sapa apikey list` shows them"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(url: str, words: tuple[str, ...], says: str) -> None:
    say("add", "web shop", "--scope", "points:read")
    with pytest.raises(SapaError, match=says):
        say(*words)
