"""A YAML file as plain texts, lists and keys, each with its line: what they mean is told by where they stand.

YAML's own guesses are left aside, by which 08:30 may be a number and `no` a truth value. So are its references,
tags and further documents: such a file needs none, and a hostile one is refused before it costs anything.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from written.problems import FileWrong, Problem

MOST_BYTES = 512 * 1024  # some hundred rewards, or questions, in five languages
DEEPEST = 16


class Single(NamedTuple):
    """One value, as it is written; without quotes and comment."""

    text: str
    line: int


class Listed(NamedTuple):
    """Values one after the other."""

    items: tuple[Node, ...]
    line: int


class Keyed(NamedTuple):
    """Values by their keys, in the file's order; a key may come twice, which whoever reads them refuses."""

    pairs: tuple[tuple[Single, Node], ...]
    line: int


Node: TypeAlias = "Single | Listed | Keyed"

# What a shop owner meets, by a part of what the parser says, in words that help.
IN_WORDS = {
    "'\\t' that cannot start any token": "a tab stands here: use spaces, before a key and behind its colon",
    "mapping values are not allowed here": (
        "there is a colon where none can be: put a text that holds a colon into quotes; look at the indentation, "
        "and whether a space follows the colon in the line above"
    ),
    "could not find expected ':'": "a key, a colon and a space are expected here",
    "that cannot start any token": "a text that begins with a mark such as @, % or ` needs quotes around it",
    "end of stream": "a quote that is opened here is never closed",
    "<stream end>": "the file ends within this: is a bracket not closed?",
    "but found '<scalar>'": "a quote ends within this text: put the whole of it into quotes of the other kind",
    "<block end>": "the indentation is not that of the lines above",
    "expected ',' or": "a comma or a closing bracket is missing here or in the line above",
}
# Spaces as web pages and Chinese keyboards have them look like others, and indent nothing.
OTHER_SPACE = re.compile(r"^ *[\u00a0\u3000]\s*(?:- |[a-z_]+:)", re.MULTILINE)


def parse(content: bytes, example: str) -> Keyed:
    """The file's keys and values; `example` is how such a file begins.

    Raises FileWrong for what is no text, too large, or no YAML.
    """
    if len(content) > MOST_BYTES:
        raise _wrong(1, f"the file is larger than the {MOST_BYTES:,} bytes it may have")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _wrong(line, "this is no text in UTF-8; save the file as UTF-8 text") from None
    if other := OTHER_SPACE.search(text):
        line = text[: other.start()].count("\n") + 1
        raise _wrong(line, "the spaces before this are of another kind, as web pages have them; type them anew")
    try:
        return _Builder(text).document(example)
    except MarkedYAMLError as error:
        raise _wrong(*_explained(error)) from None
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise _wrong(line, "there is a character that no text has; is this the right file?") from None
    except YAMLError as error:
        raise _wrong(1, f"this cannot be read: {error}") from None


def _explained(error: MarkedYAMLError) -> tuple[int, str]:
    """The line, and what is wrong: of what was not ended the line in which it begins."""
    problem = str(error.problem)
    words = next((words for part, words in IN_WORDS.items() if part in problem), problem)
    begun = "stream" in problem or "expected ':'" in problem
    mark = (begun and error.context_mark) or error.problem_mark
    return (mark.line if mark else 0) + 1, words


class _Builder:
    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(io.StringIO(text))

    def document(self, example: str) -> Keyed:
        found: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if found is not None:
                    raise _wrong(_line(event), "a second document begins here; the file is one")
            elif isinstance(event, AliasEvent | ScalarEvent | SequenceStartEvent | MappingStartEvent):
                found = self._node(event, 0)
        if found is None or found == Single("", found.line):
            return Keyed((), 1)
        if not isinstance(found, Keyed):
            raise _wrong(found.line, f"the file begins with keys, such as “{example}”")
        return found

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise _wrong(line, "references (& and *) are not read here; put a text that begins so into quotes")
        if event.tag is not None:
            raise _wrong(line, "tags (!) are not read here; put a text that begins so into quotes")
        if depth > DEEPEST:
            raise _wrong(line, "this goes too deep; look at the indentation and the brackets")
        if isinstance(event, ScalarEvent):
            return Single(event.value.strip(), line)
        if isinstance(event, SequenceStartEvent):
            return Listed(tuple(self._items(depth)), line)
        return Keyed(tuple(self._pairs(depth)), line)

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[Single, Node]]:
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                return
            key = self._node(event, depth + 1)
            if not isinstance(key, Single):
                raise _wrong(key.line, "a key is one word; there is a list or a bracket in its place")
            yield key, self._node(next(self._events), depth + 1)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _wrong(line: int, message: str) -> FileWrong:
    return FileWrong([Problem(line, "", message)])
