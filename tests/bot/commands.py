"""Sapa's commands, given in the test's own process."""

from __future__ import annotations

from typer.testing import CliRunner

from bot.__main__ import cli

RUNNER = CliRunner()


def say(*words: str) -> str:
    """What a command prints; what it raises is raised here."""
    done = RUNNER.invoke(cli, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout
