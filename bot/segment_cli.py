"""`sapa segment`: segments as files, who is in them, and lists of customers from and to CSV."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import change, look, settings_for_command, who
from talk.errors import SapaError

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from outreach.segments.audience import Counted, Person

MOST_BYTES = 256 * 2**20  # of a list's file
LISTED = 20

cli = typer.Typer(
    name="segment",
    no_args_is_help=True,
    help="Segments of customers: conditions that you write as files, and lists (docs/segments.md).",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The segment's name, or its id; `list` tells both.")]


@cli.command("list")
def listing() -> None:
    """List the segments: id, what it is, and name."""
    from store import segments

    settings = settings_for_command()
    found = [] if settings.new_sqlite else look(settings, segments.every)
    if not found:
        typer.echo("There are no segments yet; docs/segments.md shows how to write one.", err=True)
    for each in found:
        typer.echo(f"{each.public_id}  {'list' if each.condition is None else 'condition':<9}  {each.name}")


@cli.command()
def show(name: Name) -> None:
    """Print a segment as a file, which `save` reads back the same."""
    from bot import segment_lists
    from outreach.segments import file
    from outreach.segments.checks import read

    found = look(settings_for_command(), partial(segment_lists.segment_of, name=name))
    condition = None if found.condition is None else read(found.condition)
    typer.echo(file.written(found.name, condition), nl=False)


@cli.command()
def save(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="YAML or JSON.", exists=True, dir_okay=False)],
) -> None:
    """Keep the segment that a file says; one with its name is changed. A file without a condition makes a list."""
    from bot.app import utc_now

    typer.echo(change(settings_for_command(), partial(_save, path=path, now=utc_now())))


@cli.command()
def count(name: Name) -> None:
    """Say how many are in a segment now, how many agreed to news, and how many of these each channel reaches."""
    from bot.app import utc_now

    settings = settings_for_command()
    found = look(settings, partial(_count, name=name, now=utc_now(), zone=settings.business_timezone))
    typer.echo(f"{found.everybody:,} in the segment")
    typer.echo(f"{found.agreed:,} agreed to offers and news")
    for channel, reached in sorted(found.by_channel.items()):
        typer.echo(f"{reached:,} of them reachable by {channel}")


@cli.command()
def sample(
    name: Name,
    size: Annotated[int, typer.Option(help="How many customers.", min=1, max=100)] = 10,
) -> None:
    """List some who are in a segment now: number, name, language, and where they stand as customers."""
    from bot.app import utc_now

    settings = settings_for_command()
    work = partial(_sample, name=name, size=size, now=utc_now(), zone=settings.business_timezone)
    found = look(settings, work)
    if not found:
        typer.echo("Nobody is in it.", err=True)
    for each in found:
        typer.echo(f"{each.number or '-':<16}  {each.language}  {each.stage:<8}  {each.call_me or each.name}")


@cli.command()
def remove(name: Name) -> None:
    """Put a segment away: it is offered no more. Campaigns that name it keep it."""
    from bot.app import utc_now

    typer.echo(change(settings_for_command(), partial(_remove, name=name, now=utc_now())))


@cli.command("import")
def bring_in(
    name: Name,
    path: Annotated[Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False)],
) -> None:
    """Put customers on a list, which is made if there is none of this name; whoever is on it stays.

    A line names one customer by number, phone number, e-mail address or id; a header may say by which.
    """
    if path.stat().st_size > MOST_BYTES:
        raise SapaError(f"{path} is larger than {MOST_BYTES // 2**20} MB; split it.")
    from bot import segment_lists

    brought = asyncio.run(segment_lists.bring_in(settings_for_command(), name, path))
    typer.echo(f"{brought.added:,} came onto the list, {brought.known:,} were on it.")
    if brought.missed:
        typer.echo(f"Lines that name nobody: {len(brought.missed):,}.", err=True)
    for line, why in brought.missed[:LISTED]:
        typer.echo(f"  line {line:,}: {_WHY[why]}", err=True)
    if len(brought.missed) > LISTED:
        typer.echo("  …", err=True)


@cli.command()
def export(
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there instead of printing it.")
    ] = None,
) -> None:
    """Print who is in a segment now, as CSV: id and number. `import` reads it back."""
    from bot import segment_lists

    settings = settings_for_command()
    if to is None:
        asyncio.run(segment_lists.write_out(settings, name, sys.stdout))
        return
    if to.exists():
        raise SapaError(f"{to} is there already; name another file, or move it away.")
    try:
        with to.open("w", encoding="utf-8", newline="") as file:
            written = asyncio.run(segment_lists.write_out(settings, name, file))
    except OSError as error:
        raise SapaError(f"{to} cannot be written ({error.strerror}).") from None
    typer.echo(f"{to} is written: {written:,} customers.")


_WHY = {
    "unknown": "no customer is known by this",
    "several": "more than one customer has this",
    "unreadable": "this is no text in UTF-8, or much too long",
}


def _save(connection: Connection, path: Path, now: dt.datetime) -> str:
    from bot import segment_lists
    from loyalty import programme
    from outreach.segments import references
    from outreach.segments.definition import to_plain
    from outreach.segments.file import read_file
    from store import segments
    from written.problems import FileWrong

    try:
        content = path.read_bytes()
        said = read_file(content, programme.read(connection).currency, partial(references.hold, connection))
    except OSError as error:
        raise SapaError(f"{path} cannot be read ({error.strerror}).") from None
    except FileWrong as wrong:
        number = len(wrong.problems)
        raise SapaError(f"{path} has {number} problem{'s' * (number > 1)}.\n{wrong}") from None
    condition = None if said.condition is None else to_plain(said.condition)
    if not segments.called(connection, said.name):
        adding = segments.add(connection, name=said.name, condition=condition, by=who()[:64], now=now)
        made = segment_lists.kept(adding)
        segment_lists.note(connection, "segment.added", None, made, now)
        return f"“{made.name}” is kept as {made.public_id}."
    before = segment_lists.segment_of(connection, said.name)
    if (before.condition is None) != (condition is None):
        kinds = ("a list", "a condition") if before.condition is None else ("a condition", "a list")
        raise SapaError(f"“{said.name}” is {kinds[0]}, and the file says {kinds[1]}; give it another name.")
    if before.condition == condition:
        return f"“{said.name}” says this already; nothing was changed."
    saving = segments.save(connection, before.id, name=said.name, condition=condition, edit=before.edit, now=now)
    after = segment_lists.kept(saving)
    segment_lists.note(connection, "segment.changed", before, after, now)
    return f"“{after.name}” is changed. Campaigns that have started keep the condition they started with."


def _count(connection: Connection, name: str, now: dt.datetime, zone: str) -> Counted:
    from bot import segment_lists
    from outreach.segments import audience

    return audience.count(connection, segment_lists.segment_of(connection, name), now, zone)


def _sample(connection: Connection, name: str, size: int, now: dt.datetime, zone: str) -> list[Person]:
    from bot import segment_lists
    from outreach.segments import audience

    return audience.sample(connection, segment_lists.segment_of(connection, name), size, now, zone)


def _remove(connection: Connection, name: str, now: dt.datetime) -> str:
    from bot import segment_lists
    from store import audit, segments

    before = segment_lists.segment_of(connection, name)
    segments.remove(connection, before.id, now)
    told = {"name": before.name}
    subject = f"segment:{before.public_id}"
    audit.note(connection, audit.COMMAND_LINE, "segment.removed", subject, told, None, "", now)
    return f"“{before.name}” is put away."
