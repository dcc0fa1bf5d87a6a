"""The team's group: what customers say is told there, and what the team writes there reaches them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from channels.telegram.fake import TOKEN, FakeTelegram
from channels.telegram.fake.customers import SMALLEST_PNG, Group
from channels.telegram.fake.customers import Customer as Colleague
from channels.telegram.inbound import read_posted
from channels.telegram.outbound import TelegramChannel
from handlers.group_posted import GroupPosted
from scheduler.group import Teller
from scheduler.sending.clock import SystemClock
from service.group_words import Reader
from store import erasures, forgetting, media, outbox_sending, staff, tables
from store.database import Database
from store.outbox_sending import Mark
from store.tables import contacts, conversations, group_topics, outbox
from tests.conftest import SECRET
from tests.handlers.house import Customer, TestHouse

pytestmark = pytest.mark.slow

CHAT = -1001234567890


class Team:
    """A house whose team has a group, on a Bot API server that is played."""

    def __init__(self, database: Database, fake: FakeTelegram) -> None:
        self.house = TestHouse(database)
        self.fake = fake
        self.group: Group = fake.group(CHAT, forum=True)
        self.channel = TelegramChannel(TOKEN, self._load, api=fake.url)
        self.reader = Reader("en", self.house.house.zone, "http://shop.test")
        self.posted = GroupPosted(database, self.house.turn, self.channel.fetch, self.reader)
        self.teller = self.new_teller()

    def new_teller(self) -> Teller:
        return Teller(
            self.house.database, self.channel, str(CHAT), self.reader, now=lambda: self.house.now, a_minute=10_000
        )

    async def _load(self, public_id: str) -> bytes:
        content = await self.house.database.read(lambda connection: media.load(connection, public_id))
        assert content is not None
        return content

    async def works_here(self, name: str, number: int, role: str = "support") -> Colleague:
        def add(connection: sa.Connection) -> None:
            email = f"{name.lower()}@shop.test"
            account = staff.add(connection, email, name, role, "en", self.house.now)  # type: ignore[arg-type]
            assert account is not None
            staff.change(connection, account.id, telegram=str(number), password="x")

        await self.house.database.transact(add)
        return self.fake.customer(number, name)

    async def deliver(self) -> None:
        """Everything that was written in the group arrives at the house."""
        for update in self.fake.updates.pending():
            self.fake.updates.confirm(update.id)
            posted = read_posted(update.decoded(), self.channel.account, str(CHAT))
            if posted is not None:
                await self.posted(posted)
                await self.posted(posted)  # platforms deliver again what they have no answer for

    def texts(self, thread: int) -> str:
        """What stands in a topic."""
        told = [each for each in self.group.inbox if each.get("message_thread_id") == thread]
        return "\n".join(str(each.get("text", "")) for each in told)

    def only_topic(self) -> int:
        [topic] = self.group.chat.topics
        return topic

    async def said(self, customer: Customer) -> list[tuple[str, str]]:
        rows = await self.house.rows(
            sa.select(outbox.c.author, outbox.c.payload)
            .where(outbox.c.sender == customer.sender)
            .order_by(outbox.c.id)
        )
        return [(row.author, row.payload.get("text", "")) for row in rows]


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with FakeTelegram(token=TOKEN, limits=False) as fake:
        made = Team(database, fake)
        yield made
        await made.channel.close()


async def waiting(team: Team, *words: str, channel: str = "telegram") -> Customer:
    """A customer who wants a person, and says more."""
    customer = team.house.customer("aminah", channel)
    for text in ("hello", "person", *words):
        await customer.types(text)
    await team.teller.tell_all()
    return customer


async def test_a_customer_has_a_topic_that_begins_with_who_they_are_and_what_was_said(team: Team) -> None:
    await waiting(team, "my cup arrived broken <b>again</b>")

    thread = team.only_topic()
    told = team.texts(thread)
    assert f"http://shop.test/staff/inbox/{await public_id(team)}" in told
    assert "my cup arrived broken <b>again</b>" in told
    assert told.index("person") < told.index("my cup")
    before = len(team.group.inbox)
    await team.teller.tell_all()
    assert len(team.group.inbox) == before


async def test_what_a_colleague_writes_takes_the_conversation_and_reaches_the_customer_once(team: Team) -> None:
    mei = await team.works_here("Mei", 501)
    customer = await waiting(team)
    mei.types("We send you a new one.", group=team.group, topic=team.only_topic())
    await team.deliver()
    await team.teller.tell_all()

    said = [text for author, text in await team.said(customer) if author != "bot"]
    assert said == ["We send you a new one."]
    assert "Mei has the conversation now." in team.texts(team.only_topic())
    assert "We send you a new one." not in team.texts(team.only_topic())  # it stands there already


async def test_a_change_in_the_group_changes_what_the_customer_reads(team: Team) -> None:
    mei = await team.works_here("Mei", 501)
    customer = await waiting(team, channel="webchat")
    number = mei.types("Until Monday", group=team.group, topic=team.only_topic())
    await team.deliver()
    mei.edits(number, "Until Tuesday", group=team.group)
    await team.deliver()
    changed = [text for author, text in await team.said(customer) if author != "bot"]
    assert changed == ["Until Monday", "Until Tuesday"]
    rows = await team.house.rows(sa.select(outbox.c.public_id, outbox.c.payload).where(outbox.c.author != "bot"))
    assert rows[1].payload["edits"] == rows[0].public_id


async def test_a_change_that_cannot_be_passed_on_is_told(team: Team) -> None:
    mei = await team.works_here("Mei", 501)
    await waiting(team)
    number = mei.types("Until Monday", group=team.group, topic=team.only_topic())
    mei.edits(number, "Until Tuesday", group=team.group)  # before the first was sent
    await team.deliver()
    await team.teller.tell_all()
    assert "Your change was not passed on" in team.texts(team.only_topic())


@pytest.mark.parametrize(("state", "told"), [("failed", 1), ("skipped", 1), ("queued", 0), ("unknown", 0)])
async def test_what_a_colleague_wrote_and_the_customers_channel_refuses_is_told_once(
    team: Team, state: str, told: int
) -> None:
    mei = await team.works_here("Mei", 501)
    await waiting(team)
    mei.types("Is it <blue>?", group=team.group, topic=team.only_topic())
    await team.deliver()
    await team.house.database.transact(lambda c: c.execute(outbox.update().values(state="sending", fence=7)))

    def refused(connection: sa.Connection) -> None:
        for id_ in connection.scalars(sa.select(outbox.c.id)).all():
            mark = Mark(id=id_, fence=7, state=state, reason="bot was blocked by the user")
            outbox_sending.settle(connection, [mark], team.house.now)

    for _twice in range(2):
        await team.house.database.transact(refused)
        await team.teller.tell_all()
    sentence = "This message from Mei did not reach the customer: Is it <blue>?\nbot was blocked by the user"
    assert team.texts(team.only_topic()).count(sentence) == told


async def test_pictures_go_both_ways(team: Team) -> None:
    mei = await team.works_here("Mei", 501)
    customer = await waiting(team)
    mei.sends_photo(caption="This one?", group=team.group, topic=team.only_topic())
    await team.deliver()
    [(_author, text)] = [each for each in await team.said(customer) if each[0] != "bot"]
    assert text == "This one?"

    await customer.photo()
    await customer.types("it looks like this")
    await team.teller.tell_all()
    assert "it looks like this" not in team.texts(team.only_topic())  # the picture before it is still fetched
    await keep_fetched(team)
    await team.teller.tell_all()
    [picture] = [each for each in team.group.inbox if "photo" in each]
    assert picture["message_thread_id"] == team.only_topic()
    assert "it looks like this" in team.texts(team.only_topic())


async def test_strangers_and_other_roles_speak_to_nobody_and_are_told_why(team: Team) -> None:
    customer = await waiting(team)
    till = await team.works_here("Till", 502, "cashier")
    for writer in (team.fake.customer(666, "Stranger"), till):
        writer.types("pay me", group=team.group, topic=team.only_topic())
    await team.deliver()
    await team.teller.tell_all()
    assert [each for each in await team.said(customer) if each[0] != "bot"] == []
    assert "666" in team.texts(team.only_topic())
    assert "Your role doesn't cover" in team.texts(team.only_topic())


async def test_a_colleagues_conversation_is_not_answered_but_can_be_taken_over(team: Team) -> None:
    mei, wei = await team.works_here("Mei", 501), await team.works_here("Wei", 503)
    customer = await waiting(team)
    topic = team.only_topic()
    for writer, text in ((mei, "mine"), (wei, "no, mine"), (wei, "/take"), (wei, "now mine")):
        writer.types(text, group=team.group, topic=topic)
        await team.deliver()
    await team.teller.tell_all()
    assert [text for author, text in await team.said(customer) if author != "bot"] == ["mine", "now mine"]
    assert "Mei has the conversation. Write /take to take it over." in team.texts(topic)


async def test_commands_note_transfer_show_and_close(team: Team) -> None:
    mei = await team.works_here("Mei", 501)
    await team.works_here("Wei", 503)
    customer = await waiting(team)
    topic = team.only_topic()
    for text in ("/take", "/note@shop_bot call before noon", "/card", "/transfer nobody", "/nonsense"):
        mei.types(text, group=team.group, topic=topic)
    await team.deliver()
    await team.teller.tell_all()
    told = team.texts(topic)
    assert "📝 Mei: call before noon" in told
    assert told.count("/staff/inbox/") == 2  # at the head, and once more for /card
    assert "There are: General, Wei" in told
    assert "no command /nonsense" in told
    mei.types("/transfer wei", group=team.group, topic=topic)
    await team.deliver()
    await team.teller.tell_all()
    assert "Wei has the conversation now." in team.texts(topic)
    mei.types("/close solved", group=team.group, topic=topic)
    await team.deliver()
    await team.teller.tell_all()
    assert "Wei has the conversation. Write /take" in team.texts(topic)
    for text in ("/take", "/close solved"):
        mei.types(text, group=team.group, topic=topic)
    await team.deliver()
    await team.teller.tell_all()
    assert "Mei has closed the conversation." in team.texts(topic)
    [row] = await team.house.rows(sa.select(conversations.c.state, conversations.c.close_reason))
    assert tuple(row) == ("closed", "solved")
    assert all("call before noon" not in text for _author, text in await team.said(customer))


async def test_after_closing_what_the_bot_and_the_customer_say_is_theirs(team: Team) -> None:
    mei = await team.works_here("Mei", 501)
    customer = await waiting(team)
    for text in ("/take", "/close"):
        mei.types(text, group=team.group, topic=team.only_topic())
    await team.deliver()
    team.house.now += team_second
    await customer.types("menu")
    await customer.types("my points please")
    await team.teller.tell_all()
    assert "my points please" not in team.texts(team.only_topic())
    await customer.types("person")
    await team.teller.tell_all()
    assert len(team.group.chat.topics) == 1
    assert team.texts(team.only_topic()).count("/staff/inbox/") == 2  # the head of each conversation


async def test_a_deleted_topic_is_made_anew_and_nothing_is_swallowed(team: Team) -> None:
    customer = await waiting(team)
    first = team.only_topic()
    team.group.chat.topics.clear()
    await customer.types("are you there?")
    await team.teller.tell_all()
    await team.teller.tell_all()
    second = team.only_topic()
    assert second != first
    assert "are you there?" in team.texts(second)
    assert "/staff/inbox/" in team.texts(second)


async def test_much_is_folded_into_few_messages_and_none_is_over_the_limit(team: Team) -> None:
    customer = await waiting(team)
    before = len(team.group.inbox)
    for number in range(40):
        await customer.types(f"line {number} " + "&" * 200)
        team.house.now += team_second
    await team.teller.tell_all()
    told = team.group.inbox[before:]
    assert 1 < len(told) <= 4
    assert all(len(each["text"]) <= 4096 for each in told)
    everything = "\n".join(each["text"] for each in told)
    assert all(f"line {number} " in everything for number in range(40))


async def test_a_group_is_written_to_twenty_times_a_minute_and_the_rest_waits(database: Database) -> None:
    clock = Clock()
    async with FakeTelegram(token=TOKEN, clock=clock.monotonic) as fake:
        team = Team(database, fake)
        team.teller = Teller(
            database, team.channel, str(CHAT), team.reader, now=lambda: team.house.now, clock=clock
        )
        for number in range(15):
            customer = team.house.customer(f"c{number}")
            for text in ("hello", "person"):
                await customer.types(text)
        await team.teller.tell_all()
        assert len(team.group.chat.topics) + len(team.group.inbox) == 20
        clock.seconds += 60
        await team.teller.tell_all()
        told = [each["text"] for each in team.group.inbox]
        assert len(team.group.chat.topics) == 15
        assert sum("/staff/inbox/" in text for text in told) == 15
        await team.channel.close()


async def test_a_teller_that_dies_before_it_notes_what_it_told_tells_it_again(team: Team) -> None:
    customer = await waiting(team)
    await customer.types("one more thing")
    send = team.channel.send

    async def send_and_die(to: str, outgoing: object) -> object:
        await send(to, outgoing)  # type: ignore[arg-type]
        raise RuntimeError("the process died")

    team.channel.send = send_and_die  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError):
        await team.teller.tell_all()
    team.channel.send = send  # type: ignore[method-assign]
    await team.new_teller().tell_all()
    assert team.texts(team.only_topic()).count("one more thing") == 2


async def test_two_tellers_do_not_tell_one_topic_at_once(team: Team) -> None:
    customer = await waiting(team)
    await customer.types("only once")
    await asyncio.gather(team.teller.tell_all(), team.new_teller().tell_all())
    assert team.texts(team.only_topic()).count("only once") == 1


async def test_an_erased_customers_topic_is_deleted(team: Team) -> None:
    await waiting(team)
    [row] = await team.house.rows(sa.select(contacts.c.id))

    def forget(connection: sa.Connection) -> None:
        erasures.ask(connection, row.id, team.house.now)
        later = team.house.now + dt.timedelta(days=30)
        assert forgetting.begin(connection, SECRET, row.id, later)
        for step in forgetting.STEPS:
            while step(connection, row.id):
                pass
        erasures.done(connection, row.id, team.house.now)

    await team.house.database.transact(forget)
    await team.teller.tell_all()
    assert team.group.chat.topics == {}
    assert await team.house.rows(sa.select(group_topics)) == []


async def public_id(team: Team) -> str:
    [row] = await team.house.rows(sa.select(contacts.c.public_id))
    found: str = row.public_id
    return found


async def keep_fetched(team: Team) -> None:
    """The customer's picture has been fetched."""
    content = SMALLEST_PNG

    def keep(connection: sa.Connection) -> None:
        pending = sa.select(tables.media.c.id).where(tables.media.c.state == "pending")
        for media_id in connection.scalars(pending).all():
            connection.execute(tables.media_pieces.insert().values(media_id=media_id, number=0, content=content))
            done = tables.media.update().where(tables.media.c.id == media_id)
            connection.execute(done.values(state="kept", type="image/png", size=len(content)))

    await team.house.database.transact(keep)


class Clock(SystemClock):
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


team_second = dt.timedelta(seconds=2)
