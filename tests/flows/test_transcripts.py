"""Recorded conversations go on as they were recorded, word for word, through the real turn.

Between every two lines the session goes through the database. A transcript that has rightly changed is recorded
again by `python -m tests.flows.record_again FILE...`, and read by a person before it is committed.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.rehearsal import Setting, furnish, parse, play
from flows.book import FLOWS
from locales import LANGUAGES

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.rglob("*.txt"))
NAMES = [path.relative_to(FOLDER).as_posix() for path in TRANSCRIPTS]


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Setting], Path]:
    """A furnished database for a setting: whatever is talked about, the shop and the customer are the same."""
    folder = tmp_path_factory.mktemp("furnished")

    @cache
    def make(setting: Setting) -> Path:
        path = Path(shutil.copy(sqlite_template, folder / f"{make.cache_info().misses}.sqlite3"))
        engine = sa.create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            furnish(connection, setting)
        engine.dispose()
        return path

    return lambda setting: make(replace(setting, flow=TRANSCRIPTS[0].parent.name))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=NAMES)
def test_a_transcript_goes_as_it_was_recorded(path: Path, furnished: Callable[[Setting], Path]) -> None:
    recorded = path.read_text(encoding="utf-8")
    setting, _events = parse(recorded)
    assert asyncio.run(play(recorded, furnished(setting))) == recorded


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=NAMES)
def test_a_transcript_lies_with_its_flow_and_is_named_by_its_language(path: Path) -> None:
    setting, events = parse(path.read_text(encoding="utf-8"))
    assert events
    assert path.parent.name == setting.flow
    assert path.suffixes == [f".{setting.language}", ".txt"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_has_a_transcript_in_every_language(flow: str, language: str) -> None:
    assert list((FOLDER / flow).glob(f"*.{language}.txt")), f"`sapa chat {flow} --record FILE` makes one"
