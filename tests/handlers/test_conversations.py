"""Whole conversations: what a customer meets, from the first message to the last."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from flows.book import FLOWS
from locales import _
from loyalty import ledger, programme
from loyalty.ledger import Earning
from loyalty.programme import Programme
from store import due
from store.database import Database
from store.tables import consents, contacts, identities, outbox, sessions
from talk.engine import LATE, Talk
from talk.prompts import FreeText
from tests.conftest import NOON
from tests.handlers.house import Customer, TestHouse, later


@pytest.fixture
def house(database: Database) -> TestHouse:
    return TestHouse(database)


async def _member(house: TestHouse, phone: str = "+60123456789", points: int = 120) -> int:
    """A member the business knows who was never in a chat."""

    def make(connection: sa.Connection) -> int:
        made = connection.execute(
            sa.insert(contacts)
            .values(public_id=phone, number=phone, phone=phone, name="Aminah", language="ms", created_at=NOON)
            .returning(contacts.c.id)
        ).scalar_one()
        ledger.earn(connection, [Earning("k", made, points, NOON, expires_at=NOON + dt.timedelta(days=30))])
        return int(made)

    return await house.database.transact(make)


async def _known(house: TestHouse, channel: str = "webchat") -> Customer:
    """A customer who has been welcomed and stands before the menu."""
    customer = house.customer(channel=channel)
    await customer.types("hello")
    await customer.types("English")
    await customer.types("skip")
    await customer.types("no")
    return customer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many points do I have?", "You have 120 points."),
        ("brp point saya", "Anda mempunyai 120 mata ganjaran."),
        ("diem cua minh con bao nhieu", "Bạn hiện có 120 điểm thưởng."),
        ("كم نقطة عندي؟", "120"),
        ("我还有多少积分？", "120积分"),
    ],
)
async def test_the_first_question_is_answered_before_anything_is_asked(
    house: TestHouse, question: str, answer: str
) -> None:
    customer = house.customer()
    await house.turn.receive(customer.event("blocked"))
    member = await _member(house)
    await house.database.transact(lambda connection: _join(connection, member))
    (said,) = await customer.types(question)
    assert answer in said


def _join(connection: sa.Connection, member: int) -> None:
    connection.execute(sa.update(identities).values(contact_id=member))


async def test_a_phone_number_the_app_vouches_for_links_the_card(house: TestHouse) -> None:
    await _member(house)
    customer = await _known(house, "telegram")
    await customer.types("link my card")
    said = await customer.sends(customer.event("contact", phone="+60123456789", phone_proven=True))
    assert "I've found your member card." in said[0]


async def test_a_typed_number_proves_nothing(house: TestHouse) -> None:
    await _member(house)
    customer = await _known(house, "telegram")
    await customer.types("link my card")
    (said,) = await customer.types("012-345 6789")
    assert said.endswith("Please type the code here within 10 minutes.")
    assert not await house.database.read(
        lambda connection: connection.scalar(
            sa.select(sa.func.count()).select_from(contacts).where(contacts.c.merged_into.is_not(None))
        )
    )


async def test_a_web_page_asks_for_no_number_that_it_could_not_prove(house: TestHouse) -> None:
    customer = await _known(house)
    (said,) = await customer.types("link my card")
    assert said == "Please type your member number, or the phone number of your card."


async def test_a_member_is_welcomed_by_the_name_they_chose(house: TestHouse) -> None:
    member = await _member(house)

    def name(connection: sa.Connection) -> None:
        connection.execute(sa.update(contacts).where(contacts.c.id == member).values(call_me="Kak Aminah"))
        programme.keep(connection, Programme(business="Kopi"), text="", by="test", at=house.now)

    await house.database.transact(name)
    customer = house.customer()
    await customer.sends(customer.event("blocked"))
    await house.database.transact(lambda connection: _join(connection, member))
    (said,) = await customer.types("mata saya")
    assert said.startswith("Helo Kak Aminah, selamat datang ke Kopi.")
    assert "Boleh saya tahu nama panggilan anda?" not in said


async def test_a_question_is_not_taken_for_a_name(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    await customer.types("English")
    (said,) = await customer.types("what can I get for my points?")
    assert "rewards" in said
    assert said.endswith("And what may I call you?")
    (said,) = await customer.types("Sam")
    assert said.startswith("Nice to meet you, Sam.")


async def test_the_history_comes_in_pages(house: TestHouse) -> None:
    member = await _member(house)
    customer = await _known(house)

    def fill(connection: sa.Connection) -> None:
        ledger.earn(connection, [Earning(f"e{n}", member, n, NOON + dt.timedelta(minutes=n)) for n in range(1, 8)])

    await house.database.transact(fill)
    await customer.sends(customer.event("contact", phone="+60123456789", phone_proven=True))
    await customer.types("points")
    (page,) = await customer.presses("Points history")
    assert page.count("points earned") == 5
    (page,) = await customer.presses("Earlier entries")
    assert page.count("earned") == 3


async def test_two_messages_in_another_language_change_it_and_offer_the_choice(house: TestHouse) -> None:
    customer = await _known(house)
    await customer.types("saya nak tanya pasal mata ganjaran saya")
    said = await customer.types("berapa baki mata saya sekarang")
    assert any("Bahasa Melayu" in text for text in said)
    assert {"English", "Bahasa Melayu"} <= set(customer.buttons)
    (said_then, *_rest) = await customer.presses("English")
    assert said_then.startswith("All right, I'll write to you in English.")


async def test_a_person_is_called_and_the_bot_is_silent_until_called_back(house: TestHouse) -> None:
    customer = await _known(house)
    (said,) = await customer.types("I want to talk to a human")
    assert said.startswith("I've passed your message to our team")
    assert [notice.kind for notice in house.alerts] == ["person_wanted"]
    assert await customer.types("hello? points?") == []
    (said,) = await customer.types("menu")
    assert said == "What can I do for you?"


async def test_a_stale_button_is_answered_politely_and_changes_nothing(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    old = customer.buttons["Bahasa Melayu"]
    await customer.presses("English")
    (said,) = await customer.sends(customer.event("button", button=old))
    assert said.startswith("That button belongs to an earlier question")
    assert said.endswith("And what may I call you?")
    (row,) = await house.rows(sa.select(contacts.c.language))
    assert row.language == "en"


@pytest.mark.parametrize("data", ["", "nonsense", "1.2.3.4", "!.nothing", "999999.1.tea"])
async def test_buttons_nobody_made_are_answered_too(house: TestHouse, data: str) -> None:
    customer = await _known(house)
    (said,) = await customer.sends(customer.event("button", button=data))
    assert said.startswith("That button belongs to an earlier question")


async def test_stop_inside_a_sentence_is_asked_about(house: TestHouse) -> None:
    customer = await _known(house)
    (said,) = await customer.types("please stop sending me messages")
    assert said == "Would you like us to stop sending you news and offers?"
    said, *_menu = await customer.types("yes")
    assert said.startswith("Done.")


async def test_news_are_agreed_to_with_the_wording_that_was_read(house: TestHouse) -> None:
    customer = await _known(house)
    await customer.types("start")
    await customer.types("yes")
    row = (await house.rows(sa.select(consents).order_by(consents.c.id.desc())))[0]
    assert (row.purpose, row.granted, row.wording, row.locale) == ("marketing", True, "news-1", "en")


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "document", "sticker", "location", "other"])
async def test_no_kind_of_message_is_met_with_silence(house: TestHouse, kind: str) -> None:
    customer = await _known(house)
    await customer.types("back")
    said = await customer.sends(customer.event(kind))  # type: ignore[arg-type]
    assert said


async def test_an_edited_message_is_acknowledged(house: TestHouse) -> None:
    customer = await _known(house)
    (said,) = await customer.sends(customer.event("edited", text="points"))
    assert said.startswith("I've seen that you changed your message.")


async def test_who_blocks_us_is_left_alone_until_they_write(house: TestHouse) -> None:
    customer = await _known(house)
    assert await customer.sends(customer.event("blocked")) == []
    (row,) = await house.rows(sa.select(identities.c.reachable))
    assert not row.reachable
    assert await customer.types("menu")
    (row,) = await house.rows(sa.select(identities.c.reachable))
    assert row.reachable


async def test_a_deep_link_leads_where_it_says(house: TestHouse) -> None:
    customer = await _known(house)
    (said,) = await customer.sends(customer.event("start", text="help"))
    assert said.startswith("I can show you your points")


async def test_a_conversation_left_for_a_day_begins_anew(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    await customer.types("English")
    later(house, hours=25)
    (said,) = await customer.types("rewards")
    assert "And what may I call you?" not in said
    rows = await house.rows(sa.select(sessions.c.exit).where(sessions.c.state == "ended"))
    assert "idle" in {row.exit for row in rows}


async def remind(talk: Talk) -> None:
    answer = await talk.ask("word", _("Say a word."), FreeText(), within=dt.timedelta(hours=1))
    if answer is LATE:
        await talk.wait("day", dt.timedelta(days=1))
        talk.say(_("All right, nothing has changed."))


@pytest.mark.parametrize("word", ["menu", "points", "/points", "help", "person", "stop"])
async def test_the_words_of_help_and_of_the_commands_menu_work_inside_any_question(
    database: Database, word: str
) -> None:
    house = TestHouse(database, {**FLOWS, "welcome": remind})
    customer = house.customer()
    await customer.types("hello")
    said = await customer.types(word)
    assert said
    assert said[0] != "Say a word."


async def _fall_due(house: TestHouse) -> None:
    ready = await house.database.read(lambda connection: due.ready(connection, house.now, 10))
    for due_id in ready:
        await house.turn.fall_due(due_id)


async def test_deadlines_and_waits_come_due_once(database: Database) -> None:
    house = TestHouse(database, {"welcome": remind, "menu": remind})
    customer = house.customer()
    assert await customer.types("hello") == ["Say a word."]
    later(house, hours=1)
    await _fall_due(house)
    assert await customer.answers() == []
    later(house, days=1)
    await _fall_due(house)
    assert await customer.answers() == ["All right, nothing has changed."]
    await _fall_due(house)
    assert await customer.answers() == []
    (lane,) = {row.lane for row in await house.rows(sa.select(outbox.c.lane).where(outbox.c.seq > 2))}
    assert lane == 1


async def test_what_is_due_waits_while_a_person_has_the_conversation(database: Database) -> None:
    house = TestHouse(database, {"welcome": remind, "menu": remind})
    customer = house.customer()
    await customer.types("hello")
    later(house, hours=1)
    await _fall_due(house)
    await database.transact(lambda connection: connection.execute(sa.update(contacts).values(owner="agent-1")))
    later(house, days=1)
    await _fall_due(house)
    assert await customer.answers() == []
    await database.transact(lambda connection: connection.execute(sa.update(contacts).values(owner="bot")))
    later(house, minutes=10)
    await _fall_due(house)
    assert await customer.answers() == ["All right, nothing has changed."]


async def test_stop_answers_the_question_about_news_which_is_not_asked_again(house: TestHouse) -> None:
    customer = house.customer()
    for words in ("hello", "English", "skip"):
        said = await customer.types(words)
    assert said[-1].startswith("Would you like to hear from us")
    (said_to_stop,) = await customer.types("STOP")
    assert said_to_stop.startswith("All right, we won't send you any news or offers.")
    rows = await house.rows(sa.select(contacts.c.marketing))
    assert [row.marketing for row in rows] == ["withdrawn"]
