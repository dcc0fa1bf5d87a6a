"""What the team tells Sapa in its group: `/take`, `/close`, `/transfer`, `/note`, `/back`, `/card`, `/help`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from handlers.conversation_closed import conversation_closed
from handlers.conversation_taken import conversation_taken
from handlers.conversation_transferred import conversation_transferred
from handlers.deed import Gone, Refused
from handlers.given_back import given_back
from handlers.note_written import note_written
from handlers.scene import Scene
from locales import LANGUAGES, Text, _, render
from service import group_words
from service.closing import REASONS
from service.group_words import Reader
from service.ownership import Person
from store import queues, staff
from store.contacts import BLOCKED, BOT
from store.staff import SERVING
from store.staff_sessions import Staff
from talk.reading.normal import fold

ADDRESS = "group"  # where the audit log says it came from
_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)

HELP = _(
    "What you write here goes to the customer in your name.\n"
    "/take – take the conversation over\n"
    "/note TEXT – a note that the customer never sees\n"
    "/transfer NAME or QUEUE – pass it on\n"
    "/close REASON – close it\n"
    "/back – give it back to the assistant\n"
    "/card – who the customer is"
)
NO_COMMAND = _("There is no command {command}. /help tells what there is; nothing was sent to the customer.")
HAS_BOT = _("The assistant has the conversation. Write to the customer to take it, or write /take.")
HAS_OTHER = _("{name} has the conversation. Write /take to take it over.")
IS_BLOCKED = _("The customer is blocked. Lift that in the console first.")
EMPTY_NOTE = _("Please write the note after the command: /note TEXT")
TO_WHOM = _("Please write to whom: /transfer NAME or QUEUE. There are: {names}")
AWAY = _("{name} is away just now.")
ACTED = _("The assistant did something since that asking again does not undo, so it can't go back there.")


class Said(msgspec.Struct, frozen=True, tag=True):
    """What is answered in the topic; empty: what was done shows there by itself."""

    text: str = ""


class Command(msgspec.Struct, frozen=True):
    """A command and the words after it."""

    name: str
    words: str


Do: TypeAlias = Callable[[Scene, Staff, str, Reader], Said]


def read(text: str) -> Command | None:
    """The command that a message is; None for words to the customer."""
    found = _COMMAND.fullmatch(text.strip()) if text.startswith("/") else None
    return Command(found[1].lower(), (found[2] or "").strip()) if found else None


def do(scene: Scene, writer: Staff, command: Command, reader: Reader) -> Said:
    """Do it; one that there is not is answered."""
    act = COMMANDS.get(command.name)
    if act is None:
        return Said(reader.say(NO_COMMAND, command=f"/{command.name}"))
    return act(scene, writer, command.words, reader)


def _take(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    return _answer(scene, conversation_taken(scene, writer, scene.contact.owner, ADDRESS), reader)


def _close(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    """The reason by its name or by what the console calls it; any other words become a note."""
    reason = next((key for key, text in REASONS.items() if _means(words, key, text)), "other")
    outcome = conversation_closed(scene, writer, reason if words else "solved", ADDRESS)
    if not isinstance(outcome, Gone) and words and reason == "other":
        note_written(scene, writer, words, (), ADDRESS)
    return _answer(scene, outcome, reader)


def _note(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    if not words:
        return Said(reader.say(EMPTY_NOTE))
    note_written(scene, writer, words, (), ADDRESS)
    return Said()


def _transfer(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    targets = _targets(scene.connection, writer, reader)
    wanted = fold(words)
    found = [name for name in targets if wanted and fold(name) == wanted] or [
        name for name in targets if wanted and fold(name).startswith(wanted)
    ]
    if len(found) != 1:
        return Said(reader.say(TO_WHOM, names=", ".join(targets)))
    outcome = conversation_transferred(scene, writer, targets[found[0]], ADDRESS)
    if isinstance(outcome, Refused):
        return Said(reader.say(AWAY, name=found[0]))
    return _answer(scene, outcome, reader)


def _back(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    outcome = given_back(scene, writer, "", ADDRESS)
    return Said(reader.say(ACTED)) if isinstance(outcome, Refused) else _answer(scene, outcome, reader)


def _card(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    contact = scene.contact
    return Said(group_words.card(scene.connection, contact.id, contact.public_id, reader, scene.now))


def _help(scene: Scene, writer: Staff, words: str, reader: Reader) -> Said:
    return Said(reader.say(HELP))


COMMANDS: dict[str, Do] = {
    "take": _take,
    "close": _close,
    "note": _note,
    "transfer": _transfer,
    "back": _back,
    "card": _card,
    "help": _help,
}


def _answer(scene: Scene, outcome: object, reader: Reader) -> Said:
    """What a deed that was refused is answered; one that was done shows by itself."""
    if not isinstance(outcome, Gone):
        return Said()
    if outcome.owner == BLOCKED:
        return Said(reader.say(IS_BLOCKED))
    if outcome.owner == BOT:
        return Said(reader.say(HAS_BOT))
    names = staff.names(scene.connection, {outcome.owner})
    return Said(reader.say(HAS_OTHER, name=names.get(outcome.owner, "?")))


def _means(words: str, key: str, text: Text) -> bool:
    return fold(words) in {fold(key.replace("_", " ")), *(fold(render(text, each)) for each in LANGUAGES)}


def _targets(connection: Connection, writer: Staff, reader: Reader) -> dict[str, Person | str]:
    """Who and what a conversation can be passed on to, by name."""
    open_queues = [each for each in queues.every(connection) if each.active]
    found: dict[str, Person | str] = {queues.name_of(each, reader.language): each.public_id for each in open_queues}
    for each in staff.every(connection):
        if each.active and each.role in SERVING and each.id != writer.id:
            found[each.name] = Person(each.id, each.public_id)
    return found
