"""What the team does with a conversation: taking, giving back, transfer, snooze, close, promises, labels, spam."""

from __future__ import annotations

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from console.staff import talk_choices
from store import labels, queues, tables
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from tests.console.staff.talks import owner, public_id, taken, waiting
from tests.console.staff.team import Team, field

pytestmark = pytest.mark.slow

PLACE = ZoneInfo("Asia/Kuala_Lumpur")


async def test_two_who_take_a_conversation_at_once_do_not_both_have_it(team: Team) -> None:
    contact = await public_id(team, await waiting(team))
    agents = [await team.browser("support") for _ in range(4)]
    answers = await asyncio.gather(*(agent.submit(f"/staff/inbox/{contact}/take", owner=QUEUE) for agent in agents))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    winner = next(agent for agent, answer in zip(agents, answers, strict=True) if answer.status_code == 303)
    assert await owner(team, contact) == winner.account.public_id


async def test_a_colleagues_conversation_is_taken_over_knowingly_and_what_they_were_typing_stays(
    team: Team,
) -> None:
    first, home = await taken(team, await waiting(team))
    second = await team.browser("support", name="Tan")
    shown = await second.get(home)
    assert "Take over from Siti" in shown.text
    assert (await second.submit(f"{home}/take", owner=field(shown, "owner"))).status_code == 303
    late = await first.submit(f"{home}/reply", nonce="answer-0001", text="What I was typing")
    assert late.status_code == 409
    assert "Tan has this conversation now" in late.text
    assert "What I was typing" in late.text
    assert (await first.submit(f"{home}/back")).status_code == 409


async def test_a_conversation_must_be_taken_before_it_is_answered(sqlite_team: Team) -> None:
    customer = await waiting(sqlite_team)
    agent = await sqlite_team.browser("support")
    home = f"/staff/inbox/{await public_id(sqlite_team, customer)}"
    answer = await agent.submit(f"{home}/reply", nonce="answer-0001", text="Hello?")
    assert answer.status_code == 409
    assert "Please take the conversation first" in answer.text


async def test_the_bot_is_silent_while_a_person_has_the_conversation(team: Team) -> None:
    customer = await waiting(team)
    await taken(team, customer)
    assert await customer.types("menu") == []
    assert await customer.types("how many points do I have?") == []


async def test_given_back_the_bot_tells_the_customer_and_shows_the_menu(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    answer = await agent.submit(f"{home}/back", how="drop")
    assert answer.headers["Location"] == "/staff/inbox?said=back"
    told = await customer.answers()
    assert "automatic assistant" in told[0]
    assert "What can I do for you?" in told[-1]
    assert await owner(team, home.rpartition("/")[2]) == BOT
    assert await customer.types("how many points do I have?") != []


async def test_given_back_the_open_question_is_asked_again_and_none_before_an_effect(sqlite_team: Team) -> None:
    customer = sqlite_team.house.customer()
    for words in ("hello", "English", "person"):
        await customer.types(words)
    agent, home = await taken(sqlite_team, customer)
    refused = await agent.submit(f"{home}/back", how="step:language")
    assert refused.status_code == 409
    assert "did something after that question already" in refused.text
    assert (await agent.submit(f"{home}/back", how="sing")).status_code == 422
    await agent.submit(f"{home}/back", how="resume")
    assert "what may I call you?" in "\n".join(await customer.answers())


async def test_giving_back_twice_tells_the_customer_once(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    answers = await asyncio.gather(*(agent.submit(f"{home}/back", how="drop") for _ in range(2)))
    assert {answer.status_code for answer in answers} == {303}
    assert sum("automatic assistant" in text for text in await customer.answers()) == 1


async def test_nothing_is_said_to_be_done_for_a_customer_who_left_every_channel_meanwhile(
    sqlite_team: Team,
) -> None:
    async def nobody(_contact: str, _deed: object) -> None:
        return None

    agent, home = await taken(sqlite_team, await waiting(sqlite_team))
    agent = await sqlite_team.of(agent.account, app=sqlite_team.application(act=nobody))
    fields = {"owner": QUEUE, "nonce": "answer-0001", "text": "Here I am.", "note": "Hm.", "reason": "solved"}
    for deed in ("take", "reply", "back", "note", "close"):
        assert (await agent.submit(f"{home}/{deed}", **fields)).status_code == 404


async def test_it_is_transferred_to_a_colleague_with_a_note_or_to_a_queue(team: Team) -> None:
    agent, home = await taken(team, await waiting(team))
    contact = home.rpartition("/")[2]
    tan = await team.account("support", name="Tan")
    to = {"to": f"staff:{tan.public_id}", "note": "Knows the order."}
    assert (await agent.submit(f"{home}/transfer", **to)).status_code == 303
    assert await owner(team, contact) == tan.public_id
    theirs = await team.of(tan)
    shown = (await theirs.get(home)).text
    assert "Knows the order." in shown
    queue = (await team.database.read(queues.every))[0]
    assert (await theirs.submit(f"{home}/transfer", to=f"queue:{queue.public_id}")).status_code == 303
    assert await owner(team, contact) == QUEUE
    assert (await agent.submit(f"{home}/transfer", to="staff:absent")).status_code == 422


async def test_it_rests_until_a_moment_that_is_still_to_come(team: Team) -> None:
    agent, home = await taken(team, await waiting(team))
    assert (await agent.submit(f"{home}/snooze", until="own", moment="2020-01-01T09:00")).status_code == 422
    assert (await agent.submit(f"{home}/snooze", until="tomorrow")).status_code == 303
    row = (await team.rows(sa.select(tables.contacts.c.owner, tables.contacts.c.owner_until)))[0]
    assert row.owner == SNOOZED
    assert row.owner_until.astimezone(PLACE).time() == dt.time(9)
    assert "Snoozed until" in (await agent.get(home)).text


async def test_closed_it_has_a_reason_and_the_customer_is_asked_unless_nobody_wants_that(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/reply", nonce="answer-0001", text="Done.")
    await customer.answers()
    assert (await agent.submit(f"{home}/close", reason="bored")).status_code == 422
    assert (await agent.submit(f"{home}/close", reason="solved", rate="yes")).headers["Location"] == (
        "/staff/inbox?said=closed"
    )
    assert any("how our team served you" in text for text in await customer.answers())
    await customer.types("5")
    shown = (await agent.get(home)).text
    assert "Siti closed it: Solved" in shown
    assert "Rated 5 stars" in shown


async def test_a_promise_is_shown_until_it_is_kept(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    assert (await agent.submit(f"{home}/promise", promise="We call you", due="own")).status_code == 422
    assert (await agent.submit(f"{home}/promise", promise="We call you", due="tomorrow")).status_code == 303
    assert "We call you" in "\n".join(await customer.answers())
    assert "Open promises" in (await agent.get(home)).text
    row = (await team.rows(sa.select(tables.promises.c.public_id, tables.promises.c.due_at)))[0]
    assert row.due_at.astimezone(PLACE).time() == dt.time(10)
    assert (await agent.submit(f"{home}/promises/{row.public_id}", how="kept")).status_code == 303
    assert "Open promises" not in (await agent.get(home)).text


async def test_labels_are_put_on_and_taken_off_and_managers_make_new_ones(team: Team) -> None:
    agent, home = await taken(team, await waiting(team))
    assert (await agent.submit(f"{home}/labels", new="Urgent")).status_code == 422
    owner_ = await team.browser("owner")
    assert (await owner_.submit(f"{home}/labels", new="Urgent")).status_code == 303
    assert (await owner_.submit(f"{home}/labels", new="urgent")).status_code == 422
    label = (await team.database.read(labels.every))[0]
    assert "Urgent" in (await agent.get(home)).text
    await agent.submit(f"{home}/labels", label=str(label.id), off="yes")
    assert await team.rows(sa.select(tables.conversation_labels)) == []
    assert ("conversation.unlabelled") in {action for _actor, action in await team.audited()}


async def test_spam_is_answered_by_nobody_until_it_is_none(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/spam", spam="yes")
    assert await owner(team, home.rpartition("/")[2]) == BLOCKED
    assert await customer.types("hello?") == []
    assert "This is not spam" in (await agent.get(home)).text
    await agent.submit(f"{home}/spam", spam="no")
    assert await customer.types("menu") != []


async def test_an_earlier_conversation_becomes_part_of_the_open_one(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/close", reason="solved")
    await agent.submit(f"{home}/take", owner=BOT)
    closed = sa.select(tables.conversations.c.public_id).where(tables.conversations.c.state == "closed")
    earlier = (await team.rows(closed))[0].public_id
    assert earlier in (await agent.get(home)).text
    assert (await agent.submit(f"{home}/merge", other=earlier)).status_code == 303
    assert earlier not in (await agent.get(home)).text
    assert (await agent.submit(f"{home}/merge", other="absent-object")).status_code == 409


def test_moments_are_those_of_the_business_clock_and_never_past() -> None:
    now = dt.datetime(2026, 11, 20, 15, 30, tzinfo=dt.UTC)  # a Friday, 23.30 there
    assert talk_choices.snoozed_until("monday", "", now, PLACE) == dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
    assert talk_choices.snoozed_until("tomorrow", "", now, PLACE) == dt.datetime(2026, 11, 21, 1, tzinfo=dt.UTC)
    assert talk_choices.due_at("today", "", now, PLACE) is None
    for nonsense in ("", "never", "2026-13-45T99:99", "9999-12-31T23:59"):
        assert talk_choices.snoozed_until("own", nonsense, now, PLACE) is None
