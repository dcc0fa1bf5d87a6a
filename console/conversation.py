"""Reading the conversation: older pages of it, and live events as they commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Send

from console.chat import Chat
from console.hub import Stream
from console.refusals import BUSY, UNREADABLE, Refusal
from store import transcript, visitors
from store.database import StoreUnavailable
from store.transcript import Batch
from store.visitors import Visitor

KEEP_ALIVE = 15.0
PAGE, LARGEST_PAGE = 30, 100
AT_ONCE = 100  # lines a read
MOST_STREAMS = 10_000  # in one process
OPENING = b"retry: 2000\n: the conversation follows\n\n"


class Conversation:
    """The reading half of the chat's protocol (docs/webchat.md)."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def history(self, request: Request) -> Response:
        """`GET /chat/history?before=SEQ&limit=30`: the lines before a place, the oldest first."""
        visitor = self._chat.visits.require(request)
        self._chat.limits.reading(request)
        seq = _number(request.query_params.get("before"), transcript.NEWEST)
        limit = min(_number(request.query_params.get("limit"), PAGE), LARGEST_PAGE)
        batch = await self._chat.database.read(partial(self._before, visitor, seq, limit))
        content = {"messages": batch.lines, "before": batch.first if batch.more else None, "last": batch.last}
        return Response(
            msgspec.json.encode(content), media_type="application/json", headers={"Cache-Control": "no-store"}
        )

    async def events(self, request: Request) -> Response:
        """`GET /chat/events`: what is new from `Last-Event-ID` on, as it happens; the newest lines without it."""
        visitor = self._chat.visits.require(request)
        self._chat.limits.reading(request)
        if self._chat.hub.closed or len(self._chat.hub) >= MOST_STREAMS:
            raise Refusal(503, BUSY, retry_after=2)
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        cursor = _number(last, -1)
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return EventStream(
            follow(self._chat, visitor, None if cursor < 0 else cursor),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def session(self, request: Request) -> Response:
        """`GET /chat/session`: who this browser is; a token to send where its cookies do not come back."""
        visits = self._chat.visits
        known = visits.of(request)
        visitor = known or visits.new()
        answer = {"visitor": visits.key(visitor), "token": None if known else visits.token(visitor)}
        response = JSONResponse(answer, headers={"Cache-Control": "no-store"})
        if not known:
            response.headers.append("set-cookie", visits.cookie(visitor, framed="embed" in request.query_params))
        return response

    def _before(self, visitor: str, seq: int, limit: int, connection: Connection) -> Batch:
        reader = visitors.find(connection, visitor)
        if reader is None:
            return Batch(lines=[])
        return transcript.before(connection, reader.contact_id, seq, limit, self._chat.now())


class EventStream(StreamingResponse):
    """A stream that is let go of at once when its reader leaves, not when the collector finds it."""

    async def stream_response(self, send: Send) -> None:
        """Send all, then close the generator."""
        body: Any = self.body_iterator
        async with aclosing(body):
            await super().stream_response(send)


async def follow(chat: Chat, visitor: str, cursor: int | None) -> AsyncGenerator[bytes, None]:
    """The events of a visitor's conversation after `cursor`, until the page leaves or the stream is ended.

    Waiting holds no connection. Every keep-alive looks into the store too, should a waking have been missed.
    """
    view = View(chat, visitor, cursor)
    typing, quiet = False, True
    with chat.hub.open(visitor) as stream:
        yield OPENING
        while not stream.ending:
            if stream.take_news():
                for event in await view.news(stream, quiet=quiet):
                    yield event
            if stream.typing != typing:
                typing = stream.typing
                yield _event("typing", {"typing": typing})
            quiet = not await stream.changed(KEEP_ALIVE)
            if quiet:
                stream.wake()
                yield b": still here\n\n"
        yield _event(stream.ending, {})


class View:
    """What one stream has shown so far.

    That the page has it is kept (`visitors.shown`) when a look finds nothing new for a page that names its place or
    was still there a keep-alive after the last line was written to it.
    """

    def __init__(self, chat: Chat, visitor: str, cursor: int | None) -> None:
        self._chat = chat
        self._visitor = visitor
        self._cursor = cursor
        self._language = ""
        self._is_kept = False

    async def news(self, stream: Stream, *, quiet: bool) -> list[bytes]:
        """The events since the last look; ends the stream when it cannot go on from where it stands.

        `quiet`: nothing was written since the page came, or for a keep-alive.
        """
        looked_at = self._chat.now()
        try:
            reader, batch = await self._chat.database.read(self._read)
        except StoreUnavailable:
            stream.end("closing")
            return []
        contact = reader.contact_id if reader else None
        if stream.contact is None and contact is not None:
            # What committed between this read and the next line woke nobody.
            self._chat.hub.follow(stream, contact)
            stream.wake()
        elif stream.contact != contact or (self._cursor or 0) > (reader.seq if reader else 0):
            stream.end("reset")  # the page shows another conversation than this one
            return []
        events = [_event("message", line, line.seq) for line in batch.lines]
        if events:
            self._is_kept = False
        elif quiet and not self._is_kept and reader is not None:
            await self._keep(looked_at)
        if self._cursor is not None and batch.more:
            stream.wake()
        self._cursor = max(batch.last, self._cursor or 0)
        return events + self._language_changed(reader)

    async def _keep(self, until: dt.datetime) -> None:
        try:
            await self._chat.database.transact(partial(visitors.shown, visitor=self._visitor, until=until))
        except StoreUnavailable:
            return  # the next look tries again
        self._is_kept = True

    def _read(self, connection: Connection) -> tuple[Visitor | None, Batch]:
        reader = visitors.find(connection, self._visitor)
        if reader is None:
            return None, Batch(lines=[])
        now = self._chat.now()
        if self._cursor is None:
            return reader, transcript.before(connection, reader.contact_id, transcript.NEWEST, PAGE, now)
        return reader, transcript.after(connection, reader.contact_id, self._cursor, AT_ONCE, now)

    def _language_changed(self, reader: Visitor | None) -> list[bytes]:
        before, self._language = self._language, reader.language if reader else ""
        if not before or before == self._language:
            return []
        return [_event("language", {"language": self._language})]


def _event(name: str, data: Any, seq: int | None = None) -> bytes:
    place = b"" if seq is None else b"id: %d\n" % seq
    return b"%sevent: %s\ndata: %s\n\n" % (place, name.encode(), msgspec.json.encode(data))


def _number(text: str | None, otherwise: int) -> int:
    if text is None or text == "":
        return otherwise
    if not text.isdecimal():
        raise Refusal(422, UNREADABLE)
    return min(int(text[:12]), transcript.NEWEST)
