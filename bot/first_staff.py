"""The first people of a house: the link for its first owner, and the accounts of the sample business."""

from __future__ import annotations

import secrets

from sqlalchemy.engine import Connection

from bot.app import utc_now
from console.staff.passwords import Passwords
from store import audit, invitations, staff
from store.database import Database
from store.staff import Role

DEMO: tuple[tuple[Role, str], ...] = (
    ("owner", "Daun Pagi owner"),
    ("support", "Daun Pagi service"),
    ("cashier", "Daun Pagi cashier"),
)
DEMO_HOST = "daunpagi.example"


async def first_owner_link(database: Database, address: str) -> str | None:
    """The link by which somebody becomes the first owner, earlier ones void; None where somebody works already."""

    def work(connection: Connection) -> str | None:
        if staff.any_there(connection):
            return None
        return invitations.link(address, invitations.invite(connection, None, utc_now()))

    if await database.read(staff.any_there):
        return None
    return await database.transact(work)


async def demo_staff(database: Database) -> tuple[str, list[tuple[Role, str]]]:
    """Somebody of each role that the demo shows: the password for all of them, and each one's e-mail address.

    The password is another at each start, so that none is written down anywhere; the demo listens on this machine
    alone.
    """
    password = _easy_password()
    kept = await Passwords().hash(password)

    def work(connection: Connection) -> list[tuple[Role, str]]:
        found = []
        for role, name in DEMO:
            email = f"{role}@{DEMO_HOST}"
            account = staff.by_email(connection, email) or staff.add(connection, email, name, role, "en", utc_now())
            assert account is not None
            staff.change(connection, account.id, password=kept)
            subject = f"staff:{account.public_id}"
            audit.note(connection, audit.COMMAND_LINE, "staff.password_chosen", subject, None, None, "", utc_now())
            found.append((role, email))
        return found

    return password, await database.transact(work)


def _easy_password() -> str:
    """A password of some 50 random bits that is easy to type: kabo-tidu-mesa-lofi."""
    syllables = ["".join(map(secrets.choice, ("bdfgklmnprst", "aeiou"))) for _ in range(8)]
    return "-".join("".join(syllables[start : start + 2]) for start in range(0, 8, 2))
