"""The fetcher: gets the files that customers sent from their platforms, and keeps what is fit to be kept.

A turn only notes a file (`store.media.note`): nothing slow happens inside a turn. Here its bytes are fetched within
limits of size and time, their type is told from the bytes alone, and pictures are cleaned (`talk.pictures`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

import structlog
from prometheus_client import Counter

from store import media, media_claims
from store.database import Database, StoreUnavailable
from store.media import File
from store.media_claims import Claim
from talk.channel import Channel
from talk.errors import SapaError
from talk.filetypes import type_of
from talk.pictures import UnreadablePicture, clean

log = structlog.get_logger()

FETCH_SECONDS = 60.0
LEASE = dt.timedelta(minutes=5)  # far longer than fetching and cleaning what was claimed at once
# Between the tries to get a file; after the last one it is given up.
BACKOFF = tuple(dt.timedelta(seconds=seconds) for seconds in (10, 60, 600, 3600))
TRIES = len(BACKOFF) + 1

_FETCHED = Counter(
    "media_fetched", "Customers' files by what became of one try to keep them.", ["channel", "outcome"]
)


class Unfit(SapaError):
    """A file is not kept, however often it is fetched; the message is the reason as `store.media` names it."""


class Fetcher:
    """Fetches what was noted for these channels, by (channel, account).

    It looks when `wake` is called and every `poll` seconds; any number of replicas may. At most `width` files are
    fetched at once, and one is cleaned: a picture as large as we take fills 200 MB while it is decoded.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[tuple[str, str], Channel],
        *,
        now: Callable[[], dt.datetime],
        width: int = 4,
        poll: float = 5.0,
    ) -> None:
        self._database = database
        self._channels = dict(channels)
        self._now = now
        self._width = width
        self._poll = poll
        self._rung = asyncio.Event()
        self._cleaning = asyncio.Lock()
        self._flights: dict[asyncio.Task[None], Claim] = {}
        self._stopping = False

    def wake(self) -> None:
        """Look at once; to be called on the event loop, after a commit that noted a file."""
        self._rung.set()

    async def run(self) -> None:
        """Fetch until stopped; what is under way then is given back, for others to fetch or for the next start."""
        while not self._stopping:
            self._rung.clear()
            await self._take_off()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._rung.wait()
        await self._give_back()

    async def stop(self) -> None:
        """Let `run` end."""
        self._stopping = True
        self._rung.set()

    async def _take_off(self) -> None:
        """Claim as many files as there are places, and begin to fetch them."""
        room = self._width - len(self._flights)
        if not room or not self._channels:
            return
        now = self._now()
        try:
            claims = await self._database.transact(
                lambda connection: media_claims.claim(
                    connection, self._channels, limit=room, now=now, leased_until=now + LEASE
                )
            )
        except StoreUnavailable as error:
            log.warning("fetcher_waits_for_the_database", error=str(error))
            return
        for claim in claims:
            flight = asyncio.create_task(self._handle(claim))
            self._flights[flight] = claim
            flight.add_done_callback(self._landed)

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flights.pop(flight, None)
        self._rung.set()
        if not flight.cancelled() and (error := flight.exception()) is not None:
            log.error("media_failed", error=type(error).__name__)  # its lease will run out

    async def _give_back(self) -> None:
        flights, now = dict(self._flights), self._now()
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        with suppress(StoreUnavailable):  # then the leases run out
            for claim in flights.values():
                await self._database.transact(
                    partial(media_claims.put_back, claimed=claim, again_at=now, refund=True)
                )

    async def _handle(self, claim: Claim) -> None:
        try:
            outcome = await self._settled(claim)
        except StoreUnavailable as error:
            log.warning("media_not_settled", media=claim.id, error=str(error))  # its lease will run out
            return
        _FETCHED.labels(claim.channel, outcome).inc()

    async def _settled(self, claim: Claim) -> str:
        """Fetch the file and write down what came of it: kept, refused or again."""
        try:
            file = await self._fetched(claim)
        except StoreUnavailable:
            raise
        except Unfit as error:
            return await self._refuse(claim, str(error))
        except Exception as error:
            # Only our own errors' words: another's may hold the token or what a customer wrote.
            reason = str(error) if isinstance(error, SapaError) else type(error).__name__
            return await self._again(claim, reason)
        return "kept" if await self._keep(claim, file) else "refused"

    async def _fetched(self, claim: Claim) -> File:
        if claim.attempts > TRIES:
            # It was claimed so often and never settled: it may be what kills those who fetch it.
            raise Unfit("It was not settled in any of its tries.")
        channel = self._channels[claim.channel, claim.account]
        async with asyncio.timeout(FETCH_SECONDS):
            content = await channel.fetch(claim.ref, media.FILE_BYTES)
        async with self._cleaning:
            return await asyncio.to_thread(fit, content)

    async def _keep(self, claim: Claim, file: File) -> bool:
        """Write the file down, a piece in each transaction."""
        for number, piece in enumerate(file.pieces[:-1]):
            lay = partial(media_claims.lay, claimed=claim, number=number, piece=piece)
            if not await self._database.transact(lay):
                return False
        keep = partial(media_claims.keep, claimed=claim, file=file, now=self._now())
        return await self._database.transact(keep)

    async def _refuse(self, claim: Claim, reason: str) -> str:
        log.info("media_refused", channel=claim.channel, media=claim.id, reason=reason)
        await self._database.transact(lambda connection: media_claims.refuse(connection, claim, reason))
        return "refused"

    async def _again(self, claim: Claim, reason: str) -> str:
        if claim.attempts >= TRIES:
            return await self._refuse(claim, reason)
        log.info("media_not_fetched", channel=claim.channel, media=claim.id, attempt=claim.attempts, reason=reason)
        again_at = self._now() + BACKOFF[claim.attempts - 1]
        await self._database.transact(lambda connection: media_claims.put_back(connection, claim, again_at))
        return "again"


def fit(content: bytes) -> File:
    """The file as it is kept: a picture cleaned, a sound, film or document as it came. Raises Unfit.

    What the platform or the customer said of it is not asked.
    """
    kind = type_of(content)
    if kind is None:
        raise Unfit(media.WRONG_TYPE)
    if len(content) > (media.IMAGE_BYTES if kind.startswith("image/") else media.FILE_BYTES):
        raise Unfit(media.TOO_LARGE)
    if not kind.startswith("image/"):
        return File.of(kind, content)
    try:
        return File.of(*clean(content))
    except UnreadablePicture as error:
        log.info("picture_unreadable", reason=str(error))
        raise Unfit(media.NO_PICTURE) from error
