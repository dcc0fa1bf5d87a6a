"""Keep the catalogues in step with the code: `python -m locales.extract [--check]`.

Finds the sentences that code and templates mark with `_` and `n_`. New ones enter every catalogue untranslated
(the English one says them as they stand), those that are gone leave it, translations stay. A catalogue's header
is written by hand and kept. `--check` changes nothing, names what is amiss and ends with 1.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from locales.text import LANGUAGES

HERE = Path(__file__).parent
ROOMS = (
    "bot",
    "channels",
    "console",
    "flows",
    "handlers",
    "insights",
    "loyalty",
    "outreach",
    "scheduler",
    "service",
    "store",
    "surveys",
    "talk",
    "written",
)
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
# The third argument of n_ names the value that counts.
KEYWORDS = {"_": None, "n_": (1, 2, 3)}


@dataclass(slots=True)
class Sentence:
    """A sentence that the code says, and the files that say it."""

    one: str
    many: str = ""
    count: str = ""
    files: list[str] = field(default_factory=list)

    @property
    def id(self) -> str | tuple[str, str]:
        """The sentence as a catalogue knows it."""
        return (self.one, self.many) if self.many else self.one


def sentences(root: Path = HERE.parent) -> dict[str, Sentence]:
    """Every sentence under `root` by its English text, in the order of the files.

    Raises ValueError for one that is marked with different plurals: a catalogue can only hold one of them.
    """
    found: dict[str, Sentence] = {}
    for file in _files(root):
        name = file.relative_to(root).as_posix()
        for one, many, count in _marked(file):
            known = found.setdefault(one, Sentence(one, many, count))
            if (known.many, known.count) != (many, count):
                raise ValueError(f"{name}: {one!r} has another plural in {known.files[0]}; use one of them.")
            if name not in known.files:
                known.files.append(name)
    return found


def faults(path: Path, wanted: dict[str, Sentence]) -> list[str]:
    """What a catalogue lacks, has not translated or holds in vain, one line each."""
    catalog = _read(path)
    entries = {_key(message): message for message in catalog if message.id}
    lines = [f"missing: {one}" for one in wanted if one not in entries]
    for one, message in entries.items():
        if one not in wanted:
            lines.append(f"obsolete: {one}")
        elif message.id != wanted[one].id:
            lines.append(f"another plural: {one}")
        elif message.fuzzy:
            lines.append(f"fuzzy: {one}")
        elif not all(_strings(message, catalog.num_plurals)):
            lines.append(f"not translated: {one}")
    return lines


def update(path: Path, wanted: dict[str, Sentence], *, source: bool = False) -> None:
    """Bring a catalogue in step; in the one of the `source` language a new sentence says itself."""
    catalog = _read(path)
    known = {message.id: message for message in catalog if message.id}
    for message in known.values():
        catalog.delete(message.id)
    for sentence in wanted.values():
        old = known.get(sentence.id)
        catalog.add(
            sentence.id,
            old.string if old else sentence.id if source else None,
            locations=[(file, 0) for file in sentence.files],
            flags=old.flags if old else (),
            user_comments=old.user_comments if old else (),
        )
    header = path.read_text(encoding="utf-8").split("\n\n", 1)[0].rstrip()
    body = io.BytesIO()
    write_po(body, catalog, width=112, omit_header=True, ignore_obsolete=True)
    path.write_text(f"{header}\n\n{body.getvalue().decode().rstrip()}\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None, *, root: Path = HERE.parent, folder: Path = HERE) -> int:
    """Run the command; the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m locales.extract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when something is amiss")
    checking = parser.parse_args(arguments).check
    wanted = sentences(root)
    amiss = 0
    for language in LANGUAGES:
        path = folder / language / "messages.po"
        if not checking:
            update(path, wanted, source=language == "en")
        for line in faults(path, wanted):
            amiss += 1
            sys.stdout.write(f"{language}: {line}\n")
    sys.stdout.write(f"{len(wanted)} sentences, {len(LANGUAGES)} catalogues, {amiss} to do\n")
    return 1 if checking and amiss else 0


def _files(root: Path) -> list[Path]:
    return sorted(
        file for room in ROOMS for file in (root / room).rglob("*") if file.suffix in METHODS and file.is_file()
    )


def _marked(file: Path) -> Iterator[tuple[str, str, str]]:
    with file.open("rb") as source:
        for _line, messages, _comments, _context in extract(METHODS[file.suffix], source, KEYWORDS):
            if isinstance(messages, str):
                yield messages, "", ""
            else:
                one, many, count = messages
                yield one, many, count


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _strings(message: Message, plurals: int) -> tuple[str, ...]:
    if isinstance(message.id, str):
        return (message.string,) if isinstance(message.string, str) else ("",)
    given = tuple(message.string or ()) if not isinstance(message.string, str) else ()
    return given + ("",) * (plurals - len(given))


if __name__ == "__main__":
    sys.exit(main())
