"""How much and how fast a browser may send."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from starlette.requests import Request

from console.refusals import TOO_BIG, TOO_FAST, Refusal
from locales import Text

REMEMBERED = 20_000  # senders; who was longest away is forgotten, which is to say forgiven


@dataclass(frozen=True, slots=True)
class Pace:
    """So many at once, and so many a second from then on."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Paces:
    """What one visitor may send, what one address (a shop's whole Wi-Fi) may send and what it may ask for."""

    messages: Pace = Pace(20, 1)
    pictures: Pace = Pace(10, 0.2)
    address: Pace = Pace(120, 10)
    readings: Pace = Pace(240, 20)


class Buckets:
    """Token buckets in memory, one a sender. `clock` gives seconds that only grow."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str) -> None:
        """Spend one token. Raises Refusal 429, which says when the next one is there."""
        now = self._clock()
        level, since = self._levels.pop(sender, (self._pace.burst, now))
        level = min(self._pace.burst, level + (now - since) * self._pace.per_second)
        allowed = level >= 1
        self._levels[sender] = (level - 1 if allowed else level, now)
        if len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
        if not allowed:
            raise Refusal(429, TOO_FAST, retry_after=(1 - level) / self._pace.per_second)


class Limits:
    """All the buckets of the chat."""

    def __init__(self, paces: Paces, clock: Callable[[], float]) -> None:
        self._messages = Buckets(paces.messages, clock)
        self._pictures = Buckets(paces.pictures, clock)
        self._address = Buckets(paces.address, clock)
        self._readings = Buckets(paces.readings, clock)

    def message(self, request: Request, visitor: str) -> None:
        """Count a message. Raises Refusal 429."""
        self._address.take(address(request))
        self._messages.take(visitor)

    def picture(self, request: Request, visitor: str) -> None:
        """Count a picture. Raises Refusal 429."""
        self._address.take(address(request))
        self._pictures.take(visitor)

    def reading(self, request: Request) -> None:
        """Count a look at the conversation. Raises Refusal 429."""
        self._readings.take(address(request))


def address(request: Request) -> str:
    """Where the request comes from; behind a proxy the server puts the browser's address here."""
    return request.client.host if request.client else ""


async def body(request: Request, limit: int) -> bytes:
    """The whole body, at most `limit` bytes. Raises Refusal 413 before more than that is in memory."""
    return b"".join([chunk async for chunk in chunks(request, limit, TOO_BIG)])


async def chunks(request: Request, limit: int, too_big: Text) -> AsyncGenerator[bytes, None]:
    """The body in pieces, at most `limit` bytes in all. Raises Refusal 413 with the words `too_big`."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit:
        raise Refusal(413, too_big)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Refusal(413, too_big)
        yield chunk
