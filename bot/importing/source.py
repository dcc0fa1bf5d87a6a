"""A file of lines to import: bounded, streamed, and every bad line named.

Two forms are understood: CSV with a header (commas, semicolons or tabs), and the CDNOW form of purchase histories,
whitespace between customer, date, quantity and amount. docs/import.md says what people need to know.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from talk.errors import SapaError

MAX_BYTES = 512 * 2**20
MAX_LINE = 20_000
MAX_COLUMNS = 100
MAX_RECORD_LINES = 50  # a quoted text may run over this many lines
BLOCK = 2**20
CDNOW_COLUMNS = ("customer", "date", "quantity", "amount")
CDNOW_LINE = re.compile(rb"\s*\w+\s+\d{8}\s+\d+\s+\d+(\.\d+)?\s*")
BOM = b"\xef\xbb\xbf"


class CannotImport(SapaError):
    """The file as a whole cannot be imported; nothing was changed."""


class LineRefused(Exception):
    """One line cannot be imported; the message is the reason."""


class Survey(NamedTuple):
    """What is known of a file before its first line is read: its digest and its number of lines."""

    digest: str
    lines: int


class Record(NamedTuple):
    """One record: the line it begins on, its fields, and the reason when it could not be read."""

    line: int
    fields: list[str]
    refusal: str = ""


def survey(path: Path) -> Survey:
    """Read the file once, for its digest and its number of lines.

    Raises CannotImport when it cannot be read, is empty, or is larger than MAX_BYTES.
    """
    digest, lines, size, last = hashlib.sha256(), 0, 0, b""
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                lines += block.count(b"\n")
                size += len(block)
                last = block[-1:]
                if size > MAX_BYTES:
                    raise CannotImport(f"{path} is larger than {MAX_BYTES // 2**20} MB; split it.")
    except OSError as error:
        raise CannotImport(f"{path} cannot be read: {error.strerror}.") from error
    if not size:
        raise CannotImport(f"{path} is empty.")
    return Survey(digest.hexdigest(), lines + (last != b"\n"))


class Source:
    """The open file: `header` names its columns, `records` yields its lines.

    `line` is the last physical line that was read. Raises CannotImport when the header cannot be understood.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._lines = _Lines(self._file)
        try:
            self.form, self.header = self._sniff()
        except BaseException:
            self.close()
            raise

    @property
    def line(self) -> int:
        """How many lines were read so far."""
        return self._lines.number

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def records(self) -> Iterator[Record]:
        """The records after the header, blank lines left out."""
        return self._words() if self.form == "words" else self._rows()

    def _sniff(self) -> tuple[Literal["csv", "words"], list[str]]:
        first, second = self._file.readline(MAX_LINE + 1), self._file.readline(MAX_LINE + 1)
        if first.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise CannotImport("The file is in UTF-16; save it as CSV UTF-8.")
        self._file.seek(0)
        if CDNOW_LINE.fullmatch(first.removeprefix(BOM)):
            return "words", list(CDNOW_COLUMNS)
        has_four_words = len(first.split()) == len(CDNOW_COLUMNS) and not re.search(rb"[,;\t]", first)
        try:
            header = next(self._lines)
        except StopIteration:
            raise CannotImport("The file is empty.") from None
        except LineRefused as error:
            raise CannotImport(f"The first line is {error}.") from None
        if has_four_words and CDNOW_LINE.fullmatch(second):
            return "words", list(CDNOW_COLUMNS)
        self._delimiter = max(",;\t", key=header.count)
        try:
            columns = next(csv.reader([header], delimiter=self._delimiter), [])
        except csv.Error as error:
            raise CannotImport(f"The first line cannot be read as CSV: {error}.") from None
        if len(columns) > MAX_COLUMNS:
            raise CannotImport(f"The file has {len(columns)} columns; {MAX_COLUMNS} are allowed.")
        return "csv", columns

    def _words(self) -> Iterator[Record]:
        lines = self._lines
        while True:
            lines.begin_record()
            try:
                fields = next(lines).split()
            except StopIteration:
                return
            except LineRefused as error:
                yield Record(lines.number, [], str(error))
            else:
                if fields:
                    yield Record(lines.number, fields)

    def _rows(self) -> Iterator[Record]:
        lines = self._lines
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        while True:
            lines.begin_record()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except LineRefused as error:
                yield Record(lines.number, [], str(error))
            except csv.Error as error:
                # A stray quotation mark must not swallow the good lines after it.
                lines.rewind()
                yield Record(lines.number, [], f"it cannot be read as CSV: {error}")
            else:
                if fields:
                    yield Record(lines.first, fields)


class _Lines:
    """The file's physical lines, decoded; one that cannot be is raised as LineRefused, and the next one follows."""

    def __init__(self, file: BinaryIO) -> None:
        self.number = 0
        self.first = 1
        self._file = file
        self._offset = 0
        self._mark = (0, 0)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        data = self._file.readline(MAX_LINE + 1)
        if not data:
            raise StopIteration
        self.number += 1
        self._offset += len(data)
        too_long = len(data) > MAX_LINE
        if too_long:
            self._skip_rest()
        if self.number == self.first:
            self._mark = (self._offset, self.number)
            if self.number == 1:
                data = data.removeprefix(BOM)
        elif self.number - self.first >= MAX_RECORD_LINES:
            raise csv.Error("a quotation mark is opened and never closed")
        return _decoded(data, too_long)

    def begin_record(self) -> None:
        """What is read next is the first line of a record."""
        self.first = self.number + 1

    def rewind(self) -> None:
        """Go back to after the first line of the record."""
        self._offset, self.number = self._mark
        self._file.seek(self._offset)

    def _skip_rest(self) -> None:
        while data := self._file.readline(BLOCK):
            self._offset += len(data)
            if data.endswith(b"\n"):
                return


def _decoded(data: bytes, too_long: bool) -> str:
    if too_long:
        raise LineRefused(f"longer than {MAX_LINE} bytes")
    if b"\0" in data:
        raise LineRefused("not text: it holds a NUL byte")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise LineRefused(f"not UTF-8 at byte {error.start + 1}; save the file as CSV UTF-8") from None
