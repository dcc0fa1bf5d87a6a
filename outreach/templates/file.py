"""A template as a YAML file: read whole with every problem in its line, and written so that it reads back the same.

`docs/templates.md` explains the file to its writers. Who reviewed a text, and when, is not written: whoever takes a
file in answers for what it says was reviewed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from ruamel.yaml import YAML

from locales import LANGUAGES
from outreach.templates.content import MOST_BUTTONS, MOST_SIGNS, Content, Does, Gift, Kind, Press, Text
from outreach.templates.keeping import MOST_OF_A_NAME
from outreach.templates.problem import Problem
from talk.errors import SapaError
from written import nodes
from written.forms import bounded, types_of, unwrapped
from written.nodes import Keyed, Listed, Node, Single
from written.notes import Notes, pairs, single
from written.notes import Path as Place
from written.problems import FileWrong, Wrong
from written.scalars import scalar
from written.values import one_of, truth, whole

EXAMPLE = "name: Weekend offer"
KEYS = ("name", "kind", "texts", "buttons", "picture", "gift")
TEXT_KEYS, GIFT_KEYS = ("text", "reviewed"), ("points", "reward")
TARGETS: tuple[Does, ...] = get_args(Does)
BUTTON_KEYS = ("label", *TARGETS)
_WIDTH = 100
_TEXTS = f"one text for each of {', '.join(LANGUAGES)} is expected here"


class Written(NamedTuple):
    """What a file says, and its lines, by which problems are told that are found later."""

    name: str
    content: Content
    notes: Reader


def read_file(path: Path) -> Written:
    """The template of the file at `path`. Raises FileWrong, and SapaError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            content = file.read(nodes.MOST_BYTES + 1)
    except OSError as error:
        raise SapaError(f"{path} cannot be read ({error.strerror}).") from None
    return read(content)


def read(content: bytes) -> Written:
    """The template that a file says, which may be unfinished.

    Raises FileWrong with every problem, its line, and what to write.
    """
    reader = Reader()
    name, found = reader.template(nodes.parse(content, EXAMPLE))
    if reader.problems:
        raise FileWrong(reader.problems)
    return Written(name, found, reader)


def told(found: Written, problems: Iterable[Problem]) -> list[str]:
    """Problems of the template that a file says, each with its line."""
    reader = found.notes
    before = len(reader.problems)
    for each in problems:
        if line := reader.line_of(each.path, each.line):
            reader.note(line, each.path, each.said())
        else:
            reader.say(each.path, each.said())
    return [str(each) for each in sorted(reader.problems[before:])]


def written(name: str, content: Content) -> str:
    """The file of a template."""
    yaml = YAML()
    yaml.width, yaml.allow_unicode = _WIDTH, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    plain: dict[str, Any] = {"name": scalar(name), "kind": content.kind, "texts": _texts(content.texts)}
    if content.buttons:
        plain["buttons"] = [_button(each) for each in content.buttons]
    if content.picture:
        plain["picture"] = content.picture
    if content.gift is not None:
        given = {"points": content.gift.points, "reward": content.gift.reward}
        plain["gift"] = {key: value for key, value in given.items() if value}
    text = io.StringIO()
    yaml.dump(plain, text)
    return text.getvalue()


def _texts(texts: Mapping[str, Text]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in LANGUAGES:
        if text := texts.get(language):
            said = scalar(text.text)
            found[language] = {"reviewed": "yes", "text": said} if text.state == "reviewed" else said
    return found


def _button(button: Press) -> dict[str, Any]:
    labels = {language: scalar(button.labels[language]) for language in LANGUAGES if language in button.labels}
    return {"label": labels, button.does: scalar(button.target)}


class Reader(Notes):
    """Reads one file: `problems` are those found so far."""

    def __init__(self) -> None:
        super().__init__()
        self._begins: dict[Place, int] = {}  # the lines in which texts and targets begin

    def template(self, found: Keyed) -> tuple[str, Content]:
        """The name and the template that the file says; good for nothing while there are problems."""
        readers: dict[str, Callable[[Node, Place], Any]] = {
            "name": lambda node, _path: _bounded_name(single(node)),
            "kind": lambda node, _path: one_of(single(node), get_args(Kind)),
            "texts": self._texts,
            "buttons": self._buttons,
            "picture": lambda node, _path: single(node),
            "gift": self._gift,
        }
        given = self._given(found, (), readers)
        if "name" not in given and not self.stands(("name",)):
            self.note(1, (), "name is missing: what your team knows it by")
        return given.pop("name", ""), Content(**given)

    def line_of(self, path: Place, line: int) -> int:
        """The file's line of a text's line, or of its first; 0 where that is not known."""
        return self._begins[path] + max(line, 1) - 1 if path in self._begins else 0

    def _given(
        self, node: Node, path: Place, readers: Mapping[str, Callable[[Node, Place], Any]]
    ) -> dict[str, Any]:
        if not isinstance(node, Keyed):
            raise Wrong(f"keys are expected here, each with a colon, a space and its value: {', '.join(readers)}")
        given = {}
        for key, value in self.known_pairs(node, path, readers):
            with self.at(key.line, (*path, key.text)) as here:
                given[key.text] = readers[key.text](value, here)
        return given

    def _texts(self, node: Node, path: Place) -> dict[str, Text]:
        found: dict[str, Text] = {}
        for key, value in pairs(node, _TEXTS):
            with self.at(key.line, (*path, key.text)) as here:
                _language(key.text, found)
                found[key.text] = self._text(value, here)
        return found

    def _text(self, node: Node, path: Place) -> Text:
        if isinstance(node, Single):
            return Text(self._words(node, path))
        readers: dict[str, Callable[[Node, Place], Any]] = {
            "text": lambda each, _path: self._words(each, path),
            "reviewed": lambda each, _path: truth(single(each)),
        }
        given = self._given(node, path, readers)
        if "text" not in given and not self.stands((*path, "text")):
            raise Wrong("text is missing: what is said in this language")
        return Text(given.get("text", ""), "reviewed" if given.get("reviewed") else "draft")

    def _words(self, node: Node, path: Place) -> str:
        words = single(node)
        # A text of several lines begins in the line below its bar.
        self._begins[path] = node.line + (1 if "\n" in words else 0)
        if len(words) > MOST_SIGNS:
            raise Wrong(f"the text has {len(words):,} characters; {MOST_SIGNS:,} are the most")
        return words

    def _buttons(self, node: Node, path: Place) -> tuple[Press, ...]:
        if not isinstance(node, Listed):
            raise Wrong("a list is expected here: begin each of its items with a dash (-)")
        if len(node.items) > MOST_BUTTONS:
            raise Wrong(f"at most {MOST_BUTTONS} buttons are expected; there are {len(node.items)}")
        found: list[Press] = []
        for place, item in enumerate(node.items):
            self.name((*path, place), f"no. {place + 1}")
            with self.at(item.line, (*path, place)) as here:
                found.append(self._button(item, here))
        return tuple(found)

    def _button(self, node: Node, path: Place) -> Press:
        self.name((*path, "labels"), "label")
        readers: dict[str, Callable[[Node, Place], Any]] = {
            "label": lambda each, _path: self._labels(each, (*path, "labels")),
            **dict.fromkeys(TARGETS, lambda each, here: self._target(each, here, path)),
        }
        given = self._given(node, path, readers)
        does = [each for each in TARGETS if each in given]
        if len(does) != 1 or "label" not in given:
            raise Wrong(f"a button has a label and one of {', '.join(TARGETS)}")
        return Press(given["label"], does[0], given[does[0]])

    def _target(self, node: Node, here: Place, button: Place) -> str:
        self.name((*button, "target"), str(here[-1]))
        self._begins[(*button, "target")] = node.line
        target: str = bounded(single(node), unwrapped(types_of(Press)["target"])[1])
        return target

    def _labels(self, node: Node, path: Place) -> dict[str, str]:
        found: dict[str, str] = {}
        longest = unwrapped(types_of(Press)["labels"].__args__[1])[1]
        for key, value in pairs(node, _TEXTS):
            with self.at(key.line, (*path, key.text)):
                _language(key.text, found)
                found[key.text] = bounded(single(value), longest)
        return {language: label for language, label in found.items() if label}

    def _gift(self, node: Node, path: Place) -> Gift:
        points = unwrapped(types_of(Gift)["points"])[1]
        readers: dict[str, Callable[[Node, Place], Any]] = {
            "points": lambda each, _path: bounded(whole(single(each)), points),
            "reward": lambda each, _path: single(each),
        }
        return Gift(**self._given(node, path, readers))


def _language(text: str, found: Mapping[str, object]) -> None:
    if text not in LANGUAGES:
        raise Wrong(f"this is no language here; they are {', '.join(LANGUAGES)}")
    if text in found:
        raise Wrong("it stands here twice")


def _bounded_name(text: str) -> str:
    if len(text) > MOST_OF_A_NAME:
        raise Wrong(f"the name has {len(text)} letters; {MOST_OF_A_NAME} are the most")
    return text
