"""What becomes of the work of somebody who serves customers no more, at once instead of at the next look."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.background import BackgroundTask
from starlette.requests import Request

from console.staff.office import Office, office_of
from handlers.holder_left import holder_left
from service import assignment, promises
from store import serving
from store.staff import SERVING, Account

AT_ONCE = 100  # conversations; the scheduler, which looks for the same, goes on from there


def handed_over(request: Request, account: Account) -> BackgroundTask | None:
    """Give the conversations of an account back and its promises to a manager, once the page is answered.

    None for one that goes on serving.
    """
    if account.active and account.role in SERVING:
        return None
    return BackgroundTask(_hand_over, office_of(request))


async def _hand_over(office: Office) -> None:
    def alone(connection: Connection) -> list[str]:
        return serving.left_alone(connection, assignment.since(connection, office.now()), AT_ONCE)

    for contact in await office.database.read(alone):
        await office.act(contact, holder_left)
    await office.database.transact(promises.reassign)
