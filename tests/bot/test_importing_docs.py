"""What docs/import.md tells people is what the import understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.importing import source
from bot.importing.kinds import KINDS, ImportKind

PAGE = Path(__file__).parents[2] / "docs" / "import.md"


def section(kind: ImportKind) -> str:
    return PAGE.read_text(encoding="utf-8").split(f"### {kind}\n")[1].split("\n#")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_stands_in_the_docs_with_all_its_names(kind: ImportKind) -> None:
    rows = [row.split("|") for row in section(kind).splitlines() if row.startswith("| `")]
    documented = {name: (row[1], row[2]) for row in rows for name in row[1].split("`")[1::2]}
    columns = {column.name: column for column in KINDS[kind].columns}
    assert documented.keys() == columns.keys()
    for name, (cell, synonyms) in documented.items():
        assert tuple(filter(None, synonyms.strip().split(", "))) == columns[name].synonyms
        assert ("needed" in cell) == columns[name].required


def test_the_bounds_stand_in_the_docs() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for bound in (
        f"{source.MAX_BYTES // 2**20} MB",
        f"{source.MAX_LINE:,} bytes",
        f"{source.MAX_COLUMNS} columns",
        f"{source.MAX_RECORD_LINES} lines",
    ):
        assert bound in page
