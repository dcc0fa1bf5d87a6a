"""Importing on the command line: a progress bar, and the report in words."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.importing.frame import Report, import_file
from bot.importing.kinds import ImportKind
from bot.running import open_database
from bot.settings import Settings
from store.database import Database

LISTED = 20


async def import_shown(settings: Settings, kind: ImportKind, path: Path, *, dry_run: bool) -> Report:
    """Import a file into the settings' database and print what came of it."""
    database = await open_database(settings.database, migrate=settings.new_sqlite)
    try:
        report = await import_with_bar(database, settings, kind, path, dry_run=dry_run)
    finally:
        database.close()
    tell(report, Console())
    return report


async def import_with_bar(
    database: Database, settings: Settings, kind: ImportKind, path: Path, *, dry_run: bool = False
) -> Report:
    """Import a file with a progress bar on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("lines"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Importing {kind}", total=None)
        return await import_file(
            database,
            kind,
            path,
            dry_run=dry_run,
            zone=settings.zone,
            language=settings.default_language,
            region=settings.business_country,
            secret=settings.secret,
            progress=lambda done, lines: bar.update(task, completed=done, total=lines),
        )


def tell(report: Report, console: Console) -> None:
    """Say what came in, what was known, and every refused line with its reason (the first 20 of them)."""
    verb = "would come in" if report.dry_run else "came in"
    console.print(
        f"{report.kind.capitalize()}: {report.added:,} {verb}, {report.changed:,} changed, {report.known:,} known."
    )
    if report.contacts or report.points:
        console.print(f"New customers: {report.contacts:,}. Points: {report.points:,}.")
    if report.resumed_after:
        console.print(f"The import went on after line {report.resumed_after:,}, where it had been stopped.")
    if report.ignored_columns:
        console.print(f"Columns that were not read: {', '.join(report.ignored_columns)}.", markup=False)
    if not report.refused_total:
        return
    console.print(f"Lines that were refused: {report.refused_total:,}.", style="yellow")
    for refusal in report.refused[:LISTED]:
        console.print(f"  line {refusal.line:,}: {refusal.reason}", markup=False, soft_wrap=True)
    if report.refused_total > LISTED:
        console.print("  …")
    if report.refused_file:
        console.print(f"All of them are in {report.refused_file}.", markup=False, soft_wrap=True)
