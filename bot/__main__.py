"""The command line."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Coroutine
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from bot import (
    apikey_cli,
    campaign_cli,
    deceased,
    programme_cli,
    recommend_cli,
    scores_cli,
    segment_cli,
    staff_cli,
    survey_cli,
    template_cli,
    why,
)
from locales import LANGUAGES
from talk.errors import SapaError

if TYPE_CHECKING:
    from bot.settings import Settings

T = TypeVar("T")

cli = typer.Typer(
    name="sapa",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.add_typer(apikey_cli.cli)
cli.add_typer(campaign_cli.cli)
cli.add_typer(programme_cli.cli)
cli.add_typer(recommend_cli.cli)
cli.add_typer(scores_cli.cli)
cli.add_typer(segment_cli.cli)
cli.add_typer(staff_cli.cli)
cli.add_typer(survey_cli.cli)
cli.add_typer(template_cli.cli)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sapa {metadata.version('sapa')}")
        raise typer.Exit


@cli.callback()
def every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """A bot that keeps a business in conversation with its customers."""


@cli.command()
def run(
    roles: Annotated[
        str, typer.Option(help="What this process does, separated by commas.")
    ] = "web,sender,scheduler",
    migrate: Annotated[bool, typer.Option(help="Bring the database up to date first.")] = False,
) -> None:
    """Run Sapa until it is told to stop (Ctrl+C or SIGTERM)."""
    from bot.running import ROLES, serve

    chosen = [role.strip() for role in roles.split(",") if role.strip()]
    if not chosen or set(chosen) - set(ROLES):
        raise SapaError(f"--roles takes {', '.join(ROLES)}, separated by commas; got {roles!r}.")
    _run(serve(_settings(), chosen, migrate=migrate))


@cli.command()
def demo(
    telegram_fake: Annotated[
        bool, typer.Option("--telegram-fake", help="Play Telegram too, with a page to type in.")
    ] = False,
    port: Annotated[int, typer.Option(help="Where the web chat listens, on this machine alone.")] = 8000,
    data_dir: Annotated[Path, typer.Option(help="Where the sample business is kept.")] = Path("data/demo"),
) -> None:
    """Run a sample business, with customers, products and a year of purchases. No token is needed."""
    from bot.demo.command import demo as run_demo

    settings = _settings(data_dir=data_dir, database_url="", host="127.0.0.1", port=port, public_url="")
    raise typer.Exit(_run(run_demo(settings, telegram_fake=telegram_fake)))


@cli.command()
def chat(
    flow: Annotated[str, typer.Argument(help="The flow to talk to, for example points.")],
    lang: Annotated[str, typer.Option(help=f"The customer's language: {', '.join(LANGUAGES)}.")] = "en",
    record: Annotated[
        Path | None, typer.Option(help="Write the conversation as a test transcript.", dir_okay=False)
    ] = None,
) -> None:
    """Talk to a flow here in the terminal, as a customer would."""
    from bot.chat import chat as talk

    if lang not in LANGUAGES:
        raise SapaError(f"--lang takes one of {', '.join(LANGUAGES)}; got {lang!r}.")
    _run(talk(flow, lang, record))


@cli.command(name="import")
def import_(
    kind: Annotated[Literal["customers", "products", "purchases"], typer.Argument(help="What the file lists.")],
    file: Annotated[
        Path, typer.Argument(help="A CSV file (docs/import.md tells its columns).", exists=True, dir_okay=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come in, and write nothing.")] = False,
) -> None:
    """Bring in customers, products or purchases. Importing a file again adds nothing twice."""
    from bot.importing.shown import import_shown

    report = _run(import_shown(_settings(), kind, file, dry_run=dry_run))
    raise typer.Exit(1 if report.refused_total else 0)


@cli.command()
def migrate() -> None:
    """Bring the database up to date with this version of Sapa."""
    from bot.running import migrate as upgrade

    typer.echo(_run(upgrade(_settings())))


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write the backup.", dir_okay=False)]) -> None:
    """Write everything into one file. Sapa may go on running."""
    from bot.keeping import back_up

    rows = _run(back_up(_settings(), file))
    typer.echo(f"{rows:,} rows are in {file}. Keep the secret key with it: without the key, links are void.")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `sapa backup` wrote.", exists=True, dir_okay=False)],
) -> None:
    """Fill an empty database from a backup, of either kind of database. Sapa must not run."""
    from bot.keeping import bring_back

    rows = _run(bring_back(_settings(), file))
    typer.echo(f"{rows:,} rows are restored.")


@cli.command()
def link(
    number: Annotated[str, typer.Argument(help="The customer's number.")],
    days: Annotated[int, typer.Option(help="For how many days it can be opened.", min=1, max=30)] = 7,
) -> None:
    """Print a personal web chat link for a customer. It opens once: send it to that customer only."""
    from bot.keeping import personal_link

    typer.echo(_run(personal_link(_settings(), number, dt.timedelta(days=days))))


@cli.command()
def poster(
    out: Annotated[Path, typer.Option(help="The folder to write the PDF files into.", file_okay=False)],
    branch: Annotated[str, typer.Option(help="The code of a branch.")] = "",
    language: Annotated[str, typer.Option(help=f"A language: {', '.join(LANGUAGES)}.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every branch in every language.")] = False,
    telegram_name: Annotated[str, typer.Option(help="The bot's name, if Telegram cannot be asked.")] = "",
) -> None:
    """Print posters by which customers join, for each branch and language."""
    from bot.posters.printing import print_posters

    wanted = [code for code in LANGUAGES if language in ("", code)]
    if not wanted or not (every or branch or language):
        raise SapaError(f"Say --branch CODE, --language (one of {', '.join(LANGUAGES)}), both, or --all.")
    settings = _settings()
    files = _run(print_posters(settings, out, branch=branch, languages=wanted, telegram_name=telegram_name))
    typer.echo("\n".join(map(str, files)))
    if not settings.public_url:
        typer.secho(f"They lead to {settings.address}: set SAPA_PUBLIC_URL before you hang them up.", err=True)


@cli.command()
def joins(
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on, as 2026-11-30.")
    ] = None,
) -> None:
    """Count the customers who joined in a chat, by poster and channel."""
    from bot.posters.printing import show_joins

    _run(show_joins(_settings(), since.date() if since else None))


@cli.command()
def doctor() -> None:
    """Look at everything Sapa needs, and say what to do about what is missing."""
    from bot.doctor import show

    raise typer.Exit(0 if _run(show(_settings())) else 1)


cli.command()(why.why)
cli.command()(deceased.deceased)


def _settings(**overrides: object) -> Settings:
    from bot.logs import set_up
    from bot.settings import load

    settings = load(**overrides)
    set_up(settings.log_format, settings.log_level)
    return settings


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def main() -> None:
    """The `sapa` command: an error that Sapa names is one line that says what to do, and exit code 1."""
    try:
        cli()
    except SapaError as error:
        typer.secho(f"sapa: {error}", err=True, fg="red")
        sys.exit(1)


if __name__ == "__main__":
    main()
