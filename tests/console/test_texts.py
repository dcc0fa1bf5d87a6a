"""The page's words: all there, none too many, and its suggestions understood by the bot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console import kiosk, texts
from console.static_files import FOLDER
from handlers import intents
from locales import LANGUAGES, Language
from talk.reading.words import match

TEMPLATES = FOLDER.parent / "templates"
USED = re.compile(r"""\bt\("(\w+)"\)|data-(?:text|label|title|placeholder)="(\w+)"|\blabel\(.*, "(\w+)"\)""")
# Named by what happens rather than in the source: states of a message, kinds of message, states of the connection.
BY_VALUE = {"sending", "sent", "failed", "photo", "voice", "video", "document", "sticker", "location", "contact"}
BY_STATE = {"online", "connecting", "offline", "lost", "replies"}


KIOSK = [TEMPLATES / "kiosk.html", TEMPLATES / "answer.html"]


def used(*sources: Path) -> set[str]:
    """The names of texts in scripts and templates."""
    found = [USED.findall(source.read_text(encoding="utf-8")) for source in sources]
    return {name for matches in found for match in matches for name in match if name}


def test_every_text_of_the_page_exists_and_is_used() -> None:
    chat = [*FOLDER.glob("chat/*.js"), *(page for page in TEMPLATES.glob("*.html") if page not in KIOSK)]
    assert used(*chat) | BY_VALUE | BY_STATE == set(texts.PAGE)


def test_every_text_of_the_kiosk_exists_and_is_used() -> None:
    assert used(*KIOSK) | {"place"} == set(kiosk.WORDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suggested_question_is_understood(language: Language) -> None:
    asked = [intents.flow_of(match(question, language)) for question in texts.suggestions(language)]
    assert asked == ["points", "rewards", "help", "person"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_page_needs_markup(language: Language) -> None:
    for text in [*texts.page(language).values(), *texts.suggestions(language)]:
        assert not re.search("[<>&{}]", text), text
