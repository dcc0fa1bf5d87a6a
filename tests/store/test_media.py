"""Files: noted once, claimed by one, kept once, forgotten in time. On both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import catalog, contacts, media, media_claims, visitors
from store.database import Database
from store.media import PIECE_BYTES, File, NoRoom
from store.media_claims import Claim
from store.tables import media as files
from store.tables import media_pieces, products
from talk.messages import Inbound, Media
from tests.conftest import NOON
from tests.store.plans import plans_of

T = TypeVar("T")
LATER = NOON + dt.timedelta(minutes=5)
HERE = ("telegram", "shop")
WEB = (visitors.CHANNEL, visitors.ACCOUNT, "visitor-1")
CAT, DOG = File.of("image/png", b"a cat"), File.of("image/png", b"a dog")


def contact(connection: Connection, sender: str = "1") -> int:
    key = (*HERE, sender)
    found = contacts.lock(connection, *key)
    return (found or contacts.make(connection, *key, name="", language="en", at=NOON)).id


def sent(*refs: str, sender: str = "1", **fields: Any) -> Inbound:
    """Files that a customer sent."""
    return Inbound(
        channel=HERE[0],
        account=HERE[1],
        external_id="e1",
        sender=sender,
        kind="document",
        at=NOON,
        media=tuple(Media(ref=ref, **fields) for ref in refs),
    )


def note(connection: Connection, *refs: str, sender: str = "1", now: dt.datetime = NOON, **fields: Any) -> int:
    contact_id = contact(connection, sender)
    media.note(connection, sent(*refs, sender=sender, **fields), contact_id, now)
    return contact_id


def claim(connection: Connection, limit: int = 100, now: dt.datetime = NOON) -> list[Claim]:
    return media_claims.claim(connection, [HERE], limit=limit, now=now, leased_until=now + dt.timedelta(minutes=5))


def keep(connection: Connection, ref: str, file: File, *, sender: str = "1", now: dt.datetime = NOON) -> str:
    """Note a file and keep it; its public id."""
    contact_id = note(connection, ref, sender=sender, now=now)
    (claimed,) = claim(connection, now=now)
    assert media_claims.keep(connection, claimed, file, now)
    public_id = media.public_id_of(connection, *HERE, ref, contact_id)
    assert public_id
    return public_id


def rows(connection: Connection) -> list[Any]:
    return list(connection.execute(sa.select(files).order_by(files.c.id)))


def stored(connection: Connection) -> list[bytes]:
    """Every piece that is stored of any file."""
    return list(
        connection.scalars(
            sa.select(media_pieces.c.content).order_by(media_pieces.c.media_id, media_pieces.c.number)
        )
    )


Run = Callable[..., Any]


@pytest.fixture
def run(database: Database) -> Run:
    """Runs work in a transaction."""

    async def in_transaction(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await database.transact(lambda connection: work(connection, *args, **kwargs))

    return in_transaction


async def test_a_file_is_noted_once_however_often_it_is_sent(run: Run) -> None:
    for _time in range(3):
        await run(note, "f1", "f2", "f1")
    assert [(row.ref, row.state) for row in await run(rows)] == [("f1", "pending"), ("f2", "pending")]


async def test_the_same_file_of_two_customers_is_two_files(run: Run) -> None:
    for sender in ("1", "2"):
        await run(keep, "f1", CAT, sender=sender)
    assert await run(stored) == [CAT.content, CAT.content]


async def test_a_name_of_ours_is_known_by_the_platforms_before_the_file_is_kept(run: Run) -> None:
    contact_id = await run(note, "f1")
    public_id = await run(media.public_id_of, *HERE, "f1", contact_id)
    assert public_id == (await run(rows))[0].public_id
    assert await run(media.load, public_id) is None
    assert await run(media.public_id_of, *HERE, "f2", contact_id) is None
    assert await run(media.public_id_of, "telegram", "another shop", "f1", contact_id) is None
    assert await run(media.public_id_of, *HERE, "f1", await run(contact, "2")) is None


async def test_a_file_said_to_be_too_large_is_not_fetched(run: Run) -> None:
    await run(note, "f1", size=media.FILE_BYTES + 1)
    assert await run(claim) == []
    assert [(row.state, row.reason) for row in await run(rows)] == [("refused", media.TOO_LARGE)]


async def test_what_cannot_be_written_down_does_not_fail_the_turn(run: Run) -> None:
    await run(note, "f" * 257, "f\x00", "", "f1", name="\x00" + "n" * 300, type="\x00")
    assert [(row.ref, row.name, row.type) for row in await run(rows)] == [("f1", "n" * 200, "")]


async def test_a_claim_holds_until_its_lease_is_over(run: Run) -> None:
    await run(note, "f1")
    (first,) = await run(claim)
    assert await run(claim) == []
    (second,) = await run(claim, now=LATER)
    assert (first.attempts, second.attempts, second.ref) == (1, 2, "f1")
    for settle in (
        partial(media_claims.keep, file=CAT, now=NOON),
        partial(media_claims.lay, number=0, piece=b""),
        partial(media_claims.refuse, reason=""),
        partial(media_claims.put_back, again_at=NOON),
    ):
        assert not await run(settle, claimed=first)
    assert await run(media_claims.keep, second, CAT, NOON)


async def test_many_claim_side_by_side_and_each_file_goes_to_one(database: Database, run: Run) -> None:
    await run(note, *(f"f{number}" for number in range(40)))
    claims = await asyncio.gather(*(run(claim, limit=5) for _claimer in range(12)))
    refs = [claimed.ref for several in claims for claimed in several]
    assert len(refs) == len(set(refs))
    assert len(refs) + len(await run(claim)) == 40


async def test_only_files_of_the_accounts_asked_for_are_claimed(run: Run) -> None:
    await run(note, "f1")
    elsewhere = [("telegram", "another shop"), ("whatsapp", "shop")]
    assert await run(media_claims.claim, elsewhere, limit=9, now=NOON, leased_until=LATER) == []
    assert len(await run(media_claims.claim, [*elsewhere, HERE], limit=9, now=NOON, leased_until=LATER)) == 1


async def test_a_file_put_back_is_claimed_again_when_it_is_due(run: Run) -> None:
    await run(note, "f1")
    (claimed,) = await run(claim)
    assert await run(media_claims.put_back, claimed, LATER)
    assert await run(claim) == []
    (again,) = await run(claim, now=LATER)
    assert again.attempts == 2
    assert await run(media_claims.put_back, again, NOON, refund=True)
    assert [claimed.attempts for claimed in await run(claim)] == [2]


async def test_a_refused_file_says_why(run: Run) -> None:
    await run(note, "f1")
    (claimed,) = await run(claim)
    assert await run(media_claims.refuse, claimed, "\x00" + "w" * 300)
    assert [(row.state, row.reason) for row in await run(rows)] == [("refused", "w" * 200)]


@pytest.mark.parametrize(
    ("reason", "fetched_again"), [("no answer", True), (media.EXPIRED, True), (media.WRONG_TYPE, False)]
)
async def test_a_refused_file_sent_again_is_fetched_again_where_that_may_help(
    run: Run, reason: str, fetched_again: bool
) -> None:
    await run(note, "f1")
    (claimed,) = await run(claim)
    await run(media_claims.refuse, claimed, reason)
    await run(note, "f1", now=LATER)
    assert [claimed.attempts for claimed in await run(claim, now=LATER)] == ([1] if fetched_again else [])


async def test_a_file_sent_again_while_it_is_fetched_stays_claimed(run: Run) -> None:
    await run(note, "f1")
    (claimed,) = await run(claim)
    await run(note, "f1", now=LATER)
    assert await run(media_claims.keep, claimed, CAT, NOON)


async def test_the_same_bytes_of_the_same_contact_are_stored_once(run: Run) -> None:
    public_ids = [await run(keep, ref, CAT) for ref in ("f1", "f2", "f3")]
    assert await run(stored) == [CAT.content]
    assert [await run(media.load, public_id) for public_id in public_ids] == [CAT.content] * 3


async def test_the_same_bytes_kept_at_the_same_moment_are_stored_once(run: Run) -> None:
    await run(note, *(f"f{number}" for number in range(8)))
    claims = await run(claim)
    assert all(await asyncio.gather(*(run(media_claims.keep, claimed, CAT, NOON) for claimed in claims)))
    assert await run(stored) == [CAT.content]


def keep_film(connection: Connection, ref: str, film: File) -> str:
    """Note a long file, and keep it piece by piece."""
    contact_id = note(connection, ref)
    (claimed,) = claim(connection)
    lay_all(connection, claimed, film)
    assert media_claims.keep(connection, claimed, film, NOON)
    return media.public_id_of(connection, *HERE, ref, contact_id) or ""


def lay_all(connection: Connection, claimed: Claim, film: File) -> None:
    for number, piece in enumerate(film.pieces[:-1]):
        assert media_claims.lay(connection, claimed, number, piece)


FILM = File.of("video/mp4", bytes(range(256)) * 4096 * 2 + b"the end")


async def test_a_long_file_stands_in_pieces(run: Run) -> None:
    public_id = await run(keep_film, "f1", FILM)
    assert [len(piece) for piece in await run(stored)] == [PIECE_BYTES, PIECE_BYTES, 7]
    assert await run(media.load, public_id) == FILM.content
    assert [row.size for row in await run(rows)] == [len(FILM.content)]


async def test_what_a_dead_fetcher_laid_leaves_no_trace(run: Run) -> None:
    contact_id = await run(note, "f1")
    (dead,) = await run(claim)
    await run(lay_all, dead, File.of("video/mp4", b"x" * 5 * PIECE_BYTES))
    (claimed,) = await run(claim, now=LATER)
    await run(lay_all, claimed, FILM)
    assert await run(media_claims.keep, claimed, FILM, NOON)
    public_id = await run(media.public_id_of, *HERE, "f1", contact_id)
    assert await run(media.load, public_id) == FILM.content


async def test_pieces_of_what_was_refused_after_all_are_dropped_in_time(run: Run) -> None:
    await run(note, "f1")
    (claimed,) = await run(claim)
    await run(lay_all, claimed, FILM)
    await run(media_claims.refuse, claimed, "gone")
    await forget(run, LATER)
    assert await run(stored) == []
    assert [(row.state, row.reason, row.size) for row in await run(rows)] == [("refused", "gone", 0)]


async def test_more_than_a_contacts_share_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "CONTACT_BYTES", len(CAT.content) + 1)
    await run(keep, "f1", CAT)
    await run(keep, "f2", CAT)
    await run(note, "f3")
    (claimed,) = await run(claim)
    assert not await run(media_claims.keep, claimed, DOG, NOON)
    assert [(row.state, row.reason) for row in await run(rows)][2] == ("refused", media.FULL)
    await run(keep, "f1", DOG, sender="2")


async def test_a_visitors_picture_makes_the_visitor_known(run: Run) -> None:
    public_id = await run(media.keep_visitor_picture, WEB, CAT, language="ms", now=NOON)
    assert await run(media.load, public_id) == CAT.content
    known = await run(contacts.lock, *WEB)
    assert (known.language, known.seq, known.welcomed_at) == ("ms", 0, None)
    assert await run(media.public_id_of, *WEB[:2], public_id, known.id) == public_id


async def test_a_visitors_picture_is_kept_once(run: Run) -> None:
    posts = (run(media.keep_visitor_picture, WEB, CAT, language="en", now=NOON) for _post in range(8))
    assert len(set(await asyncio.gather(*posts))) == 1
    assert len(await run(rows)) == 1
    assert (
        await run(media.keep_visitor_picture, WEB, DOG, language="en", now=NOON) != (await run(rows))[0].public_id
    )


async def test_a_visitors_picture_may_be_one_that_came_by_another_channel(run: Run) -> None:
    public_id = await run(keep, "f1", CAT)
    telegram = (*HERE, "1")
    assert await run(media.keep_visitor_picture, telegram, CAT, language="en", now=NOON) == public_id
    assert await run(media.public_id_of, *WEB[:2], public_id, await run(contact)) == public_id


async def test_a_visitor_cannot_fill_the_disk(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "CONTACT_BYTES", 2)
    with pytest.raises(NoRoom):
        await run(media.keep_visitor_picture, WEB, CAT, language="en", now=NOON)


YEAR_AGO = NOON - media.KEPT_FOR - dt.timedelta(seconds=1)


async def forget(run: Run, before: dt.datetime = NOON - media.KEPT_FOR) -> None:
    """Forget whatever is to be forgotten."""
    while await run(media.forget, before):
        pass


async def test_a_customers_file_is_forgotten_after_a_year(run: Run) -> None:
    old = await run(keep, "f1", CAT, now=YEAR_AGO)
    young = await run(keep, "f2", DOG, now=NOON - media.KEPT_FOR)
    await forget(run)
    assert (await run(media.load, old), await run(media.load, young)) == (None, DOG.content)
    gone = (await run(rows))[0]
    assert (gone.state, gone.reason, gone.size, gone.digest) == ("refused", media.EXPIRED, 0, "")
    assert await run(stored) == [DOG.content]


async def test_a_file_that_was_never_had_is_forgotten_too(run: Run) -> None:
    await run(note, "f1", now=YEAR_AGO)
    await forget(run)
    assert await run(claim) == []
    assert [row.reason for row in await run(rows)] == [media.EXPIRED]


async def test_the_business_keeps_its_pictures(run: Run) -> None:
    await run(catalog.save_products, [catalog.Product("cake", "Cake", None, "", 100, "MYR")])
    await run(catalog.set_picture, "cake", b"\x89PNG", YEAR_AGO - dt.timedelta(days=900))
    await forget(run)
    (picture,) = await run(rows)
    assert await run(media.load, picture.public_id) == b"\x89PNG"
    assert await run(lambda connection: connection.scalar(sa.select(products.c.picture_id))) == picture.id


async def test_bytes_live_as_long_as_the_youngest_file_that_has_them(run: Run) -> None:
    dates = (YEAR_AGO - dt.timedelta(days=9), YEAR_AGO, NOON - dt.timedelta(days=2))
    old, less_old, young = [await run(keep, f"f{days}", CAT, now=at) for days, at in enumerate(dates)]
    others = await run(keep, "f1", CAT, sender="2", now=NOON)
    await forget(run)
    assert [await run(media.load, each) for each in (old, less_old, young, others)] == [CAT.content] * 4
    await forget(run, NOON)
    assert [await run(media.load, each) for each in (old, less_old, young)] == [None] * 3
    assert await run(stored) == [CAT.content]


async def test_no_file_is_shown_in_part_while_it_is_forgotten(run: Run) -> None:
    film = File.of("video/mp4", b"f" * (9 * PIECE_BYTES))
    public_ids = [await run(keep_film, ref, film) for ref in ("f1", "f2", "f3")]
    while await run(media.forget, NOON + dt.timedelta(days=1), limit=1):
        loaded = [await run(media.load, public_id) for public_id in public_ids]
        assert set(loaded) <= {None, film.content}
    assert await run(stored) == []


async def test_forgetting_goes_in_steps_the_oldest_first(run: Run) -> None:
    for days in range(3):
        await run(keep, f"f{days}", File.of("image/png", bytes([days])), now=YEAR_AGO - dt.timedelta(days=days))
    left = []
    while await run(media.forget, NOON, limit=1):
        left.append([row.ref for row in await run(rows) if row.state == "kept"])
    assert left == [["f0", "f1"], ["f0"], []]


async def test_a_picture_shown_again_begins_a_new_year(run: Run) -> None:
    old = await run(media.keep_visitor_picture, WEB, CAT, language="en", now=YEAR_AGO)
    again = await run(keep, "f1", DOG, now=YEAR_AGO)
    await run(media.keep_visitor_picture, WEB, CAT, language="en", now=NOON)
    await run(note, "f1", now=NOON)
    await forget(run)
    assert (await run(media.load, old), await run(media.load, again)) == (CAT.content, DOG.content)
    assert await run(claim) == []


async def test_the_indexes_find_what_is_due_and_what_is_old(sqlite_url: str) -> None:
    def plans(connection: Connection) -> list[str]:
        found = plans_of(connection, lambda: (claim(connection), media.forget(connection, NOON)))
        return [" ".join(steps) for statement, steps in found if "LIMIT" in statement]

    database = Database(sqlite_url)
    claiming, forgetting, *_rest = await database.transact(plans)
    database.close()
    assert "ix_media_pending" in claiming
    assert "ix_media_aging" in forgetting
