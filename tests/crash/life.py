"""One life of Sapa: the whole house in a child process, and the place where it dies."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import secrets
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from bot.app import compose, utc_now
from bot.logs import set_up
from bot.running import ROLES, open_database, run
from bot.settings import Settings
from outreach.kinds import MORE
from store import outbox
from store.database import Database
from store.tables import contacts, identities
from talk.messages import Outgoing

RUNNING = b'"running"'  # what a life writes into its log when it is at work
CHANNEL = "telegram"
FIRST_READER = 5_000_000  # the chat of the first customer who is only written to
OFFERS = 25  # in each life; so many to customers who write, and as many to those who do not
OFFER = "offer "


log = structlog.get_logger()


class Failpoint:
    """Kills the process when the place `name` is passed for the `hits`th time."""

    def __init__(self, name: str, hits: int) -> None:
        self._name = name
        self._left = hits

    def __call__(self, name: str) -> None:
        """This place is passed; may be called from any thread."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def forked(work: Callable[[], None], log: Path) -> int:
    """Run `work` in a child process whose errors go to `log`; its process id."""
    child = os.fork()
    if not child:
        _end_with(work, log)
    return child


def _end_with(work: Callable[[], None], log: Path) -> NoReturn:
    code = 1
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), sys.stderr.fileno())
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def live(settings: Settings, failpoint: Failpoint | None, *, ahead: dt.timedelta, careful: bool) -> None:
    """Run the house until it is killed or told to stop.

    When not `careful`, it behaves as one that has run for ten minutes since the last unclean stop.
    """
    set_up("json", "info")
    asyncio.run(_live(settings, failpoint or (lambda _name: None), ahead, careful))


async def _live(settings: Settings, failpoint: Callable[[str], None], ahead: dt.timedelta, careful: bool) -> None:
    database = await open_database(settings.database, migrate=False)
    try:
        app = await compose(settings, database, now=lambda: utc_now() + ahead, failpoint=failpoint)

        def ready() -> None:
            database.careful = database.careful and careful
            log.info("running")

        await run(app, ROLES, ready=ready)
    finally:
        database.close()


def offer(url: str, account: str, life: int, customers: list[int]) -> None:
    """Put offers into the outbox: for customers who write, if they have come yet, and for others who only read."""
    asyncio.run(_offer(url, account, life, customers))


async def _offer(url: str, account: str, life: int, customers: list[int]) -> None:
    database = Database(url)
    try:
        await database.transact(lambda connection: _put_offers(connection, account, life, customers))
    finally:
        database.close()


def _put_offers(connection: Connection, account: str, life: int, customers: list[int]) -> None:
    if life == 1:
        for number in range(OFFERS):
            _add_reader(connection, account, FIRST_READER + number)
    connection.execute(sa.update(contacts).where(contacts.c.marketing == "unasked").values(marketing="granted"))
    chats = [str(chat) for chat in (*customers, *range(FIRST_READER, FIRST_READER + OFFERS))]
    known = connection.execute(
        sa.select(identities.c.contact_id, identities.c.sender).where(identities.c.sender.in_(chats))
    ).all()
    now = utc_now()
    outbox.put(
        connection,
        [
            outbox.NewMessage(
                public_id=secrets.token_urlsafe(12),
                contact_id=row.contact_id,
                channel=CHANNEL,
                account=account,
                sender=row.sender,
                lane=outbox.MARKETING,
                payload=Outgoing(text=f"{OFFER}{life}.{row.sender}"),
                seq=None,
                due_at=now,
                created_at=now,
                kind=MORE,  # neither limits nor a customer's open question are to hold it back
            )
            for row in known
        ],
    )


def _add_reader(connection: Connection, account: str, chat: int) -> None:
    now = utc_now()
    contact_id = connection.execute(
        sa.insert(contacts)
        .values(public_id=secrets.token_urlsafe(12), language="en", marketing="granted", created_at=now)
        .returning(contacts.c.id)
    ).scalar_one()
    connection.execute(
        sa.insert(identities).values(
            contact_id=contact_id, channel=CHANNEL, account=account, sender=str(chat), created_at=now
        )
    )
