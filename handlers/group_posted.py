"""Somebody of the team wrote in the team's group: to a customer in their topic, or a command to Sapa."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
from sqlalchemy.engine import Connection

from handlers import group_commands, team_file
from handlers.conversation_taken import conversation_taken
from handlers.deed import Gone, Refused
from handlers.group_commands import ADDRESS, Said
from handlers.scene import Scene
from handlers.staff_replied import staff_replied
from handlers.team_file import FILE_BYTES
from handlers.turn import Turn
from locales import Text, _
from service import assignment
from service.group_words import Reader
from store import group, inbox, staff
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.database import Database
from store.media import NoRoom
from store.staff import SERVING
from store.staff_sessions import Staff
from talk.errors import SapaError
from talk.group import FROM_GROUP, Posted
from talk.pictures import UnreadablePicture

UNKNOWN = _(
    "I don't know you yet, so this was not sent to the customer. An owner or administrator can enter your number "
    "here, {number}, on your page in the console."
)
NO_ROLE = _("Your role doesn't cover customers' conversations, so this was not sent.")
THEIRS = _("This was not sent: {name} has the conversation. Write /take to take it over.")
IS_BLOCKED = _("This was not sent: the customer is blocked.")
UNREACHED = _("This was not sent: the customer can't be reached any more.")
NO_FILE = _("This was not sent: the file can't be had, is too large, or is of a kind that Sapa doesn't send.")
NOT_CHANGED: dict[str, Text] = {
    "not_theirs": _("Your change was not passed on: only what you wrote to the customer yourself can be changed."),
    "not_here": _("Your change was not passed on: it can't be changed where the customer reads it."),
    "not_sent": _("Your change was not passed on: the message is still to be sent. Please change it again later."),
    "too_long": _("Your change was not passed on: it is too long for one message."),
}


class Place(msgspec.Struct, frozen=True):
    """Whose topic a message stands in, and who wrote it; None: the house does not know them."""

    topic_id: int
    contact_id: int
    contact: str
    writer: Staff | None


class GroupPosted:
    """`await posted(message)`: what it says is done once, in the writer's name. Raises StoreUnavailable.

    `fetch` gets a file's bytes from the platform, at most so many; it raises SapaError.
    """

    def __init__(
        self, database: Database, turn: Turn, fetch: Callable[[str, int], Awaitable[bytes]], reader: Reader
    ) -> None:
        self._database = database
        self._turn = turn
        self._fetch = fetch
        self._reader = reader

    async def __call__(self, posted: Posted) -> None:
        """See a message to its end."""
        place = await self._database.read(partial(_place, posted=posted))
        if place is None:
            await self._turn.keep_unread(posted.channel, posted.account, posted.external_id, "", "ignored")
            return
        writer = place.writer
        if writer is None or writer.role not in SERVING:
            text = NO_ROLE if writer else UNKNOWN
            await self._answer(posted, place, self._reader.say(text, number=posted.by))
            return
        file = await self._keep_file(posted, place, writer)
        if file is None:
            await self._answer(posted, place, self._reader.say(NO_FILE))
            return
        deed = partial(_deed, posted=posted, place=place, writer=writer, file=file, reader=self._reader)
        if await self._turn.act(place.contact, deed) is None:
            await self._answer(posted, place, self._reader.say(UNREACHED))

    async def _answer(self, posted: Posted, place: Place, text: str) -> None:
        """Say why nothing was done, once."""

        def answer(connection: Connection) -> None:
            if _is_new(connection, posted):
                group.post(connection, place.topic_id, text, posted.at)

        await self._database.transact(answer)

    async def _keep_file(self, posted: Posted, place: Place, writer: Staff) -> str | None:
        """The public id of the file that was posted; empty when none was, None when it cannot be sent."""
        if posted.media is None or posted.edited:
            return ""
        try:
            content = await self._fetch(posted.media.ref, FILE_BYTES)
            return await team_file.keep(
                self._database, place.contact_id, writer.public_id, content, posted.media.name, posted.at
            )
        except (SapaError, UnreadablePicture, NoRoom):
            return None


def _deed(scene: Scene, *, posted: Posted, place: Place, writer: Staff, file: str, reader: Reader) -> Said:
    """Do what the message says, unless that was done before; what is to be answered in the topic."""
    if not _is_new(scene.connection, posted):
        return Said()
    assignment.seen(scene.connection, writer.id, scene.now)
    command = group_commands.read(posted.text) if not posted.edited and not file else None
    said = (
        group_commands.do(scene, writer, command, reader)
        if command is not None
        else _reply(scene, posted, writer, file, reader)
    )
    if said.text:
        group.post(scene.connection, place.topic_id, said.text, scene.now)
    return said


def _reply(scene: Scene, posted: Posted, writer: Staff, file: str, reader: Reader) -> Said:
    """Say it to the customer; what waits or is the bot's becomes the writer's with it."""
    owner = scene.contact.owner
    if owner in (BOT, QUEUE, SNOOZED) and not posted.edited:
        conversation_taken(scene, writer, owner, ADDRESS)
    message = _message(posted, str(posted.at.timestamp()) if posted.edited else "")
    edits = _message(posted, "") if posted.edited else ""
    outcome = staff_replied(scene, writer, posted.text, message, ADDRESS, media=file, edits=edits)
    match outcome:
        case Gone(owner=other) if other == BLOCKED:
            return Said(reader.say(IS_BLOCKED))
        case Gone(owner=other):
            name = staff.names(scene.connection, {other}).get(other, "?")
            return Said(reader.say(THEIRS, name=name))
        case Refused(why=why):
            return Said(reader.say(NOT_CHANGED.get(why, NO_FILE)))
    return Said()


def _message(posted: Posted, version: str) -> str:
    """The public id of what is said: the same for the same message, and known as the group's own."""
    digest = hashlib.sha256(f"{posted.chat} {posted.message} {version}".encode()).digest()
    return FROM_GROUP + base64.urlsafe_b64encode(digest)[:20].decode()


def _is_new(connection: Connection, posted: Posted) -> bool:
    """Whether the message was not handled before; from now on it was."""
    key = (posted.channel, posted.account, posted.external_id)
    return inbox.keep_unread(connection, key, "", "ignored", posted.at)


def _place(connection: Connection, posted: Posted) -> Place | None:
    found = group.find(connection, posted.chat, posted.thread) if posted.thread is not None else None
    if found is None:
        return None
    return Place(*found, group.writer(connection, posted.by, posted.at))
