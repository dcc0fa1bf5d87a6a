"""Accounts from which nothing may be redeemed for now; what comes in goes on."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import accounts


class Freeze(msgspec.Struct, frozen=True):
    """Since when nothing is redeemed, and why: theft, or staff (whose reason is in the log of changes)."""

    since: dt.datetime
    why: str


def of_contact(connection: Connection, contact_id: int) -> Freeze | None:
    """How a contact's account is frozen; None when it is not, or when there is none."""
    return _freeze(connection, accounts.c.contact_id == contact_id)


def of_account(connection: Connection, account_id: int) -> Freeze | None:
    """How an account is frozen; None when it is not."""
    return _freeze(connection, accounts.c.id == account_id)


def set_freeze(connection: Connection, account_id: int, freeze: Freeze | None) -> None:
    """Freeze an account, or let it go (None); the account is locked."""
    changed = {"frozen_at": freeze.since if freeze else None, "frozen_why": freeze.why[:64] if freeze else ""}
    connection.execute(accounts.update().where(accounts.c.id == account_id).values(changed))


def carry(connection: Connection, contact_id: int, account_id: int) -> None:
    """Let an account be frozen as the one is which it takes the place of; one that is frozen stays as it is."""
    freeze = of_contact(connection, contact_id)
    if freeze is not None and of_account(connection, account_id) is None:
        set_freeze(connection, account_id, freeze)


def _freeze(connection: Connection, which: sa.ColumnElement[bool]) -> Freeze | None:
    row = connection.execute(sa.select(accounts.c.frozen_at, accounts.c.frozen_why).where(which)).first()
    return Freeze(row.frozen_at, row.frozen_why) if row is not None and row.frozen_at is not None else None
