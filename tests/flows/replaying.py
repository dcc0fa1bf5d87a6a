"""Recorded conversations, to be had once more over a channel as it is: what is sent, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy.engine import Connection

from bot.rehearsal import Setting, furnish, parse
from locales import LANGUAGES
from store.tables import identities
from talk.split import plain

FOLDER = Path(__file__).parent / "transcripts"
TALKS = ("complaint/from_words_to_number", "feedback/review_of_a_product", "recommend/alike")
SENT = re.compile(r"\[(.+)\]")

every_talk = pytest.mark.parametrize("talk", [f"{talk}.{language}" for talk in TALKS for language in LANGUAGES])


class Turn(NamedTuple):
    """What the customer sends, in a transcript's words, and the messages that come of it."""

    said: str
    answers: tuple[re.Pattern[str], ...]


def recorded(talk: str) -> tuple[Setting, list[Turn]]:
    """Who talks, and the turns of a conversation in which nobody but the customer does anything."""
    text = (FOLDER / f"{talk}.txt").read_text(encoding="utf-8")
    return parse(text)[0], list(_turns(text))


def _turns(text: str) -> Iterator[Turn]:
    _head, *turns = re.split(r"^> ", text, flags=re.MULTILINE)
    for turn in turns:
        said, _end, rest = turn.partition("\n")
        lines = [line[2:] for line in rest.splitlines() if line.startswith("<") and not line.startswith("<   ")]
        messages = "\n".join(lines).split("\n---\n")
        yield Turn(said, tuple(re.compile(re.escape(_bare(each)).replace("…", ".+")) for each in messages))


def _bare(text: str) -> str:
    return plain(text).strip()


def matches(turn: Turn, arrived: list[str]) -> bool:
    """Whether these messages are what was recorded, whatever numbers were given."""
    pairs = zip(turn.answers, map(_bare, arrived), strict=True)
    return all(expected.fullmatch(text) for expected, text in pairs)


def label(said: str) -> str:
    """The label of the button that is pressed, empty where something else is sent."""
    found = SENT.fullmatch(said)
    return found[1] if found else ""


def move_in(connection: Connection, setting: Setting, channel: str, account: str, sender: str) -> None:
    """Furnish the shop, and let its customer write from there."""
    furnish(connection, setting)
    there = {"channel": channel, "account": account, "sender": sender}
    connection.execute(identities.update().where(identities.c.channel == setting.channel).values(there))
