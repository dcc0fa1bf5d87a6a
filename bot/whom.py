"""The customer that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from talk.errors import SapaError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from store.unasked import Who

CustomerName = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="A customer number, a phone number, or a public id.")
]


def the_one(connection: Connection, customer: str, country: str) -> Who:
    """The one customer who is meant; a phone number without its country is one of `country`. Raises SapaError."""
    from store import unasked
    from talk.reading.contact_points import read_phone

    found = unasked.named(connection, customer, customer, read_phone(customer, country))
    if len(found) == 1:
        return found[0]
    if found:
        raise SapaError(f"{len(found)} customers have the phone number {customer}; give the customer number.")
    raise SapaError(f"There is no customer {customer!r}: give a customer number, a phone number, or a public id.")
