"""`sapa recommend`: fitting the recommender by hand, and seeing what it recommends to a customer, and why."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import look, settings_for_command
from talk.errors import SapaError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from insights.recommend import Recommended
    from store.recommenders import Status

LISTED = 10
STEPS = {"reading": "Reading purchases", "solving": "Learning", "storing": "Storing products"}

cli = typer.Typer(
    name="recommend",
    no_args_is_help=True,
    help="What goes with what, learnt from purchases every night (docs/recommendations.md).",
)


@cli.command()
def fit() -> None:
    """Learn from all purchases now. The recommender before goes on serving until this one is ready."""
    typer.echo(_made(asyncio.run(_fit(settings_for_command()))))


@cli.command()
def show(
    customer: Annotated[str, typer.Argument(help="The customer's number.")],
    size: Annotated[int, typer.Option(help="How many products.", min=1, max=50)] = LISTED,
) -> None:
    """List what is recommended to a customer just now, and why."""
    found = look(settings_for_command(), partial(_recommended, number=customer, size=size))
    if not found:
        typer.echo("There is nothing to recommend; `sapa recommend status` says whether anything was learnt.")
    for place, each in enumerate(found, 1):
        product = each.item.product
        typer.echo(f"{place:>3}  {product.sku}  {product.name}  ({_reason(each)})")


@cli.command()
def status() -> None:
    """Say what the last recommenders learnt from, and how far one is that is being fitted."""
    from store import recommenders

    settings = settings_for_command()
    found = look(settings, partial(recommenders.statuses, size=LISTED))
    if not found:
        typer.echo("None was fitted yet. Sapa does it by itself while it runs; `sapa recommend fit` does it now.")
    for each in found:
        typer.echo(f"{each.id:>5}  {each.started_at.astimezone(settings.zone):%Y-%m-%d %H:%M}  {_made(each)}")


def _made(status: Status) -> str:
    if status.state == "failed":
        return f"failed: {status.error}"
    if status.state == "fitting":
        return f"{status.step}: {status.done:,} of {status.total:,}"
    learnt = f"ready: {status.purchases:,} purchases of {status.customers:,} customers"
    if not status.products:
        return f"{learnt}, too few to tell tastes; what most people buy is recommended"
    return f"{learnt}, {status.products:,} products"


def _recommended(connection: Connection, number: str, size: int) -> tuple[Recommended, ...]:
    from bot.app import utc_now
    from insights.recommend import recommend
    from store import members

    contact_id = members.find(connection, number=number)
    if contact_id is None:
        raise SapaError(f"There is no customer with the number {number!r}.")
    return recommend(connection, contact_id, size=size, now=utc_now())


def _reason(recommended: Recommended) -> str:
    name = recommended.because.name if recommended.because else ""
    return {
        "bought": f"because they bought {name}",
        "refill": "time for another",
        "alike": f"like {name}",
        "offer": "on offer",
        "popular": "many buy it",
    }[recommended.why]


async def _fit(settings: Settings) -> Status:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.app import utc_now
    from bot.running import open_database
    from scheduler import fitting, refitting

    database = await open_database(settings.database, migrate=settings.new_sqlite)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Reading", total=None)

            def told(progress: fitting.Progress) -> None:
                bar.update(task, description=STEPS[progress.step], completed=progress.done, total=progress.total)

            return await refitting.fit(database, now=utc_now, told=told)
    finally:
        database.close()
