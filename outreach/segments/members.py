"""A list's members from a file: one customer a line, by number, public id, e-mail address or phone number.

The first line may be a header; of several columns the one counts that a header names, otherwise the first. A file
is read line by line and kept in short pieces (`pieces`, `take`), each of which may be done again.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, Literal, NamedTuple, TypeAlias

from sqlalchemy.engine import Connection

from store import customers, segments
from store.customers import Handle
from talk.reading.contact_points import read_email, read_phone

AT_ONCE = 500  # lines that are matched in one transaction
MOST_LINES = 2_000_000
MOST_OF_A_LINE = 4_000  # bytes

Missed: TypeAlias = Literal["unknown", "several", "unreadable"]
"""Nobody is known by it; more than one customer is; the line is no text of ours, or longer than MOST_OF_A_LINE."""

HEADERS: dict[str, Handle | Literal[""]] = {
    "number": "number",
    "customer": "number",
    "customer number": "number",
    "customer_number": "number",
    "id": "public_id",
    "public id": "public_id",
    "public_id": "public_id",
    "email": "email",
    "e-mail": "email",
    "phone": "phone",
    "mobile": "phone",
}
"""What a header calls the column that counts, in small letters."""


class Row(NamedTuple):
    """What a line names a customer by; empty: it cannot be read."""

    line: int
    value: str


class Taken(NamedTuple):
    """What became of some lines: how many came onto the list, how many were on it, and which name nobody.

    `members` are the contacts whom they name.
    """

    added: int
    known: int
    missed: Sequence[tuple[int, Missed]]
    line: int
    members: Collection[int]


class Piece(NamedTuple):
    """Some lines of a file, up to `line`, and by what they name customers (empty: whatever fits)."""

    rows: Sequence[Row]
    handle: Handle | Literal[""]
    line: int


class TooLong(ValueError):
    """The file has more than MOST_LINES lines."""


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """The file's lines in pieces that are kept one by one. Raises TooLong after the last piece that may be."""
    reading = _Reading(file)
    rows = reading.rows()
    while some := list(islice(rows, AT_ONCE)):
        yield Piece(some, reading.handle, some[-1].line)


def take(connection: Connection, segment_id: int, piece: Piece, region: str, now: dt.datetime) -> Taken:
    """Put whoever the lines name on a list. `region` (ISO 3166) is where phone numbers without a code belong."""
    found = _matched(connection, piece, region)
    members = {contact for contact in found.values() if isinstance(contact, int)}
    added = segments.put_on(connection, segment_id, members, now)
    if added:
        segments.touch(connection, segment_id, now)
    missed = sorted((line, why) for line, why in found.items() if not isinstance(why, int))
    return Taken(added, len(members) - added, missed, piece.line, members)


class _Reading:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._column = 0
        self._delimiter = ","
        self.handle: Handle | Literal[""] = ""

    def rows(self) -> Iterator[Row]:
        number = 0
        while data := self._file.readline(MOST_OF_A_LINE + 1):
            number += 1
            if number > MOST_LINES:
                raise TooLong
            if len(data) > MOST_OF_A_LINE:
                self._skip()
                yield Row(number, "")
                continue
            text = _decoded(data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data)
            if text is None:
                yield Row(number, "")
            elif (number > 1 or not self._is_header(text)) and (value := self._value(text)) is not None:
                yield Row(number, value)

    def _skip(self) -> None:
        while (rest := self._file.readline(MOST_OF_A_LINE)) and not rest.endswith(b"\n"):
            pass

    def _is_header(self, text: str) -> bool:
        self._delimiter = max(",;\t", key=text.count)
        names = [each.strip().casefold() for each in self._fields(text)]
        for place, name in enumerate(names):
            if name in HEADERS:
                self._column, self.handle = place, HEADERS[name]
                return True
        return False

    def _value(self, text: str) -> str | None:
        """What the line says in the column that counts; None of a blank line."""
        fields = self._fields(text)
        if not any(map(str.strip, fields)):
            return None
        return fields[self._column].strip() if self._column < len(fields) else ""

    def _fields(self, text: str) -> list[str]:
        return next(csv.reader([text], delimiter=self._delimiter), [])


def _decoded(data: bytes) -> str | None:
    try:
        text = data.decode().strip("\r\n")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or "\r" in text else text


def _matched(connection: Connection, piece: Piece, region: str) -> dict[int, int | Missed]:
    """By line the contact, or why there is none."""
    found: dict[int, int | Missed] = {row.line: "unreadable" for row in piece.rows if not row.value}
    left = [row for row in piece.rows if row.value]
    handles: Sequence[Handle] = (piece.handle,) if piece.handle else ("number", "public_id", "email", "phone")
    for handle in handles:
        values = {row.line: value for row in left if (value := _as_kept(handle, row.value, region))}
        known = customers.ids_by(connection, handle, set(values.values())) if values else {}
        for line, value in values.items():
            if contacts := known.get(value):
                found[line] = _only(contacts)
        left = [row for row in left if row.line not in found]
    return found | {row.line: "unknown" for row in left}


def _only(contacts: Collection[int]) -> int | Missed:
    return next(iter(contacts)) if len(contacts) == 1 else "several"


def _as_kept(handle: Handle, value: str, region: str) -> str | None:
    if handle == "email":
        return read_email(value)
    if handle == "phone":
        return read_phone(value, region) if len(value) <= 40 else None
    return value if len(value) <= 64 else None
