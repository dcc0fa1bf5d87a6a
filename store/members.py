"""Member cards: whether a contact has one, and giving it to the contact who proves the phone number."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import accounts, contacts, identities, purchases

_TAKEN_OVER = ("number", "name", "email", "city")


def has_account(connection: Connection, contact_id: int) -> bool:
    """Whether the contact has a points account."""
    return bool(connection.scalar(sa.select(sa.exists().where(accounts.c.contact_id == contact_id))))


def link_phone(connection: Connection, contact_id: int, phone: str) -> bool:
    """Give the contact the imported member's card that has this proven number; whether it has one now.

    Only a member who has never been in a chat is taken over: two people's conversations are not joined by a
    shared number. The member's row stays, pointing to the contact who is now meant.
    """
    if has_account(connection, contact_id):
        return _phone_of(connection, contact_id) == phone
    member = _silent_member(connection, phone)
    if member is None:
        return False
    connection.execute(sa.update(accounts).where(accounts.c.contact_id == member.id).values(contact_id=contact_id))
    connection.execute(
        sa.update(purchases).where(purchases.c.contact_id == member.id).values(contact_id=contact_id)
    )
    connection.execute(
        sa.update(contacts).where(contacts.c.id == member.id).values(merged_into=contact_id, number=None)
    )
    known = {name: value for name in _TAKEN_OVER if (value := getattr(member, name))}
    connection.execute(sa.update(contacts).where(contacts.c.id == contact_id).values(phone=phone, **known))
    return True


def _silent_member(connection: Connection, phone: str) -> sa.Row[tuple[object, ...]] | None:
    talked = sa.exists().where(identities.c.contact_id == contacts.c.id)
    found = connection.execute(
        sa.select(contacts)
        .join(accounts, accounts.c.contact_id == contacts.c.id)
        .where(contacts.c.phone == phone, contacts.c.merged_into.is_(None), ~talked)
        .with_for_update(of=contacts)
    ).all()
    return found[0] if len(found) == 1 else None


def _phone_of(connection: Connection, contact_id: int) -> str | None:
    return connection.scalar(sa.select(contacts.c.phone).where(contacts.c.id == contact_id))
