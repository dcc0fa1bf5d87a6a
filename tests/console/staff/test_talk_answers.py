"""What the team writes in a conversation: answers, files, changes, drafts, canned replies and notes."""

from __future__ import annotations

import asyncio
import io

import pytest
import sqlalchemy as sa
from PIL import Image

from locales import Language
from store import canned, notes, tables
from store.canned import NewCanned
from tests.console.staff.talks import public_id, seen, taken, waiting
from tests.console.staff.team import Browser, Team, field
from tests.handlers.house import later

pytestmark = pytest.mark.slow

MALAY = "Selamat pagi, apa khabar anda hari ini?"
ONE = {"nonce": "answer-0001"}


async def test_an_answer_goes_out_in_the_persons_name_and_once(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    form = await agent.get(home)
    fields = {"nonce": field(form, "nonce"), "text": "Good morning!\r\n\r\n1 < 2 & <b>you</b>"}
    answers = await asyncio.gather(*(agent.submit(f"{home}/reply", **fields) for _ in range(3)))
    assert {answer.headers["Location"] for answer in answers} == {f"{home}?said=sent#answer"}
    assert await customer.answers() == ["Good morning!\n\n1 &lt; 2 &amp; &lt;b&gt;you&lt;/b&gt;"]
    line = (await seen(team, customer))[-1]
    assert (line.speaker, line.author) == ("person", "Siti")
    row = (await team.rows(sa.select(tables.outbox).order_by(tables.outbox.c.id.desc())))[0]
    assert (row.author, row.lane) == (agent.account.public_id, 0)
    assert [turn.sends for turn in team.house.committed[-3:]].count(True) == 1


async def test_an_answer_goes_where_the_customer_wrote_last(team: Team) -> None:
    customer = await waiting(team, "77", "telegram")

    def give_another_chat(connection: sa.Connection) -> None:
        contact = connection.scalar(sa.select(tables.contacts.c.id))
        other = {"contact_id": contact, "channel": "webchat", "account": "web", "sender": "web-1"}
        connection.execute(tables.identities.insert().values(created_at=team.house.now, **other))

    await team.database.transact(give_another_chat)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/reply", **ONE, text="Good morning!")
    assert await customer.answers() == ["Good morning!"]


async def test_a_long_answer_is_sent_in_parts(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/reply", **ONE, text="A sentence of some length. " * 290)
    parts = await customer.answers()
    assert len(parts) == 2
    assert all(len(part) <= 4096 for part in parts)


@pytest.mark.parametrize(("text", "status"), [("  \n ", 422), ("x" * 8001, 422)])
async def test_an_answer_that_cannot_be_sent_is_refused_and_kept(sqlite_team: Team, text: str, status: int) -> None:
    agent, home = await taken(sqlite_team, await waiting(sqlite_team))
    answer = await agent.submit(f"{home}/reply", **ONE, text=text)
    assert answer.status_code == status
    assert text.strip() in answer.text


async def test_an_answer_in_another_language_is_held_once_and_sent_when_it_is_meant(sqlite_team: Team) -> None:
    customer = await waiting(sqlite_team)
    agent, home = await taken(sqlite_team, customer)
    held = await agent.submit(f"{home}/reply", **ONE, text=MALAY)
    assert held.status_code == 422
    assert "looks like Bahasa Melayu, but the customer writes in English" in held.text
    assert MALAY in held.text
    assert await customer.answers() == []
    meant = {"text": MALAY, "anyway": field(held, "anyway"), "nonce": field(held, "nonce")}
    assert (await agent.submit(f"{home}/reply", **meant | {"text": f"{MALAY} Terima kasih"})).status_code == 422
    assert (await agent.submit(f"{home}/reply", **meant)).status_code == 303
    assert await customer.answers() == [MALAY]


async def test_a_draft_is_there_in_any_browser_and_hinted_at_until_it_is_sent(team: Team) -> None:
    agent, home = await taken(team, await waiting(team))
    hint = (await agent.submit(f"{home}/draft", text=MALAY)).json()["hint"]
    assert hint == "This looks like Bahasa Melayu. The customer writes in English."
    elsewhere = await team.of(agent.account)
    assert MALAY in (await elsewhere.get(home)).text
    assert (await agent.submit(f"{home}/draft", text="Yes, of course.")).json() == {"hint": ""}
    await agent.submit(f"{home}/reply", **ONE, text="Yes, of course.")
    assert await team.rows(sa.select(tables.drafts)) == []


async def test_canned_replies_come_in_the_customers_language_with_their_own_figures(team: Team) -> None:
    customer = await waiting(team, language="ar")
    agent, home = await taken(team, customer)
    both: dict[Language, str] = {
        "en": "Hello {name}, you have {points} points.",
        "ar": "رصيدك {points} نقطة. {agent}",
    }
    replies = [
        NewCanned(shortcut="points", title="Balance", texts=both),
        NewCanned(shortcut="hours", title="Hours", texts={"en": "We open at nine, {name}."}),
        NewCanned(shortcut="broken", title="Broken", texts={"en": "{__class__} {password}"}),
    ]
    for reply in replies:
        await team.database.transact(lambda c, reply=reply: canned.save(c, reply, team.house.now))  # type: ignore[misc]
    found = {one["shortcut"]: one for one in (await agent.get(f"{home}/canned")).json()["replies"]}
    assert found["points"]["text"] == "رصيدك \u20680\u2069 نقطة. \u2068Siti\u2069"
    assert (found["points"]["note"], found["hours"]["note"]) == ("", "in English")
    assert (found["hours"]["text"], found["hours"]["missing"]) == ("We open at nine, {name}.", ["name"])
    assert "{__class__}" not in found["broken"]["text"]
    assert "__class__" in found["broken"]["problem"]
    gap = await agent.submit(f"{home}/reply", **ONE, text=found["hours"]["text"])
    assert gap.status_code == 422
    assert "{name}" in gap.text
    text = {"text": found["points"]["text"], "canned": found["points"]["id"]}
    assert (await agent.submit(f"{home}/reply", **ONE, **text)).status_code == 303
    assert await customer.answers() == [found["points"]["text"]]
    uses = await team.rows(sa.select(tables.canned_replies.c.uses).where(tables.canned_replies.c.uses > 0))
    assert [row.uses for row in uses] == [1]


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return file.getvalue()


async def upload(agent: Browser, home: str, name: str, content: bytes, **fields: str) -> int:
    data = {"csrf": agent.csrf, **ONE, "text": "", **fields}
    return (await agent.post(f"{home}/reply", data=data, files={"file": (name, content)})).status_code


async def test_pictures_and_documents_go_out_and_belong_to_this_customer_alone(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    assert await upload(agent, home, "a.png", png(), text="Like this one?") == 303
    assert await upload(agent, home, "C:\\price list.pdf", b"%PDF-1.7 prices", nonce="answer-0002") == 303
    picture, document = (await seen(team, customer))[-2:]
    assert picture.picture is not None
    assert picture.text == "Like this one?"
    assert document.file is not None
    assert document.file.name == "price list.pdf"
    kept = await team.rows(sa.select(tables.media.c.contact_id, tables.media.c.state))
    assert all(row.contact_id is not None and row.state == "kept" for row in kept)
    assert "Download price list.pdf" in (await agent.get(home)).text


async def test_what_is_no_picture_and_what_is_too_large_is_not_taken_and_the_words_stay(sqlite_team: Team) -> None:
    customer = await waiting(sqlite_team)
    agent, home = await taken(sqlite_team, customer)
    assert await upload(agent, home, "a.png", b"<script>alert(1)</script>", text="Look") == 422
    assert await upload(agent, home, "a.pdf", b"%PDF-" + bytes(10 * 1024 * 1024 + 1)) == 422
    assert await upload(agent, home, "a.pdf", b"%PDF-" + bytes(11 * 1024 * 1024)) == 413
    assert await customer.answers() == []


async def test_an_own_message_is_changed_where_the_customer_reads_it(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/reply", **ONE, text="We open at nine.")
    message = (await seen(team, customer))[-1].id
    assert "We open at nine.</textarea>" in (await agent.get(f"{home}?edit={message}")).text
    changed = await agent.submit(f"{home}/reply", nonce="answer-0002", text="We open at ten.", edits=message)
    assert changed.headers["Location"] == f"{home}?said=edited#answer"
    assert (await seen(team, customer))[-1].edits == message
    shown = (await agent.get(home)).text
    assert shown.index("We open at ten.") < shown.index("We open at nine.")
    other = {"nonce": "answer-0003", "text": "Never said", "edits": "absent-message"}
    assert (await agent.submit(f"{home}/reply", **other)).status_code == 422


async def test_a_note_is_the_teams_alone_and_whoever_it_mentions_is_told_once(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    tan = await team.account("support", name="Tan Mei Ling")
    await team.account("support", name="Tan")
    assert (await agent.submit(f"{home}/note", note="@tan mei ling: is that <i>right</i>?")).status_code == 303
    assert (await agent.submit(f"{home}/note", note=" ")).status_code == 422
    for _twice in range(2):
        await agent.submit(f"{home}/note", note="Ring back", nonce="pressed-twice-01")
    assert (await agent.get(home)).text.count("Ring back") == 1
    assert await customer.answers() == []
    assert not [line for line in await seen(team, customer) if "is that" in line.text]
    assert "is that &lt;i&gt;right&lt;/i&gt;?" in (await agent.get(home)).text
    rows = await team.rows(sa.select(tables.mentions.c.staff_id, tables.mentions.c.seen_at))
    assert [tuple(row) for row in rows] == [(tan.id, None)]
    contact = (await team.rows(sa.select(tables.contacts.c.id)))[0].id
    await (await team.of(tan)).get(home)
    assert not await team.database.transact(lambda c: notes.see(c, contact, tan.id, team.house.now))


async def test_typing_is_shown_to_the_customer_of_whoever_has_the_conversation_alone(sqlite_team: Team) -> None:
    shown: list[tuple[str, str, str]] = []
    customer = await waiting(sqlite_team)
    agent, home = await taken(sqlite_team, customer)
    app = sqlite_team.application(type_to=lambda *chat: shown.append(chat))
    agent = await sqlite_team.of(agent.account, app=app)
    other = await sqlite_team.of(await sqlite_team.account("support"), app=app)
    await other.submit(f"{home}/look", typing="yes")
    assert shown == []
    await agent.submit(f"{home}/look", typing="yes")
    assert shown == [("webchat", "web", customer.sender)]


async def test_unread_messages_are_read_by_who_opens_the_page(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    later(team.house, minutes=1)
    await customer.types("Are you there?")
    unread = sa.select(tables.conversations.c.unread)
    assert (await team.rows(unread))[0].unread > 0
    await (await team.browser("support")).get(home)
    assert (await team.rows(unread))[0].unread > 0
    await agent.get(home)
    assert (await team.rows(unread))[0].unread == 0
    assert await public_id(team, customer) in home
