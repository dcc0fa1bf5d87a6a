"""Kill Sapa so many times: `python -m tests.crash --kills 2000 [--seed 7]`; exit code 1 when a promise broke.

With `broadcast` before the options, while one campaign goes to many (`tests.crash.broadcast`).
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot import heap
from channels.telegram.bot_token import account_of
from channels.telegram.fake import TOKEN
from locales import LANGUAGES, catalogue
from store import schema
from tests.crash import broadcast, kills, life, play, start, truth
from tests.crash.crowd import telegram

SHOWN = 20
EVERY_SECONDS = 10.0
FLYING = "flying.txt"


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("story", nargs="?", choices=["customers", "broadcast"], default="customers")
    parser.add_argument("--recipients", type=int, default=100_000, help="of the campaign in the story broadcast")
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--full-starts", type=int, default=20, help="so many of them through the command line")
    parser.add_argument("--customers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--database", default="", help="an empty PostgreSQL database instead of a SQLite file")
    return parser.parse_args()


def main() -> int:
    """Run the story; 0 when every promise held."""
    wanted = options()
    print(f"seed {wanted.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="sapa-crash-"))
    url = wanted.database or f"sqlite:///{folder / 'sapa.sqlite3'}"
    _in_child(lambda: _migrate(url), folder)
    if wanted.story == "broadcast":
        _in_child(lambda: broadcast.begin(url, account_of(TOKEN), wanted.recipients), folder)
    wrong, ends = _story(wanted, folder, url)
    print(f"{sum(ends.values())} lives: " + ", ".join(f"{count} {how}" for how, count in sorted(ends.items())))
    if wrong:
        print(f"{len(wrong)} promises broken; everything is kept in {folder}", *wrong[:SHOWN], sep="\n  ")
        return 1
    shutil.rmtree(folder)
    print("Every promise held.")
    return 0


def _story(wanted: argparse.Namespace, folder: Path, url: str) -> tuple[list[str], dict[str, int]]:
    """Live and die as often as is wanted; the promises that broke, and how the lives ended."""
    _load_everything()
    campaign = wanted.story == "broadcast"
    with telegram(folder, wanted.customers, wanted.seed) as far_side:
        dice = random.Random(wanted.seed)
        settings = start.settings(folder, url, far_side.url, telegram_paid=True)
        on_postgres = bool(wanted.database)
        story = kills.Story(settings, far_side, folder, dice, wanted.customers, on_postgres, offers=not campaign)
        _lose(wanted, story, _plans(wanted, dice))
        # No more forks after the last life: now this process may have threads and connections.
        engine: list[Engine] = []

        def holds(is_so: Callable[[Connection], bool]) -> bool:
            engine[:] = engine or [sa.create_engine(url)]
            with engine[0].connect() as connection:
                return is_so(connection)

        story.finish(
            lambda: not far_side.ask("count") and not holds(truth.unfinished),
            lambda: not campaign or holds(broadcast.ended),
        )
        with engine[0].connect() as connection:
            wrong = _compared(wanted, connection, folder, story.at_work)
        engine[0].dispose()
        return wrong, story.ends


def _plans(wanted: argparse.Namespace, dice: random.Random) -> Iterator[kills.Plan]:
    if wanted.story == "customers":
        return kills.plans(wanted.kills, wanted.full_starts, dice)
    longest = broadcast.longest(wanted.recipients, wanted.kills)
    return kills.plans(wanted.kills, wanted.full_starts, dice, broadcast.PLACES, longest)


def _lose(wanted: argparse.Namespace, story: kills.Story, plans: Iterator[kills.Plan]) -> None:
    """Live and be killed by each plan."""
    shown = time.monotonic()
    for number, plan in enumerate(plans, start=1):
        story.lose(plan)
        if wanted.story == "broadcast":
            flying = partial(broadcast.note_flying, story.settings.database, story.folder / FLYING)
            _in_child(flying, story.folder)
        if time.monotonic() - shown > EVERY_SECONDS:
            shown = time.monotonic()
            print(f"{number} of {wanted.kills} kills", flush=True)


def _compared(
    wanted: argparse.Namespace, connection: Connection, folder: Path, at_work: list[tuple[float, float]]
) -> list[str]:
    """Compare what was left with the truth of the wire, and print the figures."""
    said, accepted = truth.logs(folder)
    found = truth.look(connection, said, accepted)
    print(found.summary)
    wrong = truth.wrongs(found)
    if wanted.story == "broadcast":
        outcome = broadcast.look(connection, wanted.recipients, said, accepted, folder / FLYING, at_work)
        print(outcome.summary)
        wrong += outcome.wrongs()
    return wrong


def _load_everything() -> None:
    """Import what a life needs, so that a forked one begins at once. Nothing here starts a thread."""
    import apscheduler.triggers.interval  # noqa: F401
    import psycopg  # noqa: F401
    import uvicorn.protocols.http.h11_impl  # noqa: F401

    import channels.telegram.commands
    import channels.telegram.manners
    import channels.telegram.polling  # noqa: F401
    import console.serve  # noqa: F401
    from channels.telegram.outbound.request import _trust

    _trust()
    for language in LANGUAGES:
        catalogue(language)
    play.join()
    heap.settle()


def _migrate(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()


def _in_child(work: object, folder: Path) -> None:
    import os

    assert callable(work)
    child = life.forked(work, folder / "sapa.log")
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit(f"The database could not be made; see {folder / 'sapa.log'}.")


if __name__ == "__main__":
    sys.exit(main())
