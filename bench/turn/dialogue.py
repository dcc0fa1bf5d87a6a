"""The survey as a dialogue of Sapa's, and the answers in its journal."""

from __future__ import annotations

import msgspec

from bench.turn.survey import BRANCHES, DRINKS, LEVELS, QUESTIONS, THANKS, Value
from locales import Text, verbatim
from talk.engine import Book, Talk
from talk.journal import Record, key_of
from talk.prompts import Choice, FreeText, Number, Option, Scale, YesNo

SAID = {question.key: Text(question.text) for question in QUESTIONS}


def _options(labels: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(str(place), verbatim(label)) for place, label in enumerate(labels))


AT, AGREE, DRINK = _options(BRANCHES), _options(LEVELS), _options(DRINKS)


async def survey(talk: Talk) -> None:
    """Ten questions."""
    await talk.ask("recommend", SAID["recommend"], Scale.nps())
    await talk.ask("branch", SAID["branch"], Choice(*AT))
    await talk.ask("visits", SAID["visits"], Number(0, 100))
    await talk.ask("served", SAID["served"], YesNo())
    await talk.ask("staff", SAID["staff"], Scale.stars())
    await talk.ask("clean", SAID["clean"], Choice(*AGREE))
    await talk.ask("drink", SAID["drink"], Choice(*DRINK))
    await talk.ask("liked", SAID["liked"], FreeText())
    await talk.ask("member", SAID["member"], YesNo())
    await talk.ask("better", SAID["better"], FreeText())
    talk.say(Text(THANKS))


BOOK: Book = {"welcome": survey, "menu": survey}
"""/start leads somebody new to the first and everybody else to the second."""
OPTIONS = {"branch": BRANCHES, "clean": LEVELS, "drink": DRINKS}


def answers_of(record: str) -> dict[str, Value]:
    """The answers in a session's record."""
    journal = msgspec.json.decode(record, type=Record).journal
    given = {key_of(entry.step): entry.value for entry in journal if entry.kind == "ask"}
    return {key: OPTIONS[key][int(value)] if key in OPTIONS else value for key, value in given.items()}
