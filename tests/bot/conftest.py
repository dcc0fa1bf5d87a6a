"""An empty place in which commands are given."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty place for Sapa."""
    monkeypatch.chdir(tmp_path)
    return f"sqlite:///{tmp_path / 'data' / 'sapa.sqlite3'}"
