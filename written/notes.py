"""What was found while a file is read: where each value stands, and everything that is wrong.

Problems are gathered, not raised, so that all the rest of the file is still looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from written.nodes import Keyed, Listed, Node, Single
from written.problems import Problem, Wrong
from written.values import did_you_mean

Path: TypeAlias = tuple[str | int, ...]


class Notes:
    """The notes on one file: `problems` are those found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._unsound: set[Path] = set()
        self._lines: dict[Path, int] = {}
        self._names: dict[Path, str] = {}

    def say(self, path: Path, message: str) -> None:
        """Note a problem with the value at `path`, or with the nearest one around it that the file has."""
        found = (self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines)
        self.note(next(found, 1), path, message)

    def sound(self, *path: str | int) -> bool:
        """Whether nothing is wrong so far at `path` and below it."""
        return path not in self._unsound

    def stands(self, path: Path) -> bool:
        """Whether the file has a value at `path`."""
        return path in self._lines

    def note(self, line: int, path: Path, message: str) -> None:
        """Note a problem in a line that is known."""
        parts = [self._names.get(path[:end], str(path[end - 1])) for end in range(1, len(path) + 1)]
        self.problems.append(Problem(line, " › ".join(filter(None, parts)), message))
        self._unsound.update(path[:end] for end in range(len(path) + 1))

    def name(self, path: Path, name: str) -> None:
        """What to call the value at `path` where problems tell the way to it; empty: it goes without saying."""
        self._names[path] = name

    @contextmanager
    def at(self, line: int, path: Path) -> Iterator[Path]:
        """Where a value stands: what is wrong with it is noted there."""
        self._lines[path] = line
        try:
            yield path
        except Wrong as reason:
            self.note(line, path, str(reason))

    def known_pairs(self, node: Keyed, path: Path, known: Collection[str]) -> Iterator[tuple[Single, Node]]:
        """The pairs under known keys that have a value; another key, or one that comes twice, is noted."""
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            if key.text in lines:
                self.note(key.line, path, f"“{key.text}” stands here twice, first in line {lines[key.text]}")
            elif key.text not in known:
                self.note(key.line, path, f"there is no key “{key.text}” here; {did_you_mean(key.text, known)}")
            else:
                lines[key.text] = key.line
                if not (isinstance(value, Single) and not value.text):  # a key without a value is as good as none
                    yield key, value


def single(node: Node) -> str:
    """The text of one value."""
    if not isinstance(node, Single):
        raise Wrong("one value is expected here, not a list or more keys")
    return node.text


def items(node: Node) -> tuple[Node, ...]:
    """A list's items; one value is a list of one, and commas part more."""
    if isinstance(node, Listed):
        return node.items
    return tuple(Single(part.strip(), node.line) for part in single(node).split(","))


def pairs(node: Node, expected: str) -> tuple[tuple[Single, Node], ...]:
    """The keys with their values; what is expected in their place is told where there are none."""
    if not isinstance(node, Keyed):
        raise Wrong(expected)
    return node.pairs


def once(key: str, found: Mapping[str, object]) -> None:
    """Refuse a key that was found already."""
    if key in found:
        raise Wrong("it stands here twice")
