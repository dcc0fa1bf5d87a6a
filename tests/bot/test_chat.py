"""Talking to a flow in the terminal, and the transcripts that come of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat import chat
from bot.rehearsal import BadTranscript, RehearsalFailed, parse, play, stage
from flows.book import FLOWS, TOLD
from flows.menu import FOR_CUSTOMERS
from outreach.kinds import KINDS
from talk.engine import Act, Talk
from talk.errors import SapaError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


class Terminal:
    """What somebody types, line by line, and what they see."""

    def __init__(self, *lines: str) -> None:
        self._lines: Iterator[str] = iter(lines)
        self.seen: list[str] = []

    def read(self) -> str | None:
        return next(self._lines, None)

    async def talk(self, flow: str, language: str = "en", record: Path | None = None) -> str:
        await chat(flow, language, record, read=self.read, show=self.seen.append)
        return "\n".join(self.seen)


async def test_a_button_is_pressed_by_its_number() -> None:
    seen = await Terminal("1", "2").talk("points")
    assert "  1 [Points history]" in seen
    assert "300 points redeemed" in seen


async def test_a_button_is_pressed_by_its_label_in_any_case() -> None:
    assert "A butter bun" in await Terminal("SEE REWARDS").talk("points")


async def test_the_flow_speaks_the_language_that_was_asked_for() -> None:
    assert "mata ganjaran" in await Terminal().talk("points", "ms")


async def test_a_chat_ends_at_quit_and_leaves_the_rest() -> None:
    terminal = Terminal("", "/quit", "1")
    await terminal.talk("points")
    assert terminal.read() == "1"


async def test_back_leads_back() -> None:
    terminal = Terminal("1", "/back")
    await terminal.talk("menu")
    assert terminal.seen[-1 - len(FOR_CUSTOMERS)] == "What can I do for you?"


async def test_staff_notices_are_shown() -> None:
    assert "* person_wanted reason=asked_for_person" in await Terminal().talk("person")


async def test_a_mistake_is_told_and_the_talk_goes_on() -> None:
    seen = await Terminal("[No such button]", "~ 2 fortnights", "help").talk("points")
    assert "There is no button [No such button]" in seen
    assert "Time passes in minutes" in seen
    assert "These words work at any time" in seen


async def test_somebody_new_meets_the_welcome() -> None:
    assert "Hello, and welcome to" in await Terminal().talk("welcome")


@pytest.mark.parametrize("flow", sorted(FLOWS.keys() - KINDS.keys() - TOLD))
async def test_every_flow_can_be_talked_to(flow: str) -> None:
    assert len(await Terminal("1").talk(flow)) > 100


@pytest.mark.parametrize("flow", ["greeting", "survey_invite"])
async def test_a_flow_that_is_only_told_is_played_in_a_transcript(flow: str) -> None:
    with pytest.raises(SapaError, match=f"! {flow}"):
        await Terminal().talk(flow)


async def test_a_flow_that_is_not_in_the_book_is_refused() -> None:
    with pytest.raises(SapaError, match="choose one of"):
        await Terminal().talk("tarot")


async def test_a_recorded_talk_plays_again_word_for_word(tmp_path: Path) -> None:
    file = tmp_path / "new" / "points.en.txt"
    await Terminal("nonsense", "1", "~ 3 days", "hello").talk("points", "en", file)
    recorded = file.read_text(encoding="utf-8")
    assert "> [Points history]" in recorded
    assert await play(recorded) == recorded


def test_a_piped_talk_reads_like_one_and_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "points", "--lang", "vi"],
        input="2\n",
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    assert "\n> 2\n" in done.stdout
    assert "điểm" in done.stdout


HEAD = "# flow: points\n# language: en\n# customer: member\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD + "Hello", "Line 4"),
        ("# flow: points\n# mood: good\n", "nothing else"),
        ("# flow: tarot\n", "flow is one of"),
        ("# flow: points\n# language: fr\n", "language is one of"),
        ("", "The head has flow"),
    ],
)
def test_a_transcript_that_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(BadTranscript, match=why):
        parse(text)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("> [Nowhere]", "no button"),
        ("~ soon", "Time passes"),
        ("! tarot", "no flow"),
    ],
)
async def test_an_event_that_cannot_happen_says_why(event: str, why: str) -> None:
    with pytest.raises(BadTranscript, match=why):
        await play(f"{HEAD}\n{event}\n")


async def test_a_new_customer_is_not_spoken_to_before_they_write() -> None:
    with pytest.raises(BadTranscript, match="not new"):
        await play("# flow: points\n# customer: new\n! points\n")


async def test_everything_a_customer_may_send_can_be_played() -> None:
    things = ("photo", "voice", "video", "document", "sticker", "location")
    setting, _events = parse(HEAD)
    async with stage(setting) as rehearsal:
        for thing in things:
            await rehearsal.happens(f"> ({thing})")
            assert rehearsal.said


def breaks(_act: Act) -> int:
    raise ZeroDivisionError("nothing to divide by")


async def broken(talk: Talk) -> None:
    talk.do("break", breaks)


async def test_a_turn_that_fails_fails_the_rehearsal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FLOWS, "help", broken)
    with pytest.raises(RehearsalFailed, match="nothing to divide by"):
        await play(f"{HEAD}\n> help\n")
