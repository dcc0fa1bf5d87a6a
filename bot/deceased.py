"""`sapa deceased`: a customer has died, and nothing is to be said unasked any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import change, settings_for_command
from bot.whom import CustomerName, the_one

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from store.unasked import Who


def deceased(
    customer: CustomerName,
    undo: Annotated[bool, typer.Option("--undo", help="It was a mistake: the customer is alive.")] = False,
) -> None:
    """Note that a customer has died: nothing is said unasked any more, and people answer what is written there."""
    from bot.app import utc_now
    from store import audit, contacts

    settings = settings_for_command()

    def work(connection: Connection) -> Who:
        who = the_one(connection, customer, settings.business_country)
        contacts.note_death(connection, who.id, died=not undo)
        before, after = {"deceased": undo}, {"deceased": not undo}
        subject, now = f"contact:{who.public_id}", utc_now()
        audit.note(connection, audit.COMMAND_LINE, "customer.deceased", subject, before, after, "", now)
        return who

    who = change(settings, work)
    name = who.name or who.public_id
    typer.echo(f"{name} is written to as before." if undo else f"Nothing is said to {name} unasked any more.")
