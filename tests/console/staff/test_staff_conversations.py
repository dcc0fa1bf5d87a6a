"""Conversations that people have: who waits, taking, answering, giving back, and who sees what."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import httpx
import pytest
import sqlalchemy as sa

from store import media, tables, transcript
from store.contacts import BOT, QUEUE
from store.media import File
from tests.console.staff.team import Browser, Team, field
from tests.handlers.house import Customer, later

PICTURE = File.of("image/png", b"\x89PNG\r\n\x1a\n and a receipt")


async def waiting(team: Team, sender: str = "1", channel: str = "webchat") -> Customer:
    """A customer who was welcomed and asked for a person."""
    customer = team.house.customer(sender, channel)
    for words in ("hello", "English", "skip", "no", "I want to talk to a person"):
        await customer.types(words)
    return customer


async def public_id(team: Team, customer: Customer) -> str:
    contacts, identities = tables.contacts, tables.identities
    found = await team.rows(
        sa.select(contacts.c.public_id)
        .join(identities, identities.c.contact_id == contacts.c.id)
        .where(identities.c.sender == customer.sender, identities.c.channel == customer.channel)
    )
    return str(found[0].public_id)


async def owner(team: Team, contact: str) -> str:
    found = await team.rows(sa.select(tables.contacts.c.owner).where(tables.contacts.c.public_id == contact))
    return str(found[0].owner)


async def taken(team: Team, customer: Customer) -> tuple[Browser, str]:
    """A support agent who has this customer's conversation, and its address."""
    agent, contact = await team.browser("support", name="Siti"), await public_id(team, customer)
    answer = await agent.submit(f"/staff/conversations/{contact}/take", owner=QUEUE)
    assert answer.status_code == 303, answer.text
    return agent, f"/staff/conversations/{contact}"


async def said(team: Team, customer: Customer) -> list[transcript.Line]:
    """What the customer's page shows of what they were told."""

    def read(connection: sa.Connection) -> list[transcript.Line]:
        identities = tables.identities
        contact = connection.scalar(
            sa.select(identities.c.contact_id).where(identities.c.sender == customer.sender)
        )
        assert contact is not None
        return transcript.before(connection, contact, transcript.NEWEST, 100, team.house.now).lines

    return [line for line in await team.database.read(read) if line.speaker != "you"]


async def test_who_waits_longest_stands_first_and_who_was_answered_last(team: Team) -> None:
    customers = []
    for sender in "123":
        later(team.house, minutes=5)
        customers.append(await waiting(team, sender))
    first, second, third = customers
    await team.house.customer("4").types("hello")
    agent, page = await taken(team, second)
    await agent.submit(f"{page}/reply", nonce="answer-0001", text="Here I am.")
    listed = re.findall(r"conversations/([^\"/]+)\"", (await agent.get("/staff/conversations")).text)
    assert listed == [await public_id(team, one) for one in (first, third, second)]
    later(team.house, hours=3)
    await second.types("Are you there?")
    shown = (await agent.get("/staff/conversations")).text
    assert "Waiting for 3 hours" in shown
    assert "Are you there?" in shown
    assert "Waiting for 1 minute" in shown


async def test_next_leads_to_whoever_waits_longest_and_is_nobody_elses(team: Team) -> None:
    first = await waiting(team, "1")
    later(team.house, minutes=1)
    second = await waiting(team, "2")
    agent, page = await taken(team, first)
    other = await team.browser("support")
    there = f"/staff/conversations/{await public_id(team, second)}"
    assert (await other.get("/staff/conversations/next")).headers["Location"] == there
    assert (await agent.get("/staff/conversations/next")).headers["Location"] == page
    left = page.rpartition("/")[2]
    assert (await agent.get(f"/staff/conversations/next?after={left}")).headers["Location"] == there


async def test_the_page_shows_the_whole_conversation_and_the_customer(team: Team) -> None:
    customer = await waiting(team)
    agent, page = await taken(team, customer)
    shown = (await agent.get(page)).text
    for words in (
        "I want to talk to a person",
        "Points",
        "Wants no offers",
        "English",
        "No purchases yet.",
    ):
        assert words in shown
    assert shown.index("hello") < shown.index("I want to talk to a person")


async def test_what_a_customer_writes_is_shown_and_never_obeyed(team: Team) -> None:
    customer = await waiting(team)
    await customer.types('<script>alert(1)</script> <b>bold</b> <img src="x">')
    agent, page = await taken(team, customer)
    shown = (await agent.get(page)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;bold&lt;/b&gt; &lt;img" in shown
    assert "<script>alert" not in shown


async def test_an_answer_goes_out_in_the_persons_name_and_once(team: Team) -> None:
    customer = await waiting(team)
    agent, page = await taken(team, customer)
    await customer.answers()
    form = await agent.get(page)
    fields = {"nonce": field(form, "nonce"), "text": "Good morning!\r\n\r\n1 < 2 & <b>you</b>"}
    answers = await asyncio.gather(*(agent.submit(f"{page}/reply", **fields) for _ in range(3)))
    assert {answer.headers["Location"] for answer in answers} == {f"{page}?said=sent#answer"}
    assert await customer.answers() == ["Good morning!\n\n1 &lt; 2 &amp; &lt;b&gt;you&lt;/b&gt;"]
    line = (await said(team, customer))[-1]
    assert (line.speaker, line.author) == ("person", "Siti")
    row = (await team.rows(sa.select(tables.outbox).order_by(tables.outbox.c.id.desc())))[0]
    assert (row.author, row.lane) == (agent.account.public_id, 0)
    assert [turn.sends for turn in team.house.committed[-3:]].count(True) == 1


async def test_an_answer_goes_where_the_customer_wrote_last(team: Team) -> None:
    customer = await waiting(team, "77", "telegram")

    def give_another_chat(connection: sa.Connection) -> None:
        contact = connection.scalar(sa.select(tables.contacts.c.id))
        connection.execute(
            tables.identities.insert().values(
                contact_id=contact, channel="webchat", account="web", sender="web-1", created_at=team.house.now
            )
        )

    await team.database.transact(give_another_chat)
    agent, page = await taken(team, customer)
    await customer.answers()
    await agent.submit(f"{page}/reply", nonce="answer-0001", text="Good morning!")
    assert await customer.answers() == ["Good morning!"]


async def test_a_long_answer_is_sent_in_parts(team: Team) -> None:
    customer = await waiting(team)
    agent, page = await taken(team, customer)
    await customer.answers()
    await agent.submit(f"{page}/reply", nonce="answer-0001", text="A sentence of some length. " * 290)
    parts = await customer.answers()
    assert len(parts) == 2
    assert all(len(part) <= 4096 for part in parts)


@pytest.mark.parametrize(("text", "status"), [("  \n ", 422), ("x" * 8001, 422)])
async def test_an_answer_that_cannot_be_sent_is_refused_and_kept(sqlite_team: Team, text: str, status: int) -> None:
    agent, page = await taken(sqlite_team, await waiting(sqlite_team))
    answer = await agent.submit(f"{page}/reply", nonce="answer-0001", text=text)
    assert answer.status_code == status
    assert text.strip() in answer.text


async def test_the_bot_is_silent_while_a_person_has_the_conversation(team: Team) -> None:
    customer = await waiting(team)
    await taken(team, customer)
    await customer.answers()
    assert await customer.types("menu") == []
    assert await customer.types("how many points do I have?") == []


async def test_two_who_take_a_conversation_at_once_do_not_both_have_it(team: Team) -> None:
    contact = await public_id(team, await waiting(team))
    agents = [await team.browser("support") for _ in range(4)]
    answers = await asyncio.gather(
        *(agent.submit(f"/staff/conversations/{contact}/take", owner=QUEUE) for agent in agents)
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    winner = next(agent for agent, answer in zip(agents, answers, strict=True) if answer.status_code == 303)
    assert await owner(team, contact) == winner.account.public_id


async def test_a_colleagues_conversation_is_taken_over_knowingly_and_what_they_were_typing_stays(
    team: Team,
) -> None:
    first, page = await taken(team, await waiting(team))
    second = await team.browser("support", name="Tan")
    shown = await second.get(page)
    assert "Take over from Siti" in shown.text
    assert (await second.submit(f"{page}/take", owner=field(shown, "owner"))).status_code == 303
    late = await first.submit(f"{page}/reply", nonce="answer-0001", text="What I was typing")
    assert late.status_code == 409
    assert "Tan has this conversation now" in late.text
    assert "What I was typing" in late.text
    assert (await first.submit(f"{page}/back")).status_code == 409


async def test_a_conversation_must_be_taken_before_it_is_answered(team: Team) -> None:
    customer = await waiting(team)
    agent = await team.browser("support")
    page = f"/staff/conversations/{await public_id(team, customer)}"
    answer = await agent.submit(f"{page}/reply", nonce="answer-0001", text="Hello?")
    assert answer.status_code == 409
    assert "Please take the conversation first" in answer.text


async def test_given_back_the_bot_tells_the_customer_and_shows_the_menu(team: Team) -> None:
    customer = await waiting(team)
    agent, page = await taken(team, customer)
    await customer.answers()
    answer = await agent.submit(f"{page}/back")
    assert answer.headers["Location"] == "/staff/conversations?said=back"
    told = await customer.answers()
    assert "automatic assistant" in told[0]
    assert "What can I do for you?" in told[-1]
    assert await owner(team, page.rpartition("/")[2]) == BOT
    assert await customer.types("how many points do I have?") != []


async def test_given_back_a_question_that_was_open_is_asked_again(team: Team) -> None:
    customer = team.house.customer()
    for words in ("hello", "English", "skip", "no", "feedback"):
        question = await customer.types(words)
    await customer.types("person")
    agent, page = await taken(team, customer)
    await customer.answers()
    await agent.submit(f"{page}/back")
    told = "\n".join(await customer.answers())
    assert question[-1].rpartition("\n\n")[2] in told


async def test_giving_back_twice_tells_the_customer_once(team: Team) -> None:
    customer = await waiting(team)
    agent, page = await taken(team, customer)
    await customer.answers()
    answers = await asyncio.gather(*(agent.submit(f"{page}/back") for _ in range(2)))
    assert {answer.status_code for answer in answers} <= {303, 404}
    assert sum("automatic assistant" in text for text in await customer.answers()) == 1


async def test_nothing_is_said_to_be_done_for_a_customer_who_left_every_channel_meanwhile(
    sqlite_team: Team,
) -> None:
    async def nobody(_contact: str, _deed: object) -> None:
        return None

    agent, page = await taken(sqlite_team, await waiting(sqlite_team))
    agent = await sqlite_team.of(agent.account, app=sqlite_team.application(act=nobody))
    for deed in ("take", "reply", "back"):
        answer = await agent.submit(f"{page}/{deed}", owner=QUEUE, nonce="answer-0001", text="Here I am.")
        assert answer.status_code == 404


async def test_a_conversation_that_the_bot_has_is_not_there_and_nobody_can_tell_it_from_an_unknown_one(
    team: Team,
) -> None:
    customer = team.house.customer()
    await customer.types("hello")
    agent, contact = await team.browser("support"), await public_id(team, customer)
    for path, method in (("", "GET"), ("/take", "POST"), ("/reply", "POST"), ("/back", "POST")):
        headers = {"X-CSRF-Token": agent.csrf}
        there, absent = [
            await agent.request(method, f"/staff/conversations/{name}{path}", headers=headers)
            for name in (contact, "absent-object")
        ]
        assert_the_same_404(there, absent)
    assert await owner(team, contact) == BOT


def assert_the_same_404(one: httpx.Response, other: httpx.Response) -> None:
    assert one.status_code == other.status_code == 404
    assert one.content == other.content
    assert one.headers == other.headers


async def test_pictures_are_seen_with_their_conversation_and_by_nobody_else(team: Team) -> None:
    customer = await waiting(team)
    contact = await public_id(team, customer)

    def keep(connection: sa.Connection) -> None:
        number = connection.scalar(sa.select(tables.contacts.c.id))
        for name, whose in (("theirs", number), ("nobodys", None)):
            media.keep_new(
                connection,
                PICTURE,
                team.house.now,
                public_id=name,
                contact_id=whose,
                channel="webchat",
                account="web",
                ref=name,
            )

    await team.database.transact(keep)
    agent = await team.browser("support")
    shown = await agent.get("/staff/media/theirs")
    assert (shown.status_code, shown.content) == (200, PICTURE.content)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    again = {"If-None-Match": shown.headers["ETag"]}
    assert (await agent.get("/staff/media/theirs", headers=again)).status_code == 304
    absent = await agent.get("/staff/media/absent-object", headers=again)
    assert_the_same_404(await agent.get("/staff/media/nobodys"), absent)
    assert (await (await team.browser("cashier")).get("/staff/media/theirs")).status_code == 403
    await agent.submit(f"/staff/conversations/{contact}/back")
    assert_the_same_404(await agent.get("/staff/media/theirs"), absent)


async def test_a_page_that_did_not_change_is_not_sent_again(team: Team) -> None:
    customer = await waiting(team)
    agent, page = await taken(team, customer)
    for address in (page, "/staff/conversations"):
        headers = {"X-Refresh": "1", "If-None-Match": (await agent.get(address)).headers["ETag"]}
        assert (await agent.get(address, headers=headers)).status_code == 304
        await customer.types("Hello?")
        assert (await agent.get(address, headers=headers)).status_code == 200
        later(team.house, minutes=5)


async def test_earlier_messages_come_in_pages(sqlite_team: Team) -> None:
    customer = await waiting(sqlite_team)
    for number in range(120):
        await customer.types(f"message number {number}.")
        later(sqlite_team.house, seconds=10)
    agent, page = await taken(sqlite_team, customer)
    newest = (await agent.get(page)).text
    assert "message number 119." in newest
    assert "message number 10." not in newest
    earlier = re.search(r"href=\"(\?before=\d+)\"", newest)
    assert earlier
    assert "message number 10." in (await agent.get(f"{page}{earlier[1]}")).text


async def test_a_moment_that_ended_an_ownership_ends_it_for_staff_too(team: Team) -> None:
    contact = await public_id(team, await waiting(team))
    until = team.house.now + dt.timedelta(hours=1)
    await team.database.transact(lambda c: c.execute(tables.contacts.update().values(owner_until=until)) and None)
    agent = await team.browser("support")
    assert (await agent.get(f"/staff/conversations/{contact}")).status_code == 200
    later(team.house, hours=1)
    assert (await agent.get(f"/staff/conversations/{contact}")).status_code == 404
