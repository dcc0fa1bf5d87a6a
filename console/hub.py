"""Who is looking at which conversation right now, in this process, and how they are woken.

Streams hold no database connection: they wait here and then read. With several replicas each process has its own
hub, and whoever hears of a commit elsewhere (LISTEN/NOTIFY) calls `wake`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

Key: TypeAlias = int | str
"""A contact's id, or a visitor who may not be a contact yet."""

TYPES_FOR = 6.0  # seconds that a sign of typing is shown; whoever types on gives another

Ending: TypeAlias = Literal["", "replaced", "closing", "reset"]


class Stream:
    """One open page: what it has to look at again, and whether it must end."""

    def __init__(self) -> None:
        self.contact: int | None = None
        self.typing = False
        self.typed_at = -TYPES_FOR  # when its visitor typed last, on the event loop's clock
        self.ending: Ending = ""
        self._news = True
        self._changed = asyncio.Event()

    def take_news(self) -> bool:
        """Whether there may be something to read; the answer is yes once for each waking."""
        news, self._news = self._news, False
        return news

    def wake(self) -> None:
        """There may be something to read."""
        self._news = True
        self._changed.set()

    def show_typing(self, typing: bool) -> None:
        """Somebody began or stopped preparing an answer."""
        self.typing = typing
        self._changed.set()

    def end(self, ending: Ending) -> None:
        """Finish: the page opened a newer stream, the process closes, or the page must begin anew."""
        self.ending = ending
        self._changed.set()

    async def changed(self, seconds: float) -> bool:
        """Wait until something changed; False when nothing did for that long."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True


class Hub:
    """All open streams of this process, by visitor and by contact. Use it on the event loop's thread."""

    def __init__(self) -> None:
        self.closed = False
        self._closing: list[Callable[[], None]] = []
        self._streams: dict[str, Stream] = {}
        self._contacts: dict[int, set[Stream]] = {}
        self._typing: Counter[Key] = Counter()
        self._people: dict[Key, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._streams)

    @contextmanager
    def open(self, visitor: str) -> Iterator[Stream]:
        """The one stream of a visitor's browser; an older one ends."""
        older = self._streams.get(visitor)
        if older is not None:
            older.end("replaced")
        stream = self._streams[visitor] = Stream()
        stream.typing = self._typing[visitor] > 0
        if self.closed:
            stream.end("closing")
        try:
            yield stream
        finally:
            if self._streams.get(visitor) is stream:
                del self._streams[visitor]
            self._leave(stream)

    def follow(self, stream: Stream, contact: int | None) -> None:
        """From now on the stream is woken with this contact."""
        if stream.contact == contact:
            return
        self._leave(stream)
        stream.contact = contact
        if contact is not None:
            self._contacts.setdefault(contact, set()).add(stream)

    def wake(self, key: Key) -> None:
        """The conversation of this contact (or visitor) moved."""
        for stream in self._of(key):
            stream.wake()

    @contextmanager
    def typing(self, key: Key) -> Iterator[None]:
        """An answer is being prepared while this is entered; may be entered several times at once."""
        self._type(key, 1)
        try:
            yield
        finally:
            self._type(key, -1)

    def person_types(self, key: Key) -> None:
        """Somebody of the team is typing: shown for a few seconds, longer with each call."""
        timer = self._people.pop(key, None)
        if timer is None:
            self._type(key, 1)
        else:
            timer.cancel()
        self._people[key] = asyncio.get_running_loop().call_later(TYPES_FOR, self._person_stops, key)

    def visitor_types(self, visitor: str) -> int | None:
        """A visitor is typing; the contact whose conversation their page follows."""
        stream = self._streams.get(visitor)
        if stream is None:
            return None
        stream.typed_at = asyncio.get_running_loop().time()
        return stream.contact

    def types(self, contact: int) -> bool:
        """Whether a page that follows this contact's conversation was typed in just now."""
        since = asyncio.get_running_loop().time() - TYPES_FOR
        return any(stream.typed_at > since for stream in self._contacts.get(contact, ()))

    def close(self) -> None:
        """End all streams, and every later one at once: the process is about to stop."""
        self.closed = True
        for stream in self._streams.values():
            stream.end("closing")
        for close in self._closing:
            close()

    def closing(self, close: Callable[[], None]) -> None:
        """Also do this when the process is about to stop."""
        self._closing.append(close)

    def _person_stops(self, key: Key) -> None:
        del self._people[key]
        self._type(key, -1)

    def _type(self, key: Key, change: int) -> None:
        self._typing[key] += change
        typing = self._typing[key] > 0
        if not typing:
            del self._typing[key]
        for stream in self._of(key):
            stream.show_typing(typing)

    def _of(self, key: Key) -> list[Stream]:
        if isinstance(key, int):
            return list(self._contacts.get(key, ()))
        stream = self._streams.get(key)
        return [stream] if stream else []

    def _leave(self, stream: Stream) -> None:
        if stream.contact is None:
            return
        followers = self._contacts[stream.contact]
        followers.discard(stream)
        if not followers:
            del self._contacts[stream.contact]
        stream.contact = None
