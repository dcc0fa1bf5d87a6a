"""The fetcher against a platform that fails in every way, in virtual time. On both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, TypeVarTuple, Unpack

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.ExifTags import GPS, IFD
from sqlalchemy.engine import Connection

from scheduler.fetcher import BACKOFF, FETCH_SECONDS, LEASE, TRIES, Fetcher, fit
from scheduler.jobs import JOBS
from store import contacts, media, media_claims
from store.database import StoreUnavailable
from store.tables import media as files
from store.tables import media_pieces
from talk.channel import Rates
from talk.errors import SapaError
from talk.messages import Inbound, Media, Outgoing, Receipt
from tests.conftest import NOON
from tests.scheduler.virtual import StillDatabase, VirtualClock, VirtualLoop

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Became = dict[str, tuple[str, str]]  # state and reason, by the platform's name
HERE = ("telegram", "shop")
VOICE = b"OggS\x00\x02" + bytes(100)
POLL = 5.0


class _Loop(VirtualLoop):
    """Time stands still as well while a picture is cleaned in a thread."""

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        self.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._landed)
        return future

    def _landed(self, _future: object) -> None:
        self.busy -= 1


def virtual(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test in virtual time."""

    @functools.wraps(story)
    def test(**fixtures: Any) -> None:
        async def whole() -> None:
            try:
                await story(**fixtures)
            finally:
                loop = asyncio.get_running_loop()
                assert isinstance(loop, _Loop)
                loop.busy += 1  # its threads end in real time

        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(whole())

    return test


@dataclass
class Platform:
    """Holds customers' files. `files` says for each what comes of the tries to get it, the last one for ever: its
    bytes, an error, or None for no answer at all."""

    files: dict[str, list[bytes | Exception | None]]
    name: str = HERE[0]
    account: str = HERE[1]
    rates: Rates = field(default_factory=Rates)
    asked: list[tuple[float, str]] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, ref: str, limit: int) -> bytes:
        assert limit == media.FILE_BYTES
        self.asked.append((asyncio.get_running_loop().time(), ref))
        self.begun.set()
        answers = self.files[ref]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(0.1)
        if isinstance(answer, Exception):
            raise answer
        return answer if answer is not None else await asyncio.get_running_loop().create_future()

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        raise AssertionError("Nobody sends here.")


class House:
    """A database, a customer who sends files, and fetchers."""

    def __init__(self, url: str) -> None:
        self.database = WatchedDatabase(url)
        self.clock = VirtualClock()

    def fetcher(self, platform: Platform, **options: Any) -> Fetcher:
        channels = {(platform.name, platform.account): platform}
        return Fetcher(self.database, channels, now=self.clock.now, **{"poll": POLL} | options)

    async def note(self, *refs: str, kind: str = "") -> None:
        now = self.clock.now()

        def write(connection: Connection) -> None:
            key = (*HERE, "1")
            known = contacts.lock(connection, *key)
            contact = known or contacts.make(connection, *key, name="", language="en", at=NOON)
            media.note(connection, _sent(refs, kind), contact.id, now)

        await self.database.transact(write)

    async def rows(self) -> dict[str, sa.Row[Any]]:
        found = await self.database.read(lambda connection: connection.execute(sa.select(files)).all())
        return {row.ref: row for row in found}

    async def content(self, ref: str) -> bytes | None:
        """The bytes that are kept of a file."""
        public_id = (await self.rows())[ref].public_id
        return await self.database.read(lambda connection: media.load(connection, public_id))

    async def became(self) -> Became:
        return {ref: (row.state, row.reason) for ref, row in (await self.rows()).items()}

    async def fetch(self, platform: Platform, *refs: str, seconds: float = 3 * POLL, **options: Any) -> Became:
        """What has become of files some time after they came."""
        await self.note(*refs)
        async with running(self.fetcher(platform, **options)):
            await asyncio.sleep(seconds)
        return await self.became()

    async def die(self) -> None:
        """Claim whatever is due, and never be heard of again."""
        now = self.clock.now()
        await self.database.transact(
            lambda connection: media_claims.claim(connection, [HERE], limit=9, now=now, leased_until=now + LEASE)
        )


class WatchedDatabase(StillDatabase):
    """A database that fails while it is told to, and knows how many bytes of files each transaction wrote."""

    fails = False

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.written: list[int] = []

    async def transact(self, work: Callable[[Connection], T], *, repeatable: bool = False) -> T:
        if self.fails:
            raise StoreUnavailable("The database restarts.")
        return await super().transact(lambda connection: self._watched(connection, work), repeatable=repeatable)

    def _watched(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        size = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(media_pieces.c.content)), 0))
        before = connection.scalar(size) or 0
        result = work(connection)
        self.written.append((connection.scalar(size) or 0) - before)
        return result


@asynccontextmanager
async def running(*fetchers: Fetcher) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(fetcher.run()) for fetcher in fetchers]
    yield
    for fetcher, task in zip(fetchers, tasks, strict=True):
        await fetcher.stop()
        await task


def _sent(refs: tuple[str, ...], kind: str) -> Inbound:
    sent = tuple(Media(ref=ref, type=kind) for ref in refs)
    return Inbound(channel=HERE[0], account=HERE[1], external_id="e", sender="1", kind="photo", at=NOON, media=sent)


def photo() -> bytes:
    """A photo that tells where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (3.0, 8.0, 52.8)})
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = House(database_url)
    yield opened
    opened.database.close()


@virtual
async def test_a_photo_is_kept_without_the_place_where_it_was_taken(house: House) -> None:
    assert Image.open(io.BytesIO(photo())).getexif().get_ifd(IFD.GPSInfo)
    assert await house.fetch(Platform({"f1": [photo()]}), "f1") == {"f1": ("kept", "")}
    content = await house.content("f1")
    assert content is not None
    assert (await house.rows())["f1"].type == "image/jpeg"
    assert not Image.open(io.BytesIO(content)).getexif()
    assert b"Exif" not in content


@virtual
async def test_a_voice_message_is_kept_as_it_came(house: House) -> None:
    assert await house.fetch(Platform({"f1": [VOICE]}), "f1") == {"f1": ("kept", "")}
    assert ((await house.rows())["f1"].type, await house.content("f1")) == ("audio/ogg", VOICE)


@virtual
async def test_it_looks_at_once_when_it_is_woken(house: House) -> None:
    platform = Platform({"f1": [VOICE]})
    fetcher = house.fetcher(platform, poll=3600.0)
    async with running(fetcher):
        await asyncio.sleep(10)
        await house.note("f1")
        fetcher.wake()
        await asyncio.sleep(1)
    assert platform.asked == [(10, "f1")]
    assert await house.became() == {"f1": ("kept", "")}


@virtual
async def test_a_file_that_cannot_be_had_is_tried_again_and_again(house: House) -> None:
    platform = Platform({"f1": [SapaError("Not reached."), SapaError("Not reached."), VOICE]})
    assert await house.fetch(platform, "f1", seconds=120) == {"f1": ("kept", "")}
    first, second, third = (at for at, _ref in platform.asked)
    for waited, least in ((second - first, BACKOFF[0]), (third - second, BACKOFF[1])):
        assert least.total_seconds() <= waited <= least.total_seconds() + 2 * POLL


@virtual
async def test_after_five_tries_it_is_given_up_with_the_reason(house: House) -> None:
    platform = Platform({"f1": [SapaError("The file is gone.")]})
    assert await house.fetch(platform, "f1", seconds=7200, poll=120.0) == {"f1": ("refused", "The file is gone.")}
    assert len(platform.asked) == TRIES == 5


@virtual
async def test_an_error_nobody_foresaw_is_tried_again_and_keeps_its_words_to_itself(house: House) -> None:
    platform = Platform({"f1": [RuntimeError("https://api/bot123:TOKEN/file")]})
    assert await house.fetch(platform, "f1", seconds=7200, poll=120.0) == {"f1": ("refused", "RuntimeError")}
    assert len(platform.asked) == TRIES


@virtual
async def test_a_platform_that_never_answers_holds_nobody_up(house: House) -> None:
    silent = [f"silent{number}" for number in range(3)]
    platform = Platform({**{ref: [None] for ref in silent}, "f1": [VOICE], "f2": [VOICE + b"2"]})
    assert FETCH_SECONDS > 3 * POLL
    became = await house.fetch(platform, *silent, "f1", "f2")
    assert became == {**dict.fromkeys(silent, ("pending", "")), "f1": ("kept", ""), "f2": ("kept", "")}


@virtual
async def test_silence_ends_after_a_while(house: House) -> None:
    platform = Platform({"f1": [None, VOICE]})
    assert await house.fetch(platform, "f1", seconds=FETCH_SECONDS + 30) == {"f1": ("kept", "")}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html><script>alert(1)</script>", media.WRONG_TYPE),
        (b"\x00\x00\x00\x18ftypheic", media.WRONG_TYPE),
        (b"", media.WRONG_TYPE),
        (b"\x89PNG\r\n\x1a\n and no more", media.NO_PICTURE),
        (photo()[:-100], media.NO_PICTURE),
    ],
    ids=["page", "heic", "nothing", "no picture", "half a picture"],
)
@virtual
async def test_what_is_not_fit_is_refused_at_the_first_look(house: House, content: bytes, reason: str) -> None:
    platform = Platform({"f1": [content]})
    assert await house.fetch(platform, "f1", seconds=120) == {"f1": ("refused", reason)}
    assert len(platform.asked) == 1
    assert await house.content("f1") is None


@virtual
async def test_nobodys_word_is_taken_for_a_type(house: House) -> None:
    await house.note("page", kind="image/png")
    await house.note("voice", kind="text/html")
    await house.fetch(Platform({"page": [b"<html>"], "voice": [VOICE]}))
    rows = await house.rows()
    assert (rows["page"].state, rows["page"].type) == ("refused", "")
    assert (rows["voice"].state, rows["voice"].type) == ("kept", "audio/ogg")


@virtual
async def test_sizes_are_bounded_whatever_the_platform_hands_over(house: House) -> None:
    large = {
        "picture": b"\xff\xd8\xff" + bytes(media.IMAGE_BYTES),
        "film": b"\x00\x00\x00\x18ftypmp42" + bytes(media.FILE_BYTES),
        "voice": b"OggS" + bytes(media.FILE_BYTES - 4),
    }
    assert await house.fetch(Platform({ref: [content] for ref, content in large.items()}), *large) == {
        "picture": ("refused", media.TOO_LARGE),
        "film": ("refused", media.TOO_LARGE),
        "voice": ("kept", ""),
    }


@virtual
async def test_the_same_picture_under_two_names_is_stored_once(house: House) -> None:
    platform = Platform({"f1": [photo()], "f2": [photo()]})
    assert set((await house.fetch(platform, "f1", "f2")).values()) == {("kept", "")}
    assert sorted(row.size == 0 for row in (await house.rows()).values()) == [False, True]
    assert [await house.content(ref) for ref in ("f1", "f2")] == [fit(photo()).content] * 2


@virtual
async def test_a_film_is_written_piece_by_piece(house: House) -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(3 * media.PIECE_BYTES)
    assert await house.fetch(Platform({"f1": [film]}), "f1") == {"f1": ("kept", "")}
    assert await house.content("f1") == film
    assert max(house.database.written) <= media.PIECE_BYTES


@virtual
async def test_several_fetchers_fetch_each_file_once(house: House) -> None:
    refs = [f"f{number}" for number in range(30)]
    platform = Platform({ref: [VOICE + ref.encode()] for ref in refs})
    await house.note(*refs)
    async with running(*(house.fetcher(platform) for _replica in range(3))):
        await asyncio.sleep(6 * POLL)
    assert set((await house.became()).values()) == {("kept", "")}
    assert set(Counter(ref for _at, ref in platform.asked).values()) == {1}


@virtual
async def test_a_free_place_is_taken_without_waiting_for_the_next_look(house: House) -> None:
    refs = [f"f{number}" for number in range(20)]
    platform = Platform({ref: [VOICE + ref.encode()] for ref in refs})
    await house.fetch(platform, *refs, seconds=POLL / 2)
    assert {ref for _at, ref in platform.asked} == set(refs)


@virtual
async def test_what_is_under_way_at_the_end_is_given_back(house: House) -> None:
    await house.fetch(Platform({"f1": [None], "f2": [SapaError("Not reached."), None]}), "f1", "f2", seconds=20)
    rows = await house.rows()
    assert [(rows[ref].state, rows[ref].attempts) for ref in ("f1", "f2")] == [("pending", 0), ("pending", 1)]
    platform = Platform({"f1": [VOICE], "f2": [photo()]})
    assert await house.fetch(platform, seconds=1) == {"f1": ("kept", ""), "f2": ("kept", "")}


@virtual
async def test_what_a_dead_fetcher_held_is_fetched_when_its_lease_is_over(house: House) -> None:
    await house.note("f1")
    await house.die()
    platform = Platform({"f1": [VOICE]})
    assert await house.fetch(platform, seconds=LEASE.total_seconds() - 30) == {"f1": ("pending", "")}
    assert await house.fetch(platform, seconds=60) == {"f1": ("kept", "")}


@virtual
async def test_a_file_that_kills_its_fetchers_is_given_up(house: House) -> None:
    await house.note("f1")
    for _death in range(TRIES):
        await house.die()
        await asyncio.sleep(LEASE.total_seconds())
    platform = Platform({"f1": [VOICE]})
    assert (await house.fetch(platform))["f1"][0] == "refused"
    assert platform.asked == []


@virtual
async def test_files_of_other_accounts_are_left_to_others(house: House) -> None:
    assert await house.fetch(Platform({}, account="another shop"), "f1") == {"f1": ("pending", "")}


@virtual
async def test_it_outlives_a_restart_of_the_database(house: House) -> None:
    await house.note("f1")
    platform = Platform({"f1": [VOICE]})
    async with running(house.fetcher(platform)):
        await platform.begun.wait()
        house.database.fails = True
        await asyncio.sleep(60)
        assert await house.became() == {"f1": ("pending", "")}
        house.database.fails = False
        await asyncio.sleep(LEASE.total_seconds())
    assert await house.became() == {"f1": ("kept", "")}


@virtual
async def test_what_was_fetched_is_forgotten_after_a_year_by_a_recurring_job(house: House) -> None:
    job = JOBS["forget_media"]
    assert job.every <= dt.timedelta(days=1)
    await house.fetch(Platform({"f1": [VOICE]}), "f1")
    assert not await job.chunk(house.database, NOON + media.KEPT_FOR)
    assert await job.chunk(house.database, NOON + media.KEPT_FOR + dt.timedelta(days=1))
    assert await house.became() == {"f1": ("refused", media.EXPIRED)}
