"""`sapa campaign`: from a file to recipients in a table."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from bot import campaign_cli
from bot.__main__ import cli
from outreach.campaigns import testing
from store import campaigns, recipients, tags
from store.campaigns import RUNNING
from store.database import Database
from store.recipients import Recipient
from store.segments import Segment
from talk.errors import SapaError
from tests.outreach.campaigns.drafts import rules, said, segment, template
from tests.store.rows import add_contact, all_rows

NOW = dt.datetime.now(dt.UTC)
FILE = """name: Weekend
segment: Regulars
variants:
  - template: Half price
day: {day}
hour: 10
"""


@pytest.fixture(autouse=True)
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of either kind with a segment and a template, in a folder of its own."""
    monkeypatch.setenv("SAPA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def work(connection: Connection) -> Segment:
        template(connection, said(en="Half price", ms="Separuh harga"), name="Half price")
        add_contact(connection, "1", NOW)
        add_contact(connection, "2", NOW, marketing="withdrawn")
        return segment(connection, name="Regulars")

    in_database(work)
    Path("weekend.yaml").write_text(FILE.format(day=(NOW + dt.timedelta(days=3)).date()), encoding="utf-8")


def in_database(work: Callable[[Connection], Any]) -> Any:
    import os

    database = Database(os.environ["SAPA_DATABASE_URL"])
    try:
        return asyncio.run(database.transact(work))
    finally:
        database.close()


def sapa(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["campaign", *words], input=typed)


def told(*words: str, typed: str = "") -> str:
    result = sapa(*words, typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*words: str) -> str:
    result = sapa(*words)
    assert isinstance(result.exception, SapaError), result.output
    return str(result.exception)


def test_a_campaign_goes_from_a_file_to_its_recipients() -> None:
    assert "no campaigns yet" in told("list")
    assert "is a campaign that can be sent" in told("check", "weekend.yaml")
    assert "“Weekend” is a draft" in told("save", "weekend.yaml")
    assert "nothing was changed" in told("save", "weekend.yaml")
    assert "draft" in told("list")
    tried = told("dry-run", "Weekend")
    assert "of 2 in the segment" in tried
    assert "1  would get it at their time" in tried
    assert "1  the customer said stop" in tried
    assert "template: Half price" in told("show", "Weekend", "--file")

    assert "“Weekend” is planned" in told("start", "Weekend")
    assert "10:00 on each customer's clock" in told("show", "Weekend")
    assert "is planned: take it back" in refused("save", "weekend.yaml")
    assert "is paused" in told("pause", "Weekend")
    assert "cannot be done with a campaign that is paused" in refused("pause", "Weekend")
    assert "goes on" in told("resume", "Weekend")
    assert "is a draft again" in told("take-back", "Weekend")

    in_database(_sends)
    table = told("recipients", "Weekend").splitlines()
    assert table[0].startswith("customer,number,name,variant,state,reason")
    assert [row.split(",")[3:6] for row in table[1:]] == [["", "held", ""], ["A", "waiting", ""]]
    assert len(told("recipients", "Weekend", "--state", "held").splitlines()) == 2
    assert "--state takes one of" in refused("recipients", "Weekend", "--state", "gone")
    assert "is written" in told("recipients", "Weekend", "--to", "all.csv")
    assert "is there already" in refused("recipients", "Weekend", "--to", "all.csv")
    assert "There is no campaign" in refused("recipients", "nobody", "--to", "none.csv")
    assert not Path("none.csv").exists()
    assert "1  waiting" in told("watch", "Weekend")
    assert "is written" in told("report", "Weekend", "--to", "report.csv")
    assert "recipients,,,all,2,,," in Path("report.csv").read_text()
    assert "Nothing was changed" in sapa("cancel", "Weekend", typed="n\n").output
    assert "is cancelled" in told("cancel", "Weekend", "--yes")
    assert "“Weekend” is a draft" in told("save", "weekend.yaml")  # the one before has ended


def _sends(connection: Connection) -> None:
    """As if it had begun and ended, with one recipient and one who is held out."""
    [found] = campaigns.every(connection)
    campaigns.move(connection, found.id, state=RUNNING, starts_at=NOW, started_at=NOW, ended_at=NOW)
    rows = [Recipient(1, "A", "waiting", NOW), Recipient(2, "", "held", NOW)]
    recipients.add(connection, found.id, rows)


def test_every_command_stands_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "campaigns.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^sapa campaign ([a-z-]+)", page, re.MULTILINE))
    commands = (
        each.name or str(each.callback and each.callback.__name__) for each in campaign_cli.cli.registered_commands
    )
    assert documented == set(commands)


def test_a_file_with_problems_is_told_line_by_line() -> None:
    file = Path("weekend.yaml")
    file.write_text(file.read_text().replace("Half price", "Half prize").replace("hour", "our"))
    lines = refused("save", "weekend.yaml").splitlines()
    assert lines[0] == "weekend.yaml has 2 problems."
    assert lines[1].startswith("line 4, variants › no. 1 › template: there is no template “Half prize”")
    assert "did you mean “hour”?" in lines[2]
    file.write_text("name: Weekend\nsegment: Regulars\nday: 2020-01-01\n")
    wrong = refused("check", "weekend.yaml")
    assert "line 3, day: On this day the hour is over." in wrong
    saved = told("save", "weekend.yaml")
    assert "Before it can be sent:" in saved
    assert "variants › 0 › template: Please choose a template." in saved
    assert "must be put right: day" in told("show", "Weekend")
    assert "This must be put right first" in refused("start", "Weekend")
    assert "This must be put right first" in refused("dry-run", "Weekend")


def test_who_wrote_it_does_not_approve_it() -> None:
    in_database(lambda connection: rules(connection, approve_above=1))
    told("save", "weekend.yaml")
    assert "waits for a second person" in told("start", "Weekend")
    assert "have another person do it" in refused("approve", "Weekend")
    in_database(lambda connection: campaigns.move(connection, 1, by="mei"))
    assert "is approved and planned" in told("approve", "Weekend")


def test_a_test_goes_to_colleagues_or_says_how_to_name_them() -> None:
    told("save", "weekend.yaml")
    assert "Nobody has the tag “tester”" in refused("test", "Weekend")
    in_database(lambda connection: tags.add(connection, 1, testing.TAG, NOW))
    assert "on their way to 1 colleague: 1." in told("test", "Weekend", "--language", "ms")
    assert "It has no text in vi; it has en, ms." in refused("test", "Weekend", "--language", "vi")
    [row] = in_database(all_rows)
    assert row.payload["text"].endswith("Separuh harga")


def test_those_that_failed_are_tried_again() -> None:
    told("save", "weekend.yaml")
    assert "cannot be done with a campaign that is draft" in refused("retry", "Weekend")
    told("start", "Weekend")
    told("pause", "Weekend")
    assert "Nobody's message failed" in refused("retry", "Weekend")
