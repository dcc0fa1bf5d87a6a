"""Fifty kills, as `make crash` makes thousands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_after_fifty_kills_every_promise_held() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--kills", "50", "--full-starts", "3", "--seed", "11"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every promise held." in done.stdout
