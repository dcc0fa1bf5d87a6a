"""The command line: what it does, and what it says when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "run",
    "demo",
    "chat",
    "import",
    "migrate",
    "backup",
    "restore",
    "link",
    "doctor",
    "programme",
    "staff",
    "apikey",
    "poster",
    "joins",
    "why",
    "deceased",
]


def _sapa(where: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SAPA_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=where,
        env={**environment, "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    answer = _sapa(tmp_path, "--help")
    assert answer.returncode == 0
    for command in COMMANDS:
        assert command in answer.stdout


@pytest.mark.parametrize(
    ("words", "settings", "says"),
    [
        (("run", "--roles", "cook"), {}, "--roles takes web, sender, scheduler"),
        (("run",), {"SAPA_PORT": "no"}, "SAPA_PORT"),
        (("chat", "points", "--lang", "fr"), {}, "--lang takes one of"),
        (("backup", "file"), {}, "There is no database"),
        (("backup", "there/file"), {}, "The folder there does not exist"),
        (("link", "1"), {}, "There is no database"),
        (("why", "1"), {}, "There is no database"),
        (("deceased", "1"), {}, "There is no customer '1'"),
        (("run",), {"SAPA_DATA_DIR": "/dev/null/data"}, "set SAPA_DATA_DIR"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], says: str
) -> None:
    answer = _sapa(tmp_path, *words, **settings)
    assert answer.returncode == 1
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


def test_it_says_its_version(tmp_path: Path) -> None:
    assert _sapa(tmp_path, "--version").stdout == f"sapa {metadata.version('sapa')}\n"


def test_looking_makes_no_database(tmp_path: Path) -> None:
    answer = _sapa(tmp_path, "doctor")
    assert answer.returncode == 0
    assert "There is none yet" in answer.stdout
    _sapa(tmp_path, "link", "1")
    assert not list(tmp_path.glob("data/*.sqlite3"))


@pytest.mark.slow
def test_a_database_is_migrated_imported_into_backed_up_and_restored(tmp_path: Path) -> None:
    assert "went from revision none" in _sapa(tmp_path, "migrate").stdout
    assert "is up to date" in _sapa(tmp_path, "migrate").stdout
    (tmp_path / "c.csv").write_text("number,name,phone\n1,Siti,012-345 6789\n2,Tan,no phone\n")
    imported = _sapa(tmp_path, "import", "customers", "c.csv")
    assert imported.returncode == 1
    assert "line 3" in imported.stdout
    assert "/chat?as=" in _sapa(tmp_path, "link", "1").stdout
    assert "no customer with the number" in _sapa(tmp_path, "link", "7").stderr
    (tmp_path / "full.partial").mkdir()
    assert "full.partial cannot be written (Is a directory)" in _sapa(tmp_path, "backup", "full").stderr
    assert "rows are in kept" in _sapa(tmp_path, "backup", "kept").stdout
    restored = _sapa(tmp_path, "restore", "kept", SAPA_DATABASE_URL=f"sqlite:///{tmp_path / 'other.sqlite3'}")
    assert "rows are restored" in restored.stdout
    assert _sapa(tmp_path, "doctor").returncode == 0
