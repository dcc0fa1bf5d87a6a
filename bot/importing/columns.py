"""Which column of a file is which: by its name, or one of the names that other programs give it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from bot.importing.source import CannotImport, LineRefused
from talk.reading.spreadsheet import as_given

Row: TypeAlias = Mapping[str, str]


class Column(NamedTuple):
    """A column by its own name and the others it goes by; `required` ones must be in the header."""

    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


class Layout:
    """Where each known column stands in a file; `ignored` are the columns nobody asked for.

    Raises CannotImport when a required column is missing or two columns mean the same.
    """

    def __init__(self, header: Sequence[str], columns: Sequence[Column]) -> None:
        names = {_plain(each): column.name for column in columns for each in (column.name, *column.synonyms)}
        self.width = len(header)
        self.ignored = tuple(each.strip() for each in header if each.strip() and _plain(each) not in names)
        self._places: dict[str, int] = {}
        for place, each in enumerate(header):
            name = names.get(_plain(each))
            if name in self._places:
                raise CannotImport(f"Two columns of the file mean {name}: {header[self._places[name]]} and {each}.")
            if name:
                self._places[name] = place
        missing = [column.name for column in columns if column.required and column.name not in self._places]
        if missing:
            raise CannotImport(f"The first line must name the columns; missing: {', '.join(missing)}.")

    def row(self, fields: Sequence[str]) -> Row:
        """The fields by their columns' names, trimmed; fields that a short line leaves out are empty."""
        if len(fields) > self.width:
            raise LineRefused(f"it has {len(fields)} fields, the first line {self.width}")
        if len(fields) < self.width:
            fields = [*fields, *[""] * (self.width - len(fields))]
        return {name: as_given(fields[place].strip()) for name, place in self._places.items()}


def _plain(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold()
