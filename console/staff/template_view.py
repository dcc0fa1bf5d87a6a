"""A template as its editor shows it: a side for each language, its buttons, and how customers would see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection

from console import texts as chat_texts
from console.staff import template_texts as texts
from console.staff.office import Office
from console.staff.rich import rich
from locales import LANGUAGES, Language, direction, render
from outreach.templates import samples
from outreach.templates.content import MOST_BUTTONS, Content, Press
from outreach.templates.flaws import TemplateWrong
from outreach.templates.problem import Path, Problem
from outreach.templates.registry import FORMS, VALUES, Value
from outreach.templates.rendering import NotSaid, Stamp, most_signs
from outreach.templates.rendering import render as message
from outreach.templates.reviewing import State, state_of
from outreach.templates.samples import Sample
from outreach.templates.values import shared_by_all
from talk.messages import Outgoing
from talk.split import visible_length

FIRST = "everything"  # the customer for whom it is shown at first


class Side(NamedTuple):
    """The text in a language, and how far it is."""

    language: Language
    name: str
    direction: str
    text: str
    state: State
    by: str
    at: dt.datetime | None
    problems: list[Markup]


class Fields(NamedTuple):
    """A button's fields; `does` is empty where there is none."""

    does: str
    target: str
    labels: Mapping[str, str]
    problems: list[Markup]


class Seen(NamedTuple):
    """How a customer sees it in a language: the text and the buttons, or why they see nothing."""

    language: Language
    name: str
    direction: str
    bubble: Markup | None
    buttons: list[tuple[str, bool]]
    why: Markup | None
    signs: int
    most: int


def sides(
    content: Content, problems: Collection[Problem], names: Mapping[str, str], language: Language
) -> list[Side]:
    """The sides of a template; `names` are of those who reviewed a text."""
    found = []
    for each in LANGUAGES:
        text = content.texts.get(each)
        found.append(
            Side(
                each,
                chat_texts.NAMES[each],
                direction(each),
                text.text if text else "",
                state_of(content, each),
                names.get(text.by, "") if text else "",
                text.at if text else None,
                at(problems, ("texts", each), language),
            )
        )
    return found


def buttons(content: Content, problems: Collection[Problem], language: Language) -> list[Fields]:
    """The fields of every button that there may be."""
    none = Press({}, "flow", "")
    filled = [*content.buttons, *[none] * (MOST_BUTTONS - len(content.buttons))]
    return [
        Fields(
            each.does if place < len(content.buttons) else "",
            each.target,
            each.labels,
            at(problems, ("buttons", place), language),
        )
        for place, each in enumerate(filled)
    ]


def at(problems: Collection[Problem], path: Path, language: Language) -> list[Markup]:
    """The problems at a place and below it, in words."""
    return [_said(each, language) for each in problems if each.path[: len(path)] == path]


def _said(problem: Problem, language: Language) -> Markup:
    words = Markup(render(problem.text, language, problem.values))  # noqa: S704 - render escapes what it inserts
    if len(problem.path) > 3 and problem.language in chat_texts.NAMES:  # a label: which language is meant
        words = Markup("<bdi>{}</bdi>: {}").format(chat_texts.NAMES[problem.language], words)
    if not problem.line:
        return words
    line = render(texts.EDITOR["line"], language, {"line": problem.line, "problem": "\0"})
    before, _mark, after = line.partition("\0")
    return Markup(before) + words + Markup(after)  # noqa: S704 - our own text


def choices(
    connection: Connection, content: Content, office: Office, language: Language
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The customers for whom it can be shown: made ones, and real ones, each by key with their name."""
    now, zone = office.now(), office.zone.key
    made = samples.made(language, shared_by_all(connection, now, zone, content), now)
    real = samples.real(connection, now, zone, content)
    return [_named(each, language) for each in made], [_named(each, language) for each in real]


def _named(sample: Sample, language: Language) -> tuple[str, str]:
    return sample.key, Markup(render(sample.label, language, sample.said)).unescape()  # noqa: S704 - unescaped again


def seen(connection: Connection, content: Content, key: str, office: Office, language: Language) -> list[Seen]:
    """How a customer sees it in each language: a made one speaks each, of a real one each text is told."""
    now, zone = office.now(), office.zone.key
    shared = shared_by_all(connection, now, zone, content)
    real = samples.one(connection, key, now, zone, content)

    def customer(each: Language) -> Sample:
        made = {sample.key: sample for sample in samples.made(each, shared, now)}
        return real or made.get(key) or made[FIRST]

    return [_seen(content, each, customer, language) for each in LANGUAGES]


def _seen(content: Content, each: Language, customer: Callable[[Language], Sample], language: Language) -> Seen:
    most = most_signs(content)
    around = (each, chat_texts.NAMES[each], direction(each))
    text = content.texts.get(each)
    if text is None or not text.text:
        return Seen(*around, None, [], _words("no_text", language), 0, most)
    stamp = Stamp("preview", lambda _contact, place: content.buttons[place].target or "https://")
    try:
        found = message(content, each, customer(each).values, stamp)
    except TemplateWrong:
        return Seen(*around, None, [], _words("broken", language), 0, most)
    if isinstance(found, NotSaid):
        reason = texts.WHY_NOT[found.reason]
        return Seen(*around, None, [], _words("not_sent", language, reason=reason), 0, most)
    return Seen(*around, rich(found.text), _pressable(found), None, visible_length(found.text), most)


def _pressable(found: Outgoing) -> list[tuple[str, bool]]:
    return [(button.label, bool(button.url)) for row in found.buttons for button in row]


def _words(name: str, language: Language, **values: object) -> Markup:
    return Markup(render(texts.EDITOR[name], language, values))  # noqa: S704 - render escapes what it inserts


class Piece(NamedTuple):
    """What a press puts into a text: the label of its button, and the words by the text's language."""

    label: Markup
    words: Mapping[str, str]


def pieces(language: Language) -> dict[str, list[Piece]]:
    """Everything that can be put into a text, by groups."""

    def piece(label: Any, words: Callable[[str], str]) -> Piece:
        said = Markup(render(label, language))  # noqa: S704 - our own text
        return Piece(said, {each: words(each) for each in LANGUAGES})

    plain = [value for value in VALUES if value.kind != "list"]
    return {
        "insert_values": [piece(each.label, _of(each)) for each in plain if not each.shared],
        "insert_shared": [piece(each.label, _of(each)) for each in plain if each.shared],
        "insert_lists": [piece(each.label, _of_list(each)) for each in VALUES if each.kind == "list"],
        "insert_more": [
            piece(texts.EDITOR["insert_if"], lambda _each: "{% if points > 0 %}…{% endif %}"),
            piece(texts.EDITOR["insert_bold"], lambda _each: "<b>…</b>"),
            piece(texts.EDITOR["insert_link"], lambda _each: '<a href="https://…">…</a>'),
        ],
    }


def _of(value: Value) -> Callable[[str], str]:
    if value.always:
        return lambda _language: f"{{{{ {value.name} }}}}"
    if value.name == "points":
        return lambda language: f"{{{{ points | default(0) | plural({_forms(language)}) }}}}"
    return lambda _language: f'{{{{ {value.name} | default("…") }}}}'


def _forms(language: str) -> str:
    return ", ".join(f'{form}="# …"' for form in FORMS[language])


def _of_list(value: Value) -> Callable[[str], str]:
    fields: Sequence[Value] = value.fields
    said = ", ".join(f"{{{{ item.{each.name} }}}}" for each in fields if each.name != "until" or each.always)
    return lambda _language: f"{{% for item in {value.name} %}}\n• {said}\n{{% endfor %}}"
