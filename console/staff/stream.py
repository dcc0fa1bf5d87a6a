"""The stream of a console: what moves, as it commits (`console.desk_hub`)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from console.conversation import KEEP_ALIVE, EventStream
from console.desk_hub import MOST_STREAMS, DeskHub
from console.desk_stream import DeskStream
from console.refusals import BUSY, Refusal
from console.staff.access import Staff
from console.staff.office import office_of
from store import desk_agents

PATH = "/staff/events"


async def events(request: Request, staff: Staff) -> Response:
    """`GET /staff/events?after=ID&scope=all`: what moved after an event, and what moves from now on.

    Without `scope=all` what stands in queues that this person does not serve is left out. `Last-Event-ID`, which
    browsers send when they come back, goes before `after`.
    """
    office = office_of(request)
    desk = office.desk
    if desk.closed or len(desk) >= MOST_STREAMS:
        raise Refusal(503, BUSY, retry_after=2)
    if request.method == "HEAD":
        return Response(media_type="text/event-stream")
    found = await office.database.read(partial(desk_agents.agents, sessions=[staff.session], now=office.now()))
    cursor = request.headers.get("last-event-id") or request.query_params.get("after", "")
    everything = request.query_params.get("scope") == "all"
    stream = await desk.open(staff.session, found[staff.session], cursor, everything=everything)
    return _Console(desk, stream)


class _Console(EventStream):
    """A stream that the hub lets go of when its reader leaves, even before anything was written."""

    def __init__(self, desk: DeskHub, stream: DeskStream) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_events(stream), media_type="text/event-stream", headers=headers)
        self._desk, self._stream = desk, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write until it is over."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._desk.leave(self._stream)


async def _events(stream: DeskStream) -> AsyncGenerator[bytes, None]:
    while (chunk := await stream.taken(KEEP_ALIVE)) is not None:
        yield chunk or b": still here\n\n"
