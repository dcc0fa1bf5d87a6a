"""Tells the team's group what happens in the conversations that people have: a topic for each customer.

A topic is told what stands between the last place it was told and now, folded into as few messages as hold it,
since a group takes twenty messages a minute. How far it was told moves after the message was sent: when a sender
dies between the two, the group reads a message twice rather than not at all. What cannot be told now (the group is
gone, a file is still fetched) waits.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Protocol

import msgspec
import structlog
from sqlalchemy.engine import Connection

from scheduler.sending.clock import Clock, SystemClock
from service import group_words
from service.group_words import Reader
from store import group
from store.database import Database, StoreUnavailable
from store.group import News, Topic
from store.talk_line import Line
from talk.group import FROM_GROUP
from talk.messages import Later, Media, Moved, Outgoing, Receipt, Refused, Sent, Unknown
from talk.split import TEXT_LIMIT, plain, split

log = structlog.get_logger()

A_MINUTE = 20
MINUTE = 60.0
LOOK_SECONDS = 5.0
PATIENCE_SECONDS = 60.0  # when the group refuses us: somebody has to put it right
LEASE = dt.timedelta(minutes=3)
AT_ONCE = 20
ROOM = 3500  # characters of a message as it is read, of 4,096 that it may have
ADVICE = "Make the bot an administrator of the group who may manage topics, and switch topics on there."
NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid")


class GroupChannel(Protocol):
    """What the teller needs of the platform."""

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        """Say something in `CHAT/THREAD`."""

    async def open_topic(self, chat: str, title: str) -> Receipt:
        """Make a topic."""

    async def remove_topic(self, chat: str, thread: int) -> Receipt:
        """Delete a topic."""


class Told(msgspec.Struct, frozen=True):
    """One message to the group, and how far the topic is told once it is sent."""

    outgoing: Outgoing
    seq: int
    change: int
    posts: tuple[int, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """A text or a file to be told, with its place, its change of owner, or the post that it is."""

    text: str
    media: Media | None = None
    seq: int = 0
    change: int = 0
    post: int = 0


class Teller:
    """Tells one group. `wake` lets it look at once; it looks every few seconds anyway. Any number may run."""

    def __init__(
        self,
        database: Database,
        channel: GroupChannel,
        chat: str,
        reader: Reader,
        *,
        now: Callable[[], dt.datetime],
        clock: Clock | None = None,
        a_minute: int = A_MINUTE,
    ) -> None:
        self._database = database
        self._channel = channel
        self._chat = chat
        self._reader = reader
        self._now = now
        self._clock = clock or SystemClock()
        self._a_minute = a_minute
        self._sent: deque[float] = deque()
        self._quiet_until = 0.0
        self._rung = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """There may be something to tell."""
        self._rung.set()

    async def run(self) -> None:
        """Tell until stopped."""
        while not self._stopping.is_set():
            self._rung.clear()
            try:
                await self.tell_all()
            except StoreUnavailable as error:
                log.warning("group_waits_for_the_database", error=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._rung.wait()

    async def stop(self) -> None:
        """Let `run` end after the message that is on the wire."""
        self._stopping.set()
        self._rung.set()

    async def tell_all(self) -> None:
        """Tell every topic what it has not been told, as far as the group takes it now."""
        now = self._now()
        chat = self._chat
        found = await self._database.read(lambda connection: group.waiting(connection, chat, now, AT_ONCE))
        for contact_id in found:
            if self._stopping.is_set():
                return
            await self._tell(contact_id)

    async def _tell(self, contact_id: int) -> None:
        now, chat = self._now(), self._chat
        topic = await self._database.transact(
            lambda connection: group.lease(connection, chat, contact_id, now, now + LEASE)
        )
        if topic is None:
            return
        try:
            await self._serve(topic)
        finally:
            await self._database.transact(lambda connection: group.give_back(connection, topic.id))

    async def _serve(self, topic: Topic) -> None:
        news = await self._database.read(lambda connection: group.news(connection, topic))
        if news.erased:
            await self._remove(topic)
            return
        if not (news.lines or news.posts or news.opened or news.closed):
            await self._note(topic, told=news.seq, told_change=news.change)
            return
        thread = topic.thread or await self._make(topic)
        if thread is None:
            return
        for told in await self._messages(topic, news):
            if not await self._say(topic, thread, told):
                return
        if not any(_is_pending(line) for line in news.lines):
            over = None if news.closed else news.conversation_id
            await self._note(topic, told=news.seq, told_change=news.change, conversation_id=over)

    async def _messages(self, topic: Topic, news: News) -> list[Told]:
        """What is said, in as few messages as hold it."""

        def read(connection: Connection) -> tuple[str, str]:
            head = group_words.card(connection, topic.contact_id, news.public_id, self._reader, self._now())
            return group_words.title(connection, topic.contact_id, self._reader), head

        name, head = await self._database.read(read)
        begins = [Item(head)] if news.opened or topic.thread is None else []
        items = [*begins, *_items(news, name, self._reader)]
        return list(_folded(items, topic))

    async def _say(self, topic: Topic, thread: int, told: Told) -> bool:
        receipt = await self._call(lambda: self._channel.send(f"{self._chat}/{thread}", told.outgoing))
        if not isinstance(receipt, Sent):
            if _is_gone(receipt):
                # Somebody deleted it. The next look makes it anew; what it was not told is told there.
                await self._note(topic, thread=None)
                self._rung.set()
            return False

        def note(connection: Connection) -> None:
            group.tell(connection, topic.id, told=told.seq, told_change=told.change)
            group.posted(connection, told.posts)

        await self._database.transact(note)
        return True

    async def _make(self, topic: Topic) -> int | None:
        title = await self._database.read(
            lambda connection: group_words.title(connection, topic.contact_id, self._reader)
        )
        receipt = await self._call(lambda: self._channel.open_topic(self._chat, title))
        if not isinstance(receipt, Sent):
            return None
        await self._note(topic, thread=int(receipt.message))
        return int(receipt.message)

    async def _remove(self, topic: Topic) -> None:
        """What the customer said is erased here, so it goes there, too."""
        if topic.thread is not None:
            thread = topic.thread
            receipt = await self._call(lambda: self._channel.remove_topic(self._chat, thread))
            if not isinstance(receipt, Sent | Refused):
                return
        await self._database.transact(lambda connection: group.remove(connection, topic.id))

    async def _note(self, topic: Topic, **told: object) -> None:
        await self._database.transact(lambda connection: group.tell(connection, topic.id, **told))

    async def _call(self, call: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Make a call if the group takes one more, and heed what it answers."""
        if not self._has_room():
            return Later("The group takes no more just now.")
        receipt = await call()
        self._sent.append(self._clock.monotonic())
        match receipt:
            case Later(seconds=seconds):
                self._be_quiet(seconds)
            case Moved(sender=chat):
                log.error("group_moved", advice=f"Set SAPA_TELEGRAM_STAFF_GROUP={chat}; until then it is used.")
                before, self._chat = self._chat, chat
                await self._database.transact(lambda connection: group.move(connection, before, chat))
                self._rung.set()
            case Refused(reason=reason) if not _is_gone(receipt):
                log.error("group_refused", reason=reason, advice=ADVICE)
                self._be_quiet(PATIENCE_SECONDS)
            case Unknown(reason=reason):
                log.warning("group_unknown", reason=reason)
                self._be_quiet(LOOK_SECONDS)
        return receipt

    def _be_quiet(self, seconds: float) -> None:
        self._quiet_until = self._clock.monotonic() + seconds

    def _has_room(self) -> bool:
        """Whether the group takes one more message: what was sent counts from its answer for a minute."""
        now = self._clock.monotonic()
        while self._sent and now - self._sent[0] >= MINUTE:
            self._sent.popleft()
        return len(self._sent) < self._a_minute and now >= self._quiet_until


def _is_gone(receipt: Receipt) -> bool:
    """Whether the topic was deleted."""
    return isinstance(receipt, Refused) and any(each in receipt.reason.lower() for each in NO_TOPIC)


def _is_pending(line: Line) -> bool:
    return any(file.state == "pending" for file in line.files)


def _items(news: News, name: str, reader: Reader) -> Iterator[Item]:
    """What is told, in order, up to the first file that is still being fetched."""
    written_there: set[tuple[str, dt.datetime]] = set()
    for line in news.lines:
        if _is_pending(line):
            return
        change = int(line.id.removeprefix("owner-")) if line.speaker == "owner" else 0
        if line.message.startswith(FROM_GROUP):
            written_there.add((line.staff, line.at))  # with the parts that it was too long for
        if line.speaker == "person" and (line.staff, line.at) in written_there:
            yield Item("", seq=line.seq)
            continue
        yield Item(group_words.line(line, name, reader), seq=line.seq, change=change)
        for file in line.files:
            if file.state != "refused":
                yield Item("", Media(ref=file.id, type=file.type, name=file.name), seq=line.seq)
    for post in news.posts:
        yield Item(group_words.post(post, reader), post=post.id)


def _folded(items: list[Item], topic: Topic) -> Iterator[Told]:
    """Messages that hold the items: texts together while there is room, a file by itself."""
    texts: list[str] = []
    posts: list[int] = []
    seq, change = topic.told, topic.told_change
    for item, following in zip(items, (*items[1:], None), strict=True):
        texts += filter(None, (item.text,))
        posts += [item.post] if item.post else []
        seq, change = max(seq, item.seq), max(change, item.change)
        # What stands at the place of the next item is not told whole.
        told = min(seq, following.seq - 1) if following is not None and following.seq else seq
        if item.media is not None:
            yield Told(Outgoing(media=item.media), max(told, topic.told), change)
        full = following is None or sum(len(plain(text)) + 1 for text in (*texts, following.text)) > ROOM
        if texts and (full or (following is not None and following.media is not None)):
            pieces = split("\n".join(texts), TEXT_LIMIT)
            for piece in pieces[:-1]:
                yield Told(Outgoing(text=piece), topic.told, topic.told_change)
            yield Told(Outgoing(text=pieces[-1]), max(told, topic.told), change, tuple(posts))
            texts, posts = [], []
