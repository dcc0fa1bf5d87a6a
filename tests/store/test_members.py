"""Cards go to the chat that proves them, with everything that belongs to the member."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import claims, ledger
from loyalty.ledger import Earning
from store import absorption, cards, codes, consents, erasures, members, sessions
from store import contacts as people
from store.database import Database
from store.members import Gone, HasCard, Linked, UnknownCode
from store.tables import (
    anniversaries,
    behaviours,
    contacts,
    due,
    identities,
    occurrences,
    preferences,
    purchases,
    verdicts,
)
from store.tables import claims as claims_table
from store.tables import consents as consents_table
from store.tables import sessions as sessions_table
from talk.journal import Record
from tests.conftest import NOON, SECRET
from tests.store.rows import add_contact

BEFORE = NOON - dt.timedelta(days=400)


def add_member(connection: Connection, sender: str = "old", points: int = 120, **more: Any) -> int:
    member = add_contact(connection, sender, BEFORE, number=f"N-{sender}", **more)
    ledger.earn(connection, [Earning(f"earned:{sender}", member, points, BEFORE)])
    return member


def balance(connection: Connection, contact_id: int) -> int:
    return ledger.account_of(connection, contact_id, NOON, "en").balance


async def test_everything_of_the_member_goes_to_the_chat_that_proved_the_card(database: Database) -> None:
    def work(connection: Connection) -> None:
        member = add_member(connection, name="Ona Lee", email="ona@example.com", phone="+60123456789")
        chat = add_contact(connection, "new", NOON, marketing="unasked")
        purchase = {"contact_id": member, "at": BEFORE, "quantity": 1, "amount": 5, "currency": "MYR"}
        connection.execute(purchases.insert().values(key="p", **purchase))
        claims.file(connection, member, "R-1", "", NOON)
        connection.execute(behaviours.insert().values(contact_id=member, key="b", name="viewed", at=BEFORE))
        verdict = {"kind": "offer", "subject": "o", "verdict": "now", "at": BEFORE}
        connection.execute(verdicts.insert().values(contact_id=member, **verdict))
        card = cards.card_of(connection, member)
        absorption.absorb(connection, member, chat)
        for table in (purchases, claims_table, behaviours, verdicts, identities):
            assert set(connection.scalars(sa.select(table.c.contact_id))) == {chat}
        assert balance(connection, chat) == 120
        assert cards.by_card(connection, card) == chat
        new = connection.execute(sa.select(contacts).where(contacts.c.id == chat)).one()
        old = connection.execute(sa.select(contacts).where(contacts.c.id == member)).one()
        assert (new.number, new.name, new.email, new.phone) == (
            "N-old",
            "Ona Lee",
            "ona@example.com",
            "+60123456789",
        )
        assert (old.number, old.phone, old.merged_into) == (None, None, chat)

    await database.transact(work)


async def test_of_two_rows_of_one_kind_the_more_cautious_stays(database: Database) -> None:
    def work(connection: Connection) -> None:
        member, chat = add_member(connection), add_contact(connection, "new", NOON)
        for who, day, at in ((member, 229, BEFORE), (chat, 1201, NOON)):
            row = {"occasion": "birthday", "month_day": day, "given_at": at}
            connection.execute(anniversaries.insert().values(contact_id=who, **row))
            state = "done" if who == member else "planned"
            row = {"occasion": "birthday", "occurrence": "2026", "state": state, "at": at}
            connection.execute(occurrences.insert().values(contact_id=who, **row))
            row = {"seldom": who == chat, "changed_at": at}
            connection.execute(preferences.insert().values(contact_id=who, **row))
        absorption.absorb(connection, member, chat)
        born = sa.select(anniversaries.c.contact_id, anniversaries.c.month_day)
        assert connection.execute(born.where(anniversaries.c.occasion == "birthday")).all() == [(chat, 229)]
        assert connection.execute(sa.select(occurrences.c.contact_id, occurrences.c.state)).all() == [
            (chat, "done")
        ]
        assert connection.execute(sa.select(preferences.c.contact_id, preferences.c.seldom)).all() == [(chat, True)]

    await database.transact(work)


@pytest.mark.parametrize(("later", "standing"), [("member", "withdrawn"), ("chat", "granted")])
async def test_the_last_word_on_news_holds_whichever_chat_it_was_said_in(
    database: Database, later: str, standing: str
) -> None:
    def work(connection: Connection) -> str | None:
        member, chat = add_member(connection), add_contact(connection, "new", NOON)
        words = {"purpose": "marketing", "channel": "all", "wording": "news-1", "locale": "en", "evidence": "chat"}
        for who, granted in (("member", False), ("chat", True)):
            at = NOON if who == later else BEFORE
            whose = member if who == "member" else chat
            consents.record(connection, whose, granted=granted, at=at, **words)
        absorption.absorb(connection, member, chat)
        assert set(connection.scalars(sa.select(consents_table.c.contact_id))) == {chat}
        return connection.scalar(sa.select(contacts.c.marketing).where(contacts.c.id == chat))

    assert await database.transact(work) == standing


async def test_dialogues_of_the_old_chat_end_and_its_next_message_is_the_new_contacts(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, ...]:
        member, chat = add_member(connection), add_contact(connection, "new", NOON)
        spoken = connection.scalar(sa.select(identities.c.id).where(identities.c.contact_id == member))
        assert spoken is not None
        sessions.open_new(connection, member, spoken, Record("points", "1"), NOON)
        linked = members.link(connection, chat, member, NOON)
        told = connection.execute(sa.select(due.c.flow, due.c.contact_id, due.c.args)).one()
        found = people.lock_identity(connection, spoken)
        assert found is not None
        ended = connection.scalar(sa.select(sessions_table.c.exit))
        return linked == Linked(chat), found.id == chat, ended, told == ("card_linked", chat, {"identity": spoken})

    assert await database.transact(work) == (True, True, "linked", True)


async def test_a_chat_with_points_of_its_own_and_a_card_that_is_gone_are_left_alone(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        first, second = add_member(connection), add_member(connection, "second")
        chat, deceased = add_contact(connection, "new", NOON), add_member(connection, "third", deceased=True)
        own = members.link(connection, second, first, NOON)
        gone = members.link(connection, chat, deceased, NOON)
        members.link(connection, chat, first, NOON)
        late = members.link(connection, add_contact(connection, "late", NOON), first, NOON)
        return [own, gone, late, balance(connection, second)]

    assert await database.transact(work) == [HasCard(), Gone(), Gone(), 120]


async def test_no_card_goes_to_nor_from_somebody_who_is_being_forgotten(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        member, chat = add_member(connection), add_contact(connection, "new", NOON)
        answers = []
        for leaving in (member, chat):
            erasures.ask(connection, leaving, NOON)
            answers.append(members.link(connection, chat, member, NOON))
            erasures.take_back(connection, leaving, NOON)
        return [*answers, members.link(connection, chat, member, NOON) == Linked(chat)]

    assert await database.transact(work) == [Gone(), Gone(), True]


async def test_a_proven_phone_gives_only_the_card_of_somebody_who_never_wrote(database: Database) -> None:
    def work(connection: Connection) -> list[bool]:
        talked = add_member(connection, phone="+60123456789")
        chat = add_contact(connection, "new", NOON)
        first = members.link_phone(connection, chat, "+60123456789")
        connection.execute(identities.delete().where(identities.c.contact_id == talked))
        return [first, members.link_phone(connection, chat, "+60123456789"), balance(connection, chat) == 120]

    assert await database.transact(work) == [False, True, True]


@pytest.mark.parametrize("written", ["n-old", "N-OLD"])
async def test_a_member_is_found_by_number_card_and_an_unmistakable_phone(database: Database, written: str) -> None:
    def work(connection: Connection) -> None:
        member = add_member(connection, phone="+60123456789")
        connection.execute(contacts.update().where(contacts.c.id == member).values(number="N-OLD"))
        card = cards.card_of(connection, member)
        assert members.find(connection, number=written) == member
        assert members.find(connection, number=f"M:{card}") == member
        assert members.find(connection, phone="+60123456789") == member
        add_member(connection, "second", phone="+60123456789")
        assert members.find(connection, phone="+60123456789") is None

    await database.transact(work)


async def test_a_chat_that_joined_without_earning_gets_the_whole_account(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        member, chat = add_member(connection), add_contact(connection, "new", NOON)
        ledger.open_accounts(connection, {chat: NOON})
        members.link(connection, chat, member, NOON)
        return [balance(connection, chat), balance(connection, member), ledger.audit(connection)]

    assert await database.transact(work) == [120, 0, []]


async def test_the_till_links_the_chat_that_shows_a_code(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        member, chat = add_member(connection), add_contact(connection, "new", NOON)
        code = codes.issue(connection, SECRET, chat, None, codes.TILL, NOON)
        assert code is not None
        twice = [members.link_at_till(connection, SECRET, code, member, NOON) for _ in range(2)]
        return [twice[0] == Linked(chat), twice[1], balance(connection, chat)]

    assert await database.transact(work) == [True, UnknownCode(), 120]


async def test_of_chats_that_link_one_card_at_once_one_has_it_whole(database: Database) -> None:
    def prepare(connection: Connection) -> tuple[int, list[int]]:
        return add_member(connection), [add_contact(connection, f"new{place}", NOON) for place in range(6)]

    member, chats = await database.transact(prepare)

    def linking(chat: int) -> Callable[[Connection], object]:
        def work(connection: Connection) -> object:
            connection.execute(sa.select(contacts.c.id).where(contacts.c.id == chat).with_for_update()).all()
            return members.link(connection, chat, member, NOON)

        return work

    answers = await asyncio.gather(*(database.transact(linking(chat)) for chat in chats))
    winners = [answer.contact_id for answer in answers if isinstance(answer, Linked)]
    assert len(winners) == 1
    assert answers.count(Gone()) == 5
    assert await database.read(lambda connection: balance(connection, winners[0])) == 120
    assert not (await database.read(ledger.audit))
