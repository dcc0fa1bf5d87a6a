"""`sapa segment`: saving, showing, counting, lists from and to files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from store.database import Database
from talk.errors import SapaError
from tests.conftest import NOON
from tests.store.rows import add_contact

REGULARS = """\
name: Regulars in Ipoh
condition:
  all:
    - {fact: city, op: is, value: ipoh}
    - not: {fact: language, op: in, value: [zh, ar]}
"""


@pytest.fixture(autouse=True)
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with three customers, two of them in Ipoh, on either database."""
    monkeypatch.setenv("SAPA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def fill(connection: Connection) -> None:
        add_contact(connection, "1", NOON, number="C-1", name="Aminah", city="Ipoh", phone="+60123456789")
        add_contact(connection, "2", NOON, number="C-2", city="ipoh", email="b@example.com", marketing="unasked")
        add_contact(connection, "3", NOON, number="C-3", city="Melaka", email="b@example.com")

    database = Database(database_url)
    asyncio.run(database.transact(fill))
    database.close()
    Path("regulars.yaml").write_text(REGULARS)


def sapa(*words: str) -> Result:
    return CliRunner().invoke(cli, ["segment", *words])


def said(*words: str) -> str:
    result = sapa(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*words: str) -> str:
    result = sapa(*words)
    assert isinstance(result.exception, SapaError), result.output
    return str(result.exception)


def test_a_segment_is_saved_from_a_file_counted_looked_at_and_put_away() -> None:
    assert "There are no segments yet" in said("list")
    assert "“Regulars in Ipoh” is kept as" in said("save", "regulars.yaml")
    assert "nothing was changed" in said("save", "regulars.yaml")
    assert "condition  Regulars in Ipoh" in said("list")
    counted = said("count", "Regulars in Ipoh").splitlines()
    assert counted == [
        "2 in the segment",
        "1 agreed to offers and news",
        "1 of them reachable by telegram",
    ]
    assert "C-1               en  prospect  Aminah" in said("sample", "Regulars in Ipoh")

    Path("shown.yaml").write_text(said("show", "Regulars in Ipoh").replace("ipoh", "Melaka"))
    assert "is changed" in said("save", "shown.yaml")
    assert "1 in the segment" in said("count", "Regulars in Ipoh")
    exported = said("export", "Regulars in Ipoh").splitlines()
    assert (exported[0], exported[1].endswith(",C-3"), len(exported)) == ("id,number", True, 2)

    assert "is put away" in said("remove", "Regulars in Ipoh")
    assert "There is no segment “Regulars in Ipoh”" in refused("count", "Regulars in Ipoh")


def test_a_file_with_problems_is_told_line_by_line() -> None:
    Path("wrong.yaml").write_text(REGULARS.replace("city, op: is", "tier, op: is").replace("zh, ar", "zh, xx"))
    assert refused("save", "wrong.yaml").splitlines() == [
        "wrong.yaml has 1 problem.",
        "line 5, condition › all › 2 › not › value: One of these is expected: en, ms, vi, ar, zh.",
    ]
    Path("wrong.yaml").write_text(REGULARS.replace("city, op: is", "tier, op: is"))
    assert "line 4, condition › all › 1 › value: There is nothing yet" in refused("save", "wrong.yaml")


def test_a_list_comes_from_a_file_and_the_lines_that_name_nobody_are_told() -> None:
    Path("members.csv").write_text("customer\nC-1\nC-9\nC-3\n\nC-1\n")
    told = said("import", "Fair", "members.csv")
    assert "2 came onto the list, 0 were on it." in told
    assert "Lines that name nobody: 1." in told
    assert "line 3: no customer is known by this" in told
    assert "0 came onto the list, 2 were on it." in said("import", "Fair", "members.csv")
    assert said("export", "Fair", "--to", "fair.csv") == "fair.csv is written: 2 customers.\n"
    assert "2 were on it" in said("import", "Fair", "fair.csv")
    Path("any.csv").write_text("012-345 6789;x\nb@example.com;y\n")
    told = said("import", "Any", "any.csv")
    assert "1 came onto the list" in told
    assert "line 2: more than one customer has this" in told
    assert said("show", "Fair") == "name: Fair\n"
    said("save", "regulars.yaml")
    assert "is a condition" in refused("import", "Regulars in Ipoh", "members.csv")
    Path("fair.yaml").write_text(REGULARS.replace("Regulars in Ipoh", "Fair"))
    assert "“Fair” is a list" in refused("save", "fair.yaml")
