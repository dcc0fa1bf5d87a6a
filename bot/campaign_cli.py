"""`sapa campaign`: campaigns as files, tried, tested, sent, and watched."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import campaign_work as work
from bot.once import change, look, settings_for_command
from talk.errors import SapaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from outreach.campaigns.lifecycle import Refused
    from store.campaigns import Campaign

cli = typer.Typer(
    name="campaign",
    no_args_is_help=True,
    help="Campaigns: one message to many customers (docs/campaigns.md).",
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="The campaign file.", exists=True, dir_okay=False)]
Which = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help="Its id or its name; `sapa campaign list` tells them.")
]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help="Write it there instead of printing it.", dir_okay=False)
]


@cli.command("list")
def listing() -> None:
    """List the campaigns: id, state, start, and name."""
    from store import campaigns

    settings = settings_for_command()
    found = [] if settings.new_sqlite else look(settings, campaigns.every)
    if not found:
        typer.echo("There are no campaigns yet; `sapa campaign save FILE` makes one from a file.", err=True)
    for each in found:
        starts = f"{each.starts_at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if each.starts_at else ""
        typer.echo(f"{each.public_id:<16}  {each.state:<9}  {starts:<16}  {each.name}")


@cli.command()
def show(
    campaign: Which,
    to: To = None,
    file: Annotated[bool, typer.Option("--file", help="Print it as a file, which reads back the same.")] = False,
) -> None:
    """Say what a campaign is, what keeps it from being sent, and how far it is."""
    from bot import campaign_shown

    settings = settings_for_command()
    if file or to is not None:
        _put_out(partial(work.as_file, named=campaign, settings=settings), to)
        return
    for line in look(settings, partial(campaign_shown.lines, named=campaign, settings=settings)):
        typer.echo(line)


@cli.command()
def check(file: File) -> None:
    """Say everything that is wrong with a campaign file, line by line."""
    settings = settings_for_command()

    def wrong_with(connection: Connection) -> list[str]:
        return work.problems(connection, work.read(connection, file, settings), settings)

    if wrong := look(settings, wrong_with):
        raise SapaError(f"{file} says a campaign that cannot be sent yet.\n" + "\n".join(wrong))
    typer.echo(f"{file} is a campaign that can be sent.")


@cli.command()
def save(file: File) -> None:
    """Make a campaign file a draft, or change the draft that has its name."""
    settings = settings_for_command()
    typer.echo(change(settings, partial(work.save, file=file, settings=settings)))


@cli.command("dry-run")
def dry_run(campaign: Which) -> None:
    """Count who would get it now, who later, and why others would not. Nothing is sent or kept."""
    from bot import campaign_shown

    settings = settings_for_command()
    for line in campaign_shown.tried(settings, campaign):
        typer.echo(line)


@cli.command("test")
def send_test(
    campaign: Which,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="A language; several may be given. All that it has.")
    ] = None,
) -> None:
    """Send it as a test to the chats of colleagues: the contacts who have the tag “tester”."""
    settings = settings_for_command()
    typer.echo(change(settings, partial(work.send_test, named=campaign, wanted=language or [], settings=settings)))


@cli.command()
def start(campaign: Which) -> None:
    """Submit a draft: it is planned, or waits for a second person if it is for many."""
    settings = settings_for_command()
    people = look(settings, partial(work.people, named=campaign, settings=settings))
    done = change(settings, partial(work.submit, named=campaign, people=people, settings=settings))
    if done.state == "waiting":
        typer.echo(f"“{done.name}” waits for a second person: `sapa campaign approve {done.public_id}`.")
    else:
        assert done.starts_at is not None
        typer.echo(
            f"“{done.name}” is planned; it starts {done.starts_at.astimezone(settings.zone):%Y-%m-%d %H:%M}."
        )


@cli.command()
def approve(campaign: Which) -> None:
    """Approve a campaign that somebody else wrote and that waits for it."""
    from outreach.campaigns import lifecycle

    _move(campaign, "approved", "is approved and planned", partial(lifecycle.approve, by=work.me()))


@cli.command("take-back")
def take_back(campaign: Which) -> None:
    """Make a campaign that has not started a draft again, to change it."""
    from outreach.campaigns import lifecycle

    _move(campaign, "taken_back", "is a draft again", lifecycle.take_back)


@cli.command()
def pause(campaign: Which) -> None:
    """Send nothing more of a campaign until it is resumed."""
    from outreach.campaigns import lifecycle

    _move(campaign, "paused", "is paused", lifecycle.pause)


@cli.command()
def resume(campaign: Which) -> None:
    """Go on with a campaign that was paused."""
    from outreach.campaigns import lifecycle

    _move(campaign, "resumed", "goes on", lifecycle.resume)


@cli.command()
def cancel(campaign: Which, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Send nothing more of a campaign, ever."""
    from outreach.campaigns import lifecycle

    if not yes and not typer.confirm("Nothing more of it is sent then, ever. Cancel it?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    _move(campaign, "cancelled", "is cancelled", lifecycle.cancel)


@cli.command()
def retry(campaign: Which) -> None:
    """Send again to those whose message failed; never to those of whom nobody knows."""
    from bot.app import utc_now

    settings, asked_at, number, more = settings_for_command(), utc_now(), 0, True
    while more:
        some, more = change(settings, partial(work.retry, named=campaign, asked_at=asked_at, before=number))
        number += some
    typer.echo(f"{number:,} that failed are tried again.")


@cli.command()
def watch(campaign: Which) -> None:
    """Show how far a campaign is, until it has ended. Ctrl+C ends only the watching."""
    from bot import campaign_shown

    typer.echo(campaign_shown.watched(settings_for_command(), campaign))


@cli.command()
def report(
    campaign: Which,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there as CSV instead.", dir_okay=False)
    ] = None,
) -> None:
    """Say what came of a campaign: where everybody is, who reacted, and what it brought."""
    from bot import campaign_report, campaign_tables

    if to is not None:
        _put_out(partial(campaign_tables.report, named=campaign), to)
        return
    settings = settings_for_command()
    for line in look(settings, partial(campaign_report.lines, named=campaign, settings=settings)):
        typer.echo(line)


@cli.command()
def recipients(
    campaign: Which,
    to: To = None,
    state: Annotated[str, typer.Option("--state", help="Only those who stand so: sent, skipped, failed, …")] = "",
) -> None:
    """Print everybody a campaign is for as CSV: how each stands, and why."""
    from bot import campaign_tables

    _put_out(partial(campaign_tables.recipients, named=campaign, state=state), to)


def _move(named: str, action: str, words: str, how: Callable[..., Campaign | Refused]) -> None:
    from bot.app import utc_now

    def move(connection: Connection) -> str:
        now = utc_now()
        moved = work.done(how(connection, work.the_one(connection, named).public_id, now=now))
        work.note(connection, f"campaign.{action}", moved, now)
        return f"“{moved.name}” {words}."

    typer.echo(change(settings_for_command(), move))


def _put_out(work: Callable[..., None], to: Path | None) -> None:
    """Print what `work` writes, or put it into a file that is not there yet."""
    settings = settings_for_command()
    if to is None:
        look(settings, partial(work, write=partial(typer.echo, nl=False)))
        return
    if to.exists():
        raise SapaError(f"{to} is there already; name another file, or move it away.")
    try:
        with to.open("w", encoding="utf-8") as file:
            look(settings, partial(work, write=file.write))
    except OSError as error:
        raise SapaError(f"{to} cannot be written ({error.strerror}).") from None
    except SapaError:
        to.unlink(missing_ok=True)
        raise
    typer.echo(f"{to} is written.")
