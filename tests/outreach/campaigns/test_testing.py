"""Test messages go to colleagues' chats alone, are marked, and make nobody a recipient."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.campaigns import testing
from outreach.templates.content import Content, Text
from outreach.templates.rendering import Stamp
from store import tags
from store.campaigns import Campaign
from store.database import Database
from store.tables import campaign_recipients, contacts, identities
from tests.conftest import NOON
from tests.outreach.campaigns.drafts import ZONE, kept, said
from tests.store.rows import add_contact, all_rows

LINK = Stamp("c" * 16, lambda contact, place: f"https://shop.example/go/{contact}/{place}")


def colleague(connection: Connection, sender: str, **more: Any) -> int:
    contact_id = add_contact(connection, sender, NOON, **more)
    tags.add(connection, contact_id, testing.TAG, NOON)
    return contact_id


def send(connection: Connection, campaign: Campaign, *languages: str) -> list[testing.Tested | None]:
    return [
        testing.send(connection, campaign, tester, languages, LINK, now=NOON, zone=ZONE)
        for tester in testing.testers(connection)
    ]


def texts(connection: Connection) -> list[str]:
    return [row.payload["text"] for row in all_rows(connection)]


async def test_each_variant_goes_in_each_language_that_is_asked_for(database: Database) -> None:
    def work(connection: Connection) -> None:
        add_contact(connection, "customer", NOON)
        colleague(connection, "mei", marketing="unasked", language="zh")
        both = said(en="Half price", ms="Separuh harga"), said(en="Free cake")
        campaign = kept(connection, *both, name="Weekend")
        assert testing.languages(connection, campaign) == ["en", "ms"]
        assert send(connection, campaign, "en", "ms") == [testing.Tested(3, {})]
        rows = all_rows(connection)
        assert {row.sender for row in rows} == {"mei"}
        assert [(row.lane, row.kind, row.campaign_id, row.begun_at) for row in rows] == [(1, "", None, None)] * 3
        assert [row.seq for row in rows] == [1, 2, 3]
        assert texts(connection) == [
            "<b>Test</b> · Weekend · variant A\n\nHalf price",
            "<b>Ujian</b> · Weekend · versi A\n\nSeparuh harga",
            "<b>Test</b> · Weekend · variant B\n\nFree cake",
        ]
        assert all(row.payload["buttons"][-1][0]["label"] for row in rows)
        assert not connection.execute(sa.select(campaign_recipients)).all()
        assert connection.scalar(sa.select(contacts.c.seq).where(contacts.c.language == "zh")) == 3

    await database.transact(work)


async def test_drafts_of_texts_can_be_tested_and_what_is_not_known_is_told(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        colleague(connection, "mei")
        unread = Content(texts={"en": Text("Half price"), "ms": Text("Hai {{ call_me }}", "reviewed")})
        [tested] = send(connection, kept(connection, unread), "en", "ms", "ar")
        assert tested is not None
        assert tested.sent == 1
        assert tested.not_said["ms"].value == "call_me"

    await sqlite_database.transact(work)


async def test_where_no_room_is_left_the_mark_goes_before_the_message(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        colleague(connection, "mei")
        long = "x" * 1_010  # a picture's caption has 1,024 at most
        content = Content(texts={"en": Text(long, "reviewed")}, picture="p" * 16)
        [tested] = send(connection, kept(connection, content), "en")
        assert tested is not None
        assert tested.sent == 2
        assert texts(connection)[1] == long

    await sqlite_database.transact(work)


async def test_nobody_else_is_a_tester(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        gone: tuple[dict[str, Any], ...] = ({"deceased": True}, {"erased_at": NOON})
        for number, more in enumerate(gone):
            colleague(connection, str(number), **more)
        merged = colleague(connection, "merged")
        into = add_contact(connection, "other", NOON)
        connection.execute(contacts.update().where(contacts.c.id == merged).values(merged_into=into))
        assert testing.testers(connection) == []
        alone = colleague(connection, "no chat")
        connection.execute(identities.delete().where(identities.c.contact_id == alone))
        assert send(connection, kept(connection), "en") == [None]

    await sqlite_database.transact(work)
