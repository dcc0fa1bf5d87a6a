"""A bot that answers by a script over the real store: what the chat is tested with.

`python -m tests.console.fake_bot --port 8080 --database sqlite:///chat.sqlite3` serves it until it is told to stop.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import io
import secrets
import signal
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from PIL import Image
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from console.app import build
from console.chat import Look
from console.hub import Hub
from console.limits import Pace, Paces
from console.serve import StreamingServer
from console.staff.passwords import Passwords
from flows.book import FLOWS
from handlers.scene import House, Notice
from handlers.turn import Turn
from locales import LANGUAGES
from store import contacts, inbox, media, outbox, tables, visitors
from store.contacts import Contact
from store.database import Database
from store.media import File
from talk.errors import SapaError
from talk.messages import Button, Inbound, Media, Outgoing

SECRET = "the secret of the tests"
UNHURRIED = Paces(Pace(1000, 1000), Pace(1000, 1000), Pace(1000, 1000), Pace(1000, 1000))
MENU = (
    (Button("My points", "!.points"), Button("Rewards", "!.rewards")),
    (Button("Talk to a person", "!.person"),),
)
MARKUP = (
    '<b>Bold</b> &lt;i&gt; <a href="https://kopi.example/?a=1&amp;b=2">ours</a> '
    '<a href="javascript:alert(1)">theirs</a> '
    "<img src=x onerror=alert(1)> <u>open, see https://kopi.example/menu."
)
POINTS = "You have <b>1,240 points</b>. 200 of them expire on 31 December 2026."


class FakeBot:
    """Takes what the chat receives and answers it in the same transaction, the way a turn does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.received: list[Inbound] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def receive(self, inbound: Inbound) -> None:
        """Write the message and its answers; nothing for one that was written before."""
        await self.gate.wait()
        self.received.append(inbound)
        await self.database.transact(lambda connection: self._turn(connection, inbound))

    async def keep_picture(self, visitor: str, content: bytes) -> Media:
        """Keep a picture as it is."""
        try:
            kind = Image.open(io.BytesIO(content)).get_format_mimetype() or ""
        except OSError as error:
            raise SapaError("That is no picture.") from error
        public_id = await self.database.transact(
            lambda connection: put_picture(connection, content, kind, ref=f"{visitor}:{secrets.token_hex(8)}")
        )
        return Media(ref=public_id, type=kind, size=len(content))

    def answers(self, inbound: Inbound) -> Sequence[Outgoing]:
        """The script."""
        word = (inbound.button.rpartition(".")[2] or inbound.text).lower()
        if "points" in word:
            return [Outgoing(text=POINTS, buttons=((Button("History", "!.history"), Button("Menu", "!.menu")),))]
        if word.startswith("language-"):
            return [Outgoing(text=f"I'll write in {word[-2:]} from now on.")]
        if word == "tick":
            ticked = Outgoing(text="Which do you like?", buttons=_ticks("✓ "), edits=inbound.message)
            return [ticked if inbound.button else Outgoing(text="Which do you like?", buttons=_ticks(""))]
        if word == "silence":
            return []
        if word == "many":
            return [Outgoing(text=f"Line {number}") for number in range(1, 81)]
        if word == "markup":
            return [Outgoing(text=MARKUP)]
        if inbound.kind == "photo":
            return [Outgoing(text="What a lovely picture.")]
        return [Outgoing(text=f"You said: {inbound.text or word}"), Outgoing(text="What can I do?", buttons=MENU)]

    def _turn(self, connection: Connection, inbound: Inbound) -> None:
        contact = self._contact(connection, inbound)
        contact.seq += 1
        if not inbox.record(connection, inbound, contact.id, contact.seq, inbound.at):
            return
        messages = []
        for outgoing in self.answers(inbound):
            contact.seq += 1
            messages.append(message(contact, inbound.sender, outgoing, inbound.at))
        if messages:
            outbox.put(connection, messages)
        contacts.save(connection, contact)
        if inbound.button.startswith("!.language-"):
            chosen = {"language": inbound.button[-2:], "language_chosen": True}
            connection.execute(tables.contacts.update().where(tables.contacts.c.id == contact.id).values(chosen))

    def _contact(self, connection: Connection, inbound: Inbound) -> Contact:
        key = (inbound.channel, inbound.account, inbound.sender)
        language = inbound.language_hint if inbound.language_hint in LANGUAGES else "en"
        found = contacts.lock(connection, *key)
        return found or contacts.make(connection, *key, name="", language=language, at=inbound.at)


def message(contact: Contact, visitor: str, outgoing: Outgoing, at: dt.datetime, **more: Any) -> outbox.NewMessage:
    """A message of the bot at the contact's current place."""
    fields: dict[str, Any] = {
        "public_id": secrets.token_urlsafe(12),
        "contact_id": contact.id,
        "channel": visitors.CHANNEL,
        "account": visitors.ACCOUNT,
        "sender": visitor,
        "lane": outbox.REPLY,
        "payload": outgoing,
        "seq": contact.seq,
        "due_at": at,
        "created_at": at,
    }
    return outbox.NewMessage(**fields | more)


def put_picture(connection: Connection, content: bytes, kind: str = "image/png", **more: Any) -> str:
    """A kept file; of the web chat unless `more` says otherwise. Answers with its public id."""
    fields: dict[str, Any] = {
        "public_id": secrets.token_urlsafe(12),
        "channel": visitors.CHANNEL,
        "account": visitors.ACCOUNT,
    }
    media.keep_new(connection, File.of(kind, content), dt.datetime.now(dt.UTC), **fields | more)
    return str((fields | more)["public_id"])


def application(database: Database, hub: Hub, bot: FakeBot, **more: Any) -> Starlette:
    """The chat with the fake bot behind it."""
    arguments: dict[str, Any] = {
        "database": database,
        "receive": bot.receive,
        "keep_picture": bot.keep_picture,
        "hub": hub,
        "secret": SECRET,
        "public_url": "http://chat.test",
        "look": Look("Kopi & Co"),
        "act": _turn(database, hub).act,
        "zone": ZoneInfo("Asia/Kuala_Lumpur"),
        "passwords": Passwords(PasswordHasher.from_parameters(CHEAPEST)),
        "paces": UNHURRIED,
    }
    return build(**arguments | more)


def _turn(database: Database, hub: Hub) -> Turn:
    """The real turn, in which staff act."""

    async def alert(_notice: Notice) -> None:
        pass

    house = House(FLOWS, ZoneInfo("Asia/Kuala_Lumpur"), "MY", "en", SECRET.encode(), "http://chat.test")
    return Turn(
        database,
        house,
        now=lambda: dt.datetime.now(dt.UTC),
        committed=lambda committed: hub.wake(committed.contact_id),
        alert=alert,
    )


def _ticks(mark: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button(f"{mark}Coffee", "s1.1.tick"), Button("Tea", "s1.1.tea")), (Button("Done", "s1.1.done"),))


async def _serve(port: int, url: str, origins: list[str]) -> None:
    database, hub = Database(url), Hub()
    look = Look("Kopi & Co", origins=origins)
    app = application(database, hub, FakeBot(database), look=look, public_url=f"http://127.0.0.1:{port}")
    server = StreamingServer(uvicorn.Config(app, port=port, log_level="warning", lifespan="off"), hub)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, setattr, server, "should_exit", True)
    serving = asyncio.create_task(server.serve())
    await server.up.wait()
    print("ready", flush=True)
    await serving
    database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--origin", action="append", default=[])
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.database, options.origin))
