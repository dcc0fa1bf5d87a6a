"""`sapa scores`: scoring all customers by hand, and seeing when that was done and where they stand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from bot.once import look, settings_for_command

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from store.glance import Part
    from store.score_runs import Run

LISTED = 10
STEPS = {"summing": "Summing purchases", "ranking": "Finding the fifths", "swapping": "Scoring customers"}

cli = typer.Typer(
    name="scores",
    no_args_is_help=True,
    help="Where customers stand by what they bought, scored every night (docs/scores.md).",
)


@cli.command()
def run() -> None:
    """Score all customers now. On SQLite Sapa has to be stopped for it."""
    typer.echo(_told(asyncio.run(_run(settings_for_command()))))


@cli.command()
def status() -> None:
    """Say when customers were last scored, how far a run is that goes on, and how many stand where."""
    settings = settings_for_command()
    runs, parts = look(settings, _known)
    if not runs:
        typer.echo("Nobody was scored yet. Sapa does it by itself while it runs; `sapa scores run` does it now.")
    for each in runs:
        typer.echo(f"{each.id:>5}  {each.started_at.astimezone(settings.zone):%Y-%m-%d %H:%M}  {_told(each)}")
    for name, customers in _stages(parts) if runs else ():
        typer.echo(f"{customers:>12,}  {name}")


def _known(connection: Connection) -> tuple[list[Run], list[Part]]:
    from store import glance, score_runs

    runs = score_runs.every(connection, LISTED)
    return runs, glance.parts(connection) if runs else []


def _stages(parts: list[Part]) -> list[tuple[str, int]]:
    from store.scores import STAGES

    return [(name, sum(part.customers for part in parts if part.stage == name)) for name in STAGES]


def _told(run: Run) -> str:
    if run.state == "failed":
        return f"failed: {run.error}"
    if run.state == "running":
        return f"{run.step}: {run.done:,} of {run.total:,}"
    return f"done: {run.customers:,} scored, {run.changed:,} moved to another stage or segment"


async def _run(settings: Settings) -> Run:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.app import utc_now
    from bot.running import open_database
    from scheduler import scoring

    database = await open_database(settings.database, migrate=settings.new_sqlite)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Beginning", total=None)

            def told(progress: scoring.Progress) -> None:
                bar.update(task, description=STEPS[progress.step], completed=progress.done, total=progress.total)

            return await scoring.score(database, now=utc_now, told=told)
    finally:
        database.close()
