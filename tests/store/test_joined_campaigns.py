"""What campaigns have to do with two contacts who are one person comes together, and parts again as it was."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import absorption, forgetting, parting
from store.absorption import Moved
from store.database import Database
from store.tables import campaign_presses, campaign_recipients, segment_members, stage_changes
from tests.conftest import NOON
from tests.store.campaign_rows import add_campaign, add_recipient, add_segment
from tests.store.rows import add_contact

TABLES = (campaign_recipients, campaign_presses, segment_members, stage_changes)


def everything(connection: Connection) -> list[Any]:
    return [sorted(map(repr, connection.execute(sa.select(table)))) for table in TABLES]


def owners(connection: Connection, table: sa.Table, *names: str) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(sa.select(table.c.contact_id, *(table.c[n] for n in names)))}


async def test_a_person_has_one_row_in_a_campaign_and_everything_parts_again(database: Database) -> None:
    def work(connection: Connection) -> None:
        card, chat = add_contact(connection, "card", NOON), add_contact(connection, "chat", NOON)
        spring, summer = add_campaign(connection, "Spring"), add_campaign(connection, "Summer")
        add_recipient(connection, spring, card, state="sent")
        add_recipient(connection, summer, card, state="waiting")
        add_recipient(connection, summer, chat, state="sent")
        for campaign, who in ((spring, card), (summer, chat)):
            pressed = {"campaign_id": campaign, "contact_id": who, "button": 0, "at": NOON}
            connection.execute(campaign_presses.insert().values(pressed))
        regulars, friends = add_segment(connection, "Regulars"), add_segment(connection, "Friends")
        for segment, who in ((regulars, card), (friends, card), (friends, chat)):
            listed = {"segment_id": segment, "contact_id": who, "at": NOON}
            connection.execute(segment_members.insert().values(listed))
        moved_up = {"contact_id": card, "stage": "loyal", "rfm": "champions", "at": NOON}
        connection.execute(stage_changes.insert().values(moved_up))
        before = everything(connection)

        moved = absorption.absorb(connection, card, chat)
        assert owners(connection, campaign_recipients, "campaign_id", "state") == {
            *((chat, spring, "sent"), (chat, summer, "sent")),
            (card, summer, "waiting"),  # cadence passes over whoever was merged, and the totals still add up
        }
        assert owners(connection, campaign_presses, "campaign_id") == {(chat, spring), (chat, summer)}
        on_lists = owners(connection, segment_members, "segment_id")
        assert {segment for who, segment in on_lists if who == chat} == {regulars, friends}
        assert owners(connection, stage_changes) == {(chat,)}

        kept = msgspec.json.decode(msgspec.json.encode(moved), type=Moved)
        parting.give_back(connection, card, chat, kept)
        assert everything(connection) == before

    await database.transact(work)


async def test_joinings_of_before_there_were_campaigns_part_as_well(database: Database) -> None:
    def work(connection: Connection) -> None:
        card, chat = add_contact(connection, "card", NOON), add_contact(connection, "chat", NOON)
        moved = msgspec.to_builtins(absorption.absorb(connection, card, chat))
        moved["rows"].pop("campaign_recipients")
        moved.pop("lists")
        campaign = add_campaign(connection)
        add_recipient(connection, campaign, chat)
        parting.give_back(connection, card, chat, msgspec.convert(moved, Moved))
        assert owners(connection, campaign_recipients) == {(chat,)}

    await database.transact(work)


async def test_who_is_forgotten_is_passed_over_and_still_counted(database: Database) -> None:
    def work(connection: Connection) -> None:
        contact = add_contact(connection, "a", NOON)
        spring, summer = add_campaign(connection, "Spring"), add_campaign(connection, "Summer")
        add_recipient(connection, spring, contact, state="waiting", reason="quiet hours")
        add_recipient(connection, summer, contact, state="sent", sent_at=NOON)
        for step in forgetting.STEPS:
            while step(connection, contact):
                pass
        assert owners(connection, campaign_recipients, "campaign_id", "state", "reason") == {
            (contact, spring, "skipped", "erased"),
            (contact, summer, "sent", ""),
        }

    await database.transact(work)
