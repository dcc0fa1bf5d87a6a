"""A segment as a file, in YAML or JSON: its name, and its condition as `outreach.segments.definition` has it.

Every problem is told with its line, and with the way that leads there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from outreach.segments.checks import read
from outreach.segments.definition import Condition, to_plain
from outreach.segments.facts import FACTS
from outreach.segments.problem import ConditionWrong, Path
from written.nodes import Listed, Node, Single, parse
from written.notes import Notes, single
from written.problems import FileWrong, Wrong
from written.values import YES, whole

EXAMPLE = "name: Regulars"
MOST_OF_A_NAME = 100
_KEYS = ("name", "condition")
_COUNTED = ("within", "times")  # keys whose value is a number, whatever the fact
_NUMBERS = ("within", "not_within", "coming", "in_month")  # operators whose value is one
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_WORDS = re.compile(r"[^\W\d_][\w.@/+-]*(?: [\w.@/+-]+)*")
_WIDTH = 100


class File(NamedTuple):
    """What a file says; a list has no condition."""

    name: str
    condition: Condition | None


def read_file(content: bytes, currency: str, hold: Callable[[Condition], None] | None = None) -> File:
    """The segment that a file says. Raises FileWrong with every problem.

    `hold` raises ConditionWrong for a condition that cannot be used, though it can be read.
    """
    notes, plain = Notes(), dict[str, Any]()
    root = parse(content, EXAMPLE)
    for key, node in notes.known_pairs(root, (), _KEYS):
        with notes.at(key.line, (key.text,)):
            plain[key.text] = _name(node) if key.text == "name" else _Document(notes).plain((key.text,), node)
    if not notes.stands(("name",)):
        notes.note(1, (), f"the name is missing, such as “{EXAMPLE}”")
    condition = None
    if "condition" in plain:
        try:
            condition = read(plain["condition"], currency)
            if hold is not None:
                hold(condition)
        except ConditionWrong as wrong:
            for each in wrong.problems:
                notes.say(("condition", *each.path), each.said())
    if notes.problems:
        raise FileWrong(notes.problems)
    return File(plain["name"], condition)


def written(name: str, condition: Condition | None) -> str:
    """The file of a segment, which reads back the same."""
    yaml = YAML()
    yaml.width, yaml.allow_unicode = _WIDTH, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    content: dict[str, Any] = {"name": _scalar(name)}
    if condition is not None:
        content["condition"] = _scalars(to_plain(condition))
    text = io.StringIO()
    yaml.dump(content, text)
    return text.getvalue()


def _name(node: Node) -> str:
    name = single(node)
    if not 1 <= len(name) <= MOST_OF_A_NAME or not _LINE.fullmatch(name):
        raise Wrong(f"a name of 1 to {MOST_OF_A_NAME} letters is expected, on one line")
    return name


class _Document:
    """A file's nodes as plain JSON: what is written as 3 or yes is a number or a truth value where one is meant."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def plain(self, path: Path, node: Node) -> Any:
        """The part of the document at `path`, whose lines are noted."""
        with self._notes.at(node.line, path):
            pass
        if isinstance(node, Listed):
            for place in range(len(node.items)):
                self._notes.name((*path, place), str(place + 1))
            return [self.plain((*path, place), each) for place, each in enumerate(node.items)]
        if isinstance(node, Single):
            return node.text
        found: dict[str, Any] = {}
        for key, value in node.pairs:
            if key.text in found:
                self._notes.note(key.line, (*path, key.text), "it stands here twice")
            found[key.text] = self.plain((*path, key.text), value)
            with self._notes.at(key.line, (*path, key.text)):
                pass
        return _typed(found) if "fact" in found else found


def _typed(test: dict[str, Any]) -> dict[str, Any]:
    """A test whose values are of the types that its fact has."""
    fact = FACTS.get(test["fact"]) if isinstance(test["fact"], str) else None
    form = fact.form.name if fact else ""
    counted = form in ("number", "answer") or test.get("op") in _NUMBERS
    return {
        key: _each(value, form == "truth", counted or key in _COUNTED) if key in ("value", *_COUNTED) else value
        for key, value in test.items()
    }


def _each(value: Any, truth: bool, counted: bool) -> Any:
    if isinstance(value, list):
        return [_each(each, truth, counted) for each in value]
    if not isinstance(value, str):
        return value
    if truth and value.lower() in ("true", "false", "yes", "no", "on", "off"):
        return value.lower() in YES
    if not counted:
        return value
    try:
        return -whole(value[1:]) if value.startswith("-") else whole(value)
    except Wrong:
        return value


def _scalars(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _scalars(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_scalars(each) for each in plain]
    return _scalar(plain) if isinstance(plain, str) else plain


def _scalar(text: str) -> str:
    """A text in quotes where our own reader would take it otherwise: YAML's rules for plain ones are looser."""
    return (
        text
        if re.fullmatch(r"[^\W\d_][\w .@/+-]*", text) and text == text.strip()
        else DoubleQuotedScalarString(text)
    )
