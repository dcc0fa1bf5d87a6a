"""A full disk: nothing acknowledged, nothing half-done, and everything handled when there is room again."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from store.database import StoreUnavailable
from tests.crash import truth
from tests.crash.play import word
from tests.faults.shop import Shop, open_shop

pytestmark = pytest.mark.slow

CUSTOMERS = range(1, 6)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes, in memory."""
    if os.geteuid() != 0:
        pytest.skip("Only root can mount a small disk.")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"No small disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


async def write(shop: Shop, *numbers: int) -> None:
    for number in numbers:
        for chat in CUSTOMERS:
            shop.types(chat, word(chat, number))


async def nothing_more_is_taken(shop: Shop) -> int:
    """Wait until what is not confirmed stays so, though it is tried again and again; how much that is."""
    waiting = len(shop.fake.updates.pending())
    while True:
        await shop.turn_away(3 * len(CUSTOMERS))
        if waiting == (waiting := len(shop.fake.updates.pending())):
            return waiting


async def test_while_the_disk_is_full_nothing_is_acknowledged(small_disk: Path, sqlite_template: Path) -> None:
    path = shutil.copy(sqlite_template, small_disk / "sapa.sqlite3")
    async with open_shop(f"sqlite:///{path}") as shop:
        await write(shop, 1, 2)
        await shop.finish()
        filler = fill(small_disk)
        await write(shop, 3, 4, 5, 6)
        assert await nothing_more_is_taken(shop) > 0
        with pytest.raises(StoreUnavailable):
            await shop.reply(1, "no room" * 1000)
        filler.unlink()
        await shop.finish()
        found = await shop.found()
    assert truth.wrongs(found) == []
    assert len(found.inbox) == 6 * len(CUSTOMERS)


async def test_a_database_that_may_not_grow_is_a_full_disk_too(sqlite_url: str) -> None:
    async with open_shop(sqlite_url) as shop:
        await write(shop, 1)
        await shop.finish()
        await limit_pages(shop, 1)
        await write(shop, 2, 3, 4, 5, 6, 7, 8)
        assert await nothing_more_is_taken(shop) > 0
        await limit_pages(shop, 1_000_000)
        await shop.finish()
        found = await shop.found()
    assert truth.wrongs(found) == []
    assert len(found.inbox) == 8 * len(CUSTOMERS)


async def limit_pages(shop: Shop, pages: int) -> None:
    """Let the file have so many pages, or as many as it has already."""
    await shop.database.transact(
        lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar()
    )
