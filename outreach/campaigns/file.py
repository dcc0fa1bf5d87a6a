"""A campaign as a YAML file: read whole with every problem in its line, and written so that it reads back the same.

`docs/campaigns.md` explains the file to its writers. Segments and templates are named by their names or public ids.
"""

from __future__ import annotations

import datetime as dt
import io
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
from ruamel.yaml import YAML
from sqlalchemy.engine import Connection

from loyalty.programme_file.values import day
from outreach.campaigns.checks import Draft, Problem
from outreach.campaigns.settings import VARIANTS, Settings, Variant, Winner
from outreach.templates.content import Kind
from store import segments, templates
from talk.errors import SapaError
from written import nodes
from written.forms import bounded, types_of, unwrapped
from written.nodes import Keyed, Listed, Node, Single
from written.notes import Notes, items, single
from written.notes import Path as Place
from written.problems import FileWrong, Wrong
from written.values import did_you_mean, one_of, truth, whole

EXAMPLE = "name: Weekend offer"
HEAD: Mapping[str, Any] = {"name": str, "kind": Kind, "segment": str}
MISSING = {"name": "name is missing: what your team knows it by", "segment": "segment is missing: who it is for"}


class Names(NamedTuple):
    """The segments and templates that there are: public ids by whatever a file may call them by."""

    segments: Mapping[str, str]
    templates: Mapping[str, str]


class Written(NamedTuple):
    """What a file says, and its lines, by which problems are told that are found later."""

    draft: Draft
    notes: Notes


def names(connection: Connection) -> Names:
    """What a file may name. Where two have one name, only the public id does."""
    return Names(
        _named((each.public_id, each.name) for each in segments.every(connection)),
        _named((each.public_id, each.name) for each in templates.every(connection)),
    )


def read_file(path: Path, known: Names, zone: dt.tzinfo) -> Written:
    """The file at `path`; moments without an offset are those of `zone`.

    Raises FileWrong with every problem, its line, and what to write, and SapaError when it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            content = file.read(nodes.MOST_BYTES + 1)
    except OSError as error:
        raise SapaError(f"{path} cannot be read ({error.strerror}).") from None
    return read(content, known, zone)


def read(content: bytes, known: Names, zone: dt.tzinfo) -> Written:
    """What a file says, as `read_file` reads it. Raises FileWrong."""
    reader = _Reader(known, zone)
    draft = reader.draft(nodes.parse(content, EXAMPLE))
    if reader.problems:
        raise FileWrong(reader.problems)
    return Written(draft, reader)


def told(found: Written, problems: Iterable[Problem]) -> list[str]:
    """Problems of the campaign that a file says, each with its line."""
    before = len(found.notes.problems)
    for each in problems:
        path = (int(part) if part.isdigit() else part for part in each.field.split("."))
        found.notes.say(tuple(path), each.message)
    return [str(each) for each in sorted(found.notes.problems[before:])]


def written(draft: Draft, known: Names, zone: dt.tzinfo) -> str:
    """The file of a campaign, which reads back the same."""
    plain: dict[str, Any] = {
        "name": draft.name,
        "kind": draft.kind,
        "segment": _name_of(draft.segment, known.segments),
        "variants": [
            {"template": _name_of(each.template, known.templates), "weight": each.weight}
            for each in draft.settings.variants
        ],
    }
    usual = Settings()
    for name in types_of(Settings):
        value = getattr(draft.settings, name)
        if name != "variants" and value != getattr(usual, name):
            plain[name] = _plain(value, zone)
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(plain, text)
    return text.getvalue()


class _Reader(Notes):
    def __init__(self, known: Names, zone: dt.tzinfo) -> None:
        super().__init__()
        self._known, self._zone = known, zone
        self._readers: Mapping[Any, Callable[[str], Any]] = {
            int: whole,
            bool: truth,
            str: str,
            dt.date: day,
            dt.datetime: self._moment,
        }

    def draft(self, found: Keyed) -> Draft:
        types: dict[str, Any] = {**HEAD, **types_of(Settings)}
        given = self._given(types, found, ())
        for name, words in MISSING.items():
            if name not in given and not self.stands((name,)):
                self.note(1, (), words)
        head: dict[str, Any] = {"name": "", "kind": "offer", "segment": ""}
        head |= {name: given.pop(name) for name in HEAD if name in given}
        return Draft(**head, settings=Settings(**given))

    def _given(self, types: Mapping[str, Any], node: Node, path: Place) -> dict[str, Any]:
        if not isinstance(node, Keyed):
            raise Wrong(f"keys are expected here, each with a colon, a space and its value: {', '.join(types)}")
        given = {}
        for key, value in self.known_pairs(node, path, types):
            with self.at(key.line, (*path, key.text)) as here:
                given[key.text] = self._value(types[key.text], value, here)
        return given

    def _value(self, kind: Any, node: Node, path: Place) -> Any:
        if path == ("variants",):
            return self._variants(node)
        kind, meta = unwrapped(kind)
        if kind is Winner:
            return Winner(**self._given(types_of(Winner), node, path))
        text = single(node)
        if typing.get_origin(kind) is Literal:
            return one_of(text, typing.get_args(kind))
        if path == ("segment",):
            return _known(text, self._known.segments, "segment", "sapa segment list")
        return bounded(self._readers[kind](text), meta)

    def _variants(self, node: Node) -> tuple[Variant, ...]:
        """A list of templates with their weights; or only their names."""
        found: list[Variant] = []
        for item in node.items if isinstance(node, Listed) else items(node):
            here: Place = ("variants", len(found))
            self.name(here, f"no. {len(found) + 1}")
            with self.at(item.line, here):
                given = {"template": item} if isinstance(item, Single) else item
                found.append(self._variant(given, item.line, here))
        if len(found) > len(VARIANTS):
            raise Wrong(f"at most {len(VARIANTS)} variants are expected; there are {len(found)}")
        return tuple(found)

    def _variant(self, node: Node | dict[str, Single], line: int, path: Place) -> Variant:
        if isinstance(node, dict):
            node = Keyed(tuple((Single(key, line), value) for key, value in node.items()), line)
        given = self._given(types_of(Variant), node, path)
        if "template" not in given and not self.stands((*path, "template")):
            raise Wrong("template is missing: which one is sent")
        named = given.get("template", "")
        with self.at(line, (*path, "template")):
            named = _known(named, self._known.templates, "template", "sapa template list") if named else ""
        return Variant(template=named, weight=given.get("weight", 1))

    def _moment(self, text: str) -> dt.datetime:
        try:
            found = dt.datetime.fromisoformat(text)
            if len(text) <= len("2026-12-31"):
                raise ValueError
            return (found if found.tzinfo else found.replace(tzinfo=self._zone)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise Wrong(f"a moment such as 2026-12-31 10:00 is expected; it says “{text}”") from None


def _named(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    both = list(found)
    often = Counter(name for _public_id, name in both)
    alone = {name: public_id for public_id, name in both if often[name] == 1}
    return alone | {public_id: public_id for public_id, _name in both}


def _known(text: str, known: Mapping[str, str], what: str, command: str) -> str:
    if text not in known:
        called = [name for name, public_id in known.items() if name != public_id]
        hint = did_you_mean(text, called) if called else "there is none yet"
        raise Wrong(f"there is no {what} “{text}”; {hint} (`{command}` tells them)")
    return known[text]


def _name_of(public_id: str, known: Mapping[str, str]) -> str:
    return next((name for name, found in known.items() if found == public_id and name != public_id), public_id)


def _plain(value: Any, zone: dt.tzinfo) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name), zone) for name in types_of(type(value))}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, dt.date) else value
