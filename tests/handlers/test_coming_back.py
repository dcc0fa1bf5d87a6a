"""The bot has the conversation again: how what was parked goes on, how it was, and what calls people back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flows.book import FLOWS
from handlers.conversation_closed import Closed
from handlers.deed import Refused
from handlers.given_back import GivenBack
from locales import _
from service import parked, rules
from service.parked import Heard
from service.rules import Desk
from store import preferences, sessions
from store.contacts import BOT, QUEUE
from store.database import Database
from store.staff_sessions import Staff
from store.tables import contacts, conversations
from talk.engine import Act, Talk
from talk.prompts import Choice, FreeText, Number, Option, Skippable
from tests.handlers.house import Customer, TestHouse, later
from tests.handlers.team import Team, agent

pytestmark = pytest.mark.slow

COFFEE, TEA = Option("coffee", _("My points")), Option("tea", _("Rewards"))
DRINK, MANY, NAME = _("Which drink?"), _("How many?"), _("For whom?")
WORDS = "You're with our automatic assistant again. To reach our team, just write “person”."


def brewed(act: Act, many: int) -> int:
    """The order is in the kitchen."""
    return many


async def order(talk: Talk) -> None:
    await talk.ask("drink", DRINK, Choice(COFFEE, TEA))
    many = await talk.ask("many", MANY, Number(1, 9))
    if many == 9:
        talk.do("brew", brewed, many)
    await talk.ask("name", NAME, Skippable(FreeText()))
    talk.say(_("In time."))


@pytest.fixture
async def team(database: Database) -> Team:
    return Team(TestHouse(database, {**FLOWS, "welcome": order}))


@pytest.fixture
async def mei(database: Database) -> Staff:
    return await agent(database)


async def ordering(team: Team, *answers: str) -> Customer:
    """A customer in the middle of an order, who wants a person."""
    customer = team.house.customer()
    for words in ("hello", *answers):
        await customer.types(words)
    return customer


async def wanted(team: Team, who: Staff, *answers: str) -> Customer:
    customer = await ordering(team, *answers, "person")
    await team.take(who)
    await customer.answers()
    return customer


async def test_the_question_that_stands_is_asked_again(team: Team, mei: Staff) -> None:
    customer = await wanted(team, mei, "My points")
    row = await team.row()
    assert (row.flow, row.step) == ("welcome", "many#1")
    await team.say(mei, "Any number will do.")
    assert await team.back(mei) == GivenBack("resume")
    assert (await customer.answers())[-1] == f"{WORDS}\n\nHow many?"
    assert await customer.types("3") == ["For whom?"]


async def test_after_more_than_a_day_it_begins_anew_and_nothing_lapsed_meanwhile(team: Team, mei: Staff) -> None:
    customer = await wanted(team, mei, "My points")
    later(team.house, hours=30)
    await customer.types("Still here?")
    assert await team.back(mei) == GivenBack("restart")
    assert await customer.answers() == [f"{WORDS}\n\nWhich drink?"]


async def test_what_acted_is_dropped_rather_than_begun_anew(team: Team, mei: Staff) -> None:
    customer = await wanted(team, mei, "My points", "9")
    later(team.house, hours=30)
    assert await team.back(mei, "restart") == Refused("acted")
    assert await team.back(mei, "step", "many") == Refused("acted")
    assert await team.back(mei) == GivenBack("drop")
    assert "What can I do for you?" in (await customer.answers())[0]


@pytest.mark.parametrize(("answered", "how"), [(False, "restart"), (True, "drop")])
async def test_a_question_that_could_not_be_read_begins_anew_unless_people_answered_it(
    team: Team, mei: Staff, answered: bool, how: str
) -> None:
    customer = await ordering(team, "My points", "?!", "?!", "?!")
    await customer.presses("Talk to a person")
    row = await team.row()
    assert (row.flow, row.step, row.why) == ("welcome", "many#1", "answer_not_understood")
    await team.take(mei)
    if answered:
        await team.say(mei, "Three, then.")
    await customer.answers()
    assert await team.back(mei) == GivenBack(how)
    assert ("Which drink?" in (await customer.answers())[0]) is not answered


async def test_a_question_that_could_not_be_read_is_asked_with_three_tries_again(team: Team, mei: Staff) -> None:
    customer = await ordering(team, "My points", "?!", "?!", "?!")
    await customer.presses("Talk to a person")
    await team.take(mei)
    await customer.answers()
    await team.back(mei, "resume")
    assert await customer.answers() == [f"{WORDS}\n\nHow many?"]
    assert (await customer.types("?!"))[0].endswith("How many?")


async def test_who_calls_the_bot_back_is_not_asked_what_it_could_not_read(team: Team, mei: Staff) -> None:
    customer = await ordering(team, "My points", "?!", "?!", "?!")
    await customer.presses("Talk to a person")
    assert (await team.owner())[0] == QUEUE
    (said,) = await customer.types("menu")
    assert said == "What can I do for you?"
    assert await customer.types("thanks") == ["You're welcome. I'm here whenever you need me."]


async def test_the_customer_is_sent_back_to_a_step(team: Team, mei: Staff) -> None:
    customer = await wanted(team, mei, "My points", "3")
    assert await team.back(mei, "step", "nothing") == Refused("acted")
    assert await team.back(mei, "step", "drink") == GivenBack("step")
    assert await customer.answers() == [f"{WORDS}\n\nWhich drink?"]
    assert await customer.types("Rewards") == ["How many?"]


async def test_the_agent_sees_what_was_answered_and_where_one_may_go_back(team: Team, mei: Staff) -> None:
    await wanted(team, mei, "My points", "3")
    row = await team.row()
    found = await team.house.database.read(lambda connection: sessions.one(connection, row.session_id))
    assert found is not None
    seen = parked.look(found[0].record, team.house.house.book, customer="en", agent="ms", now=team.house.now)
    assert seen.heard == (Heard("drink", "Which drink?", "Mata ganjaran saya"), Heard("many", "How many?", "3"))
    assert (seen.step, seen.question, seen.behind) == ("name", "For whom?", ("many", "drink"))
    assert (seen.failed, seen.acted) == (False, False)


async def test_a_dialogue_that_asked_for_a_person_itself_is_shown_to_its_end(database: Database) -> None:
    async def asks(talk: Talk) -> None:
        await talk.ask("many", MANY, Number(1, 9))
        talk.hand_over("too_many", "points")

    house = TestHouse(database, {**FLOWS, "welcome": asks})
    customer = house.customer()
    for words in ("hello", "3"):
        await customer.types(words)
    row = await Team(house).row()
    assert (row.flow, row.step, row.why) == ("welcome", "", "too_many")
    found = await database.read(lambda connection: sessions.one(connection, row.session_id))
    assert found is not None
    seen = parked.look(found[0].record, house.house.book, customer="en", agent="en", now=house.now)
    assert (seen.heard, seen.question) == ((Heard("many", "How many?", "3"),), "")


async def served(team: Team, who: Staff) -> Customer:
    """A customer whom somebody served and who is asked how it was."""
    customer = await wanted(team, who, "My points", "3", "skip")
    await team.say(who, "It is done.")
    await customer.answers()
    assert await team.close(who) == Closed(rated=True)
    assert "How happy are you" in (await customer.answers())[0]
    return customer


async def test_how_it_was_is_kept_and_a_low_rating_is_told(team: Team, mei: Staff) -> None:
    customer = await served(team, mei)
    await customer.presses("★★")
    assert [(alert.kind, alert.details) for alert in team.house.alerts[-1:]] == [("low_rating", {"stars": "2"})]
    await customer.types("It took two days.")
    row = await team.row()
    assert (row.rating, row.rating_text, row.rated_at) == (2, "It took two days.", team.house.now)
    assert (await team.owner())[0] == BOT


async def test_who_is_not_asked_how_it_was(team: Team, mei: Staff) -> None:
    customer = await wanted(team, mei)
    assert await team.close(mei) == Closed(rated=False)  # nobody had answered

    async def again(answer: bool = True) -> object:
        await customer.types("person")
        await team.take(mei)
        await team.say(mei, "Hello.")
        return await team.close(mei, rate=answer)

    assert await again(answer=False) == Closed(rated=False)
    contact = (await team.house.rows(sa.select(contacts.c.id)))[0].id
    refuses = {"refused": ("survey",)}
    await team.house.database.transact(
        lambda connection: preferences.change(connection, contact, team.house.now, **refuses)
    )
    assert await again() == Closed(rated=False)
    await team.house.database.transact(
        lambda connection: preferences.change(connection, contact, team.house.now, refused=())
    )
    await team.house.database.transact(
        lambda connection: rules.save(connection, Desk(ask_rating=False), team.house.now)
    )
    assert await again() == Closed(rated=False)
    assert (await team.row()).rating is None


MORE = "The cake never came!"


@pytest.mark.parametrize(
    ("words", "reopens"),
    [
        (MORE, True),
        ("still waiting", True),
        ("thanks", False),
        ("ok", False),
        ("❤️❤️", False),
        ("5", False),
        ("skip", False),
        ("points", False),
        ("bye", False),
    ],
)
async def test_what_opens_a_conversation_again(team: Team, mei: Staff, words: str, reopens: bool) -> None:
    customer = await served(team, mei)
    await team.here(mei)
    await customer.types(words)
    row = await team.row()
    assert ((await team.owner())[0] == mei.public_id, row.state, row.reopened) == (
        (True, "held", 1) if reopens else (False, "closed", 0)
    )


async def test_it_opens_again_for_whoever_had_it_and_they_are_named(team: Team, mei: Staff) -> None:
    customer = await served(team, mei)
    later(team.house, days=6)
    await team.here(mei)
    assert await customer.types(MORE) == [
        "I've passed this on to Mei, who helped you before and will reply to you here."
    ]
    row = await team.row()
    assert (row.last_text, row.closed_at, row.waiting_since) == (MORE, None, team.house.now)
    assert (await team.changes())[-2:] == [
        (BOT, QUEUE, "customer", "reopened"),
        (QUEUE, mei.public_id, "rule", "assigned"),
    ]
    assert await customer.types("Hello?") == []
    await team.close(mei)
    assert len(await team.house.rows(sa.select(conversations.c.id))) == 1


async def test_who_wants_people_only_goes_on_with_them_too(team: Team, mei: Staff) -> None:
    customer = await served(team, mei)
    await customer.types("skip")
    contact = (await team.house.rows(sa.select(contacts.c.id)))[0].id
    await team.house.database.transact(
        lambda connection: preferences.change(connection, contact, team.house.now, people_only=True)
    )
    await customer.types(MORE)
    assert (await team.row()).reopened == 1
    assert (await team.owner())[0] != BOT


async def test_it_waits_in_its_queue_when_they_are_not_there(team: Team, mei: Staff) -> None:
    customer = await served(team, mei)
    (said,) = await customer.types(MORE)
    assert said.startswith("I've passed your message to our team.")
    assert (await team.owner())[0] == QUEUE
    assert (await team.row()).reopened == 1


@pytest.mark.parametrize(("days", "within", "reopens"), [(8, 7, False), (8, 30, True), (0, 0, False)])
async def test_it_opens_again_within_the_days_of_the_desk(
    team: Team, mei: Staff, days: int, within: int, reopens: bool
) -> None:
    await team.house.database.transact(
        lambda connection: rules.save(connection, Desk(reopen_days=within), team.house.now)
    )
    customer = await served(team, mei)
    later(team.house, days=days, minutes=1)
    await customer.types(MORE)
    assert ((await team.owner())[0] != BOT) is reopens


async def test_what_was_given_back_to_the_bot_stays_with_it(team: Team, mei: Staff) -> None:
    customer = await wanted(team, mei, "My points", "3", "skip")
    await team.say(mei, "Hello.")
    await team.back(mei, "drop")
    await customer.answers()
    await customer.types(MORE)
    assert (await team.owner())[0] == BOT


async def test_the_rating_does_not_insist(team: Team, mei: Staff) -> None:
    customer = await served(team, mei)
    await customer.types("menu")
    later(team.house, days=2)
    assert not any("How happy" in said for said in await customer.types("help"))
