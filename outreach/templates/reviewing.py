"""Who has read a text before it is sent: a person, for each language, and anew after each change of its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal, TypeAlias

import msgspec

from outreach.templates.checks import wrong_in
from outreach.templates.content import Content, Text
from outreach.templates.problem import Problem

State: TypeAlias = Literal["missing", "draft", "reviewed"]


def state_of(content: Content, language: str) -> State:
    """How far the text in a language is."""
    text = content.texts.get(language)
    return text.state if text is not None and text.text.strip() else "missing"


def settled(content: Content, before: Content | None, found: Collection[Problem]) -> Content:
    """The template as it may be kept: a text that was changed since it was reviewed, or has a problem, is a draft.

    Without `before` nothing was changed. A text without words is none.
    """
    texts = {}
    for language, text in content.texts.items():
        if not text.text.strip():
            continue
        same = before is None or _words(before, language) == _words(content, language)
        good = text.state == "reviewed" and same and not wrong_in(language, found)
        texts[language] = text if good else Text(text.text)
    return msgspec.structs.replace(content, texts=texts)


def reviewed(content: Content, language: str, by: str, at: dt.datetime) -> Content:
    """The template with its text in a language marked as read by somebody. Raises KeyError without such a text."""
    text = Text(content.texts[language].text, "reviewed", by, at)
    return msgspec.structs.replace(content, texts={**content.texts, language: text})


def unreviewed(content: Content, language: str) -> Content:
    """The template with its text in a language a draft again. Raises KeyError without such a text."""
    return msgspec.structs.replace(content, texts={**content.texts, language: Text(content.texts[language].text)})


def _words(content: Content, language: str) -> tuple[str, ...]:
    text = content.texts.get(language)
    return (text.text if text else "", *(button.labels.get(language, "") for button in content.buttons))
