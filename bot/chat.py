"""Talking to a flow in the terminal, as a customer would."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from bot.rehearsal import BadTranscript, Rehearsal, Setting, Who, stage
from flows.book import FLOWS, TOLD
from outreach.kinds import KINDS
from talk.errors import SapaError
from talk.split import plain

# Who meets the flow, where a member with points would not.
MEETS: dict[str, Who] = {"welcome": "new", "link": "known"}
HINT = "Type what a customer would, or a button's number. “~ 2 days” lets time pass; /back, /quit or ^D."


def typed() -> str | None:
    """The next line from the terminal or a pipe; None at its end, or when it is broken off."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio's own waits for the line to end
    try:
        line = input("> " if sys.stdin.isatty() else "")
    except (EOFError, KeyboardInterrupt):
        return None
    if not sys.stdin.isatty():
        typer.echo(f"> {line}")
    return line


async def chat(
    flow: str,
    language: str = "en",
    record: Path | None = None,
    *,
    read: Callable[[], str | None] = typed,
    show: Callable[[str], None] = typer.echo,
) -> None:
    """Talk to a flow until /quit or the end of the input, over a database that is gone afterwards.

    `record` is the file that the conversation is written to as a test's transcript. Raises SapaError for a flow
    that is not in the book or is only told unasked, and when a turn fails.
    """
    if flow not in FLOWS:
        raise SapaError(f"There is no flow {flow!r}; choose one of {', '.join(FLOWS)}.")
    if flow in KINDS.keys() | TOLD:
        raise SapaError(f"{flow} is told unasked, with what it tells; play it in a transcript: ! {flow} {{...}}")
    async with stage(Setting(flow, language, MEETS.get(flow, "member"))) as rehearsal:
        show(HINT)
        opening = "> /start" if rehearsal.setting.customer == "new" else f"! {flow}"
        await _let_happen(rehearsal, opening, show)
        while (line := read()) is not None and line.strip() != "/quit":
            if line.strip():
                await _let_happen(rehearsal, _event(line.strip(), _labels(rehearsal)), show)
        if record is not None:
            _write(record, rehearsal.transcript)
            show(f"Written to {record}.")


def _write(path: Path, transcript: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(transcript, encoding="utf-8")


async def _let_happen(rehearsal: Rehearsal, event: str, show: Callable[[str], None]) -> None:
    try:
        await rehearsal.happens(event)
    except BadTranscript as mistake:
        show(str(mistake))
        return
    for message in rehearsal.said:
        show(plain(message.text))
    for number, label in enumerate(_labels(rehearsal), start=1):
        show(f"  {number} [{label}]")
    for notice in rehearsal.told:
        show(notice if notice.startswith("@") else f"* {notice}")


def _labels(rehearsal: Rehearsal) -> list[str]:
    return [button.label for message in rehearsal.said for row in message.buttons for button in row]


def _event(line: str, labels: list[str]) -> str:
    """What the customer's line means: a button by its number or label, time that passes, or words."""
    if line.startswith("~ "):
        return line
    if line == "/back":
        return "> back"
    pressed = next((label for label in labels if label.lower() == line.lower()), None)
    if pressed is None and line.isascii() and line.isdigit() and 1 <= int(line) <= len(labels):
        pressed = labels[int(line) - 1]
    return f"> [{pressed}]" if pressed else f"> {line}"
