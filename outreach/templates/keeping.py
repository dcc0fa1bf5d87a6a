"""Templates as they are kept: checked whenever they are saved, and never marked as read while something is wrong.

What is unfinished is kept, too: nothing that somebody wrote is lost. It is a draft, and drafts are not sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from locales import LANGUAGES
from outreach.templates import checks, reviewing
from outreach.templates.content import Content, Text, content_of
from outreach.templates.problem import Problem
from store import templates
from store.templates import Stale, Template
from talk.errors import SapaError

MOST_OF_A_NAME = 100


class NoTemplate(SapaError):
    """There is no template with this name or id, or several have the name."""


class House(NamedTuple):
    """What a template is checked by: the dialogues that a button may start, and the business's time zone."""

    flows: Collection[str]
    zone: str


class Kept(NamedTuple):
    """A template as it is kept now, and what is still wrong with it."""

    template: Template
    problems: tuple[Problem, ...]


def named(connection: Connection, name: str) -> Template:
    """The template of this name or id that is offered. Raises NoTemplate."""
    found = templates.find(connection, name)
    called = [found] if found is not None and found.removed_at is None else templates.called(connection, name)
    if not called:
        raise NoTemplate(f"There is no template “{name}”; `sapa template list` tells them.")
    if len(called) > 1:
        ids = ", ".join(each.public_id for each in called)
        raise NoTemplate(f"Several templates are called “{name}”; name one by its id: {ids}.")
    return called[0]


def wrong(connection: Connection, content: Content, house: House, now: dt.datetime) -> tuple[Problem, ...]:
    """What keeps a template from being sent, as things are now."""
    known = checks.known(connection, content, house.flows, now, house.zone)
    return tuple(checks.problems(content, known))


def make(connection: Connection, name: str, content: Content, house: House, by: str, now: dt.datetime) -> Kept:
    """A new template, which may be unfinished; `by` is the public id of its author."""
    found = wrong(connection, content, house, now)
    plain = msgspec.to_builtins(reviewing.settled(content, None, found))
    return Kept(templates.add(connection, name=_name(name), content=plain, by=by, now=now), found)


def save(
    connection: Connection,
    before: Template,
    name: str,
    content: Content,
    house: House,
    *,
    seen: int,
    by: str,
    now: dt.datetime,
) -> Kept | Stale:
    """Change a template, which had the `edit` that was `seen`; a text whose words changed is a draft again."""
    found = wrong(connection, content, house, now)
    plain = msgspec.to_builtins(reviewing.settled(content, content_of(before.content), found))
    saved = templates.save(connection, before.id, name=_name(name), content=plain, edit=seen, by=by, now=now)
    return saved if isinstance(saved, Stale) else Kept(saved, found)


def take_in(
    connection: Connection, name: str, content: Content, house: House, by: str, now: dt.datetime
) -> tuple[Template | None, Kept]:
    """Keep what a file says, as a new template or in place of the one with its name; what was there, and what is.

    Whoever takes it in answers for the texts that the file says were reviewed. Raises NoTemplate.
    """
    called = templates.called(connection, name)
    before = named(connection, name) if called else None
    earlier = content_of(before.content) if before is not None else None
    read = _read(content, earlier, by, now)
    found = wrong(connection, read, house, now)
    settled = reviewing.settled(read, None, found)
    plain = msgspec.to_builtins(settled)
    if before is None:
        return None, Kept(templates.add(connection, name=_name(name), content=plain, by=by, now=now), found)
    if settled == earlier:
        return before, Kept(before, found)
    saved = templates.save(connection, before.id, name=name, content=plain, edit=before.edit, by=by, now=now)
    assert isinstance(saved, Template), "it was read in this transaction"
    return before, Kept(saved, found)


def review(
    connection: Connection, before: Template, language: str, house: House, *, seen: int, by: str, now: dt.datetime
) -> Kept | Stale:
    """Mark the text in a language as read by somebody; while something is wrong with it nothing changes.

    Raises KeyError when there is no such text.
    """
    content = content_of(before.content)
    found = wrong(connection, content, house, now)
    if checks.wrong_in(language, found):
        return Kept(before, found)
    return _kept(connection, before, reviewing.reviewed(content, language, by, now), found, seen, by, now)


def unreview(
    connection: Connection, before: Template, language: str, house: House, *, seen: int, by: str, now: dt.datetime
) -> Kept | Stale:
    """Make the text in a language a draft again. Raises KeyError when there is no such text."""
    content = content_of(before.content)
    found = wrong(connection, content, house, now)
    return _kept(connection, before, reviewing.unreviewed(content, language), found, seen, by, now)


def copy(connection: Connection, template: Template, name: str, by: str, now: dt.datetime) -> Template:
    """A new template that says the same, under another name; nobody has read it yet."""
    content = content_of(template.content)
    texts = {language: Text(text.text) for language, text in content.texts.items()}
    plain = msgspec.to_builtins(msgspec.structs.replace(content, texts=texts))
    return templates.add(connection, name=_name(name), content=plain, by=by, now=now)


def differ(before: Template, after: Template) -> bool:
    """Whether the two say something else."""
    return (before.name, content_of(before.content)) != (after.name, content_of(after.content))


def told(template: Template) -> dict[str, Any]:
    """What the audit log keeps of a template: its name, of which kind it is, and how far each text is."""
    content = content_of(template.content)
    states = {language: reviewing.state_of(content, language) for language in LANGUAGES}
    there = {f"text_{language}": state for language, state in states.items() if state != "missing"}
    return {"name": template.name, "kind": content.kind, **there}


def _kept(
    connection: Connection,
    before: Template,
    content: Content,
    found: tuple[Problem, ...],
    seen: int,
    by: str,
    now: dt.datetime,
) -> Kept | Stale:
    plain = msgspec.to_builtins(content)
    saved = templates.save(connection, before.id, name=before.name, content=plain, edit=seen, by=by, now=now)
    return saved if isinstance(saved, Stale) else Kept(saved, found)


def _read(content: Content, before: Content | None, by: str, now: dt.datetime) -> Content:
    """The template with who reviewed its texts: whoever did before, or who takes it in now."""
    texts = {}
    for language, text in content.texts.items():
        known = before.texts.get(language) if before else None
        same = known is not None and known.state == "reviewed" and known.text == text.text
        if text.state == "reviewed":
            texts[language] = known if same and known else Text(text.text, "reviewed", by, now)
        else:
            texts[language] = Text(text.text)
    return msgspec.structs.replace(content, texts=texts)


def _name(name: str) -> str:
    return " ".join(name.split())[:MOST_OF_A_NAME]
