"""Starting costs little, and nothing but Telegram's own path pays for Telegram's libraries."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
START_SECONDS = 3.0  # of CPU time
# Where neither library can be imported: what runs here has not paid for them.
WITHOUT = "import sys; sys.modules.update(aiogram=None, telegram=None)\n"
SAPA = f"{WITHOUT}from bot.__main__ import main\nmain()"
IMPORTS = f"{WITHOUT}from importlib import import_module\nfor name in sys.argv[1:]: import_module(name)"
# Of the room `channels` these speak with Telegram, and are imported where there is a token.
TELEGRAMS = ("inbound", "outbound", "intake", "patience", "polling", "webhook")


def environment(**settings: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SAPA_")}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def test_sapa_without_telegram_answers_within_three_seconds_of_cpu_time(tmp_path: Path, port: int) -> None:
    before = cpu_seconds()
    command = [sys.executable, "-c", SAPA, "run"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(SAPA_PORT=str(port)), stderr=subprocess.PIPE, text=True
    ) as sapa:
        assert sapa.stderr is not None
        told = [next(line for line in sapa.stderr if f"{port}/chat" in line)]
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.read() == b"ok"
        finally:
            sapa.terminate()
        told += sapa.stderr
    assert sapa.returncode == 0, told
    # All of its life, so that whatever was put off until after the answer counts, too.
    assert cpu_seconds() - before < START_SECONDS


def cpu_seconds() -> float:
    """What child processes that have ended took."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def test_commands_run_where_telegrams_libraries_cannot_be_imported(tmp_path: Path) -> None:
    for words in ("--help", "migrate", "doctor", "chat points"):
        command = [sys.executable, "-c", SAPA, *words.split()]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(), input="", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"sapa {words}: {done.stderr}"


def test_every_module_but_telegrams_can_be_imported_without_its_libraries(tmp_path: Path) -> None:
    rooms = {path.parent for path in ROOT.glob("*/__init__.py")} - {ROOT / "tests", ROOT / "bench"}
    command = [sys.executable, "-c", IMPORTS, *(name for room in sorted(rooms) for name in modules(room))]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def modules(room: Path) -> list[str]:
    """The names of a room's modules, without those for Telegram and the migrations, which Alembic runs."""
    apart = [ROOT / "store" / "migrations", *(ROOT / "channels" / "telegram" / name for name in TELEGRAMS)]
    files = [path.relative_to(ROOT).with_suffix("") for path in sorted(room.rglob("*.py"))]
    files = [path for path in files if not any((ROOT / path).is_relative_to(each) for each in apart)]
    return [".".join(path.parts).removesuffix(".__init__") for path in files]
