"""`sapa template`: templates from files and to files, what is wrong with them, and how they look."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.database import Database
from store.tables import audit
from talk.errors import SapaError
from tests.bot.commands import say

WEEKEND = """\
name: Weekend
kind: news
texts:
  en:
    reviewed: yes
    text: |
      Hello {{ call_me | default("there") }},
      come by on Saturday!
  ms: Jumpa hari Sabtu!
buttons:
  - label: {en: Opening hours, ms: Waktu buka}
    flow: hours
"""


@pytest.fixture(autouse=True)
def house(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that keeps nothing yet."""
    monkeypatch.setenv("SAPA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    Path("weekend.yaml").write_text(WEEKEND)


def kept(url: str) -> list[tuple[str, str]]:
    """What the audit log has: actions, and the states of the English text after them."""
    database = Database(url)
    found = asyncio.run(
        database.read(lambda connection: connection.execute(sa.select(audit.c.action, audit.c.after)).all())
    )
    database.close()
    return [(row.action, row.after["text_en"]) for row in found]


def test_a_template_comes_in_from_a_file_and_goes_out_as_one(sqlite_url: str) -> None:
    assert "is kept as" in say("template", "save", "weekend.yaml")
    assert "says this already" in say("template", "save", "weekend.yaml")
    listed = say("template", "list")
    assert "en reviewed" in listed
    assert "ms draft" in listed
    assert "zh -" in listed
    say("template", "export", "Weekend", "--to", "again.yaml")
    assert say("template", "export", "Weekend") == Path("again.yaml").read_text()
    assert "says this already" in say("template", "save", "again.yaml")
    Path("weekend.yaml").write_text(WEEKEND.replace("reviewed: yes", "reviewed: no"))
    assert "is changed" in say("template", "save", "weekend.yaml")
    assert kept(sqlite_url) == [("template.added", "reviewed"), ("template.changed", "draft")]
    with pytest.raises(SapaError, match="is there already"):
        say("template", "export", "Weekend", "--to", "again.yaml")


def test_what_is_wrong_is_said_by_line_and_kept_as_a_draft() -> None:
    assert "is a template: “Weekend”, in en, ms" in say("template", "check", "weekend.yaml")
    Path("weekend.yaml").write_text(WEEKEND.replace("call_me |", "call_you |").replace("flow: hours", "flow: noon"))
    with pytest.raises(SapaError) as wrong:
        say("template", "check", "weekend.yaml")
    lines = str(wrong.value).splitlines()
    assert lines[0] == "weekend.yaml has 2 problems."
    assert lines[1].startswith("line 7, texts › en: There is no value “call_you”. Did you mean “call_me”?")
    assert lines[2].startswith("line 12, buttons › no. 1 › flow: There is no such dialogue")
    saved = say("template", "save", "weekend.yaml")
    assert "Before it can be sent:\nline 7" in saved
    assert "en draft" in say("template", "list")


def test_it_is_shown_as_a_customer_would_see_it() -> None:
    say("template", "save", "weekend.yaml")
    shown = say("template", "show", "Weekend")
    assert "--- en, reviewed\nHello Grace,\ncome by on Saturday!\n[Opening hours]\n[Why do I get this?]" in shown
    assert "--- ms, draft\nJumpa hari Sabtu!\n[Waktu buka]" in shown
    assert "--- zh, missing\n" in shown
    assert "en" not in [line.partition(",")[0] for line in say("template", "show", "Weekend", "--language", "ms")]


def test_a_starter_is_printed_to_be_changed_and_kept_only_then() -> None:
    assert "miss_you" in say("template", "starters")
    say("template", "new", "miss_you", "--to", "mine.yaml")
    assert "id" not in say("template", "list")
    assert "is kept as" in say("template", "save", "mine.yaml")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "Monday"), "There is no template “Monday”"),
        (("new", "monday"), "There is no “monday”; there are miss_you, on_offer."),
        (("check", "bad.yaml"), "bad.yaml has 1 problem"),
    ],
)
def test_a_wrong_word_says_what_there_is(words: tuple[str, ...], told: str) -> None:
    Path("bad.yaml").write_text("kind: offer\n")
    with pytest.raises(SapaError, match=told):
        say("template", *words)
