"""A survey from a file's keys and values. What is wrong is noted where it stands in the definition."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import structs

from locales import LANGUAGES, Text, render
from surveys.definition import Choice, Code, Operator, Question, Section, Survey, Test, Texts, Thanks, When
from surveys.file.forms import ALONE, ANY, OPERATORS, QUESTIONS, TEST_KEYS, fields_of, part_of
from talk.split import plain
from written.forms import bounded, required_of, types_of, unwrapped
from written.nodes import Keyed, Listed, Node, Single
from written.notes import Notes, Path, items, once, pairs, single
from written.problems import Wrong
from written.values import one_of, truth

P = TypeVar("P", bound=msgspec.Struct)

_WHOLE = re.compile(r"-?\d{1,13}")
_CODE = unwrapped(Code)[1]
_STAND_INS: dict[Any, Any] = {str: "", Texts: {}}
_KEYS = "keys are expected here, each with a colon, a space and its value: {}"
_LIST = "a list is expected here: begin each of its items with a dash (-)"
_TEXTS = f"a text is expected here, or one for each of {', '.join(LANGUAGES)}"
_CHOICES = "keys with their texts are expected here, such as “price: The price”"
_TEST = "a condition is expected here, such as “question: nps” and “below: 7”"


class Reader(Notes):
    """Reads one file: `problems` are those found so far."""

    def __init__(self) -> None:
        super().__init__()
        self._language = "en"
        self._readers: Mapping[Any, Callable[[Node, Path], Any]] = {
            Texts: self._texts,
            When: self._when,
            tuple[Choice, ...]: self._choices,
            tuple[Thanks, ...]: self._thanks,
            tuple[str, ...]: lambda node, _path: tuple(single(item) for item in items(node)),
        }

    def survey(self, found: Keyed) -> Survey:
        """The survey that the file says; it is good for nothing while there are problems."""
        for key, node in found.pairs:  # whose language a text without one is in
            if key.text == "language" and isinstance(node, Single) and node.text in LANGUAGES:
                self._language = node.text
        return self._part(Survey, found, ())

    def add(self, path: Path, text: Text, values: dict[str, Any]) -> None:
        """Note what does not fit together."""
        self.say(path, plain(render(text, "en", values)))

    def _part(self, kind: type[P], node: Node, path: Path) -> P:
        fields, types = fields_of(kind), types_of(kind)
        more = (QUESTIONS,) if kind is Survey else ()
        if not isinstance(node, Keyed):
            raise Wrong(_KEYS.format(", ".join((*fields, *more))))
        given: dict[str, Any] = {}
        for key, value in self.known_pairs(node, path, (*fields, *more)):
            field = fields.get(key.text, "sections")
            self.name((*path, field), key.text)
            with self.at(key.line, (*path, field)) as here:
                if field in given:
                    raise Wrong("write either sections or questions")
                alone = key.text in more
                given[field] = self._alone(value, here) if alone else self._value(types[field], value, here)
        return kind(**self._needed(kind, given, node, path))

    def _needed(self, kind: type[msgspec.Struct], given: dict[str, Any], node: Node, path: Path) -> dict[str, Any]:
        """What was given, with a stand-in for each required value that was not, which is noted."""
        spelt = {field: key for key, field in fields_of(kind).items()}
        for field in required_of(kind):
            if field not in given:
                if not self.stands((*path, field)):
                    self.note(node.line, path, f"{spelt[field]} is missing")
                found = unwrapped(types_of(kind)[field])[0]
                choices = typing.get_args(found) if typing.get_origin(found) is Literal else ((),)
                given[field] = _STAND_INS[found] if found in _STAND_INS else choices[0]
        return given

    def _alone(self, node: Node, path: Path) -> tuple[Section, ...]:
        """The questions of a survey without sections."""
        self.name((*path, 0), "")
        self.name((*path, 0, "questions"), "")
        return (Section(ALONE, self._list(Question, node, (*path, 0, "questions"))),)

    def _value(self, kind: Any, node: Node, path: Path) -> Any:
        kind, meta = unwrapped(kind)
        if reader := self._readers.get(kind):
            return reader(node, path)
        if part := part_of(kind):
            many = typing.get_origin(kind) is tuple
            return self._list(part, node, path) if many else self._part(part, node, path)
        return bounded(_read(kind, single(node)), meta)

    def _thanks(self, node: Node, path: Path) -> tuple[Thanks, ...]:
        """The thanks with their conditions, or the only ones."""
        if isinstance(node, Listed):
            return self._list(Thanks, node, path)
        self.name((*path, 0), "")
        self.name((*path, 0, "texts"), "")
        return (Thanks(self._texts(node, (*path, 0, "texts"))),)

    def _list(self, kind: type[P], node: Node, path: Path) -> tuple[P, ...]:
        if not isinstance(node, Listed):
            raise Wrong(_LIST)
        found: list[P] = []
        for place, item in enumerate(node.items):
            here = (*path, len(found))
            self.name(here, _name_of(item, place))
            with self.at(item.line, here):
                found.append(self._part(kind, item, here))
        return tuple(found)

    def _texts(self, node: Node, path: Path) -> Texts:
        if isinstance(node, Single):
            return {self._language: node.text}
        found: Texts = {}
        for key, value in pairs(node, _TEXTS):
            with self.at(key.line, (*path, key.text)):
                if key.text not in LANGUAGES:
                    raise Wrong(f"this is no language here; they are {', '.join(LANGUAGES)}")
                once(key.text, found)
                found[key.text] = single(value)
        return {language: text for language, text in found.items() if text}

    def _choices(self, node: Node, path: Path) -> tuple[Choice, ...]:
        found: dict[str, Choice] = {}
        for key, value in pairs(node, _CHOICES):
            here = (*path, len(found))
            self.name(here, key.text)
            self.name((*here, "texts"), "")
            with self.at(key.line, here):
                once(key.text, found)
                found[key.text] = Choice(bounded(key.text, _CODE), self._texts(value, (*here, "texts")))
        return tuple(found.values())

    def _when(self, node: Node, path: Path) -> When:
        if not (isinstance(node, Keyed) and any(key.text == ANY for key, _node in node.pairs)):
            return (self._group(node, (*path, 0)),)
        found: list[tuple[Test, ...]] = []
        for _key, value in self.known_pairs(node, path, (ANY,)):
            if not isinstance(value, Listed):
                raise Wrong(_LIST)
            found += [self._group(item, (*path, place)) for place, item in enumerate(value.items)]
        return tuple(found)

    def _group(self, node: Node, path: Path) -> tuple[Test, ...]:
        self.name(path, "")
        listed = isinstance(node, Listed)
        found: list[Test] = []
        for item in node.items if isinstance(node, Listed) else (node,):
            here = (*path, len(found))
            self.name(here, f"no. {len(found) + 1}" if listed else "")
            with self.at(item.line, here):
                if test := self._test(item, here):
                    found.append(test)
        return tuple(found)

    def _test(self, node: Node, path: Path) -> Test | None:
        """One condition; None when it has a problem already."""
        if not isinstance(node, Keyed):
            raise Wrong(_TEST)
        given: dict[str, str] = {}
        for key, value in self.known_pairs(node, path, TEST_KEYS):
            field = {"question": "question", "row": "part"}.get(key.text, "op")
            for each in (field, "value") if field == "op" else (field,):
                self.name((*path, each), key.text)
                with self.at(key.line, (*path, each)):
                    given[key.text] = single(value)
        if not self.sound(*path):
            return None
        asked = [op for op in OPERATORS if op in given]
        if "question" not in given or len(asked) != 1:
            raise Wrong(f"a condition has a question and one of {', '.join(OPERATORS)}")
        test = Test(bounded(given["question"], _CODE), part=given.get("row", ""))
        return _asked(test, asked[0], given[asked[0]])


def _asked(test: Test, op: Operator, text: str) -> Test:
    """The test with what is asked of the answer."""
    if op in ("answered", "skipped"):
        return structs.replace(test, op="answered" if truth(text) == (op == "answered") else "skipped")
    return structs.replace(test, op=op, value=int(text) if _WHOLE.fullmatch(text) else text)


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        return truth(text)
    if typing.get_origin(kind) is Literal:
        return one_of(text, typing.get_args(kind))
    if kind is int:
        if not _WHOLE.fullmatch(text):
            raise Wrong(f"a whole number such as 10 is expected, in digits alone; it says “{text}”")
        return int(text)
    return text


def _name_of(item: Node, place: int) -> str:
    found = item.pairs if isinstance(item, Keyed) else ()
    keys = (value.text for key, value in found if key.text == "key" and isinstance(value, Single))
    return next(filter(None, keys), f"no. {place + 1}")
