"""One customer's conversation as the team sees it: everything at once, and never obeyed."""

from __future__ import annotations

import re

import httpx
import pytest
import sqlalchemy as sa

from store import media, tables
from store.contacts import BOT
from store.media import File
from tests.console.staff.talks import public_id, taken, waiting
from tests.console.staff.team import Team
from tests.handlers.house import later

pytestmark = pytest.mark.slow

PICTURE = File.of("image/png", b"\x89PNG\r\n\x1a\n and a receipt")


def words_of(page: httpx.Response) -> str:
    """What stands on a page, without tags; of a conversation without the list beside it."""
    _list, _pane, conversation = page.text.partition('class="desk-pane"')
    return " ".join(re.sub(r"<[^>]+>", " ", conversation or page.text).split())


async def test_the_page_shows_the_whole_conversation_and_the_customer(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    shown = words_of(await agent.get(home))
    for words in ("Points", "Wants no offers", "English", "No purchases yet.", "Siti took over", "In the queue"):
        assert words in shown
    assert shown.index("hello") < shown.index("I want to talk to a person") < shown.index("Siti took over")


async def test_answers_so_far_and_the_failed_step_stand_beside_the_conversation(team: Team) -> None:
    customer = team.house.customer()
    for words in ("hello", "English", "person"):
        await customer.types(words)
    agent, home = await taken(team, customer)
    shown = words_of(await agent.get(home))
    assert "In the dialogue: Welcome and menu Which language would you like to use? English" in shown
    assert "Stopped at: And what may I call you?" in shown


async def test_what_a_customer_writes_is_shown_and_never_obeyed(team: Team) -> None:
    customer = await waiting(team)
    await customer.types('<script>alert(1)</script> <b>bold</b> <img src="x"> {points} {{ 7*7 }}')
    agent, home = await taken(team, customer)
    for page in (home, f"{home}/lines"):
        shown = (await agent.get(page)).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;bold&lt;/b&gt; &lt;img" in shown
        assert "<script>alert" not in shown
        assert "{points} {{ 7*7 }}" in shown


async def test_an_edit_shows_what_was_written_before(team: Team) -> None:
    customer = await waiting(team, "77", "telegram")
    await customer.sends(customer.event(text="My order is 41", message="m1"))
    await customer.sends(customer.event("edited", text="My order is 42", message="m1"))
    agent, home = await taken(team, customer)
    shown = words_of(await agent.get(home))
    assert "My order is 42 Before the change My order is 41" in shown
    assert "Changed an earlier message" in shown


async def test_deliveries_are_told_with_the_reason_of_a_failure(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/reply", nonce="answer-0001", text="Good morning!")
    assert "Good morning! On its way" in words_of(await agent.get(f"{home}/lines"))
    failed = tables.outbox.update().where(tables.outbox.c.author != BOT).values(state="failed", reason="Blocked.")
    await team.database.transact(lambda c: c.execute(failed) and None)
    assert "Good morning! Not sent · Blocked." in words_of(await agent.get(f"{home}/lines"))


async def test_buttons_that_were_offered_show_which_was_pressed(team: Team) -> None:
    customer = team.house.customer("77", "telegram")
    await customer.types("hello")
    label = next(iter(customer.buttons))
    row = (await team.rows(sa.select(tables.outbox.c.public_id).order_by(tables.outbox.c.id.desc())))[0]
    sent = tables.outbox.update().where(tables.outbox.c.public_id == row.public_id).values(external_id="m9")
    await team.database.transact(lambda c: c.execute(sent) and None)
    await customer.sends(customer.event("button", button=customer.buttons[label], message="m9"))
    agent = await team.browser("support")
    shown = await agent.get(f"/staff/inbox/{await public_id(team, customer)}")
    assert f'class="chosen">{label}' in shown.text
    assert f"Pressed a button {label}" in words_of(shown)


async def test_a_conversation_that_the_bot_has_is_read_and_must_be_taken_before_it_is_answered(team: Team) -> None:
    customer = team.house.customer()
    await customer.types("hello")
    agent, home = await team.browser("support"), f"/staff/inbox/{await public_id(team, customer)}"
    shown = await agent.get(home)
    assert "With the bot" in shown.text
    assert 'id="text"' not in shown.text
    assert (await agent.submit(f"{home}/reply", nonce="answer-0001", text="Hello?")).status_code == 409
    assert (await agent.submit(f"{home}/take", owner=BOT)).status_code == 303
    assert (await team.audited())[-1] == (f"staff:{agent.account.public_id}", "conversation.taken")


async def test_an_unknown_and_a_forgotten_customer_are_the_same_404(team: Team) -> None:
    customer = await waiting(team)
    agent, contact = await team.browser("support"), await public_id(team, customer)
    gone = tables.contacts.update().values(erased_at=team.house.now)
    await team.database.transact(lambda c: c.execute(gone) and None)
    for path, method in (("", "GET"), ("/lines", "GET"), ("/take", "POST"), ("/reply", "POST"), ("/note", "POST")):
        answers = [
            await agent.request(method, f"/staff/inbox/{name}{path}", headers={"X-CSRF-Token": agent.csrf})
            for name in (contact, "absent-object")
        ]
        assert_the_same_404(*answers)


def assert_the_same_404(one: httpx.Response, other: httpx.Response) -> None:
    assert one.status_code == other.status_code == 404
    assert one.content == other.content
    assert one.headers == other.headers


async def test_customers_files_are_seen_by_the_team_and_by_nobody_else(team: Team) -> None:
    customer = await waiting(team)

    def keep(connection: sa.Connection) -> None:
        number = connection.scalar(sa.select(tables.contacts.c.id))
        for name, whose in (("theirs", number), ("nobodys", None)):
            names = {"public_id": name, "ref": name, "channel": "webchat", "account": "web"}
            media.keep_new(connection, PICTURE, team.house.now, contact_id=whose, **names)

    await team.database.transact(keep)
    agent, _home = await taken(team, customer)
    shown = await agent.get("/staff/media/theirs")
    assert (shown.status_code, shown.content) == (200, PICTURE.content)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    again = {"If-None-Match": shown.headers["ETag"]}
    assert (await agent.get("/staff/media/theirs", headers=again)).status_code == 304
    absent = await agent.get("/staff/media/absent-object", headers=again)
    assert_the_same_404(await agent.get("/staff/media/nobodys"), absent)
    assert (await (await team.browser("cashier")).get("/staff/media/theirs")).status_code == 403


async def test_news_that_did_not_change_are_not_sent_again(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    news = f"{home}/lines?after=3"
    headers = {"X-Refresh": "1", "If-None-Match": (await agent.get(news)).headers["ETag"]}
    assert (await agent.get(news, headers=headers)).status_code == 304
    await customer.types("Hello?")
    changed = await agent.get(news, headers=headers)
    assert changed.status_code == 200
    assert "Hello?" in changed.text


async def test_earlier_messages_come_in_pages(sqlite_team: Team) -> None:
    customer = await waiting(sqlite_team)
    for number in range(80):
        await customer.types(f"message number {number}.")
        later(sqlite_team.house, seconds=10)
    agent, home = await taken(sqlite_team, customer)
    newest = (await agent.get(home)).text
    assert "message number 79." in newest
    assert "message number 10." not in newest
    earlier = re.search(rf'href="({home}\?before=\d+)"', newest)
    assert earlier
    assert "message number 10." in (await agent.get(earlier[1])).text


async def test_colleagues_who_look_and_type_are_told_of_each_other_until_they_leave(team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    other = await team.browser("support", name="Tan")
    await agent.get(home)
    assert (await other.submit(f"{home}/look")).json() == {"here": ["Also here: Siti"]}
    assert (await agent.submit(f"{home}/look", typing="yes")).json() == {"here": ["Also here: Tan"]}
    assert (await other.get(f"{home}/look")).json() == {"here": ["Siti is typing…"]}
    later(team.house, minutes=1)
    assert (await other.get(f"{home}/look")).json() == {"here": []}
