"""Customers who wait for a person, and colleagues who have their conversations."""

from __future__ import annotations

import sqlalchemy as sa

from store import tables, transcript
from store.contacts import QUEUE
from tests.console.staff.team import Browser, Team
from tests.handlers.house import Customer

WELCOME = {
    "en": ("hello", "English", "skip", "no", "I want to talk to a person"),
    "ar": ("مرحبا", "العربية", "تخطي", "لا", "أريد التحدث مع موظف"),
}


async def waiting(team: Team, sender: str = "1", channel: str = "webchat", language: str = "en") -> Customer:
    """A customer who was welcomed and asked for a person."""
    customer = team.house.customer(sender, channel)
    for words in WELCOME[language]:
        await customer.types(words)
    return customer


async def public_id(team: Team, customer: Customer) -> str:
    """The customer's."""
    contacts, identities = tables.contacts, tables.identities
    found = await team.rows(
        sa.select(contacts.c.public_id)
        .join(identities, identities.c.contact_id == contacts.c.id)
        .where(identities.c.sender == customer.sender, identities.c.channel == customer.channel)
    )
    return str(found[0].public_id)


async def owner(team: Team, contact: str) -> str:
    """Who has the conversation."""
    found = await team.rows(sa.select(tables.contacts.c.owner).where(tables.contacts.c.public_id == contact))
    return str(found[0].owner)


async def taken(team: Team, customer: Customer) -> tuple[Browser, str]:
    """A support agent who has this customer's conversation, and its address; what was said before is heard."""
    agent, home = await team.browser("support", name="Siti"), f"/staff/inbox/{await public_id(team, customer)}"
    answer = await agent.submit(f"{home}/take", owner=QUEUE)
    assert answer.status_code == 303, answer.text
    await customer.answers()
    return agent, home


async def seen(team: Team, customer: Customer) -> list[transcript.Line]:
    """What the customer's page shows of what they were told."""

    def read(connection: sa.Connection) -> list[transcript.Line]:
        identities = tables.identities
        contact = connection.scalar(
            sa.select(identities.c.contact_id).where(identities.c.sender == customer.sender)
        )
        assert contact is not None
        return transcript.before(connection, contact, transcript.NEWEST, 100, team.house.now).lines

    return [line for line in await team.database.read(read) if line.speaker != "you"]
