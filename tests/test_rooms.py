"""The house is what the contracts say it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
BESIDE = {"tests", "bench"}


def test_every_top_level_package_is_listed_in_the_contracts_and_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - BESIDE
    linter = project["tool"]["importlinter"]
    layers, siblings = linter["contracts"]
    listed = {name.strip(" ()") for line in layers["layers"] for name in line.split("|")}
    assert set(linter["root_packages"]) == packages
    assert listed == packages
    assert set(siblings["ancestors"]) == packages
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages


def test_only_frames_open_transactions() -> None:
    """Law 1: what commits is the turn, the scheduler, the console, the API and the command line."""
    frames = {"handlers", "scheduler", "console", "bot"}
    for path in ROOT.glob("*/**/*.py"):
        room = path.relative_to(ROOT).parts[0]
        if room in BESIDE | frames | {"store"} or room.startswith("."):
            continue
        text = path.read_text()
        assert ".transact(" not in text, f"{path.relative_to(ROOT)} opens a transaction; only frames do."
        assert ".commit(" not in text, f"{path.relative_to(ROOT)} commits; only frames do."


def test_the_lock_names_no_address() -> None:
    for name in ("requirements.lock", "requirements-data.lock"):
        assert "://" not in (ROOT / name).read_text()
