"""A template as its form brings it: what was typed, and what keeps it from being kept at all."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

import msgspec

from console.numbers import whole_number
from console.staff import template_texts as texts
from console.staff.access import Form
from locales import LANGUAGES
from outreach.templates.content import (
    MOST_BUTTONS,
    MOST_OF_AN_ADDRESS,
    MOST_ON_A_BUTTON,
    MOST_POINTS,
    MOST_SIGNS,
    Content,
    Does,
    Gift,
    Kind,
    Press,
    Text,
)
from outreach.templates.keeping import MOST_OF_A_NAME
from outreach.templates.problem import Path, Problem

KINDS: tuple[Kind, ...] = get_args(Kind)
DOES: tuple[Does, ...] = get_args(Does)


class Typed(NamedTuple):
    """What a form says: the template as it would be kept, and why it cannot be."""

    name: str
    content: Content
    problems: tuple[Problem, ...]


def typed(form: Form, before: Content) -> Typed:
    """What a form says. `before` is how it was: who reviewed a text stays known until its words change."""
    name = " ".join(form.get("name", "").split())
    content = Content(
        kind=next((each for each in KINDS if each == form.get("kind")), before.kind),
        texts=_texts(form, before),
        buttons=tuple(button for place in range(MOST_BUTTONS) if (button := _button(form, place))),
        picture="" if "no_picture" in form else before.picture,
        gift=_gift(form),
    )
    return Typed(name, content, tuple(_unkept(form, name, content)))


def _texts(form: Form, before: Content) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for language in LANGUAGES:
        text = form.get(f"text-{language}", "").replace("\r\n", "\n").strip()
        known = before.texts.get(language)
        if text:
            found[language] = known if known is not None and known.text == text else Text(text)
    return found


def _button(form: Form, place: int) -> Press | None:
    """The button at a place; None where there is none."""
    does = next((each for each in DOES if each == form.get(f"does-{place}")), None)
    if does is None:
        return None
    labels = {each: " ".join(form.get(f"label-{place}-{each}", "").split()) for each in LANGUAGES}
    target = form.get(f"{does}-{place}", "").strip()
    return Press({language: label for language, label in labels.items() if label}, does, target)


def _gift(form: Form) -> Gift | None:
    points, reward = whole_number(form.get("points", "").strip() or "0"), form.get("reward", "")
    if not points and not reward:
        return None
    return Gift(min(points or 0, MOST_POINTS), reward)


def _unkept(form: Form, name: str, content: Content) -> list[Problem]:
    found: list[Problem] = []

    def say(path: Path, text: Any, language: str = "", **values: object) -> None:
        found.append(Problem(path, text, values, 0, language))

    if not name or len(name) > MOST_OF_A_NAME:
        say(("name",), texts.NO_NAME)
    for language, text in content.texts.items():
        if len(text.text) > MOST_SIGNS:
            say(("texts", language), texts.TOO_LONG, language)
    for place, button in enumerate(content.buttons):
        for language, label in button.labels.items():
            if len(label) > MOST_ON_A_BUTTON:
                say(("buttons", place, "labels", language), texts.TOO_LONG, language)
        if len(button.target) > MOST_OF_AN_ADDRESS:
            say(("buttons", place, "target"), texts.TOO_LONG)
    points = whole_number(form.get("points", "").strip() or "0")
    if points is None or points > MOST_POINTS:
        say(("gift",), texts.BAD_POINTS, most=MOST_POINTS)
    return found


def with_picture(content: Content, picture: str) -> Content:
    """The template with a picture that was just kept."""
    return msgspec.structs.replace(content, picture=picture)
