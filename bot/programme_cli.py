"""`sapa programme`: what a business sets about points, tiers, rewards, hours and greetings, as a file."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import look, settings_for_command, who
from talk.errors import SapaError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from loyalty.programme_file import Written
    from store.database import Database

cli = typer.Typer(
    name="programme",
    no_args_is_help=True,
    help="Points, tiers, rewards, branches and hours, as a file you edit (docs/programme.md).",
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="The programme file.", exists=True, dir_okay=False)]


@cli.command()
def show(
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FOLDER", help="Write programme.yaml and its pictures there.", file_okay=False
        ),
    ] = None,
) -> None:
    """Print the programme that holds, as it was applied; before the first one, a file to begin with."""
    from loyalty.programme_file import STARTER

    settings = settings_for_command()
    text, pictures = ("", {}) if settings.new_sqlite else look(settings, _newest)
    if into is not None:
        file = _written(into, text or STARTER.read_text(encoding="utf-8"), pictures)
        typer.echo(f"{file} is written, with {len(pictures)} pictures.")
        return
    typer.echo(text or STARTER.read_text(encoding="utf-8"), nl=bool(text) and not text.endswith("\n"))
    if not text:
        typer.echo("No programme was applied yet; this is a file to begin with.", err=True)


@cli.command()
def check(file: File) -> None:
    """Say everything that is wrong with a programme file, line by line. No database is needed."""
    written = _read(file)
    rules = written.rules
    typer.echo(
        f"{file} is a programme: {len(rules.tiers.levels)} tiers, {len(rules.rewards)} rewards, "
        f"{len(rules.branches)} branches."
    )


@cli.command()
def apply(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is applied.")] = False,
) -> None:
    """Make a programme file hold from now on, after saying what it changes."""
    written = _read(file)
    settings = settings_for_command()
    asyncio.run(_dry_run(settings, written) if dry_run else _apply(settings, written, ask=not yes))


@cli.command()
def history(
    show_version: Annotated[
        int, typer.Option("--show", metavar="N", help="Print version N as it was applied, instead of the list.")
    ] = 0,
) -> None:
    """List every version that was applied: its number, when, and by whom."""
    from store import programmes

    settings = settings_for_command()
    if show_version:
        found = look(settings, lambda connection: programmes.version(connection, show_version))
        if found is None:
            raise SapaError(f"There is no version {show_version}; `sapa programme history` lists them.")
        typer.echo(found.text, nl=not found.text.endswith("\n"))
        return
    versions = [] if settings.new_sqlite else look(settings, partial(programmes.history, limit=1_000))
    if not versions:
        typer.echo("No programme was applied yet.", err=True)
    for each in versions:
        typer.echo(f"{each.id:>5}  {each.at.astimezone(settings.zone):%Y-%m-%d %H:%M}  {each.by}")


def _newest(connection: Connection) -> tuple[str, dict[str, bytes]]:
    """The text of the programme that holds, and its rewards' pictures by their files' names."""
    from loyalty import programme
    from store import media, programmes, rewards

    versions = programmes.history(connection, 1)
    pictures: dict[str, bytes] = {}
    for reward in programme.read(connection).rewards:
        kept = rewards.find(connection, reward.code)
        if reward.picture and kept and kept.picture:
            pictures[reward.picture] = media.load(connection, kept.picture) or b""
    return versions[0].text if versions else "", pictures


def _written(folder: Path, text: str, pictures: dict[str, bytes]) -> Path:
    file = folder / "programme.yaml"
    if taken := [each for each in (file, *(folder / name for name in pictures)) if each.exists()]:
        raise SapaError(f"{taken[0]} is there already; name another folder, or move it away.")
    for name, content in pictures.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def _read(file: Path) -> Written:
    from loyalty.programme_file import read_file
    from outreach.kinds import KINDS
    from written.problems import FileWrong

    capped = [name for name, kind in KINDS.items() if kind.counts]
    try:
        return read_file(file, capped)
    except FileWrong as wrong:
        count = len(wrong.problems)
        raise SapaError(f"{file} has {count} problem{'s' * (count > 1)}.\n{wrong}") from None


async def _dry_run(settings: Settings, written: Written) -> None:
    from bot.keeping import kept_database
    from bot.programme_preview import preview_of_first, tell

    if settings.new_sqlite:
        tell(preview_of_first(written.rules), written.rules)
    else:
        async with kept_database(settings) as database:
            await _preview(database, written)
    typer.echo("Nothing was changed.")


async def _apply(settings: Settings, written: Written, *, ask: bool) -> None:
    from bot.running import open_database

    database = await open_database(settings.database, migrate=settings.new_sqlite)
    try:
        await _preview(database, written)
        if ask and not typer.confirm("Apply it?"):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        new = await _keep(database, settings, written)
    finally:
        database.close()
    typer.echo("It holds from now on." if new else "It held already; nothing was changed.")


async def _preview(database: Database, written: Written) -> None:
    from bot.app import utc_now
    from bot.programme_preview import preview, tell

    tell(await preview(database, written, utc_now()), written.rules)


async def _keep(database: Database, settings: Settings, written: Written) -> bool:
    """Keep the pictures, one a transaction, then the programme; whether anything is new."""
    from bot.app import utc_now
    from loyalty import applying
    from store import audit, catalog, rewards

    kept: dict[str, int] = {}
    before = await database.read(rewards.pictures)
    for code, picture in written.pictures.items():
        file = picture.to_keep(before.get(code))
        kept[code] = await database.transact(
            lambda connection: catalog.keep_picture(connection, code, file, utc_now())  # noqa: B023
        )

    def work(connection: Connection) -> bool:
        now, by, drawn = utc_now(), who(), rewards.pictures(connection)
        version = applying.apply(
            connection, written.rules, text=written.text, by=by, at=now, zone=settings.zone, pictures=kept
        )
        new = version or drawn != rewards.pictures(connection)
        if new:
            audit.note(connection, audit.COMMAND_LINE, "programme.applied", "programme", None, {"by": by}, "", now)
        return new

    return await database.transact(work)
