"""Member cards: the code in a member's QR, by which the till finds them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import contacts
from talk.reading.codes import new_code, read_code

SCANNED = "M:"  # what a card's QR says before the code
LENGTH = 12  # 60 bits: a card is shown, not secret, but nobody shall find one by trying


def card_of(connection: Connection, contact_id: int) -> str:
    """The code of a contact's card; made when it is first asked for, the same for good."""
    found = code_of(connection, contact_id)
    if found is not None:
        return found
    mine = sa.and_(contacts.c.id == contact_id, contacts.c.card.is_(None))
    connection.execute(contacts.update().where(mine).values(card=new_code(LENGTH)))
    return str(code_of(connection, contact_id))


def code_of(connection: Connection, contact_id: int) -> str | None:
    """The code of a contact's card; None while there is none."""
    return connection.scalar(sa.select(contacts.c.card).where(contacts.c.id == contact_id))


def by_card(connection: Connection, card: str) -> int | None:
    """The contact who is meant by a card, as it was scanned or typed; None for an unknown one."""
    code = read_code(card, SCANNED)
    if code is None:
        return None
    meant = sa.func.coalesce(contacts.c.merged_into, contacts.c.id)
    found: int | None = connection.scalar(sa.select(meant).where(contacts.c.card == code))
    return found
