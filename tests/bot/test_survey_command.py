"""`sapa survey`: templates, checking, importing, publishing, exporting."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from surveys import templates
from talk.errors import SapaError


@pytest.fixture(autouse=True)
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of either kind that the commands find, in a folder of its own."""
    monkeypatch.setenv("SAPA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def sapa(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["survey", *words], input=typed)


def said(*words: str, typed: str = "") -> str:
    result = sapa(*words, typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*words: str) -> str:
    result = sapa(*words)
    assert isinstance(result.exception, SapaError), result.output
    return str(result.exception)


def change(before: str, after: str) -> None:
    file = Path("nps.yaml")
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def test_a_survey_goes_from_a_template_to_versions_and_back_to_a_file() -> None:
    assert all(code in said("templates") for code in templates.ORDER)
    assert "nps.yaml is written" in said("new", "recommend", "--to", "nps.yaml")
    assert "is there already" in refused("new", "recommend", "--to", "nps.yaml")
    assert "there are after_purchase" in refused("new", "other")
    assert "is a survey: “Would you recommend us?”, 4 questions" in said("check", "nps.yaml")

    assert "recommend is a draft now" in said("import", "nps.yaml")
    assert "nothing was changed" in said("import", "nps.yaml")
    assert "published as version 1." in said("publish", "recommend")
    assert "nothing new" in said("publish", "recommend")

    change("minutes: 1", "minutes: 3\ntouchpoint: mars")
    assert "touchpoint: One of these is expected: contact, " in said("import", "nps.yaml")
    assert "was not published" in refused("publish", "recommend")
    change("touchpoint: mars", "touchpoint: shop")
    assert "Nothing was changed" in sapa("import", "nps.yaml", typed="n\n").output
    assert "is a draft now" in said("import", "nps.yaml", typed="y\n")
    assert "v1 draft" in said("list")
    assert "published as version 2." in said("publish", "recommend")

    assert "second.yaml is written" in said("export", "recommend", "--to", "second.yaml")
    assert "minutes: 3" in Path("second.yaml").read_text()
    assert "minutes: 1" in said("export", "recommend", "--version", "1")
    assert "nothing was changed" in said("import", "second.yaml")
    assert "no version 7" in refused("export", "recommend", "--version", "7")
    assert "There is no survey “other”" in refused("export", "other")


def test_a_file_with_problems_is_told_line_by_line() -> None:
    said("new", "recommend", "--to", "nps.yaml")
    change("kind: nps", "kind: likely")
    change("above: 8", "over: 8")
    told = refused("import", "nps.yaml").splitlines()
    assert told[0] == f"nps.yaml has {len(told) - 1} problems."
    assert told[1].startswith("line 13, questions › nps › kind: one of nps, csat")
    assert "there is no key “over” here" in told[-1]
    assert "no surveys yet" in said("list")
