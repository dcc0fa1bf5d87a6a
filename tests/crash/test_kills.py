"""Some kills, as `make crash` makes thousands."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.crash.start import ROOT


def after_kills(*options: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", *options, "--seed", "11"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every promise held." in done.stdout


@pytest.mark.slow
def test_after_twenty_kills_every_promise_held() -> None:
    after_kills("--kills", "20", "--full-starts", "2")


@pytest.mark.slow
def test_after_six_kills_on_postgresql_every_promise_held(postgres_url: str) -> None:
    after_kills("--kills", "6", "--full-starts", "1", "--database", postgres_url)


@pytest.mark.slow
def test_after_kills_in_the_middle_of_a_campaign_everybody_got_it_once_or_it_is_known_why_not() -> None:
    after_kills("broadcast", "--recipients", "1500", "--kills", "4", "--full-starts", "0", "--customers", "10")
