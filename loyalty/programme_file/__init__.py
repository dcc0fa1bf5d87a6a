"""The programme as a shop owner writes it: a YAML file, read whole, with every problem told at once.

`docs/programme.md` explains the file to its writers; the document it becomes is `loyalty.programme.Programme`.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from loyalty.programme import Programme
from loyalty.programme_file import checks
from loyalty.programme_file.pictures import Beside, collect
from loyalty.programme_file.reading import Reader
from talk.errors import SapaError
from written import nodes
from written.problems import FileWrong

__all__ = ["STARTER", "Written", "read", "read_file"]

STARTER = Path(__file__).with_name("starter.yaml")


class Written(NamedTuple):
    """What a file says: its text, the programme, and its rewards' pictures by reward code."""

    text: str
    rules: Programme
    pictures: dict[str, Beside]


def read(content: bytes) -> Programme:
    """The programme that a file says; its pictures, and the kinds of messages it names, are not looked at.

    Raises FileWrong with every problem, its line, and what to write.
    """
    return _read(content, None, ())[0]


def read_file(path: Path, kinds: Collection[str]) -> Written:
    """A file with the pictures beside it; `kinds` are those of messages that can be capped.

    Raises FileWrong, and SapaError when it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            content = file.read(nodes.MOST_BYTES + 1)
    except OSError as error:
        raise SapaError(f"{path} cannot be read ({error.strerror}).") from None
    rules, found = _read(content, path.parent, kinds)
    return Written(content.decode("utf-8-sig"), rules, found)


def _read(content: bytes, folder: Path | None, kinds: Collection[str]) -> tuple[Programme, dict[str, Beside]]:
    reader = Reader()
    rules = reader.programme(nodes.parse(content, "business: Daun Pagi"))
    checks.check(rules, reader, kinds)
    found = collect(rules, reader, folder) if folder is not None else {}
    if reader.problems:
        raise FileWrong(reader.problems)
    return rules, found
